"""The pages on which the office takes directives back, stops following them, and gives a due that waited its day."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Directive
from meetings.models.due import Due, DueKind, When
from meetings.operations.directing import remove_directive
from meetings.operations.recording import conclude_meeting
from smartcity.lib.records.history import signed_save
from tests.meeting_pages import errors_of, page, secretary_of, send, whole
from tests.meetings.factories import AnswerFactory, MeetingFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province, full_name="Nguyễn Thị Lan")


@pytest.fixture
def office(client_of, person):
    return client_of(person)


@pytest.fixture
def directive(meeting):
    return whole(meeting)


@pytest.fixture
def concluded(directive, meeting, person):
    conclude_meeting(meeting, by=person, today=TODAY)
    return directive


def test_directive_is_removed_after_it_was_asked(office, directive):
    asked = office.get(page("directive_remove", directive))
    kept = Directive.objects.count()
    response = send(office, "directive_remove", directive)

    assert "Trình hồ sơ." in text_of(asked.text)
    assert (kept, Directive.objects.count()) == (1, 0)
    assert "Đã bỏ ý kiến chỉ đạo 1.1." in text_of(response.text)


def test_answered_directive_is_withdrawn_instead(office, concluded):
    AnswerFactory(assignment=concluded.assignments.get())

    asked = office.get(page("directive_remove", concluded))
    forced = office.post(page("directive_remove", concluded), {"correction": "Bỏ"})
    send(office, "directive_withdraw", concluded, on="02/05/2024", reason="Chuyển việc")

    assert page("directive_withdraw", concluded) in asked.text
    assert "<button" not in asked.text.split("<main")[1].split("</main>")[0]
    assert forced.status_code == 400
    assert Directive.objects.get().withdrawn_on == date(2024, 5, 2)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on": "09/04/2024", "reason": "Thôi"}, "on"),
        ({"on": "02/05/2024", "reason": " "}, "reason"),
        ({"on": "x"}, "on"),
    ],
)
def test_withdrawing_says_what_is_wrong_beside_its_field(office, concluded, typed, field):
    assert field in errors_of(send(office, "directive_withdraw", concluded, **typed))
    assert Directive.objects.get().withdrawn_on is None


def test_directive_of_an_open_meeting_is_not_withdrawn(office, directive):
    response = office.get(page("directive_withdraw", directive), follow=True)

    assert "chưa giao. Không cần nữa thì bỏ ý kiến đó." in text_of(response.text)


def test_waiting_due_gets_its_day_with_its_ground(office, directive, person, meeting):
    directive.due = Due(DueKind.CONDITION, words="HĐND tỉnh thông qua Nghị quyết", when=When.AFTER)
    signed_save(directive, by=person)
    conclude_meeting(meeting, by=person, today=TODAY)

    wrong = send(office, "directive_resolve", directive, day="12/07/2024", reason="")
    send(office, "directive_resolve", directive, day="12/07/2024", reason="Nghị quyết số 12/NQ-HĐND")

    assert set(errors_of(wrong)) == {"reason"}
    assert Directive.objects.get().due_day == date(2024, 7, 12)
    assert meeting.versions.count() == 1
    assert "(tức ngày 12/07/2024)" in text_of(office.get(page("meeting_detail", meeting)).text)


def test_day_before_the_meeting_is_asked_about_and_taken_once_confirmed(office, directive, person):
    directive.due = Due(DueKind.REFERENCE, words="155/QĐ-UBND ngày 18/01/2024")
    signed_save(directive, by=person)
    typed = {"day": "12/07/2023", "reason": "Điều 1 Quyết định 155"}

    asked = send(office, "directive_resolve", directive, **typed)
    before = Directive.objects.get().due_day
    answer = asked.context["form"].fields["confirmed"].widget.confirms
    other = send(office, "directive_resolve", directive, **typed | {"day": "13/07/2023"}, confirmed=answer)
    send(office, "directive_resolve", directive, **typed, confirmed=answer)

    assert "Hạn 12/07/2023 trước ngày họp 10/04/2024" in errors_of(asked)["day"]
    assert set(errors_of(other)) == {"day", "confirmed"}
    assert (before, Directive.objects.get().due_day) == (None, date(2023, 7, 12))


def test_phrase_without_a_day_is_given_one_to_be_followed_by(office, directive, person, meeting):
    directive.due = Due(DueKind.PHRASE, words="đầu tháng 7/2024")
    signed_save(directive, by=person)

    offered = office.get(page("meeting_detail", meeting)).text
    asked = office.get(page("directive_resolve", directive)).text
    send(office, "directive_resolve", directive, day="10/07/2024", reason="«Đầu tháng» tính đến ngày 10")

    assert page("directive_resolve", directive) in offered
    assert "Ngày để theo dõi" in text_of(asked)
    assert Directive.objects.get().due.say() == "đầu tháng 7/2024 (theo dõi đến ngày 10/07/2024)"


def test_text_beside_a_phrase_without_a_day_is_changed_without_inventing_one(office, directive, person):
    directive.due = Due(DueKind.PHRASE, words="đầu tháng 7/2024")
    signed_save(directive, by=person)

    send(office, "directive_change", directive, text="Trình lại hồ sơ.")

    stored = Directive.objects.get()
    assert (stored.text, stored.due_day) == ("Trình lại hồ sơ.", None)


def test_due_that_waits_for_nothing_gets_no_day(office, directive):
    response = office.get(page("directive_resolve", directive), follow=True)

    assert "không chờ ngày nào" in text_of(response.text)


@pytest.mark.parametrize("name", ["directive_change", "directive_withdraw"])
def test_what_was_typed_into_a_directive_that_is_gone_is_told(office, directive, person, name):
    address = page(name, directive)
    remove_directive(directive, by=person, today=TODAY, reason="Ghi trùng")

    response = office.post(address, {"text": "Viết rất lâu.", "reason": "Viết rất lâu."})

    assert response.status_code == 410
    assert "Nguyễn Thị Lan xóa" in text_of(response.text)
    assert "Viết rất lâu." in text_of(response.text)


def test_directive_that_never_was_is_not_found(office):
    assert office.get(reverse("directive_change", args=[999_999])).status_code == 404
