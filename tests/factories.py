"""The smallest valid record of each kind, and what takes several records to make.

A factory sets only what the database demands; a test spells out every value that its assertion depends on.
All of them are validated and signed: what a test starts from obeys the rules and has a history. What the database
refuses by itself it is left to refuse, which saves a third of the suite's time; a test of such a refusal in words saves
what ``build`` gives with ``signed_save``.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import product

import factory
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.timezone import get_default_timezone
from factory.django import DjangoModelFactory

from programme.models import (
    Agency,
    AgencyKind,
    AgencySuccession,
    CoordinationTransfer,
    DocumentKind,
    DocumentRelation,
    LegalDocument,
    Measure,
    Membership,
    Objective,
    Period,
    Programme,
    Province,
    RelationKind,
    Revision,
    RevisionState,
    RevisionStep,
    Role,
    StatedFigure,
    StepKind,
    StoredFile,
    User,
    taking_step,
)
from programme.models.membership import is_of_simulated
from programme.operations.deciding import record_step
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.records.files import FileKind
from smartcity.lib.records.history import signed, signed_bulk_update, user_action
from tasks.models import (
    AskedFigure,
    BudgetEntry,
    Coordination,
    Dataset,
    DatasetList,
    DatasetObservation,
    Evidence,
    Explanation,
    ExplanationReply,
    ExplanationState,
    LeadTransfer,
    LineageKind,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    ReplyKind,
    ReportingCycle,
    ReportingDuty,
    Route,
    RouteStep,
    Sharing,
    Status,
    Task,
    TaskLineage,
    TaskRemoval,
    UpdateCadence,
    UpdateState,
    UrgedReport,
    Urging,
    UrgingWay,
)
from tasks.operations.task_days import keep_after_acceptance, keep_paid_days, keep_task_days

PASSWORD = "mat-khau-cua-phep-thu"  # what every account of UserFactory signs in with


@lru_cache
def hashed_password() -> str:
    """Hash the password once for the whole run: hashing is slow on purpose."""
    return make_password(PASSWORD)


# Asked for once a test: what is undone with the test takes the account along.
@lru_cache
def account_of_this_test() -> User:
    """It works for no agency: that is said here, or each row that it signs would ask."""
    return system_account().with_work([])


class SignedFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return kept(model_class(*args, **kwargs))


def kept(record):
    """Save as ``signed_save`` does it, without a savepoint: a test is undone as a whole."""
    with signed(record, by=account_of_this_test(), reason="Dữ liệu của phép thử"):
        record.clean_fields(exclude={one.name for one in record._meta.fields if one.is_relation})
        record.clean()
        with transaction.atomic(savepoint=False):
            record.save()
    return record


def rewrite(*records, **values) -> None:
    """Give stored records other values, signed, past their own rules: what would take many steps to come about."""
    stored = [type(record)._base_manager.get(pk=record.pk) for record in records]
    for record, (name, value) in product(stored, values.items()):
        setattr(record, name, value)
    signed_bulk_update(stored, list(values), by=account_of_this_test(), reason="Dữ liệu của phép thử")


class ProvinceFactory(SignedFactory):
    class Meta:
        model = Province

    code = factory.Sequence(lambda n: f"tinh-{n}")
    name = factory.Sequence(lambda n: f"Tỉnh {n}")


class AgencyFactory(SignedFactory):
    class Meta:
        model = Agency

    province = factory.SubFactory(ProvinceFactory)
    name = factory.Sequence(lambda n: f"Sở {n}")


class UserFactory(SignedFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"can-bo-{n}")
    full_name = factory.Sequence(lambda n: f"Cán bộ {n}")
    password = factory.LazyFunction(hashed_password)
    role = Role.OFFICER
    agency = factory.SubFactory(AgencyFactory)

    @classmethod
    def _build(cls, model_class, *args, agency=None, first_day=None, **kwargs):
        return super()._build(model_class, *args, **kwargs)

    @classmethod
    def _create(cls, model_class, *args, agency=None, first_day=None, **kwargs):
        kwargs.setdefault("is_simulated", is_of_simulated(agency))
        user = super()._create(model_class, *args, **kwargs)
        if agency is not None:
            MembershipFactory(user=user, agency=agency, first_day=first_day)
        return user


class MembershipFactory(SignedFactory):
    """Work for an agency that has no known beginning and no end."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory, agency=None)
    agency = factory.SubFactory(AgencyFactory)


