"""By when a meeting wants something done: seven kinds of due, each kept as what it is.

Days stand as they are written or chosen: one that falls on a day of rest is not moved.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from smartcity.lib.language.dates import BARE_MONTH, FIRST_YEAR, LAST_YEAR, MONTH, Span, read_when, say_day
from smartcity.lib.language.money import group
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.language.text import clean_line, plain_line, sort_key


class DueKind(models.TextChoices):
    """In the order in which dues without a day are listed."""

    DAY = "day", "Một ngày"
    MONTH = "month", "Một tháng"
    PHRASE = "phrase", "Lời văn chưa rõ ngày"
    CONDITION = "condition", "Theo điều kiện"
    REFERENCE = "reference", "Theo văn bản khác"
    CADENCE = "cadence", "Định kỳ"
    NONE = "none", "Không nêu thời hạn"


class When(models.TextChoices):
    AFTER = "after", "Ngay sau khi"
    UNTIL = "until", "Cho đến khi"


# What a kind cannot be without, and what may stand beside it.
FIELDS: dict[DueKind, tuple[set[str], set[str]]] = {
    DueKind.DAY: ({"day"}, {"cadence"}),
    DueKind.MONTH: ({"month"}, {"cadence"}),
    DueKind.PHRASE: ({"words"}, {"day", "cadence"}),
    DueKind.CONDITION: ({"words", "when"}, {"day", "cadence"}),
    DueKind.REFERENCE: ({"words"}, {"day", "cadence"}),
    # One of the two.
    DueKind.CADENCE: (set(), {"words", "cadence"}),
    DueKind.NONE: (set(), set()),
}
COMES_TRUE = {DueKind.CONDITION, DueKind.REFERENCE}
# Those whose day becomes known, or is chosen by who follows it, after the meeting.
DATED_LATER = COMES_TRUE | {DueKind.PHRASE}
# Which kind is meant by what was typed, where the chosen one has no use for it.
MEANT_BY = {
    "day": DueKind.DAY,
    "month": DueKind.MONTH,
    "words": DueKind.PHRASE,
    "when": DueKind.CONDITION,
    "cadence": DueKind.CADENCE,
}
# Words that already say what ``say`` would put before them.
OPENINGS = {
    When.AFTER: ("ngay sau khi ", "sau khi "),
    When.UNTIL: ("cho đến khi ", "đến khi ", "cho tới khi ", "tới khi "),
}
BEFORE_A_WHEN = re.compile(r"^(?:trong|chậm nhất(?: là)?) ", re.IGNORECASE)

MISSING = {
    (DueKind.DAY, "day"): "Nhập ngày đến hạn, ví dụ 15/04/2024.",
    (DueKind.MONTH, "month"): "Nhập tháng đến hạn, ví dụ 04/2024.",
    (DueKind.PHRASE, "words"): "Ghi nguyên văn thời hạn, ví dụ «đầu tháng 4/2018».",
    (DueKind.CONDITION, "words"): "Ghi điều kiện, ví dụ «HĐND tỉnh thông qua Nghị quyết sửa đổi, bổ sung».",
    (DueKind.CONDITION, "when"): "Chọn «Ngay sau khi» hoặc «Cho đến khi».",
    (DueKind.REFERENCE, "words"): "Ghi văn bản đã định thời hạn, ví dụ «155/QĐ-UBND ngày 18/01/2024».",
}


@dataclass(frozen=True)
class Due:
    """One due. A value that contradicts itself cannot be made.

    ``day`` is the day itself; of a phrase the one that an officer chose to go by; of a condition the one on which
    it came true; of a reference the one that the other document sets. ``words`` are the source's own. A cadence
    that the source does not name («trong các báo cáo định kỳ») is kept in words alone.
    """

    kind: DueKind
    day: date | None = None
    year: int | None = None
    month: int | None = None
    words: str = ""
    when: str = ""
    cadence: str = ""

    def __post_init__(self) -> None:
        # Columns hold plain text.
        object.__setattr__(self, "kind", DueKind(self.kind))
        filled = {name for name in MEANT_BY if getattr(self, name) not in (None, "")}
        needs, may_have = FIELDS[self.kind]
        is_whole = needs <= filled <= needs | may_have and bool(filled or self.kind == DueKind.NONE)
        has_month = self.month in range(1, 13) and self.year in range(FIRST_YEAR, LAST_YEAR + 1)
        is_one_month = has_month or (self.year is None and self.month is None)
        if not (is_whole and is_one_month and self.when in ("", *When) and self.cadence in ("", *Cadence)):
            raise ValueError(f"Not a due: {self}")

    @property
    def due_on(self) -> date | None:
        """The last day that is in time; ``None`` where there is none, or none yet."""
        if self.year and self.month:
            return Span(self.year, self.month, self.month).last_day
        return self.day

    @property
    def is_open_ended(self) -> bool:
        """Whether no day will ever come."""
        return self.kind in (DueKind.CADENCE, DueKind.NONE)

    @property
    def sort_key(self) -> tuple:
        """By the day, whatever gives it; then, without one, by kind: what still waits before what never ends."""
        place = list(DueKind).index(self.kind)
        return (self.due_on or date.max, self.due_on is None, place, sort_key(self.words), self.when, self.cadence)

    def resolved(self, day: date) -> "Due":
        """The due once its document is issued or its revision adopted; what waits for nothing stays as it is."""
        return replace(self, day=day) if self.kind in COMES_TRUE else self

    def say(self) -> str:
        """As officials write it inside a sentence: «trong tháng 04/2024»."""
        said = self._say_day()
        if not self.cadence:
            return said
        cadence = "6 tháng một lần" if self.cadence == Cadence.HALF_YEARLY else _inside(Cadence(self.cadence).label)
        if self.kind == DueKind.CADENCE:
            return f"{said} ({cadence})" if said else cadence
        return f"{said}; báo cáo {cadence}"

    def _say_day(self) -> str:
        day = say_day(self.day) if self.day else ""
        if self.kind == DueKind.DAY:
            return f"chậm nhất ngày {day}"
        if self.kind == DueKind.MONTH:
            return f"trong tháng {self.month:02}/{self.year}"
        if self.kind == DueKind.PHRASE:
            return self.words + (f" (theo dõi đến ngày {day})" if day else "")
        if self.kind == DueKind.CONDITION:
            when = When(self.when)
            return _opened(_inside(when.label), self.words, OPENINGS[when]) + (f" (tức ngày {day})" if day else "")
        if self.kind == DueKind.REFERENCE:
            return _opened("theo thời hạn tại", self.words, ("theo ",)) + (f" (hạn là ngày {day})" if day else "")
        return "không nêu thời hạn" if self.kind == DueKind.NONE else self.words


def read_due(
    *,
    kind: str,
    day: date | None = None,
    month: str = "",
    words: str = "",
    when: str = "",
    cadence: str = "",
    was: Due | None = None,
) -> Due:
    """Read what a form holds. Raises ``ValidationError`` by field; nothing that was typed is passed over.

    An officer who types a phrase chooses its day; one taken over from an older notice, which the due ``was``
    already, may have none yet.
    """
    if kind not in DueKind.values:
        raise ValidationError({"kind": "Chọn loại hạn; văn bản không ghi hạn thì chọn «Không nêu thời hạn»."})
    chosen = DueKind(kind)
    typed: dict[str, Any] = {
        "day": day,
        "month": clean_line(month),
        "words": clean_line(words),
        "when": when.strip(),
        "cadence": cadence.strip(),
    }
    filled = {name for name, value in typed.items() if value}
    needs, may_have = FIELDS[chosen]
    errors = {name: MISSING[chosen, name] for name in needs - filled}
    for name in filled - needs - may_have:
        errors[name] = (
            f"Loại hạn «{chosen.label}» không dùng ô này. Xóa nội dung ở đây, "
            f"hoặc chọn loại hạn «{MEANT_BY[name].label}»."
        )
    for name, choices in (("when", When), ("cadence", Cadence)):
        if name in filled and typed[name] not in choices.values:
            errors.setdefault(name, "Chọn một mục trong danh sách, hoặc để trống nếu văn bản không nêu.")
    if chosen == DueKind.CADENCE and not filled & {"words", "cadence"}:
        errors["cadence"] = "Chọn kỳ báo cáo, hoặc ghi nguyên văn, ví dụ «trong các báo cáo định kỳ»."
    errors = _mismatches(chosen, typed, was) | errors
    if errors:
        raise ValidationError(errors)
    if chosen == DueKind.MONTH:
        span = _read_month(typed["month"])
        typed |= {"year": span.year, "month": span.last_month}
    return Due(chosen, **{name: value for name, value in typed.items() if value})


def _mismatches(chosen: DueKind, typed: dict[str, Any], was: Due | None) -> dict[str, str]:
    """What is filled in and still does not say when, by its field."""
    words = typed["words"]
    if chosen == DueKind.MONTH and typed["month"]:
        try:
            _read_month(typed["month"])
        except ValueError as refusal:
            return {"month": str(refusal)}
    if chosen == DueKind.PHRASE and words:
        if exact := _exact_kind(words):
            return {
                "words": f"«{words[:40]}» đã chỉ rõ {_inside(exact.label)}. Chọn loại hạn «{exact.label}», "
                "ghi vào ô của loại hạn đó rồi xóa ô này."
            }
        is_as_before = was is not None and (was.kind, was.words, was.day) == (chosen, words, None)
        if not typed["day"] and not is_as_before:
            return {"day": f"Chọn một ngày để theo dõi, vì «{words[:40]}» chưa cho biết là ngày nào."}
    if chosen == DueKind.CONDITION and words:
        for when, openings in OPENINGS.items():
            if _starts_with(words, openings) and typed["when"] not in ("", when):
                return {"when": f"Điều kiện ghi «{words[:40]}»: chọn «{when.label}», hoặc sửa lại lời của điều kiện."}
    return {}


def _read_month(typed: str) -> Span:
    said = plain_line(typed).casefold()
    try:
        read = read_when(typed)
    except ValueError:
        if MONTH.match(said) or BARE_MONTH.match(said):
            raise
        raise ValueError(f"«{typed[:40]}» chưa đủ tháng và năm. Nhập cả hai, ví dụ 04/2024.") from None
    if isinstance(read, date):
        raise ValueError(f"«{typed}» là một ngày. Chỉ ghi {read:%m/%Y}, hoặc chọn loại hạn «{DueKind.DAY.label}».")
    if read.kind != "tháng":
        raise ValueError(
            f"«{typed}» dài hơn một tháng. Chọn loại hạn «{DueKind.PHRASE.label}», ghi nguyên văn "
            f"và ngày theo dõi {say_day(read.last_day)}."
        )
    return read


def _exact_kind(words: str) -> DueKind | None:
    try:
        read = read_when(BEFORE_A_WHEN.sub("", words))
    except ValueError:
        return None
    if isinstance(read, Span):
        return DueKind.MONTH if read.kind == "tháng" else None
    return DueKind.DAY


def ask_if_before(due: Due, held_on: date) -> str:
    """What to ask where the day is before that of the meeting; empty where there is nothing to ask."""
    if due.due_on is None or due.due_on >= held_on:
        return ""
    return (
        f"Hạn {say_day(due.due_on)} trước ngày họp {say_day(held_on)} {group((held_on - due.due_on).days)} ngày. "
        "Kiểm tra lại năm của hạn; nếu đúng như vậy, xác nhận rồi lưu lần nữa."
    )


def _inside(label: str) -> str:
    """A label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]


def _starts_with(words: str, openings: tuple[str, ...]) -> bool:
    return words.casefold().startswith(openings)


def _opened(opening: str, words: str, said_already: tuple[str, ...]) -> str:
    return _inside(words) if _starts_with(words, said_already) else f"{opening} {words}"
