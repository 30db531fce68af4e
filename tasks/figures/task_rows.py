"""One task on one day: what the plan in force says of it, and the last that was accepted about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, DateField, F, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from programme.models import Agency, LegalDocument
from tasks.figures.report_words import WORDS
from tasks.figures.tones import tone_of
from tasks.models import Causes, LeadTransfer, Status, TaskDay, with_lead
from tasks.models.task_day import NO_REPORT, STILL, UNEXPLAINED
from tasks.timeliness import Timeliness

STATUS_LABELS = {NO_REPORT: "Chưa có báo cáo"} | {status.value: str(status.label) for status in Status}

NOT_BEGUN = (NO_REPORT, Status.NOT_STARTED)
CAUSE_LABELS = {cause.value: str(cause.label) for cause in Causes} | {UNEXPLAINED: "Chưa nêu nguyên nhân"}
# What a row reads of the day, of the plan in force and of the report that counts, by its own names.
READ = {
    "task": "task_id",
    "code": "task__code",
    "plan": "plan_id",
    "position": "plan__position",
    "name": "plan__name",
    "short_name": "plan__short_name",
    "period": "plan__period__label",
    "due": "due",
    "own_due": "plan__due_on",
    "status": "status",
    "causes": "causes",
    "timeliness": "timeliness",
    "slips": "slips",
    "first_due": "first_due",
    "carried_from": "carried_from_id",
    "is_proposed": "is_proposed",
    "told": "told_id",
    "told_on": "told_on",
    "percent": "told__percent",
    "begin": "begin",
    "first_begin": "first_begin",
    "began": "began",
    "completed_on": "completed_on",
    "obstacles": "told__obstacles",
    "document": "told__document_id",
    "lead": "lead_id",
    "moved_by": "moved_by",
    "planned_lead_is_assumed": "plan__lead_is_assumed",
}
# What a file tells beside it.
READ_FOR_A_FILE = {"programme": "task__programme__code"} | {name: f"told__{name}" for name in WORDS}


@dataclass(frozen=True)
class TaskRow:
    """A planned task with its state on the day ``as_of``; other records by their keys.

    ``carried_from`` is the plan of the base revision that the revision in force moved to a later period. ``slips``
    counts how often revisions carried it over, from its ``first_due`` day on. ``told`` is the report that counts, of
    the day ``told_on``. ``moved_by`` is the act by which another agency than the planned one leads it by now.
    """

    as_of: date
    task: int
    code: str
    plan: int
    position: int
    name: str
    period: str | None
    due: date | None
    own_due: date | None
    status: str
    # Why an open task is not complete, as its last report says; empty for a complete one.
    causes: str
    timeliness: str
    slips: int
    first_due: date | None
    carried_from: int | None
    is_proposed: bool
    told: int | None
    told_on: date | None
    percent: int | None
    document: LegalDocument | None
    # Who leads it on the day; None when no source says.
    lead: Agency | None
    moved_by: int | None
    planned_lead_is_assumed: bool
    # What charts and narrow tables call it; empty where the plan has no such name, or nobody asked for it.
    short_name: str = ""
    # What its last report says that hinders it.
    obstacles: str | None = None
    # From when on it is planned, and was first; and the day of the first report that says that it goes on.
    begin: date | None = None
    first_begin: date | None = None
    began: date | None = None
    completed_on: date | None = None
    # What stands beside each agency that has ended, by its key; shared by the rows of a page.
    beside: dict[int, str] = field(default_factory=dict)
    # Whether the page has told already what became of who leads it.
    is_told_above: bool = False
    # Who entered the report that counts and who accepted it, where the page tells that.
    signed: str = ""
    # What the report that counts says in words, and the programme's code: for a file alone.
    said: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def address(self) -> str:
        """Of its page."""
        return reverse("task_detail", args=[self.task])

    @property
    def brief(self) -> str:
        """What it is called where there is little room."""
        return self.short_name or self.name

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def is_carried_over(self) -> bool:
        return self.carried_from is not None

    @property
    def due_is_of_the_period(self) -> bool:
        return self.own_due is None and self.due is not None

    @property
    def days_late(self) -> int:
        """Days past the due date, of an open task; else 0."""
        return (self.as_of - self.due).days if self.due and self.timeliness == Timeliness.OPEN_OVERDUE else 0

    @cached_property
    def tone(self) -> str:
        return tone_of(self.status, self.timeliness, is_proposed=self.is_proposed)

    @cached_property
    def label(self) -> str:
        """The word that goes with the colour."""
        if self.is_complete:
            return STATUS_LABELS[Status.COMPLETE]
        if self.is_proposed:
            return "Đề nghị chuyển tiếp"
        if self.timeliness == Timeliness.OPEN_OVERDUE:
            return "Quá hạn"
        return "Chuyển tiếp" if self.is_carried_over else STATUS_LABELS[self.status]

    @property
    def why_open(self) -> str:
        """Why it is not complete, in the words of its last report; else the cause that it names."""
        return self.obstacles or CAUSE_LABELS.get(self.causes, "")

    @property
    def status_label(self) -> str:
        return STATUS_LABELS[self.status]

    @property
    def lead_label(self) -> str:
        """Who leads it, by the name of the day; empty when no source says."""
        return self.lead.label if self.lead else ""

    @property
    def lead_is_assumed(self) -> bool:
        """Whether no document says so: an act of transfer does."""
        return self.planned_lead_is_assumed and self.moved_by is None

    @property
    def lead_beside(self) -> str:
        """What became of the lead, and whether that leaves the task without one."""
        return self.beside.get(self.lead.pk, "") if self.lead and not self.is_told_above else ""

    @property
    def transfer(self) -> LeadTransfer | None:
        """The act of ``moved_by``; a query, for the page of one task."""
        acts = LeadTransfer.objects.select_related("from_agency", "to_agency", "document")
        return acts.filter(pk=self.moved_by).first() if self.moved_by else None


def by_urgency(days: QuerySet) -> QuerySet:
    """What needs somebody first: open before complete, latest and then soonest due first, then the document's order."""
    is_due = When(is_complete=False, due__isnull=False, then=F("due"))
    due = Case(is_due, default=Value(STILL), output_field=DateField())
    return days.order_by("is_complete", due, "plan__position")