class AgencySuccessionFactory(SignedFactory):
    """Of two agencies of one province."""

    class Meta:
        model = AgencySuccession

    predecessor = factory.SubFactory(AgencyFactory)
    successor = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..predecessor.province"))
    effective_on = date(2025, 3, 1)


class LegalDocumentFactory(SignedFactory):
    """An issued resolution; ``unissued=True`` for one without number and day, ``press=True`` for a report."""

    class Meta:
        model = LegalDocument

    kind = DocumentKind.RESOLUTION
    issuer = factory.SubFactory(AgencyFactory, province=None, kind=AgencyKind.COUNCIL)
    # Above the numbers of the real documents that tests look for.
    number = factory.Sequence(lambda n: 5_001 + n)
    symbol = "NQ-HĐND"
    signed_on = date(2019, 12, 13)
    subject = "Về việc thông qua Đề án"

    class Params:
        unissued = factory.Trait(number=None, signed_on=None)
        press = factory.Trait(kind=DocumentKind.PRESS, issuer=None, number=None, symbol="", publisher="Báo địa phương")


class StoredFileFactory(SignedFactory):
    """A PDF, or what ``bytes`` and ``kind`` say; its bytes are on disk."""

    class Meta:
        model = StoredFile

    class Params:
        bytes = factory.Sequence(lambda n: b"%%PDF-1.7\n%% %d\n%%%%EOF" % n)

    name = factory.Sequence(lambda n: f"biên bản {n}.pdf")
    kind = FileKind.PDF
    size = factory.LazyAttribute(lambda file: len(file.bytes))
    sha256 = factory.LazyAttribute(lambda file: sha256(file.bytes).hexdigest())
    content = factory.LazyAttribute(lambda file: ContentFile(file.bytes, name=file.name))
    uploaded_by = factory.SubFactory(UserFactory)


class DocumentRelationFactory(SignedFactory):
    class Meta:
        model = DocumentRelation

    document = factory.SubFactory(LegalDocumentFactory)
    kind = RelationKind.CITES
    target = factory.SubFactory(LegalDocumentFactory)


class ProgrammeFactory(SignedFactory):
    class Meta:
        model = Programme

    province = factory.SubFactory(ProvinceFactory)
    code = factory.Sequence(lambda n: f"DE-AN-{n}")
    coordinating_agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..province"))


class CoordinationTransferFactory(SignedFactory):
    class Meta:
        model = CoordinationTransfer

    programme = factory.SubFactory(ProgrammeFactory)
    from_agency = factory.SelfAttribute("programme.coordinating_agency")
    to_agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..programme.province"))
    effective_on = date(2025, 3, 10)
    document = factory.SubFactory(LegalDocumentFactory)


class RevisionFactory(SignedFactory):
    """A draft, the only state in which a plan can be written; ``adopt`` makes it the programme."""

    class Meta:
        model = Revision

    programme = factory.SubFactory(ProgrammeFactory)
    number = factory.LazyAttribute(lambda revision: revision.programme.revisions.count() + 1)
    name = "Đề án phát triển đô thị thông minh"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        # A test may begin with one in any state.
        with taking_step():
            return super()._create(model_class, *args, **kwargs)


class RevisionStepFactory(SignedFactory):
    """A line of a revision's life without its effect on the state, which ``record_step`` has."""

    class Meta:
        model = RevisionStep

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with taking_step():
            return super()._create(model_class, *args, **kwargs)

    revision = factory.SubFactory(RevisionFactory)
    kind = StepKind.SUBMITTED
    on = date(2019, 12, 10)


class PeriodFactory(SignedFactory):
    class Meta:
        model = Period

    revision = factory.SubFactory(RevisionFactory)
    label = factory.Sequence(lambda n: f"giai đoạn {n}")
    first_day = date(2020, 1, 1)
    last_day = date(2022, 12, 31)


