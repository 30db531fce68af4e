"""What a number shows to its author: the format of its cell read as a spreadsheet program reads it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from openpyxl.utils.datetime import from_excel

from smartcity.lib.language.dates import FIRST_YEAR, LAST_YEAR, say_day

# Excel keeps no format longer than 255.
LONGEST_FORMAT = 1000
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].?|\[(?P<bracket>[^\]]*)\]?|(?P<general>general)'
    r"|(?P<noon>am/pm|a/p)|(?P<power>e[+-])|(?P<date>y+|m+|d+|h+|s+)|(?P<digits>[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)$")
ELAPSED = re.compile(r"^(h+|m+|s+)$", re.IGNORECASE)
NUMBER = re.compile(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$")
# 31/12/2099, and then some.
LAST_DAY = 80_000
# Numbers 14 and 22 of a spreadsheet's own formats, whose order is that of the machine.
FORMATS_OF_THE_MACHINE = {"mm-dd-yy", "m/d/yy h:mm"}
# What commas at the end of a format divide by, a thousand each.
UNITS = {1: "nghìn", 2: "triệu", 3: "tỷ"}
# What a format rounds off for the eye, and nobody would miss.
NOTHING = Decimal("0.000001")


@dataclass(frozen=True)
class Shown:
    """What a cell shows; ``day`` where a day is asked for, and what to say if so."""

    text: str
    day: str = ""
    note: str = ""
    day_note: str = ""


@dataclass(frozen=True)
class Section:
    """One of the four parts of a format. Figures stand between what is written before and after them."""

    before: str = ""
    after: str = ""
    # The letters of a day or an hour, in their order: «dmy», «my», «hn» (n for minutes).
    date: str = ""
    # The places before the point, with what stands between them; none where the format shows no figure.
    places: str = ""
    decimals: int | None = None
    scale: int = 0
    is_percentage: bool = False
    is_text: bool = False
    is_plain: bool = False
    condition: tuple[str, Decimal] | None = None
    # Of a day whose format has words of its own: what stands in it, one after the other.
    worded: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.before or self.after or self.date or self.places or self.is_text or self.is_plain)

    def holds(self, value: Decimal) -> bool:
        if self.condition is None:
            return True
        sign, bound = self.condition
        return {
            "<": value < bound,
            "<=": value <= bound,
            ">": value > bound,
            ">=": value >= bound,
            "=": value == bound,
            "<>": value != bound,
        }[sign]


PLAIN = Section(is_plain=True)


@lru_cache(maxsize=2_000)
def read_format(code: str) -> tuple[Section, ...]:
    """The parts of a format: for numbers above zero, below it, zero, and text."""
    if len(code) > LONGEST_FORMAT:
        return (PLAIN,)
    sections: list[list[re.Match]] = [[]]
    for token in TOKEN.finditer(code):
        if token["other"] == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return tuple(_section(tokens) for tokens in sections[:4])


def _section(tokens: list[re.Match]) -> Section:
    found = [(token.lastgroup or "", token[token.lastgroup] if token.lastgroup else "") for token in tokens]
    date = _date_letters(found)
    condition = next((match for kind, text in found if kind == "bracket" and (match := CONDITION.match(text))), None)
    read = Section(
        date=date,
        is_plain=any(kind == "general" for kind, _ in found),
        is_text=not date and ("other", "@") in found,
        is_percentage=not date and ("other", "%") in found,
        condition=(condition[1], Decimal(condition[2])) if condition and _decimal(condition[2]) is not None else None,
    )
    if date:
        has_words = any(kind in {"quoted", "escaped"} and text.strip(" ,./-") for kind, text in found)
        return replace(read, worded=tuple(found)) if has_words else read
    return _with_figures(read, found)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _date_letters(found: list[tuple[str, str]]) -> str:
    """Which parts of a day or an hour are shown; «m» beside hours or seconds is minutes."""
    runs = [text[0].lower() for kind, text in found if kind == "date" or (kind == "bracket" and ELAPSED.match(text))]
    letters = ""
    for place, letter in enumerate(runs):
        beside = runs[max(place - 1, 0) : place] + runs[place + 1 : place + 2]
        minutes = letter == "m" and ((beside[:1] == ["h"] and place > 0) or "s" in beside[-1:])
        letters += "n" if minutes else letter
    return letters


def _with_figures(read: Section, found: list[tuple[str, str]]) -> Section:
    """The section with its places for figures, and the words around them."""
    figures = [place for place, (kind, _) in enumerate(found) if kind in {"digits", "general"}]
    first, last = (figures[0], figures[-1]) if figures else (len(found), -1)
    words = {"before": "", "after": "", "places": ""}
    decimals: int | None = None
    scale = 0
    for place, (kind, text) in enumerate(found):
        where = "before" if place < first else "after" if place > last else "places"
        if kind == "digits":
            if decimals is None:
                words["places"] += text
            else:
                decimals += len(text)
        elif (kind, text) == ("other", ".") and first < len(found) and decimals is None and where != "before":
            decimals = 0
        elif (kind, text) == ("other", ",") and where != "before":
            scale += not any(one == "digits" for one, _ in _up_to_point(found[place + 1 :]))
        else:
            literal = _literal(kind, text)
            # Words between decimals are a curiosity; those between places are part of a number such as a code.
            words["places" if where == "places" and decimals is None else "after" if where == "places" else where] += (
                literal
            )
    return replace(
        read,
        before=words["before"],
        after=words["after"],
        places=words["places"],
        decimals=(decimals or 0) if words["places"] or decimals is not None else None,
        scale=scale,
        is_plain=read.is_plain or any(kind == "power" for kind, _ in found),
    )


def _up_to_point(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return found[: found.index(("other", "."))] if ("other", ".") in found else found


def _literal(kind: str, text: str) -> str:
    if kind in {"quoted", "escaped"}:
        return text
    if kind == "bracket" and text.startswith("$"):
        return text[1:].partition("-")[0]
    return text if kind == "other" and text not in "%@" else ""


def show_number(raw: str, code: str, epoch: datetime) -> Shown | None:
    """What a cell with that format shows of a number; none where ``raw`` is no number at all."""
    raw = raw.strip()
    if not NUMBER.match(raw):
        return None
    # Fifteen figures are what a spreadsheet keeps and shows; the rest is noise of binary fractions.
    exact = Decimal(format(float(raw), ".15g"))
    if not exact.is_finite():
        return None
    section = _section_for(exact, read_format(code))
    if section.date:
        return _show_date(float(raw), section, code, epoch)
    if section.is_empty:
        hidden = f"trong ô là {_plain(exact)}, nhưng định dạng của ô không hiện số nên không đọc." if exact else ""
        return Shown("", note=hidden)
    shown = _show_figures(exact, section)
    day = _day_of(float(raw), epoch)
    told = f"số {_plain(exact)} đọc là ngày {day}." if day else ""
    return Shown(shown.text, day, shown.note, told)


def show_text(text: str, code: str) -> Shown:
    """What a cell with that format shows of a text."""
    sections = read_format(code)
    if len(sections) == 4 and sections[3].is_empty:
        return Shown("", note=f"trong ô là «{text[:60]}», nhưng định dạng của ô không hiện chữ nên không đọc.")
    section = sections[3] if len(sections) == 4 else next((one for one in sections if one.is_text), PLAIN)
    return Shown(f"{section.before}{text}{section.after}" if section.is_text else text)


def _section_for(value: Decimal, sections: tuple[Section, ...]) -> Section:
    if any(section.condition for section in sections):
        return next((section for section in sections[:3] if section.holds(value)), PLAIN)
    # A fourth is for text; a lone «@» leaves numbers as they are.
    numeric = sections[:3]
    if value < 0 and len(numeric) > 1:
        return numeric[1]
    return numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]


def _show_figures(exact: Decimal, section: Section) -> Shown:
    value = exact * (100 if section.is_percentage else 1) / Decimal(1000) ** section.scale
    note = ""
    if section.decimals is not None and not section.is_plain and "/" not in section.places:
        seen = value.quantize(Decimal(1).scaleb(-section.decimals)) if abs(value) < Decimal(10) ** 20 else value
        if seen != value and abs(seen - value) <= NOTHING * abs(value):
            note = f"ô hiện {_plain(seen)}, trong ô là {_plain(value)}: đọc theo số đang hiện."
            value = seen
        elif seen != value:
            note = f"ô hiện {_plain(seen)}, trong ô là {_plain(value)}: đọc theo số trong ô."
    before, after = section.before, section.after
    if value < 0:
        before, after = before.replace("(", "").replace("-", ""), after.replace(")", "")
    if not section.places and not section.is_plain and not section.is_text:
        # Words alone, such as «Có» for 1.
        return Shown(f"{before}{after}".strip(), note=note)
    figures = _plain(value)
    if value == 0 and section.places and not section.decimals and "0" not in section.places:
        figures = ""
    elif set(section.places) - set("0#?") and "/" not in section.places and value == value.to_integral_value():
        figures = _interleaved(str(int(abs(value))), section.places)
    elif section.places.count("0") > 1 and value == value.to_integral_value():
        figures = f"{'-' if value < 0 else ''}{abs(int(value)):0{section.places.count('0')}d}"
    unit = after.replace("₫", "đ")
    if section.scale in UNITS and not section.is_percentage and not re.search(r"[^\W\d_]", before + after):
        # Divided for the eye, and no word says by what: the unit is what keeps the amount.
        unit = f"{after.rstrip()} {UNITS[section.scale]}"
        note = note or f"ô hiện {figures} nhờ định dạng chia, trong ô là {_plain(exact)}: đọc là {figures}{unit}."
    if unit.strip() and re.fullmatch(r"-?[0-9]{1,3},[0-9]{3}", figures):
        # Three decimals before a unit could be a group of thousands; here it is known that they are not.
        figures += "0"
    percent = "%" if section.is_percentage else ""
    return Shown(f"{before.replace('₫', 'đ')}{figures}{percent}{unit}".strip(), note=note)


def _interleaved(digits: str, places: str) -> str:
    """The digits in the places of a format such as «00-000», from the right."""
    left, written = list(digits), []
    for place in reversed(places):
        if place not in "0#?":
            written.append(place)
        elif left or place == "0":
            written.append(left.pop() if left else "0")
    return "".join(left) + "".join(reversed(written)).lstrip(" " if left else "")


def _plain(value: Decimal) -> str:
    """A number as one types it."""
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f").replace(".", ",")


def _day_of(value: float, epoch: datetime) -> str:
    """A day of a spreadsheet is a number that the cell's format shows as one; some cells have lost theirs."""
    if value != int(value) or not 0 < value < LAST_DAY:
        return ""
    moment = _moment(value, epoch)
    return say_day(moment) if moment and FIRST_YEAR <= moment.year <= LAST_YEAR else ""


