"""Which records a package is about: all that leads to a programme, and what that names; or everything.

It is asked of the histories, which still tell whose the records were that are no more. Whoever takes a package reads
drafts too (``may_take_evidence``), so that what they may see is told by provinces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from meetings.models import (
    Answer,
    AnswerFile,
    Assignment,
    Attendance,
    Conclusion,
    Directive,
    DirectiveLink,
    DirectiveUrging,
    Extension,
    Finding,
    FindingEntry,
    Meeting,
    MeetingProgramme,
    MeetingVersion,
    Opinion,
    Recipient,
    Reopening,
    UrgedAssignment,
)
from programme.models import (
    SIMULATED,
    Agency,
    AgencySuccession,
    CoordinationTransfer,
    DocumentRelation,
    LegalDocument,
    Membership,
    Objective,
    Period,
    Programme,
    Province,
    Revision,
    RevisionStep,
    StatedFigure,
    StoredFile,
    User,
)
from smartcity.lib.log.tracked import tracked_tables
from tasks.models import (
    BudgetEntry,
    Coordination,
    Dataset,
    DatasetObservation,
    Evidence,
    Explanation,
    ExplanationReply,
    LeadTransfer,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    ReportingCycle,
    ReportingDuty,
    RouteStep,
    Task,
    TaskLineage,
    TaskRemoval,
    UrgedReport,
    Urging,
)

# Of a room above this one.
ImportedFile: Any = apps.get_model("smartcity", "ImportedFile")
# Of each kind, by which keys it leads to which kind above it. Each stands below those that it leads to.
LEADING: list[tuple[Any, list[tuple[str, Any]]]] = [
    (CoordinationTransfer, [("programme", Programme)]),
    (StatedFigure, [("programme", Programme)]),
    (Revision, [("programme", Programme)]),
    (RevisionStep, [("revision", Revision)]),
    (Period, [("revision", Revision)]),
    (Objective, [("revision", Revision)]),
    (Task, [("programme", Programme)]),
    (TaskLineage, [("from_task", Task), ("to_task", Task), ("revision", Revision)]),
    (TaskRemoval, [("task", Task), ("revision", Revision)]),
    (PlannedTask, [("task", Task), ("revision", Revision)]),
    (Coordination, [("planned_task", PlannedTask)]),
    (PlannedBudget, [("planned_task", PlannedTask)]),
    (LeadTransfer, [("task", Task)]),
    (RouteStep, [("task", Task)]),
    (BudgetEntry, [("task", Task)]),
    (ReportingDuty, [("programme", Programme), ("task", Task)]),
    (ReportingCycle, [("duty", ReportingDuty)]),
    (ProgressUpdate, [("task", Task)]),
    (Evidence, [("update", ProgressUpdate)]),
    (Explanation, [("programme", Programme), ("task", Task)]),
    (ExplanationReply, [("explanation", Explanation)]),
    (Urging, [("programme", Programme)]),
    (UrgedReport, [("urging", Urging), ("task", Task)]),
    (ImportedFile, [("programme", Programme), ("revision", Revision)]),
    (DirectiveLink, [("directive", Directive)]),
    (Assignment, [("directive", Directive)]),
    (Answer, [("assignment", Assignment)]),
    (AnswerFile, [("answer", Answer)]),
    (Extension, [("assignment", Assignment)]),
    (Reopening, [("assignment", Assignment)]),
    (UrgedAssignment, [("assignment", Assignment)]),
    (DatasetObservation, [("dataset", Dataset)]),
    (FindingEntry, [("finding", Finding)]),
]
# What was said at a meeting is told where all of it was about the programme.
OF_WHOLE_MEETINGS = (MeetingProgramme, Attendance, Opinion, Recipient, MeetingVersion)
# Of one programme these are few; asked once, they keep questions about what leads to them from nesting too deep.
FEW = (Programme, Revision, Task, Meeting, Conclusion, Directive)
# What rows name, in the order in which these name each other: a document its file, a file who sent it.
CITED: tuple[Any, ...] = (LegalDocument, StoredFile, Agency, User, Province)
# Of these, as of what is of central bodies, some belong to no province.
ANYWHERE = (LegalDocument, Agency)


class NoSuchProgramme(ValueError):
    def __init__(self, code: str):
        super().__init__(f"Không có đề án «{code}». Xem mã đề án ở trang «Các đề án».")


@dataclass(frozen=True)
class Part:
    """Records of one kind: those with these keys, or all of them."""

    model: Any
    keys: QuerySet | list[int] | None = None


@dataclass
class Scope:
    """One programme, or everything; of what ``reader`` may see, or where nobody is named, of all there is."""

    programme: Programme | None = None
    reader: User | None = None
    _keys: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    _visible: list[int] | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, code: str, reader: User | None = None) -> "Scope":
        found = Programme.objects.visible_to(reader) if reader else Programme.objects.all()
        programme = found.select_related("province").filter(code=code).first()
        if programme is None:
            raise NoSuchProgramme(code)
        return cls(programme, reader)

    @property
    def is_all_there_is(self) -> bool:
        return self.programme is None and self.reader is None

    def __str__(self):
        if self.programme:
            province = self.programme.province
            note = f". {SIMULATED}" if province.is_simulated else ""
            return f"đề án {self.programme.code}, {province}{note}"
        if self.is_all_there_is:
            return "toàn bộ hệ thống"
        note = self.reader.simulated_note if self.reader else ""
        said = "mọi đề án, cuộc họp và văn bản mà người lấy gói được đọc"
        return f"{said}. {note}" if note else said

    def parts(self) -> Iterator[Part]:
        """What leads to it; what that names is known when these were read: ``cited``."""
        if self.is_all_there_is:
            yield from (Part(one.model) for _, one in sorted(tracked_tables().items()))
            return
        for model in self._models():
            keys = self._keys_of(model)
            if keys is not None:
                yield Part(model, keys)

    def cited(self, named: dict[Any, set[int]]) -> Iterator[Part]:
        """What was named by the rows read so far, which go on to name more. ``named`` is by kind."""
        if self.is_all_there_is:
            return
        for model in CITED:
            yield Part(model, sorted(self._readable(model, named.get(model, set()))))

    def _models(self) -> list[Any]:
        roots: list[Any] = [Programme, Meeting, Conclusion, Directive, Finding, DirectiveUrging]
        if self.programme is None:
            roots += [Dataset, AgencySuccession, DocumentRelation, Membership]
        return [*roots, *OF_WHOLE_MEETINGS, *(model for model, _ in LEADING)]

    def _keys_of(self, model: Any) -> QuerySet | list[int] | None:
        if model not in self._keys:
            chosen = self._chosen(model)
            keys = model.history.filter(chosen).order_by().values("id") if chosen is not None else None
            if keys is not None and self.programme and model in FEW:
                keys = sorted(set(keys.values_list("id", flat=True)))
            self._keys[model] = keys
        return self._keys[model]

    def _chosen(self, model: Any) -> Q | None:
        """A condition on rows of the history; none where there is nothing of the kind."""
        own = {
            Programme: self._programmes,
            Meeting: self._meetings,
            Conclusion: self._conclusions,
            Directive: self._directives,
            Finding: self._findings,
            DirectiveUrging: self._directive_urgings,
            Dataset: self._in_provinces if self.programme is None else _nothing,
            AgencySuccession: lambda: self._both(Agency, "predecessor", "successor"),
            DocumentRelation: lambda: self._both(LegalDocument, "document", "target"),
            Membership: lambda: Q(agency_id__in=self._whole(Agency)),
        }
        if model in own:
            return own[model]()
        if model in OF_WHOLE_MEETINGS:
            return Q(meeting_id__in=self._whole_meetings())
        found = None
        for name, owner in dict(LEADING)[model]:
            keys = self._keys_of(owner)
            if keys is not None:
                condition = Q(**{f"{name}_id__in": keys})
                found = found | condition if found is not None else condition
        return found

    def _programmes(self) -> Q:
        return Q(id=self.programme.pk) if self.programme else self._in_provinces()

    def _whole_meetings(self) -> QuerySet:
        """Those that are in it with all that was said."""
        if self.programme is None:
            return Meeting.history.filter(self._in_provinces()).order_by().values("id")
        about = MeetingProgramme.history.filter(programme_id=self.programme.pk).order_by().values("meeting_id")
        return Meeting.history.filter(self._in_provinces(), id__in=about).order_by().values("id")

    def _linked(self) -> QuerySet:
        """Directives that are about one of its tasks or revisions, at whichever meeting of the province."""
        of_it = Q(task_id__in=self._keys_of(Task)) | Q(revision_id__in=self._keys_of(Revision))
        linked = DirectiveLink.history.filter(of_it).order_by().values("directive_id")
        at = Meeting.history.filter(self._in_provinces()).order_by().values("id")
        of_province = Conclusion.history.filter(meeting_id__in=at).order_by().values("id")
        return Directive.history.filter(id__in=linked, conclusion_id__in=of_province).order_by()

    def _meetings(self) -> Q:
        if self.programme is None:
            return self._in_provinces()
        concluded = Conclusion.history.filter(id__in=self._linked().values("conclusion_id")).order_by()
        return Q(id__in=self._whole_meetings()) | Q(id__in=concluded.values("meeting_id"))

    def _conclusions(self) -> Q:
        of_whole = Q(meeting_id__in=self._whole_meetings())
        return of_whole | Q(id__in=self._linked().values("conclusion_id")) if self.programme else of_whole

    def _directives(self) -> Q:
        of_whole = Conclusion.history.filter(meeting_id__in=self._whole_meetings()).order_by().values("id")
        told = Q(conclusion_id__in=of_whole)
        return told | Q(id__in=self._linked().values("id")) if self.programme else told

    def _findings(self) -> Q:
        if self.programme is None:
            return self._in_provinces()
        of_it = Q(task_id__in=self._keys_of(Task)) | Q(directive_id__in=self._keys_of(Directive))
        return self._in_provinces() & of_it

    def _directive_urgings(self) -> Q:
        if self.programme is None:
            return self._in_provinces()
        urged = UrgedAssignment.history.filter(assignment_id__in=self._keys_of(Assignment)).order_by()
        return self._in_provinces() & Q(id__in=urged.values("urging_id"))

    def _in_provinces(self) -> Q:
        return Q() if self.reader is None else Q(province_id__in=self._provinces())

    def _provinces(self) -> list[int]:
        if self._visible is None:
            self._visible = sorted(Province.objects.visible_to(self.reader).values_list("pk", flat=True))
        return self._visible

    def _both(self, model: Any, *names: str) -> Q:
        whole = self._whole(model)
        return Q(**{f"{name}_id__in": whole for name in names})

    def _whole(self, model: Any) -> QuerySet:
        """All agencies or documents that may be read."""
        return model.history.filter(self._in_reach()).order_by().values("id")

    def _in_reach(self) -> Q:
        """As pages have it: of a province that is seen, or of central bodies, of which a simulated world has none."""
        if self.reader is None:
            return Q()
        return self._in_provinces() if self.reader.is_simulated else Q(province_id=None) | self._in_provinces()

    def _readable(self, model: Any, named: set[int]) -> set[int]:
        if model not in ANYWHERE or self.reader is None:
            return named
        whole = set(self._whole(model).values_list("id", flat=True))
        # Who takes everything takes what no row names too.
        return named & whole if self.programme else whole


def _nothing() -> None:
    return None