class ObjectiveFactory(SignedFactory):
    class Meta:
        model = Objective

    revision = factory.SubFactory(RevisionFactory)
    position = factory.LazyAttribute(lambda objective: objective.revision.objectives.count() + 1)
    text = "Cơ bản hoàn thành xây dựng đô thị thông minh"


class StatedFigureFactory(SignedFactory):
    class Meta:
        model = StatedFigure

    programme = factory.SubFactory(ProgrammeFactory)
    document = factory.SubFactory(LegalDocumentFactory)
    as_of = date(2023, 6, 16)
    measure = Measure.TASKS_TOTAL
    value = 12
    wording = "trong tổng số 12 nhiệm vụ"


class TaskFactory(SignedFactory):
    class Meta:
        model = Task

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"NV-{n:02d}")


class LeadTransferFactory(SignedFactory):
    class Meta:
        model = LeadTransfer

    task = factory.SubFactory(TaskFactory)
    from_agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..task.programme.province"))
    to_agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..task.programme.province"))
    effective_on = date(2025, 3, 10)
    document = factory.SubFactory(LegalDocumentFactory)


class PlannedTaskFactory(SignedFactory):
    class Meta:
        model = PlannedTask

    revision = factory.SubFactory(RevisionFactory)
    task = factory.SubFactory(TaskFactory, programme=factory.SelfAttribute("..revision.programme"))
    position = factory.LazyAttribute(lambda planned: planned.revision.planned_tasks.count() + 1)
    name = factory.Sequence(lambda n: f"Nhiệm vụ {n}")


class CoordinationFactory(SignedFactory):
    class Meta:
        model = Coordination

    planned_task = factory.SubFactory(PlannedTaskFactory)
    agency = factory.SubFactory(AgencyFactory)


class PlannedBudgetFactory(SignedFactory):
    class Meta:
        model = PlannedBudget

    planned_task = factory.SubFactory(PlannedTaskFactory)
    amount_vnd = 160_000_000


class TaskLineageFactory(SignedFactory):
    class Meta:
        model = TaskLineage

    from_task = factory.SubFactory(TaskFactory)
    to_task = factory.SubFactory(TaskFactory, programme=factory.SelfAttribute("..from_task.programme"))
    revision = factory.SubFactory(RevisionFactory, programme=factory.SelfAttribute("..from_task.programme"))
    kind = LineageKind.SPLIT


class TaskRemovalFactory(SignedFactory):
    class Meta:
        model = TaskRemoval

    revision = factory.SubFactory(RevisionFactory)
    task = factory.SubFactory(TaskFactory, programme=factory.SelfAttribute("..revision.programme"))
    reason = "Không còn phù hợp với quy định mới"


class RouteStepFactory(SignedFactory):
    """An open step that somebody added to a task without a decided route."""

    class Meta:
        model = RouteStep

    task = factory.SubFactory(TaskFactory)
    route = Route.UNDECIDED
    position = factory.LazyAttribute(lambda step: step.task.route_steps.filter(route=step.route).count() + 1)
    name = factory.Sequence(lambda n: f"Bước {n}")


class BudgetEntryFactory(SignedFactory):
    class Meta:
        model = BudgetEntry

    task = factory.SubFactory(TaskFactory)
    kind = MoneyKind.DISBURSEMENT
    amount_vnd = 160_000_000
    decided_on = date(2021, 3, 22)

    @classmethod
    def _create(cls, *args, **kwargs):
        entry = super()._create(*args, **kwargs)
        keep_paid_days(entry.task.programme_id)
        return entry


class ReportingDutyFactory(SignedFactory):
    """Monthly reports on every task of a programme; its cycles are opened by ``open_cycles``."""

    class Meta:
        model = ReportingDuty

    programme = factory.SubFactory(ProgrammeFactory)
    cadence = Cadence.MONTHLY
    first_day = date(2023, 6, 1)
    days_to_report = 6


