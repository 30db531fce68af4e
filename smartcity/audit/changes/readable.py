"""Which of many changes a person reads: those that the pages of the records would show them.

The database narrows by province and by what was drafted; here the rules of the records themselves have the last word,
asked once for each kind of record on a page, however many changes there are.
"""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet

from meetings.models import FeedAddress, reads_drafts
from programme.models import Province, StoredFile, User
from smartcity.audit.changes.belonging import key_of, name_of_kind
from smartcity.audit.changes.models import OF_NONE, Audience, LoggedChange
from smartcity.audit.changes.touched import has_model, model_named
from smartcity.audit.reading import NAMED_ANYWHERE, is_of_a_draft, visible_keys, visible_rows
from smartcity.files.reading import readable_files
from tasks.models import Evidence, ProgressUpdate, Task, UpdateState

OF_A_REPORT = {Audience.REPORT_DRAFT, Audience.REPORT_TOLD}


def reads_every_draft(reader: User) -> bool:
    """Whether also of reports; others read the drafts of their own agency, which each report knows."""
    return bool(reader.audits or reader.sees_every_province)


def reads_all(reader: User) -> bool:
    """Whether no record's own rule keeps anything of their world from the reader."""
    return bool(reader.audits and reader.sees_every_province)


def told_to(reader: User) -> Q:
    """Changes that this reader is told, as far as a column tells it: of meetings all of it, of reports a part."""
    hidden = {Audience.MEETING_TOLD if reads_drafts(reader) else Audience.MEETING_DRAFT}
    if reads_every_draft(reader):
        hidden.add(Audience.REPORT_TOLD)
    return ~Q(audience__in=sorted(hidden))


def provinces_of(reader: User) -> list[int] | None:
    """Keys of the provinces whose changes the reader sees; none for whose office is the whole country."""
    if reader.sees_every_province:
        return None
    found = list(Province.objects.visible_to(reader).order_by("pk").values_list("pk", flat=True))
    return [*found, OF_NONE]


def in_reach(reader: User) -> QuerySet[LoggedChange]:
    """All that the columns let this reader read."""
    rows = LoggedChange.objects.filter(told_to(reader), is_simulated=reader.is_simulated)
    provinces = provinces_of(reader)
    return rows if provinces is None else rows.filter(province__in=provinces)


