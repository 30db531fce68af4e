"""Of two people at one thing the second gets 409, and reads who was first and when; nothing is done twice."""

import re
from datetime import date

import pytest
from django.urls import reverse

from meetings.operations.answering import answer_assignment, confirm_answer
from meetings.operations.directing import withdraw_directive
from meetings.operations.extending import request_extension
from meetings.operations.findings import answer_finding
from programme.models import Role
from tasks.operations.copying import begin_amendment
from tasks.operations.route_steps import finish_step
from tests.factories import (
    AgencyFactory,
    ExplanationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RouteStepFactory,
    UserFactory,
    officer_of,
    rewrite,
    task_in_force,
)
from tests.forms_read import Page
from tests.meeting_pages import whole
from tests.meetings.factories import (
    AssignmentFactory,
    DirectiveFactory,
    DirectiveLinkFactory,
    FindingFactory,
    MeetingFactory,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

MEETING_DAY, SENT = date(2024, 4, 10), date(2024, 4, 25)


def two(role, agency):
    return [UserFactory(role=role, agency=agency, full_name=name) for name in ("Lê Thị Hoa", "Trần Văn Minh")]


def offices(province):
    return two(Role.OFFICE, AgencyFactory(province=province))


def given():
    directive = DirectiveFactory(
        due_kind="day", due_day=date(2099, 4, 30), conclusion__meeting__province=AgencyFactory().province
    )
    return AssignmentFactory(directive=directive)


def office_of(assignment):
    return offices(assignment.directive.conclusion.meeting.province)


def answered():
    assignment = given()
    officer = officer_of(assignment.agency)
    return answer_assignment(assignment, text="Đã xong.", done_on=SENT, by=officer, today=SENT)


def adopting():
    task = task_in_force()
    people = two(Role.COORDINATOR, task.programme.coordinating_agency)
    draft = begin_amendment(task.programme, by=people[0])
    document = LegalDocumentFactory(issuer__province=task.programme.province, signed_on=date(2023, 7, 1))
    typed = {"kind": "adopted", "on": "01/07/2023", "document": document.pk, "effective_on": "10/07/2023"}
    return people, reverse("revision_step", args=[task.programme.code, draft.number]), typed


def adopting_another_draft():
    people, address, typed = adopting()
    task_code = address.split("/")[2]
    other = begin_amendment(people[1].agency.coordinated_programmes.get(code=task_code), by=people[1])
    return people, (address, reverse("revision_step", args=[task_code, other.number])), typed


def confirming():
    answer = answered()
    return office_of(answer.assignment), reverse("answer_confirm", args=[answer.pk]), {}


def returning():
    answer = answered()
    return office_of(answer.assignment), reverse("answer_return", args=[answer.pk]), {"reason": "Thiếu biên bản."}


def reopening():
    answer = answered()
    people = office_of(answer.assignment)
    confirm_answer(answer, by=people[0], today=SENT)
    return people, reverse("assignment_reopen", args=[answer.assignment.pk]), {"reason": "Xác nhận nhầm."}


def deciding():
    assignment = given()
    extension = request_extension(
        assignment, asked_due_on=date(2099, 5, 30), reason="Chờ.", by=officer_of(assignment.agency), today=SENT
    )
    return office_of(assignment), reverse("extension_decide", args=[extension.pk]), {"grant": "0", "note": "Không."}


def answering():
    assignment = given()
    people = two(Role.OFFICER, assignment.agency)
    return people, reverse("assignment_answer", args=[assignment.pk]), {"text": "Xong.", "done_on": "24/04/2024"}


def telling_how_far_it_is():
    assignment = given()
    typed = {"text": "Đang khảo sát.", "as_of": "24/04/2024"}
    return two(Role.OFFICER, assignment.agency), reverse("assignment_progress", args=[assignment.pk]), typed


def asking_for_time():
    assignment = given()
    typed = {"asked_due_on": "30/06/2099", "reason": "Chờ vốn."}
    return two(Role.OFFICER, assignment.agency), reverse("extension_request", args=[assignment.pk]), typed


def closing_a_finding():
    finding = FindingFactory()
    answer_finding(finding, text="Đã rà soát.", answered_on=SENT, by=officer_of(finding.agency), today=SENT)
    return offices(finding.province), reverse("finding_close", args=[finding.pk]), {"closed_on": "01/05/2024"}


def reopening_a_finding():
    people, address, _ = closing_a_finding()
    return people, re.sub(r"[^/]+/$", "mo-lai/", address), {"reason": "Chưa đủ."}


def closing_an_explanation():
    explanation = ExplanationFactory()
    people = two(Role.LEADER, explanation.programme.coordinating_agency)
    return people, reverse("explanation_close", args=[explanation.pk]), {"verdict": "Đã rõ."}


def withdrawing():
    assignment = given()
    rewrite(assignment.directive.conclusion.meeting, version=1)
    address = reverse("directive_withdraw", args=[assignment.directive.pk])
    return office_of(assignment), address, {"on": "02/05/2024", "reason": "Chuyển việc."}


def following_again():
    people, _, _ = withdrawing()
    directive = AssignmentFactory._meta.model.objects.get().directive
    withdraw_directive(directive, on=date(2024, 5, 2), reason="Chuyển việc.", by=people[0], today=date(2024, 5, 2))
    return people, reverse("directive_resume", args=[directive.pk]), {"reason": "Thôi nhầm."}


def concluding():
    meeting = MeetingFactory()
    whole(meeting)
    return offices(meeting.province), reverse("meeting_conclude", args=[meeting.pk]), {}


def numbering():
    people = offices(AgencyFactory().province)
    document = LegalDocumentFactory(
        unissued=True, province=people[0].agency.province, issuer__province=people[0].agency.province
    )
    typed = {"code": "45/TB-UBND", "signed_on": "12/04/2024", "change_reason": "Ban hành"}
    return people, reverse("document_issue", args=[document.pk]), typed


def reviewing(**press):
    update = ProgressUpdateFactory(task=task_in_force(), submitted=True)
    people = two(Role.COORDINATOR, update.task.programme.coordinating_agency)
    typed = {"seen": update.version, **press}
    return people, reverse("admin:tasks_progressupdate_review", args=[update.pk]), typed


def taking_back():
    lead = AgencyFactory()
    people = two(Role.OFFICER, lead)
    task = task_in_force(ProgrammeFactory(province=lead.province), lead=lead)
    update = ProgressUpdateFactory(task=task, submitted=True, author=people[0])
    return people, reverse("admin:tasks_progressupdate_withdraw", args=[update.pk]), {"reason": "Ghi nhầm số."}


def stepping_back():
    step = RouteStepFactory(task=task_in_force())
    people = two(Role.COORDINATOR, step.task.programme.coordinating_agency)
    finish_step(step, on=SENT, by=people[0], today=SENT)
    return people, reverse("route_step_reopen", args=[step.task.pk, step.pk]), {"reason": "Ghi nhầm."}


def unlinking():
    link = DirectiveLinkFactory(document=LegalDocumentFactory())
    people = offices(link.directive.conclusion.meeting.province)
    return people, reverse("directive_link_remove", args=[link.directive.pk, link.pk]), {"reason": "Nhầm."}


ACTS = {
    "adopting": adopting,
    "adopting another draft": adopting_another_draft,
    "answering": answering,
    "confirming an answer": confirming,
    "returning an answer": returning,
    "opening again what was confirmed": reopening,
    "telling how far it is": telling_how_far_it_is,
    "asking for time": asking_for_time,
    "deciding on an extension": deciding,
    "closing a finding": closing_a_finding,
    "opening a finding again": reopening_a_finding,
    "closing an explanation": closing_an_explanation,
    "withdrawing a directive": withdrawing,
    "following a directive again": following_again,
    "concluding a meeting": concluding,
    "giving a document its number": numbering,
    "accepting a report": lambda: reviewing(_accept=""),
    "returning a report": lambda: reviewing(_return="", reason="Thiếu số liệu."),
    "taking a report back": taking_back,
    "opening a step again": stepping_back,
    "taking a link out": unlinking,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("own", [False, True], ids=["a colleague", "another window"])
def test_second_comer_is_told_who_was_first_and_when(client_of, act, own):
    people, address, typed = ACTS[act]()
    first, second = address if isinstance(address, tuple) else (address, address)
    quick, slow = client_of(people[0]), client_of(people[0] if own else people[1])
    # Each has the page open before anybody sends it.
    pages = [Page(browser.get(one).text).values for browser, one in ((quick, first), (slow, second))]

    sent = quick.post(first, pages[0] | typed)
    refused = slow.post(second, pages[1] | typed)

    told = text_of(refused.text)
    assert sent.status_code == 302
    assert refused.status_code == 409
    assert "Lê Thị Hoa" in told
    assert re.search(r"ngày \d\d/\d\d/\d{4}", told)
    assert re.search(r"<title>\s*Lỗi: ", refused.text)
    if own and "Người ghi" in told:
        assert "Người ghi: chính bạn (ở cửa sổ khác), lúc " in told
    # What was typed is there to be copied.
    for value in typed.values():
        if isinstance(value, str) and value.endswith("."):
            assert value in told + refused.text