def _moment(value: float, epoch: datetime) -> datetime | None:
    try:
        found = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return None
    return found if isinstance(found, datetime) else None


def _show_date(value: float, section: Section, code: str, epoch: datetime) -> Shown:
    moment, letters = _moment(value, epoch), section.date
    if set(letters) <= set("hns"):
        if value >= 1:
            return Shown(_plain(Decimal(format(value * 24, ".15g"))) + " giờ")
        minutes = round(value * 24 * 60)
        return Shown(f"{minutes // 60:02d}:{minutes % 60:02d}")
    if moment is None:
        return Shown(
            _plain(Decimal(format(value, ".15g"))), note="định dạng của ô là ngày, nhưng số trong ô không phải."
        )
    if section.worded and not {"d", "m", "y"} <= set(letters):
        said = "".join(
            f"{moment:{'%Y' if text[0] in 'yY' else '%m' if text[0] in 'mM' else '%d'}}" if kind == "date" else text
            for kind, text in section.worded
            if kind in {"date", "quoted", "escaped", "other"}
        ).strip()
        return Shown(said, said)
    return show_moment(moment, letters, is_american=_is_american(letters, code))


def _is_american(letters: str, code: str) -> bool:
    """Whether the month is written before the day, where no locale decides it."""
    at = {letter: letters.index(letter) for letter in "dm" if letter in letters}
    is_plain = code not in FORMATS_OF_THE_MACHINE and "mmm" not in code.lower()
    return is_plain and len(at) == 2 and at["m"] < at["d"] and letters[:1] != "y"


