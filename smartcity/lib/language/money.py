"""Money as Vietnamese documents write it: read into whole đồng, never guessed, and said back in words."""

import re
from decimal import Decimal

from django.db import models

from smartcity.lib.language.text import DASHES, clean_line, plain_line


class MoneyKind(models.TextChoices):
    """How firm an amount is. Amounts of different kinds are never added together."""

    ESTIMATE = "estimate", "Khái toán, ước tính"
    TOTAL_INVESTMENT = "total_investment", "Tổng mức đầu tư"
    COST_ESTIMATE = "cost_estimate", "Dự toán"
    MEDIUM_TERM_PLAN = "medium_term_plan", "Kế hoạch vốn trung hạn"
    YEAR_PLAN = "year_plan", "Kế hoạch vốn năm"
    CONTRACT = "contract", "Giá trị hợp đồng"
    DISBURSEMENT = "disbursement", "Giải ngân"
    SETTLEMENT = "settlement", "Quyết toán"
    UNSPECIFIED = "unspecified", "Nguồn không nêu loại"


class MoneySource(models.TextChoices):
    """Where the money comes from; the route of a task is another question."""

    CENTRAL = "central", "Ngân sách trung ương"
    PROVINCE = "province", "Ngân sách tỉnh"
    DISTRICT = "district", "Ngân sách huyện"
    COMMUNE = "commune", "Ngân sách xã"
    PRIVATE = "private", "Xã hội hóa"
    ODA = "oda", "Vốn ODA"
    OTHER = "other", "Nguồn khác"
    UNSPECIFIED = "unspecified", "Nguồn không nêu"


# Below it, an amount without a unit was copied from a table «ĐVT: triệu đồng» more often than it is meant in đồng.
LEAST_BARE = 10**9
UNITS = {"": 1, "đồng": 1, "nghìn đồng": 10**3, "triệu đồng": 10**6, "tỷ đồng": 10**9, "nghìn tỷ đồng": 10**12}
LARGEST_VND = 999_999_999_999_999_999
HOW_TO_WRITE = "Số tiền viết bằng chữ số và đơn vị, ví dụ: 3.470 tỷ đồng; 160 triệu đồng; 3.470.000.000.000."
BLANK_GROUP = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
# «0.470 tỷ» begins with no group of thousands: whoever writes it means 0,470.
AMOUNT = re.compile(
    r"^(?P<sign>-?)(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,5}|[0-9]{1,18})(?:,(?P<part>[0-9]{1,12}))?$"
)
TOO_LARGE = "Số tiền tối đa là 999.999 nghìn tỷ đồng. Kiểm tra lại số chữ số và đơn vị."


# «2.138 tỷ đồng (2.138.000.000.000 đồng)», as the system itself says an amount; «+40 triệu đồng», as it says a change.
LONGEST = 200
SAID_TWICE = re.compile(r"^(?P<said>[^()]{1,80})\((?P<exact>[^()]{1,80})\)$")
# «1 tỷ 250 triệu đồng»: the figure and unit of each part.
IN_PARTS = re.compile(r"([0-9][0-9.,]{0,30})\s{0,2}([^\d\s.,][^\d,]{0,20})")


def read_money(text: str) -> int:
    """Read ``3.470 tỷ đồng``, ``160 trđ``, ``1 tỷ 250 triệu`` or ``3.470.000.000.000`` as đồng.

    Raises ``ValueError`` with a Vietnamese sentence wherever a reading would be a guess: ``3,470``, ``3.47``,
    and ``3.470`` or ``1.197.000`` without a unit have all been seen to mean amounts a thousand times apart.
    """
    typed = DASHES.sub("-", plain_line(text)).removeprefix("+")
    if twice := SAID_TWICE.match(typed):
        return _read_both(twice["said"], twice["exact"])
    parts = IN_PARTS.findall(typed[:LONGEST])
    if len(parts) > 1 and "".join(typed.split()) == "".join("".join(part) for part in parts).replace(" ", ""):
        return _sum_up(typed, parts)
    return _read_one(typed)


