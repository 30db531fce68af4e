from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from programme.models import Role, StoredFile
from programme.operations.files import FileNotTaken
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import Evidence, ProgressUpdate, Status, UpdateState
from tasks.operations.evidence import TooManyFiles, attach_evidence, detach_evidence
from tasks.operations.report_rules import NotProven
from tasks.operations.reporting import NotTheReporter, draft_update, submit_update
from tasks.operations.reviewing import accept_update, return_update
from tests import uploads
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    StoredFileFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    rewrite,
    task_in_force,
)
from tests.uploads import bytes_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 6, 21)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def update(programme):
    """A draft of the officer whose agency leads the task."""
    lead = AgencyFactory(province=programme.province)
    task = task_in_force(programme, lead=lead)
    return ProgressUpdateFactory(task=task, author=officer_of(lead), as_of=date(2023, 6, 16))


def decide(operation, update):
    reviewer = coordinator_of(update.task.programme)
    operation(update, by=reviewer, today=TODAY, seen=update.version, reason="Đã đọc.")


def names(update):
    return [file.name for file in ProgressUpdate.objects.get(pk=update.pk).files]


def test_files_are_attached_to_a_draft(update):
    attached = attach_evidence(
        update,
        [upload("a.pdf"), upload("b.png", uploads.PNG)],
        by=update.author,
        today=TODAY,
        reason="Biên bản nghiệm thu",
    )

    assert names(update) == ["a.pdf", "b.png"]
    event = attached[0].history.get()
    assert (event.history_user, event.history_change_reason) == (update.author, "Biên bản nghiệm thu")
    assert len({one.history.get().history_action for one in attached}) == 1


def test_file_goes_with_the_report_to_its_reviewer(update):
    attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)

    submit_update(update, by=update.author, today=TODAY)
    decide(accept_update, update)

    assert names(update) == ["a.pdf"]


def test_returned_report_takes_files_again(update):
    submit_update(update, by=update.author, today=TODAY)
    decide(return_update, update)

    attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)

    assert names(update) == ["a.pdf"]


@pytest.mark.parametrize("decided", [False, True], ids=["sent", "accepted"])
def test_report_keeps_its_evidence_once_it_is_sent(update, decided):
    stale = ProgressUpdate.objects.get(pk=update.pk)
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)
    submit_update(update, by=update.author, today=TODAY)
    if decided:
        decide(accept_update, update)

    for change in (
        partial(attach_evidence, stale, [upload("b.png", uploads.PNG)], by=update.author, today=TODAY),
        partial(detach_evidence, evidence, by=update.author, today=TODAY),
        partial(signed_delete, evidence, by=update.author),
        partial(signed_save, Evidence(update=stale, file=StoredFileFactory()), by=update.author),
    ):
        with pytest.raises(ValidationError, match="không thêm, bớt tệp được"):
            change()

    assert names(update) == ["a.pdf"]
    assert StoredFile.objects.filter(name="b.png").count() == 0


def test_evidence_is_not_moved_out_of_a_report_that_was_sent(update):
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)
    submit_update(update, by=update.author, today=TODAY)
    evidence.update = ProgressUpdateFactory(author=update.author)

    with pytest.raises(ValidationError, match="chờ tiếp nhận nên không thêm, bớt tệp được"):
        signed_save(evidence, by=update.author)

    assert names(update) == ["a.pdf"]


def test_colleague_goes_on_with_the_evidence_of_a_draft(update):
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)
    colleague = officer_of(update.author.agency)

    attach_evidence(update, [upload("b.png", uploads.PNG)], by=colleague, today=TODAY)
    detach_evidence(evidence, by=colleague, today=TODAY)

    assert names(update) == ["b.png"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.LEADER, Role.ADMINISTRATOR])
def test_nobody_of_another_agency_touches_the_evidence_of_a_draft(update, role):
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)
    person = UserFactory(role=role, agency=AgencyFactory(province=update.task.programme.province))

    for change in (
        partial(attach_evidence, update, [upload("b.png", uploads.PNG)], by=person, today=TODAY),
        partial(detach_evidence, evidence, by=person, today=TODAY),
    ):
        with pytest.raises(NotTheReporter, match="do cơ quan khác chủ trì"):
            change()

    assert names(update) == ["a.pdf"]


def test_file_proves_that_a_task_is_complete(update):
    update.status, update.percent = Status.COMPLETE, 100
    draft_update(update, by=update.author, today=TODAY)

    with pytest.raises(NotProven, match="đính kèm tệp minh chứng"):
        submit_update(update, by=update.author, today=TODAY)
    attach_evidence(update, [upload("nghiệm thu.pdf")], by=update.author, today=TODAY)
    submit_update(update, by=update.author, today=TODAY)

    assert ProgressUpdate.objects.get(pk=update.pk).state == UpdateState.SUBMITTED


def test_removed_evidence_stays_in_history_with_its_file(update):
    (evidence,) = attach_evidence(update, [upload("nhầm.pdf")], by=update.author, today=TODAY)
    key = evidence.pk

    detach_evidence(evidence, by=update.author, today=TODAY, reason="Gửi nhầm tệp")

    assert names(update) == []
    gone = Evidence.history.filter(id=key).latest("history_id")
    assert (gone.history_type, gone.history_change_reason) == ("-", "Gửi nhầm tệp")
    assert bytes_of(gone.file) == uploads.PDF


def test_request_that_is_repeated_attaches_nothing_twice(update):
    for _ in range(2):
        attach_evidence(update, [upload("a.pdf"), upload("bản sao.pdf")], by=update.author, today=TODAY)

    assert names(update) == ["a.pdf"]
    assert StoredFile.objects.count() == 1


def test_report_has_no_more_files_than_a_reviewer_opens(update):
    def many(first, last):
        return [upload(f"{n}.pdf", uploads.PDF + str(n).encode()) for n in range(first, last)]

    attach_evidence(update, many(0, 9), by=update.author, today=TODAY)

    with pytest.raises(TooManyFiles, match="nhiều nhất 10 tệp; báo cáo này đã có 9"):
        attach_evidence(update, many(9, 11), by=update.author, today=TODAY)
    attach_evidence(update, many(9, 10), by=update.author, today=TODAY)

    assert len(names(update)) == 10


def test_one_refused_file_keeps_the_others_out(update):
    with pytest.raises(FileNotTaken, match=r"“b\.pdf” rỗng"):
        attach_evidence(update, [upload("a.pdf"), upload("b.pdf", b"")], by=update.author, today=TODAY)

    assert names(update) == []
    assert not StoredFile.objects.exists()


def test_failure_after_attaching_leaves_neither_evidence_nor_file(update):
    with transaction.atomic():
        attach_evidence(update, [upload("a.pdf")], by=update.author, today=TODAY)
        transaction.set_rollback(True)

    assert names(update) == []
    assert not StoredFile.objects.exists()


@pytest.mark.written_by_hand
@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.ACCEPTED])
def test_evidence_of_a_closed_report_is_not_deleted_behind_the_operation(update, state):
    evidence = EvidenceFactory(update=update)
    rewrite(update, state=state, reviewer=UserFactory())

    with pytest.raises(ValidationError, match="không thêm, bớt tệp được"):
        signed_delete(evidence, by=update.author)

    assert Evidence.objects.count() == 1
