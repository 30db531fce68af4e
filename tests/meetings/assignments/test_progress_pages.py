"""An agency says on its pages how far its part is: the form, what is refused, and where it is offered."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Answer, AnswerKind, AssignmentState, correcting
from meetings.operations.answering import answer_assignment
from meetings.operations.directing import withdraw_directive
from meetings.operations.progressing import update_progress
from meetings.pages.assignments.todo import assigned_work
from programme.models import Role
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import signed_delete
from tests.factories import AgencyFactory, UserFactory, officer_of
from tests.forms_read import Page
from tests.given import words
from tests.meetings.factories import AssignmentFactory
from tests.uploads import PDF, upload

pytestmark = pytest.mark.django_db

# The meeting was on 10/04/2024.
SAID = date(2024, 4, 24)


@pytest.fixture
def assignment():
    """Without any due day."""
    return AssignmentFactory(agency__name="Công an tỉnh", agency__short_name="CA", directive__text="Rà soát camera.")


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency, full_name="Trần Văn Nam")


@pytest.fixture
def address(assignment):
    return reverse("assignment_progress", args=[assignment.pk])


def typed(browser, address, **changes):
    return Page(browser.get(address).text).values | {"text": "Đã lắp 7 trong 12 camera."} | changes


def test_today_is_filled_in_and_one_text_is_enough(client_of, assignment, officer, address):
    browser = client_of(officer)

    response = browser.post(address, typed(browser, address), follow=True)

    today = localdate()
    assert "Đã cập nhật tiến độ." in response.text
    assert f"Cập nhật tiến độ đến {say_day(today)} · Trần Văn Nam (CA) Đã lắp 7 trong 12 camera." in words(response)
    answer = Answer.objects.get()
    assert (answer.kind, answer.as_of, answer.author) == (AnswerKind.PROGRESS, today, officer)
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.OPEN


def test_file_goes_with_it_and_is_read_by_the_province(client_of, assignment, officer, address):
    browser = client_of(officer)

    browser.post(address, typed(browser, address, files=[upload("ảnh hiện trường.pdf")]))

    file = reverse("stored_file", args=[Answer.objects.get().files.get().file.pk])
    colleague = officer_of(AgencyFactory(province=assignment.agency.province))
    read = client_of(colleague).get(file)
    assert (read.status_code, b"".join(read.streaming_content)) == (200, PDF)
    assert client_of(officer_of(AgencyFactory())).get(file).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"as_of": "01/04/2024"}, "trước ngày họp 10/04/2024", id="before the meeting"),
        pytest.param({"as_of": "31/12/2099"}, "chưa đến", id="to come"),
        pytest.param({"as_of": "31/02/2025"}, "31/02/2025", id="no day"),
        pytest.param({"as_of": ""}, "Ghi tiến độ đến ngày nào.", id="empty day"),
        pytest.param({"text": " \u00a0\n "}, "Ghi việc đang làm đến đâu.", id="blanks"),
        pytest.param({"text": "a" * 10_000}, "dài quá 5.000 ký tự", id="ten thousand letters"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_kept(client_of, officer, address, wrong, told):
    browser = client_of(officer)

    response = browser.post(address, typed(browser, address, **wrong))

    assert response.status_code == 400
    assert told in words(response)
    [name] = wrong
    assert f'id="id_{name}_error"' in response.text
    for value in ({"text": "Đã lắp 7 trong 12 camera."} | wrong).values():
        assert value.strip() in response.text
    assert not Answer.objects.exists()


def test_agency_that_was_not_assigned_finds_nothing_there(client_of, assignment, officer, address):
    colleague = officer_of(AgencyFactory(province=assignment.agency.province))

    for person in (colleague, officer_of(AgencyFactory())):
        browser = client_of(person)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"text": "Đã làm.", "as_of": "24/04/2024"}).status_code == 404
    for role in (Role.LEADER, Role.AUDITOR):
        person = UserFactory(role=role, agency=assignment.agency)
        assert client_of(person).get(address).status_code == 403

    assert not Answer.objects.exists()


def test_what_waits_is_withdrawn_or_removed_meanwhile_takes_nothing(client_of, assignment, officer, address):
    browser = client_of(officer)
    form = typed(browser, address)
    office = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=assignment.agency.province))
    answer_assignment(assignment, text="Đã xong.", done_on=SAID, by=officer, today=SAID)

    waits = browser.post(address, form)
    withdraw_directive(assignment.directive, on=localdate(), reason="Giao nơi khác.", by=office, today=localdate())
    withdrawn = browser.post(address, form)

    assert (waits.status_code, withdrawn.status_code) == (409, 409)
    assert "đang chờ xác nhận, nên chưa cần cập nhật tiến độ" in words(waits)
    assert "Việc này đã thôi theo dõi từ ngày" in words(withdrawn)
    assert "Đã lắp 7 trong 12 camera." in withdrawn.text
    assert [one.kind for one in Answer.objects.all()] == [AnswerKind.COMPLETION]


def test_removed_assignment_is_not_there(client_of, assignment, officer, address):
    browser = client_of(officer)
    form = typed(browser, address)
    with correcting():
        signed_delete(assignment, by=officer, reason="Ghi nhầm.")

    assert browser.post(address, form).status_code == 404


def test_colleague_s_word_is_read_before_another_is_sent(client_of, assignment, officer, address):
    """The second press of the button has read it."""
    browser = client_of(officer)
    form = typed(browser, address, as_of="24/04/2024")
    colleague = officer_of(assignment.agency, full_name="Lê Thị Hoa")
    update_progress(assignment, text="Đã lắp 9 camera.", as_of=SAID, by=colleague, today=SAID)

    refused = browser.post(address, form)
    sent = browser.post(address, Page(refused.text).values)

    assert refused.status_code == 409
    assert "Tiến độ của việc này vừa được cập nhật." in words(refused)
    assert "Đã lắp 9 camera." in words(refused)
    assert sent.status_code == 302
    assert [one.text for one in Answer.objects.order_by("pk")] == ["Đã lắp 9 camera.", "Đã lắp 7 trong 12 camera."]


def test_same_form_sent_twice_says_it_once(client_of, officer, address):
    browser = client_of(officer)
    form = typed(browser, address)

    answers = [browser.post(address, form) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Answer.objects.count() == 1


def test_page_of_the_assignment_offers_it_to_the_agency_alone(client_of, assignment, officer, address):
    office = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=assignment.agency.province))

    own, others = (client_of(person).get(assignment.get_absolute_url()) for person in (officer, office))

    assert f'href="{address}">Cập nhật tiến độ</a>' in own.text
    assert address not in others.text


def test_first_page_has_the_button_and_the_last_word(client_of, assignment, officer, address):
    today = localdate()
    update_progress(assignment, text="Đang khảo sát.", as_of=today - timedelta(days=2), by=officer, today=today)

    response = client_of(officer).get(reverse("admin:index"))

    assert f'href="{address}">Cập nhật tiến độ' in response.text
    assert f"tiến độ đến {say_day(today - timedelta(days=2))}: Đang khảo sát." in words(response)


def test_job_says_the_last_word_of_the_day(assignment, officer):
    update_progress(assignment, text="Đang khảo sát.", as_of=SAID, by=officer, today=SAID)

    before, after = (
        assigned_work(officer, {assignment.agency_id}, today=day)[0].jobs[0] for day in (date(2024, 4, 23), SAID)
    )

    assert "tiến độ" not in before.detail
    assert after.detail.endswith("tiến độ đến 24/04/2024: Đang khảo sát.")
