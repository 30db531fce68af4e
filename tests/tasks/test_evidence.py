from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from programme.history import signed_delete, signed_save
from programme.models import Role, StoredFile
from programme.operations import FileNotTaken
from tasks.models import Evidence, ProgressUpdate, UpdateState
from tasks.operations import (
    NotTheAuthor,
    TooManyFiles,
    accept_update,
    attach_evidence,
    detach_evidence,
    return_update,
    submit_update,
)
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
    task_in_force,
)
from tests.uploads import bytes_of, upload

pytestmark = pytest.mark.django_db

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


def names(update):
    return [file.name for file in ProgressUpdate.objects.get(pk=update.pk).files]


def test_author_attaches_files_to_a_draft(update):
    attached = attach_evidence(
        update, [upload("a.pdf"), upload("b.png", uploads.PNG)], by=update.author, reason="Biên bản nghiệm thu"
    )

    assert names(update) == ["a.pdf", "b.png"]
    event = attached[0].history.get()
    assert (event.history_user, event.history_change_reason) == (update.author, "Biên bản nghiệm thu")
    assert len({one.history.get().history_action for one in attached}) == 1


def test_file_goes_with_the_report_to_its_reviewer(update, programme):
    attach_evidence(update, [upload("a.pdf")], by=update.author)

    submit_update(update, by=update.author, today=TODAY)
    accept_update(update, by=coordinator_of(programme))

    assert names(update) == ["a.pdf"]


def test_returned_report_takes_files_again(update, programme):
    submit_update(update, by=update.author, today=TODAY)
    return_update(update, by=coordinator_of(programme), reason="Thiếu biên bản.")

    attach_evidence(update, [upload("a.pdf")], by=update.author)

    assert names(update) == ["a.pdf"]


@pytest.mark.parametrize("decided", [False, True], ids=["sent", "accepted"])
def test_report_keeps_its_evidence_once_it_is_sent(update, programme, decided):
    stale = ProgressUpdate.objects.get(pk=update.pk)
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author)
    submit_update(update, by=update.author, today=TODAY)
    if decided:
        accept_update(update, by=coordinator_of(programme))

    for change in (
        partial(attach_evidence, stale, [upload("b.png", uploads.PNG)], by=update.author),
        partial(detach_evidence, evidence, by=update.author),
        partial(signed_delete, evidence, by=update.author),
        partial(signed_save, Evidence(update=stale, file=StoredFileFactory()), by=update.author),
    ):
        with pytest.raises(ValidationError, match="không thêm, bớt tệp được"):
            change()

    assert names(update) == ["a.pdf"]
    assert StoredFile.objects.filter(name="b.png").count() == 0


def test_evidence_is_not_moved_out_of_a_report_that_was_sent(update):
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author)
    submit_update(update, by=update.author, today=TODAY)
    evidence.update = ProgressUpdateFactory(author=update.author)

    with pytest.raises(ValidationError, match="chờ tiếp nhận nên không thêm, bớt tệp được"):
        signed_save(evidence, by=update.author)

    assert names(update) == ["a.pdf"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_nobody_else_touches_the_evidence_of_a_draft(update, role):
    (evidence,) = attach_evidence(update, [upload("a.pdf")], by=update.author)
    colleague = UserFactory(role=role, agency=update.author.agency)

    for change in (
        partial(attach_evidence, update, [upload("b.png", uploads.PNG)], by=colleague),
        partial(detach_evidence, evidence, by=colleague),
    ):
        with pytest.raises(NotTheAuthor, match=str(update.author)):
            change()

    assert names(update) == ["a.pdf"]


def test_removed_evidence_stays_in_history_with_its_file(update):
    (evidence,) = attach_evidence(update, [upload("nhầm.pdf")], by=update.author)
    key = evidence.pk

    detach_evidence(evidence, by=update.author, reason="Gửi nhầm tệp")

    assert names(update) == []
    gone = Evidence.history.filter(id=key).latest("history_id")
    assert (gone.history_type, gone.history_change_reason) == ("-", "Gửi nhầm tệp")
    assert bytes_of(gone.file) == uploads.PDF


def test_request_that_is_repeated_attaches_nothing_twice(update):
    for _ in range(2):
        attach_evidence(update, [upload("a.pdf"), upload("bản sao.pdf")], by=update.author)

    assert names(update) == ["a.pdf"]
    assert StoredFile.objects.count() == 1


def test_report_has_no_more_files_than_a_reviewer_opens(update):
    def many(first, last):
        return [upload(f"{n}.pdf", uploads.PDF + str(n).encode()) for n in range(first, last)]

    attach_evidence(update, many(0, 9), by=update.author)

    with pytest.raises(TooManyFiles, match="nhiều nhất 10 tệp; báo cáo này đã có 9"):
        attach_evidence(update, many(9, 11), by=update.author)
    attach_evidence(update, many(9, 10), by=update.author)

    assert len(names(update)) == 10


def test_one_refused_file_keeps_the_others_out(update):
    with pytest.raises(FileNotTaken, match=r"“b\.pdf” rỗng"):
        attach_evidence(update, [upload("a.pdf"), upload("b.pdf", b"")], by=update.author)

    assert names(update) == []
    assert not StoredFile.objects.exists()


def test_failure_after_attaching_leaves_neither_evidence_nor_file(update):
    class Failure(Exception):
        pass

    with pytest.raises(Failure), transaction.atomic():
        attach_evidence(update, [upload("a.pdf")], by=update.author)
        raise Failure

    assert names(update) == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.ACCEPTED])
def test_evidence_of_a_closed_report_is_not_deleted_behind_the_operation(update, state):
    evidence = EvidenceFactory(update=update)
    ProgressUpdate.objects.filter(pk=update.pk).update(state=state, reviewer=UserFactory())

    with pytest.raises(ValidationError, match="không thêm, bớt tệp được"):
        signed_delete(evidence, by=update.author)

    assert Evidence.objects.count() == 1