def with_days(days: QuerySet, on: date) -> QuerySet:
    """Add ``begin`` and ``first_begin``, from when on each is planned, and was first; and ``began``.

    That is the day of the first report that says that it goes on.
    """
    told = TaskDay.objects.filter(task=OuterRef("task"), since__lte=on, told_on__isnull=False)
    begun = told.exclude(status__in=NOT_BEGUN).order_by("since").values("told_on")[:1]
    begin = Coalesce("plan__start_on", "plan__period__first_day", output_field=DateField())
    first = TaskDay.objects.filter(task=OuterRef("task")).order_by("since").values(first_planned=begin)[:1]
    return days.annotate(begin=begin, first_begin=Subquery(first), began=Subquery(begun))


def late_since() -> Case:
    """The due day of what is overdue; of all else, a day that is later than any."""
    overdue = When(timeliness=Timeliness.OPEN_OVERDUE.value, then=F("due"))
    return Case(overdue, default=Value(STILL), output_field=DateField())


def read_rows(
    days: QuerySet,
    on: date,
    *,
    beside: dict[int, str],
    at_hand: Iterable[Model | None] = (),
    is_for_a_file: bool = False,
) -> list[TaskRow]:
    """The rows of ``days``, which are of the day ``on``, in their order. Three queries at the most.

    Agencies and documents that are ``at_hand`` are not read again. Texts are long: only a file has them.
    """
    more = READ_FOR_A_FILE if is_for_a_file else {}
    read = with_lead(with_days(days, on), on, plan="plan__").values_list(*READ.values(), *more.values())
    values = [
        dict(zip(READ, row[: len(READ)], strict=True)) | {"said": dict(zip(more, row[len(READ) :], strict=True))}
        for row in read
    ]
    known = [record for record in at_hand if record]
    agencies = _by_key(Agency, Agency.objects.select_related("province"), (row["lead"] for row in values), known)
    documents = _by_key(LegalDocument, LegalDocument.objects, (row["document"] for row in values), known)
    return [
        TaskRow(
            as_of=on,
            beside=beside,
            **row | {"lead": agencies.get(row["lead"]), "document": documents.get(row["document"])},
        )
        for row in values
    ]


def _by_key(model: type[Model], records: Any, keys: Iterable[int | None], known: Iterable[Model]) -> dict:
    """Those records, each once however many rows name it."""
    found = {record.pk: record for record in known if isinstance(record, model)}
    wanted = {key for key in keys if key} - found.keys()
    return found | (records.in_bulk(wanted) if wanted else {})