def _read_both(said: str, exact: str) -> int:
    one, other = read_money(said), read_money(exact)
    if one != other:
        raise ValueError(f"«{said.strip()}» và «{exact.strip()}» là hai số tiền khác nhau. Giữ lại một số.")
    return one


def _sum_up(typed: str, parts: list[tuple[str, str]]) -> int:
    """«1 tỷ 250 triệu đồng»: each unit smaller than the one before, and less of it than would make one of that."""
    total, larger = 0, 0
    for figure, unit in parts:
        size, amount = UNITS[_unit(unit)], _read_one(f"{figure} {unit}")
        if larger and (size >= larger or amount >= larger):
            raise ValueError(f"«{typed[:60]}» có thể hiểu nhiều cách. {HOW_TO_WRITE}")
        total, larger = total + amount, size
    return total


def _read_one(typed: str) -> int:
    match = re.match(r"^(-?\s*[0-9.,\s]*[0-9])\s*((?![.,])[^\d,]*)$", typed)
    if not match:
        raise ValueError(HOW_TO_WRITE)
    # Blanks stand between groups of three, as dots do; elsewhere they are a slip.
    figure, unit = BLANK_GROUP.sub(".", match[1].replace("- ", "-")), _unit(match[2])
    amount = AMOUNT.match(figure)
    if not amount:
        raise ValueError(_how_to_write(figure))
    if amount["part"] and len(amount["part"]) == 3 and "." not in amount["whole"]:
        whole, part = amount["whole"], amount["part"]
        decimal = part.rstrip("0") if part.endswith("0") else f"{part}0"
        raise ValueError(
            f"«{figure}» là {whole} phẩy {part} hay {whole} nghìn {part}? Viết {whole}.{part} nếu là hàng nghìn; "
            f"viết {whole},{decimal or '0'} nếu là số thập phân."
        )
    if not figure.strip("-0.,"):
        return 0
    if unit == "" and (amount["part"] or abs(int(amount["whole"].replace(".", ""))) < LEAST_BARE):
        raise ValueError(_which_unit(typed, figure))
    value = Decimal(amount["whole"].replace(".", "") + "." + (amount["part"] or "0")) * UNITS[unit]
    if value != value.to_integral_value():
        raise ValueError(f"«{typed}» không tròn đồng. Số tiền được ghi đến đồng.")
    if value > LARGEST_VND:
        raise ValueError(TOO_LARGE)
    return -int(value) if amount["sign"] else int(value)


def _which_unit(typed: str, figure: str) -> str:
    """Ask for the unit, with an amount that is likely in it: nobody means 1.197.000 tỷ đồng."""
    likely = "triệu đồng" if len(re.sub(r"[^0-9]", "", figure)) > 6 else "tỷ đồng"
    return f"«{typed}» là đồng, triệu đồng hay tỷ đồng? Hãy ghi rõ đơn vị, ví dụ: {figure} {likely}."


# «tr», «trđ», «tr.đ», «tr. đồng», «tỉ», «ngàn», «đ», «VNĐ», as tables abbreviate them.
SHORT_UNITS = [
    (re.compile(r"vnđ|vnd"), "đồng"),
    (re.compile(r"\btỉ"), "tỷ"),
    (re.compile(r"\bngàn\b|\bng(?=\.|đ|\s*đồng|$)"), "nghìn"),
    (re.compile(r"\btr(?=\.|đ|\s|$)"), "triệu"),
    (re.compile(r"(?<![^\W_])đ$|(?<=triệu)đ$|(?<=tỷ)đ$|(?<=nghìn)đ$"), " đồng"),
]


def _unit(word: str) -> str:
    unit = clean_line(word).casefold()
    for short, full in SHORT_UNITS:
        unit = short.sub(full, unit.rstrip("."))
    unit = " ".join(unit.replace(".", " ").split())
    unit = unit if unit in UNITS else f"{unit} đồng"
    if unit not in UNITS:
        raise ValueError(
            f"Đơn vị «{word.strip()[:40]}» chưa đọc được. Dùng: đồng, nghìn đồng, triệu đồng, tỷ đồng, nghìn tỷ đồng."
        )
    return unit