class ReportingCycleFactory(SignedFactory):
    class Meta:
        model = ReportingCycle

    duty = factory.SubFactory(ReportingDutyFactory)
    first_day = date(2023, 5, 15)
    last_day = date(2023, 6, 14)
    due_on = date(2023, 6, 20)


class ProgressUpdateFactory(SignedFactory):
    """A draft of a report; its later states are traits."""

    class Meta:
        model = ProgressUpdate

    task = factory.SubFactory(TaskFactory)
    as_of = date(2023, 6, 16)
    reported_on = factory.SelfAttribute("as_of")
    status = Status.IN_PROGRESS
    author = factory.SubFactory(UserFactory)

    class Params:
        submitted = factory.Trait(state=UpdateState.SUBMITTED)
        accepted = factory.Trait(state=UpdateState.ACCEPTED, reviewer=factory.SubFactory(UserFactory))
        returned = factory.Trait(
            state=UpdateState.RETURNED, reviewer=factory.SubFactory(UserFactory), return_reason="Thiếu minh chứng."
        )

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        update = super()._create(model_class, *args, **kwargs)
        if update.state == UpdateState.ACCEPTED:
            keep_after_acceptance(update)
        return update


class UrgingFactory(SignedFactory):
    """An agency of the programme's province, urged by a call; ``UrgedReportFactory`` adds for which reports."""

    class Meta:
        model = Urging

    programme = factory.SubFactory(ProgrammeFactory)
    agency = factory.SubFactory(AgencyFactory, province=factory.SelfAttribute("..programme.province"))
    at = datetime(2023, 6, 23, 9, 30, tzinfo=get_default_timezone())
    by = factory.SubFactory(UserFactory)
    way = UrgingWay.PHONE
    text = "Đề nghị nộp báo cáo kỳ tháng 06/2023."


class UrgedReportFactory(SignedFactory):
    class Meta:
        model = UrgedReport

    urging = factory.SubFactory(UrgingFactory)
    task = factory.SubFactory(TaskFactory, programme=factory.SelfAttribute("..urging.programme"))
    cycle = factory.SubFactory(ReportingCycleFactory, duty__programme=factory.SelfAttribute("...urging.programme"))


class EvidenceFactory(SignedFactory):
    """A file of a draft, to which one may still be added."""

    class Meta:
        model = Evidence

    update = factory.SubFactory(ProgressUpdateFactory)
    file = factory.SubFactory(StoredFileFactory)


class ExplanationFactory(SignedFactory):
    """An open one about a figure; ``of_task=True`` for one about a task; later states are traits."""

    class Meta:
        model = Explanation

    programme = factory.SubFactory(ProgrammeFactory)
    figure = AskedFigure.OVERDUE
    as_of = date(2023, 6, 16)
    shown = "8 nhiệm vụ quá hạn"
    agency = factory.SelfAttribute("programme.coordinating_agency")
    question = "Vì sao các nhiệm vụ này quá hạn?"
    asked_by = factory.SubFactory(UserFactory, role=Role.LEADER)
    asked_on = date(2023, 6, 20)

    class Params:
        of_task = factory.Trait(
            figure="", task=factory.SubFactory(TaskFactory, programme=factory.SelfAttribute("..programme"))
        )
        answered = factory.Trait(state=ExplanationState.ANSWERED)
        closed = factory.Trait(
            state=ExplanationState.CLOSED,
            closed_by=factory.SelfAttribute("asked_by"),
            closed_on=date(2023, 6, 27),
        )


class ExplanationReplyFactory(SignedFactory):
    class Meta:
        model = ExplanationReply

    explanation = factory.SubFactory(ExplanationFactory)
    kind = ReplyKind.ANSWER
    text = "Do vướng giải phóng mặt bằng."
    author = factory.SubFactory(UserFactory)
    on = factory.SelfAttribute("explanation.asked_on")


