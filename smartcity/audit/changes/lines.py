"""Lines of the timeline in words: who did what, when, why and on which ground, with what it changed.

A constant number of questions for each kind of record that stands on a page.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.timezone import localtime

from programme.models import LegalDocument, User
from programme.rights import CHANGE
from smartcity.audit.changes.belonging import OWNERS
from smartcity.audit.changes.finding import OF_ONE_ACT, first_of_each
from smartcity.audit.changes.models import Audience, LoggedChange
from smartcity.audit.changes.pages_in_words import page_in_words
from smartcity.audit.changes.readable import ReadableChanges, in_reach, reads_all
from smartcity.audit.changes.touched import has_model, lost_act, model_named
from smartcity.audit.changes.weighing import copied_with_a_draft, telling_first
from smartcity.audit.reading import as_sent_again
from smartcity.audit.verbs import PLAIN, say_unchanged, verb_of
from smartcity.audit.words import Change, changes_of, names_in, subject_of, whole_of
from smartcity.lib.log.models import SignedAct
from smartcity.lib.log.origin import SIMULATED, Source

SHOWN = 5
# Clocks of several servers may differ by so much.
SET_BACK = timedelta(minutes=2)
PARTS_TOLD = {Audience.MEETING_TOLD, Audience.REPORT_TOLD}
WHOLES_TOLD = {"meetings.meeting", "tasks.progressupdate"}
SOURCES = {
    Source.PAGE: "trên trang",
    Source.API: "qua API",
    Source.COMMAND: "bằng lệnh trên máy chủ:",
    Source.RECONSTRUCTED: "có từ trước khi có nhật ký",
    Source.UNKNOWN: "không rõ từ đâu",
}
UNREADABLE = "một dòng lịch sử không còn đọc được (báo quản trị chạy lệnh kiểm tra lịch sử)"


@dataclass
class Touched:
    """One record that an act touched, as it was then."""

    change: LoggedChange
    at: datetime | None
    verb: str
    subject: str
    # What it is a part of: «nhiệm vụ BRVT-DTTM / 12».
    whole: str
    reason: str
    document_key: int | None
    changes: list[Change] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        return self.change.deed == "~"

    @property
    def key(self) -> str:
        """How the address names the record."""
        return f"{self.change.record_kind}-{self.change.record_id}"

    @property
    def in_words(self) -> str:
        return "; ".join(change.in_words for change in self.changes) or self.unchanged

    @property
    def unchanged(self) -> str:
        return say_unchanged(self.verb)


@dataclass
class Line:
    """One act as one reads it."""

    act: SignedAct
    place: int
    touched: list[Touched]
    document: str = ""
    # Other records of the act that may be read; at least so many, where there are too many to look at.
    others: int = 0
    others_are_more: bool = False
    # For which these were done, as far as they were looked at.
    other_reasons: set[str] = field(default_factory=set)
    clock: datetime | None = None
    is_reconstructed: bool = False
    # Whence exactly: the address of the page, the name of the file or of the command.
    names_place: bool = False

    @property
    def at(self) -> datetime:
        """Of a simulated country, in its own story."""
        return (self.act.place == SIMULATED and self.touched[0].at) or self.act.at

    @property
    def role(self) -> str:
        return str(dict(User._meta.get_field("role").flatchoices).get(self.act.role, ""))

    @property
    def source(self) -> str:
        """Whence it came, as one reads it; which page or file it was, whoever audits is told."""
        is_of_page = self.act.source == Source.PAGE
        return self._source_at(page_in_words(self.act.place) if is_of_page else self.act.place)

    @property
    def exact_source(self) -> str:
        """With the address of the page, which a file keeps."""
        return self._source_at(self.act.place)

    def _source_at(self, place: str) -> str:
        said = SOURCES.get(Source(self.act.source), self.act.get_source_display())
        return f"{said} {place}" if self.names_place and place else said.rstrip(":")

    @property
    def reason(self) -> str:
        """The one that all of it was done for; where they differ, each stands with its record."""
        return next(iter(self._reasons)) if len(self._reasons) == 1 else ""

    @property
    def has_several_reasons(self) -> bool:
        return len(self._reasons) > 1

    @property
    def _reasons(self) -> set[str]:
        return {one.reason for one in self.touched} | self.other_reasons

    @property
    def notes(self) -> list[str]:
        found = []
        if self.is_reconstructed:
            found.append("Có từ trước khi có nhật ký: thứ tự được dựng lại theo giờ ghi.")
        elif self.clock and self.act.place != SIMULATED and self.act.at < self.clock - SET_BACK:
            found.append(
                f"Đồng hồ máy chủ đã bị lùi: thao tác này xảy ra sau một thao tác ghi lúc {_say_moment(self.clock)}."
            )
        return found


def _say_moment(at: datetime) -> str:
    return f"{localtime(at):%H:%M %d/%m/%Y}"


def lines_of(reading: ReadableChanges, acts: dict[int, list[LoggedChange]], *, shown: int | None = SHOWN) -> list[Line]:
    """The lines of these acts by place, each with the first of what tells what it was about, or with all as given.

    Acts whose changes say nothing that the reader may read have none.
    """
    reader = reading.reader
    chosen = {place: changes[:shown] for place, changes in telling_first(acts).items()} if shown else acts
    told = touched_by([change for changes in chosen.values() for change in changes], reading)
    keys = {changes[0].act_key for changes in chosen.values() if changes}
    signed = SignedAct.objects.in_bulk(keys)
    counts = _counted(reading, acts) if shown else {}
    reasons = _reasons_of_others(acts, chosen)
    lines = []
    for place, changes in chosen.items():
        touched = [told[change.pk] for change in changes if change.pk in told]
        if touched:
            first = changes[0]
            line = Line(
                signed.get(first.act_key) or lost_act(first.act_key, first.clock),
                place,
                touched,
                clock=first.clock,
                is_reconstructed=first.is_reconstructed,
            )
            line.other_reasons = reasons[place]
            line.names_place = reader.audits or reader.may(CHANGE, "programme.user")
            if shown:
                line.others = max(counts.get(place, 0) - len(changes), 0)
                line.others_are_more = not reads_all(reader) and counts[place] >= OF_ONE_ACT
            lines.append(line)
    _name_documents(lines, reading)
    return lines


def _reasons_of_others(
    acts: dict[int, list[LoggedChange]], chosen: dict[int, list[LoggedChange]]
) -> dict[int, set[str]]:
    """What those were done for that a line does not show: it must not say that all was done for one thing."""
    found: dict[int, set[str]] = defaultdict(set)
    places: dict[str, dict[int, int]] = defaultdict(dict)
    for place, changes in acts.items():
        told = {change.pk for change in chosen[place]}
        for change in changes:
            if change.pk not in told and not is_part_told(change) and has_model(change.record_kind):
                places[change.record_kind][change.history_id] = place
    for kind, rows in places.items():
        history = model_named(kind).history.filter(history_id__in=rows).order_by()
        for key, reason in history.values_list("history_id", "history_change_reason"):
            found[rows[key]].add(reason or "")
    return found


def _counted(reading: ReadableChanges, acts: dict[int, list[LoggedChange]]) -> dict[int, int]:
    """How many changes of each act the reader may read; where the records have to be asked, of those looked at."""
    rows = in_reach(reading.reader).filter(place__in=acts)
    if reads_all(reading.reader):
        return dict(rows.order_by().values_list("place").annotate(Count("pk")))
    looked_at = first_of_each(rows)
    return Counter(change.place for change in reading.of(list(looked_at)))


def touched_by(changes: Iterable[LoggedChange], reading: ReadableChanges) -> dict[int, Touched]:
    """What each change says, by its key; without those that say nothing that may be read."""
    changes = list(changes)
    rows = _rows_of(changes)
    told_by = _tellers_of([change for change in changes if is_part_told(change)])
    pairs = {}
    for change in changes:
        row = rows.get((change.record_kind, change.history_id))
        if row is not None and change.audience in PARTS_TOLD:
            row = _as_told(change, row, told_by.get(change.number))
        before = rows.get((change.record_kind, change.before_id)) if change.deed != "+" else None
        pairs[change.pk] = (change, row, before)
    names = names_in([row for _, row, before in pairs.values() for row in (row, before) if row is not None], reading)
    copied = copied_with_a_draft(changes)
    found = {}
    for key, (change, row, before) in pairs.items():
        teller = told_by.get(change.number)
        told = _touched(change, row, before, names, reading, teller, is_copied=key in copied)
        if told is not None:
            found[key] = told
    return found


def _as_told(change: LoggedChange, row: Any, teller: Any) -> Any:
    """The row as others are told it: a part, as of the moment when the whole told of it."""
    if not is_part_told(change):
        told = as_sent_again(row) if change.audience == Audience.REPORT_TOLD and change.deed == "~" else copy(row)
    else:
        told = copy(row)
        told.history_date = teller.history_date if teller else row.history_date
    told.history_type = change.deed
    return told


def is_part_told(change: LoggedChange) -> bool:
    """Whether it was drafted, for reasons of its own, and is told with the whole that it is a part of."""
    return change.audience in PARTS_TOLD and change.record_kind not in WHOLES_TOLD


def _tellers_of(parts: list[LoggedChange]) -> dict[int, Any]:
    """The rows of those wholes, by number of the log."""
    numbers = {change.number for change in parts}
    wholes = list(LoggedChange.objects.filter(number__in=numbers, record_kind__in=WHOLES_TOLD)) if numbers else []
    rows = _rows_of(wholes)
    return {one.number: row for one in wholes if (row := rows.get((one.record_kind, one.history_id))) is not None}


def _touched(
    change: LoggedChange,
    row: Any,
    before: Any,
    names: dict,
    reading: ReadableChanges,
    teller: Any,
    *,
    is_copied: bool,
) -> Touched | None:
    if row is None:
        return Touched(change, None, PLAIN.get(change.deed, ""), UNREADABLE, "", "", None)
    changes = changes_of(row, before, names, reading)
    hidden = any(reading.hides(row, before, one.name) for one in row.tracked_fields)
    if not changes and hidden:
        return None
    verb = verb_of(row, before, {one.name for one in changes}, is_copied=is_copied)
    signed = teller if is_part_told(change) else row
    return Touched(
        change,
        row.history_date,
        verb.said,
        subject_of(row, names, verb.noun),
        "" if change.owner == "" else whole_of(row, names, OWNERS),
        (signed.history_change_reason or "") if signed else "",
        signed.history_document_id if signed else None,
        changes,
    )


def _rows_of(changes: list[LoggedChange]) -> dict[tuple[str, int | None], Any]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change.record_kind].add(change.history_id)
        if change.before_id is not None and change.deed != "+":
            wanted[change.record_kind].add(change.before_id)
    return {
        (kind, row.history_id): row
        for kind, keys in wanted.items()
        if has_model(kind)
        for row in model_named(kind).history.filter(history_id__in=keys).order_by()
    }


def _name_documents(lines: list[Line], reading: ReadableChanges) -> None:
    """The ground of each act: a document that the reader may see."""
    keys = {one.document_key for line in lines for one in line.touched} - {None}
    if not keys:
        return
    seen = reading.visible_keys(LegalDocument, keys)
    names = {one.pk: str(one) for one in LegalDocument.objects.filter(pk__in=seen)}
    for line in lines:
        said = dict.fromkeys(names.get(one.document_key, "") for one in line.touched if one.document_key)
        line.document = "; ".join(name for name in said if name)