def show_moment(moment: datetime, letters: str, *, is_american: bool = False) -> Shown:
    """A day as the letters of its format show it: a month stays a month, and a year a year."""
    shows = {letter for letter in "dmy" if letter in letters}
    hour = f"{moment:%H:%M}" if (moment.hour or moment.minute) else ""
    if shows == {"d", "m", "y"}:
        day = say_day(moment)
        told = f"ô có giờ {hour}; chỉ đọc ngày {day}." if hour else ""
        note = ""
        if is_american and moment.day <= 12 and moment.day != moment.month:
            note = f"ô hiện tháng trước ngày ({moment.month}/{moment.day}/{moment.year}); đọc là ngày {day}."
        return Shown(f"{day} {hour}" if hour and set(letters) & set("hns") else day, day, note, told)
    if shows == {"m", "y"}:
        return Shown(f"{moment:%m/%Y}", f"tháng {moment.month}/{moment.year}")
    if shows == {"y"}:
        return Shown(str(moment.year), f"năm {moment.year}")
    if shows == {"d", "m"}:
        return Shown(f"{moment:%d/%m}", f"{moment:%d/%m}")
    if shows == {"m"}:
        return Shown(f"tháng {moment.month}", f"tháng {moment.month}")
    return Shown(str(moment.day), str(moment.day))


ISO_DAY = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")
WITH_HOUR = re.compile(
    r"^(?P<day>[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r" ?(?P<half>AM|PM|SA|CH)?Z?$",
    re.IGNORECASE,
)


def day_in_text(text: str) -> tuple[str, str]:
    """A day that a program wrote, 2020-12-31 or 31/12/2020 0:00, as people write it; and what to say of its hour."""
    text = text.strip()
    told = ""
    if match := WITH_HOUR.match(text):
        text = match["day"]
        midnight = not any(int(match[name] or 0) for name in ("hour", "minute", "second"))
        midnight |= bool(match["half"]) and match["hour"] == "12" and match["half"].upper() in {"AM", "SA"}
        if not midnight:
            told = f"ô có giờ {match['hour']}:{match['minute']}; chỉ đọc ngày."
    if match := ISO_DAY.match(text):
        text = f"{match[3]}/{match[2]}/{match[1]}"
    return text, told