class DatasetFactory(SignedFactory):
    class Meta:
        model = Dataset

    agency = factory.SubFactory(AgencyFactory)
    province = factory.SelfAttribute("agency.province")
    name = factory.Sequence(lambda n: f"Cơ sở dữ liệu thử {n}")
    listed_as = DatasetList.SHARED
    document = factory.SubFactory(LegalDocumentFactory, kind=DocumentKind.DECISION, symbol="QĐ-UBND")
    cadence = UpdateCadence.MONTHLY
    listed_from = date(2023, 12, 29)


class DatasetObservationFactory(SignedFactory):
    """Of a database that is built, updated on the day and not shared."""

    class Meta:
        model = DatasetObservation

    dataset = factory.SubFactory(DatasetFactory)
    as_of = date(2024, 4, 10)
    is_built = True
    last_updated_on = factory.Maybe("is_built", factory.SelfAttribute("as_of"), None)
    sharing = Sharing.NONE
    recorded_by = factory.SubFactory(UserFactory)
    recorded_on = factory.SelfAttribute("as_of")


class ImportedFileFactory(SignedFactory):
    """A file of ledger lines, received and not checked yet; ``applied=True`` for one that came in."""

    class Meta:
        model = ImportedFile

    kind = ImportKind.LEDGER
    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"kinh-phi-{n}.csv")
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 6
    content = b"a;b;c\n"
    row_count = 1
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)

    class Params:
        applied = factory.Trait(state=FileState.APPLIED, checked_count=1, written_count=1)


def officer_of(agency: Agency, **fields) -> User:
    """A person who reports on what ``agency`` leads."""
    return UserFactory(role=Role.OFFICER, agency=agency, **fields)


def coordinator_of(programme: Programme, **fields) -> User:
    """A person who accepts the reports of ``programme``."""
    return UserFactory(role=Role.COORDINATOR, agency=programme.coordinating_agency, **fields)


def adopt(revision: Revision, *, effective_on: date = date(2020, 1, 1), document: LegalDocument | None = None):
    """Adopt a draft, as by a resolution of the day on which it takes effect; returns it as it now is.

    What amends nothing is written as the operation writes it; whatever amends goes through it.
    """
    document = document or LegalDocumentFactory(issuer__province=revision.programme.province, signed_on=effective_on)
    if revision.base_id is None:
        first = Revision.objects.get(pk=revision.pk)
        first.state, first.document, first.effective_on = RevisionState.ADOPTED, document, effective_on
        with taking_step(), user_action(document=document):
            kept(first)
            RevisionStepFactory(revision=first, kind=StepKind.ADOPTED, on=document.signed_on, document=document)
        keep_task_days(revision.programme_id)
        return Revision.objects.get(pk=revision.pk)
    record_step(
        revision,
        StepKind.ADOPTED,
        on=document.signed_on,
        document=document,
        effective_on=effective_on,
        by=system_account(),
        today=effective_on,
    )
    keep_task_days(revision.programme_id)
    return Revision.objects.get(pk=revision.pk)


def adopted_revision(
    programme: Programme | None = None,
    *,
    effective_on: date = date(2020, 1, 1),
    tasks: int | Iterable[Task] = 0,
    lead: Agency | None = None,
    base: Revision | None = None,
    document: LegalDocument | None = None,
    **planned,
) -> Revision:
    """A revision drafted, planned and adopted.

    ``tasks`` are so many new ones, or those of an earlier revision; each has the lead ``lead`` and the fields
    ``planned`` (``due_on``, ``route`` …). What else belongs into the plan is made on a draft, before ``adopt``.
    """
    programme = programme or ProgrammeFactory()
    revision = RevisionFactory(programme=programme, base=base or programme.revisions.newest_adopted().first())
    if isinstance(tasks, int):
        tasks = TaskFactory.create_batch(tasks, programme=revision.programme)
    for task in tasks:
        PlannedTaskFactory(revision=revision, task=task, lead_agency=lead, **planned)
    return adopt(revision, effective_on=effective_on, document=document)


def task_in_force(programme: Programme | None = None, *, effective_on: date = date(2020, 1, 1), **planned) -> Task:
    """A task that the revision in force from ``effective_on`` plans."""
    return adopted_revision(programme, effective_on=effective_on, tasks=1, **planned).planned_tasks.get().task