class ReadableChanges:
    """What ``reader`` may read of changes of any records."""

    def __init__(self, reader: User):
        self.reader = reader
        self._is_cut = not reads_drafts(reader)
        # What was asked of a change already, by its key.
        self._answers: dict[int, bool] = {}

    def hides(self, row: Any, before: Any, name: str) -> bool:
        return self._is_cut and is_of_a_draft(row, before, name)

    def told_removed(self, model: Any, keys: set[int]) -> set[int]:
        """Of records that are no more, those that the reader is told were removed, and so what they were called."""
        if self.reader.audits or model in NAMED_ANYWHERE:
            return keys
        if model is Task:
            # Nothing but a code, which each line that names it told to all who read the programme.
            rows = visible_rows(Task, self.reader).filter(id__in=keys, history_type="-")
            return set(rows.values_list("id", flat=True))
        gone = in_reach(self.reader).filter(record_kind=name_of_kind(model), record_id__in=keys, deed="-")
        return {change.record_id for change in self.of(list(gone))}

    @property
    def reads_drafts(self) -> bool:
        """Whether of meetings; what these were called before they were concluded is told to nobody else."""
        return reads_drafts(self.reader)

    def visible_keys(self, model: Any, keys: set) -> set:
        return visible_keys(self.reader, model, keys)

    def of(self, changes: list[LoggedChange]) -> list[LoggedChange]:
        """Those of the changes, in their order, that may be read; each is asked about once."""
        new = [change for change in changes if change.pk not in self._answers]
        told = self._told(new)
        self._answers |= {change.pk: change.pk in told for change in new}
        return [change for change in changes if self._answers[change.pk]]

    def _told(self, changes: list[LoggedChange]) -> set[int]:
        by_kind: dict[str, list[LoggedChange]] = defaultdict(list)
        for change in changes:
            by_kind[change.record_kind].append(change)
        told: set[int] = set()
        for kind, some in by_kind.items():
            if has_model(kind):
                told |= self._of_kind(model_named(kind), some)
            elif reads_all(self.reader):
                told |= {change.pk for change in some}
        cut = self._cut_reports([change for change in changes if change.pk in told])
        return {change.pk for change in changes if change.pk in told and not _is_cut_off(change, cut)}

    def _of_kind(self, model: Any, changes: list[LoggedChange]) -> set[int]:
        if self.reader.sees_every_province and (self.reader.audits or not admin.site.is_registered(model)):
            return self._of_wholes_that_are_there(changes)
        records = {change.record_id for change in changes}
        there = set(model._base_manager.filter(pk__in=records).values_list("pk", flat=True))
        if self.reader.sees_every_province:
            visible = there
        elif (own := self._visible(model, there)) is not None:
            visible = own
        else:
            visible = self._with_visible_owners(changes)
        removed = {change.pk for change in changes if change.record_id not in there}
        return {change.pk for change in changes if change.record_id in visible} | self._removed(model, removed, changes)

    def _visible(self, model: Any, keys: set[int]) -> set[int] | None:
        """Of records that are there; none where the kind has no rule of its own."""
        if model is StoredFile:
            found = set(readable_files(self.reader).filter(pk__in=keys).values_list("pk", flat=True))
            return found - self._uploaded_for_a_draft(found)
        if model is FeedAddress:
            return set(FeedAddress.objects.filter(user=self.reader, pk__in=keys).values_list("pk", flat=True))
        if not hasattr(model.objects, "visible_to"):
            return None
        return set(model.objects.visible_to(self.reader).filter(pk__in=keys).values_list("pk", flat=True))

    def _with_visible_owners(self, changes: list[LoggedChange]) -> set[int]:
        """What has no rule of its own follows what it is a part of."""
        owners: dict[str, set[int]] = defaultdict(set)
        for change in changes:
            kind, _, key = change.owner.rpartition("-")
            if kind:
                owners[kind].add(int(key))
        told = set()
        for kind, keys in owners.items():
            model = model_named(kind)
            found = self._visible(model, keys)
            told |= {key_of(model, key) for key in (keys if found is None else found)}
        return {change.record_id for change in changes if change.owner in told}

    def _of_wholes_that_are_there(self, changes: list[LoggedChange]) -> set[int]:
        """Whoever does not audit finds no record that was removed, and so nothing of its parts."""
        if self.reader.audits:
            return {change.pk for change in changes}
        owners: dict[str, set[int]] = defaultdict(set)
        for kind, key in (_named(one) for change in changes for one in (change.owner, change.grand)):
            if has_model(kind):
                owners[kind].add(key)
        gone = {
            key_of(model, key)
            for kind, keys in owners.items()
            if admin.site.is_registered(model := model_named(kind))
            for key in keys - set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        }
        return {change.pk for change in changes if not gone & {change.owner, change.grand}}

    def _removed(self, model: Any, removed: set[int], changes: list[LoggedChange]) -> set[int]:
        """Records that were removed are there for whoever audits; their parts, for whoever reads the whole."""
        if self.reader.audits:
            return removed
        if admin.site.is_registered(model) or not hasattr(model.objects, "visible_to"):
            return set()
        keys = {change.history_id: change.pk for change in changes if change.pk in removed}
        found = visible_rows(model, self.reader).filter(pk__in=keys) if keys else []
        return {keys[row["pk"]] for row in found}

    def _cut_reports(self, changes: list[LoggedChange]) -> set[int]:
        """Keys of reports of which this reader may not read what was drafted."""
        if reads_every_draft(self.reader):
            return set()
        return self._with_drafts_of_others({_report_of(change) for change in changes if change.audience in OF_A_REPORT})

    def _with_drafts_of_others(self, reports: set[int]) -> set[int]:
        if not reports:
            return set()
        drafted = ProgressUpdate.history.filter(id__in=reports, state=UpdateState.DRAFT)
        visible = visible_rows(ProgressUpdate, self.reader).filter(id__in=reports)
        return set(drafted.exclude(pk__in=visible).values_list("id", flat=True))

    def _uploaded_for_a_draft(self, files: set[int]) -> set[int]:
        """Files that came while a report was drafted; that it has them is told when it is sent."""
        if reads_every_draft(self.reader) or not files:
            return set()
        reports: dict[int, set[int]] = defaultdict(set)
        for key, report in Evidence.objects.filter(file__in=files).values_list("file", "update"):
            reports[key].add(report)
        drafted = self._with_drafts_of_others({one for some in reports.values() for one in some})
        return {key for key, some in reports.items() if some <= drafted}


def _named(owner: str) -> tuple[str, int]:
    kind, _, key = owner.rpartition("-")
    return kind, int(key or 0)


def _report_of(change: LoggedChange) -> int:
    if change.record_kind == name_of_kind(ProgressUpdate):
        return change.record_id
    return int(change.owner.rpartition("-")[2])


def _is_cut_off(change: LoggedChange, cut: set[int]) -> bool:
    if change.audience not in OF_A_REPORT:
        return False
    return (change.audience == Audience.REPORT_DRAFT) == (_report_of(change) in cut)
