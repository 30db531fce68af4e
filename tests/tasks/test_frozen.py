"""What was decided, accepted or entered stays as it was, whoever saves it and however."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import Period, Revision, StepKind
from programme.operations.deciding import DocumentNotIssued, record_step
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import BudgetEntry, PlannedTask, ProgressUpdate
from tasks.operations.ledger import DecidedInFuture, enter_budget
from tests.factories import (
    BudgetEntryFactory,
    LegalDocumentFactory,
    PeriodFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    UserFactory,
    adopt,
    adopted_revision,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("change", [{"name": "Tên khác"}, {"effective_on": date(2020, 1, 1)}, {"note": "Thêm"}])
def test_an_adopted_revision_does_not_change(change):
    revision = adopted_revision(ProgrammeFactory(), effective_on=date(2019, 12, 13), tasks=1)
    for field, value in change.items():
        setattr(revision, field, value)

    with pytest.raises(ValidationError, match="đã thông qua nên không sửa được"):
        signed_save(revision, by=UserFactory(), reason="Thử sửa")

    stored = Revision.objects.get(pk=revision.pk)
    assert all(getattr(stored, field) != value for field, value in change.items())


def test_what_belongs_to_an_adopted_revision_is_neither_changed_nor_deleted():
    revision = adopted_revision(ProgrammeFactory(), effective_on=date(2019, 12, 13), tasks=1)
    planned = revision.planned_tasks.get()
    planned.name = "Tên khác"

    with pytest.raises(ValidationError, match="không sửa được"):
        signed_save(planned, by=UserFactory())
    with pytest.raises(ValidationError, match="không sửa được"):
        signed_delete(planned, by=UserFactory())

    assert PlannedTask.objects.get(pk=planned.pk).name != "Tên khác"


def test_a_period_is_not_moved_out_of_an_adopted_revision():
    programme = ProgrammeFactory()
    revision = RevisionFactory(programme=programme)
    period = PeriodFactory(revision=revision)
    adopt(revision, effective_on=date(2019, 12, 13))
    period.revision = RevisionFactory(programme=programme)

    with pytest.raises(ValidationError, match="không sửa được"):
        signed_save(period, by=UserFactory())

    assert Period.objects.get(pk=period.pk).revision == revision


def test_an_accepted_report_is_neither_changed_nor_deleted():
    update = ProgressUpdateFactory(accepted=True)
    update.results = "Viết lại"

    with pytest.raises(ValidationError, match="Lập báo cáo mới để đính chính"):
        signed_save(update, by=update.author)
    with pytest.raises(ValidationError, match="Lập báo cáo mới để đính chính"):
        signed_delete(update, by=update.author)

    assert ProgressUpdate.objects.get(pk=update.pk).results != "Viết lại"


def test_a_correction_speaks_of_the_same_task():
    other = ProgressUpdateFactory(accepted=True)

    with pytest.raises(ValidationError, match="thuộc nhiệm vụ khác"):
        ProgressUpdateFactory(corrects=other)


def test_a_ledger_entry_is_not_deleted():
    entry = BudgetEntryFactory()

    with pytest.raises(ValidationError, match="ngược dấu để đính chính"):
        signed_delete(entry, by=UserFactory())

    assert BudgetEntry.objects.filter(pk=entry.pk).exists()


def test_money_is_not_entered_before_it_is_decided():
    entry = BudgetEntryFactory.build(task=TaskFactory(), decided_on=date(2026, 11, 22))

    with pytest.raises(DecidedInFuture, match="22/11/2026 chưa đến"):
        enter_budget(entry, by=UserFactory(), today=date(2026, 11, 21))

    assert not BudgetEntry.objects.exists()


def test_lineage_joins_tasks_of_one_programme():
    revision = RevisionFactory()
    ours, foreign = TaskFactory(programme=revision.programme), TaskFactory()

    with pytest.raises(ValidationError, match="cùng một đề án"):
        TaskLineageFactory(from_task=ours, to_task=foreign, revision=revision)


def test_a_revision_rests_on_one_of_its_own_programme():
    foreign = adopted_revision(ProgrammeFactory(), effective_on=date(2019, 12, 13), tasks=1)

    with pytest.raises(ValidationError, match="từ chính đề án này"):
        RevisionFactory(base=foreign)


def test_adoption_refuses_a_document_of_another_province():
    day = date(2019, 12, 13)
    document = LegalDocumentFactory(issuer__province=ProvinceFactory(), signed_on=day)
    adopting = {"document": document, "effective_on": day, "by": UserFactory(), "today": day}

    with pytest.raises(DocumentNotIssued, match="của tỉnh khác"):
        record_step(RevisionFactory(), StepKind.ADOPTED, on=day, **adopting)
