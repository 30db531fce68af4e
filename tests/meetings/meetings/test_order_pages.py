"""The pages on which a conclusion or a directive takes another place."""

import pytest
from django.utils.timezone import localdate

from meetings.models import Conclusion, Directive
from meetings.operations.recording import conclude_meeting
from tests.factories import AgencyFactory, UserFactory
from tests.meeting_pages import errors_of, page, secretary_of, send, whole
from tests.meetings.factories import ConclusionFactory, DirectiveFactory, MeetingFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def directive(meeting):
    """The first conclusion directs it."""
    return whole(meeting)


@pytest.fixture
def second(meeting, directive):
    return ConclusionFactory(meeting=meeting, number=2, heading="Về kinh phí")


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province)


@pytest.fixture
def office(client_of, person):
    return client_of(person)


def number_of(conclusion):
    return Conclusion.objects.get(pk=conclusion.pk).number


def label_of(directive):
    return Directive.objects.get(pk=directive.pk).label


def test_conclusion_is_moved_and_it_is_said_where_it_stands(office, meeting, directive, second):
    response = send(office, "conclusion_move", second, to="1")

    assert (number_of(second), number_of(directive.conclusion)) == (1, 2)
    assert "Kết luận 2 nay là kết luận 1." in text_of(response.text)
    assert response.redirect_chain == [(f"{meeting.get_absolute_url()}#ket-luan-1", 302)]


def test_directive_is_moved_to_another_conclusion(office, directive, second):
    response = send(office, "directive_move", directive, conclusion=second.pk)

    assert label_of(directive) == "2.1"
    assert "Ý kiến 1.1 nay là ý kiến 2.1." in text_of(response.text)


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("conclusion_move", {"to": "9"}, "to"),
        ("conclusion_move", {"to": "x"}, "to"),
        ("conclusion_move", {}, "to"),
        ("directive_move", {"conclusion": "999999"}, "conclusion"),
        ("directive_move", {"to": ""}, "to"),
    ],
)
def test_place_that_is_not_there_is_refused_beside_its_field(office, directive, second, name, typed, field):
    response = send(office, name, second if name == "conclusion_move" else directive, **typed)

    assert field in errors_of(response)
    assert (number_of(second), label_of(directive)) == (2, "1.1")


@pytest.mark.parametrize("name", ["conclusion_move", "directive_move"])
def test_order_of_a_concluded_meeting_needs_a_reason(office, person, meeting, directive, second, name):
    conclude_meeting(meeting, by=person, today=localdate())
    record = second if name == "conclusion_move" else directive
    typed = {"to": "1"} if name == "conclusion_move" else {"conclusion": second.pk}

    refused = send(office, name, record, **typed)
    unchanged = (number_of(second), label_of(directive))
    send(office, name, record, **typed, correction="Nhập sai thứ tự")

    assert errors_of(refused)["correction"] == "Ghi lý do đính chính."
    assert unchanged == (2, "1.1")
    assert (number_of(second), label_of(directive)) in {(1, "2.1"), (2, "2.1")}
    assert meeting.versions.count() == 2


def test_ways_to_move_stand_beside_what_can_be_moved(office, meeting, directive):
    alone = office.get(page("meeting_detail", meeting)).text
    second = ConclusionFactory(meeting=meeting, number=2)
    both = office.get(page("meeting_detail", meeting)).text

    assert page("directive_move", directive) in alone
    assert page("conclusion_move", directive.conclusion) not in alone
    assert page("conclusion_move", second) in both


def test_only_the_office_of_the_province_moves(client_of, person, meeting, directive, second):
    DirectiveFactory(conclusion=second, position=1, text="Báo cáo.")
    stranger = client_of(secretary_of(MeetingFactory().province))
    officer = client_of(UserFactory(agency=AgencyFactory(province=meeting.province)))

    assert stranger.post(page("conclusion_move", second), {"to": "1"}).status_code == 404
    assert officer.post(page("conclusion_move", second), {"to": "1"}).status_code == 404
    assert number_of(second) == 2