def _how_to_write(figure: str) -> str:
    """What to ask about a figure whose marks are not those of Vietnamese: each reading, and how to write it."""
    digits = re.sub(r"[^0-9]", "", figure).lstrip("0") or "0"
    if len(digits) > 18:
        return TOO_LARGE
    figure, sign = figure[:40], "-" if figure.startswith("-") else ""
    thousands = sign + group(int(digits))
    one_mark = re.fullmatch(r"-?([0-9]+)[.,]([0-9]+)", figure)
    if one_mark:
        # «3.47», «0.470», «1.2345»: a point where a comma belongs, or a group that lost or gained a digit.
        whole, part = one_mark.groups()
        decimal = f"{sign}{int(whole)},{part.rstrip('0') or '0'}"
        as_thousands = f"{sign}{int(whole)}.{part.ljust(3, '0')}" if len(part) < 3 and int(whole) else thousands
        return (
            f"«{figure}» là {whole} phẩy {part} hay là hàng nghìn? Viết {decimal} nếu là số thập phân; "
            f"viết {as_thousands} nếu là hàng nghìn."
        )
    if re.fullmatch(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", figure):
        whole, _, part = figure.partition(".")
        written = whole.replace(",", ".") + (f",{part}" if part else "")
        return (
            f"«{figure}» dùng dấu phẩy ngăn hàng nghìn. Ở đây dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân: "
            f"viết {written} nếu đúng là số ấy."
        )
    if "," in figure:
        return (
            f"«{figure}» có thể hiểu nhiều cách: dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân. "
            "Ví dụ: 3.470 hoặc 3,47."
        )
    return (
        f"«{figure}» chưa đúng nhóm ba chữ số. Viết {thousands} nếu chỉ đặt nhầm dấu ngăn; nếu không, kiểm tra lại "
        "số chữ số."
    )


def group(number: int) -> str:
    """A whole number with Vietnamese thousands: 3.470."""
    return f"{number:,}".replace(",", ".")


def say_change(old: int, new: int) -> str:
    """Two amounts and what lies between them: «160 triệu đồng → 200 triệu đồng (+40 triệu đồng)»; 0 is «chưa có»."""
    if old == new:
        return say_money(new) if new else ""
    said = [say_money(vnd) if vnd else "chưa có" for vnd in (old, new)]
    return f"{said[0]} → {said[1]} ({'+' if new > old else ''}{say_money(new - old)})"


def say_money(vnd: int) -> str:
    """An amount in đồng as one reads it: ``3.470 tỷ đồng``, ``1.573,1 tỷ đồng``, ``160 triệu đồng``.

    Exact: an amount that three decimals cannot hold is written in the next smaller unit. Below a thousand of a
    unit it is two decimals: «1,573 tỷ đồng» could be read as 1.573 tỷ, and ``read_money`` refuses it.
    """
    for size, unit in ((10**9, "tỷ đồng"), (10**6, "triệu đồng")):
        if abs(vnd) >= size and vnd % (size // (1000 if abs(vnd) >= 1000 * size else 100)) == 0:
            whole, part = divmod(abs(vnd), size)
            decimals = f"{part * 1000 // size:03d}".rstrip("0")
            return f"{'−' if vnd < 0 else ''}{group(whole)}{',' + decimals if decimals else ''}\u00a0{unit}"
    return f"{'−' if vnd < 0 else ''}{group(abs(vnd))}\u00a0đồng"


def say_in_words(vnd: int) -> str:
    """An amount as one reads it, and to the last đồng: «3.470 tỷ đồng (3.470.000.000.000 đồng)»."""
    said, exact = say_money(vnd), f"{'−' if vnd < 0 else ''}{group(abs(vnd))}\u00a0đồng"
    return said if said == exact else f"{said} ({exact})"
