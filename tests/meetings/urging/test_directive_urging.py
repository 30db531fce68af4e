"""The Office urges for what meetings gave and is late; it is told where it is read afterwards."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from meetings.models import AssignmentState, DirectiveUrging, UrgedAssignment
from meetings.operations.urging import REASON, urge_to_answer
from meetings.urging_letters import MOST_LISTED, late_for
from programme.models import AgencyKind, Role
from tasks.models import UrgingWay
from tasks.operations.urging import NotToUrge, UrgedJustNow
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    ProgrammeFactory,
    UserFactory,
    officer_of,
    rewrite,
)
from tests.forms_read import Page
from tests.given import by, extend, give, meeting_about
from tests.meetings.factories import DirectiveUrgingFactory, UrgedAssignmentFactory
from tests.reading import text_of
from tests.refused_pages import places

pytestmark = pytest.mark.django_db

URGE = "/chi-dao/don-doc/"
BOARD = "/chi-dao/"
LETTER, NOTHING = "email", ""
DUE = date(2024, 5, 31)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def office(programme):
    agency = AgencyFactory(province=programme.province, name="Văn phòng UBND tỉnh", kind=AgencyKind.OFFICE)
    return UserFactory(role=Role.OFFICE, agency=agency, full_name="Lê Thị Hoa")


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def officer(agency):
    return officer_of(agency, full_name="Trần Văn Nam", email="nam@syt.example.vn")


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def late(meeting, agency, officer):
    return give(meeting, agency, due=by(DUE), text="Hoàn thành bệnh án điện tử")


def field(agency):
    return f"cach-{agency.province_id}-{agency.pk}"


def told(response):
    return text_of(response.content.decode())


def owed(user):
    return {agency.name: late for (_, agency), late in late_for(user, today=localdate()).items()}


def another_late(meeting, programme, number=1, **person):
    other = AgencyFactory(province=programme.province, name=f"Sở thứ {number}")
    if person:
        officer_of(other, **person)
    return give(meeting, other, due=by(DUE))


def test_all_are_urged_by_one_press_and_it_is_kept(client_of, office, agency, late, mailoutbox):
    client = client_of(office)
    page = client.get(URGE)

    answer = client.post(URGE, Page(page.content.decode()).values, follow=True)

    assert "Đôn đốc 1 cơ quan, 1 việc quá hạn" in told(page)
    assert answer.redirect_chain[-1][0] == BOARD
    assert "Đã gửi thư đôn đốc 1 cơ quan: Sở Y tế." in told(answer)
    urging = DirectiveUrging.objects.get()
    assert (urging.agency, urging.by, urging.way, urging.recipients) == (agency, office, "email", "nam@syt.example.vn")
    assert [part.assignment for part in urging.assignments.all()] == [late]
    kept = urging.history.get()
    assert (kept.history_user, kept.history_change_reason) == (office, REASON)
    (letter,) = mailoutbox
    assert letter.to == ["nam@syt.example.vn"]
    assert letter.subject == "Đôn đốc thực hiện chỉ đạo: 1 việc quá hạn"
    assert "Hoàn thành bệnh án điện tử" in letter.body
    assert "hạn 31/05/2024" in letter.body
    assert letter.body == urging.text


def test_menu_and_board_lead_to_it(client_of, office, late):
    client = client_of(office)

    assert f'href="{URGE}"' in client.get("/quan-tri/").text
    assert f'href="{URGE}"' in client.get(BOARD).text


def test_it_stands_on_the_board_and_on_the_work_of_who_was_urged(client_of, office, officer, late):
    urging = DirectiveUrgingFactory(province=office.agency.province, agency=officer.agency, at=now(), by=office)
    UrgedAssignmentFactory(urging=urging, assignment=late)
    said = f"{localdate():%d/%m/%Y}"

    assert f"đôn đốc ngày {said}" in told(client_of(office).get(BOARD))
    assert f"được đôn đốc ngày {said}" in told(client_of(officer).get("/quan-tri/"))
    assert "đôn đốc ngày" not in told(client_of(office).get(f"{BOARD}?ngay=01/06/2024"))


@pytest.mark.parametrize("state", [AssignmentState.ANSWERED, AssignmentState.CONFIRMED])
def test_what_is_answered_is_not_urged_for(office, meeting, agency, state):
    done = date(2024, 6, 3) if state == AssignmentState.CONFIRMED else None
    give(meeting, agency, due=by(DUE), state=state, done_on=done)

    assert owed(office) == {}


def test_what_is_not_late_is_not_urged_for(office, meeting, agency):
    give(meeting, agency)
    give(meeting, agency, due=by(localdate()))
    extended = give(meeting, agency, due=by(DUE))
    extend(extended, localdate() + timedelta(days=9), on=date(2024, 5, 1))

    assert owed(office) == {}


def test_what_was_sent_back_is_urged_for_and_said(office, meeting, agency, officer, mailoutbox):
    give(meeting, agency, due=by(DUE), state=AssignmentState.RETURNED)

    urge_to_answer({(agency.province_id, agency.pk): UrgingWay.EMAIL}, by=office, now=now())

    assert "trả lời đã bị trả lại, chờ bổ sung" in mailoutbox[0].body


def test_who_carries_on_is_urged_for_what_an_ended_agency_left(office, meeting, agency, late, programme):
    heir = AgencyFactory(province=programme.province, name="Sở Y tế mới", in_force_from=date(2025, 3, 1))
    AgencySuccessionFactory(predecessor=agency, successor=heir, effective_on=date(2025, 3, 1))
    rewrite(agency, in_force_to=date(2025, 2, 28))

    assert owed(office) == {"Sở Y tế mới": [late]}
    urge_to_answer({(heir.province_id, heir.pk): UrgingWay.PHONE}, by=office, now=now())
    assert "cuộc họp ngày 10/04/2024, giao cho Sở Y tế, hạn 31/05/2024" in DirectiveUrging.objects.get().text


def test_assignment_answered_meanwhile_is_told_and_not_urged_for(client_of, office, agency, late, mailoutbox):
    client = client_of(office)
    values = Page(client.get(URGE).content.decode()).values
    rewrite(late, state=AssignmentState.ANSWERED)

    answer = client.post(URGE, values, follow=True)

    assert "Không còn việc quá hạn chưa trả lời, nên không đôn đốc nữa: Sở Y tế." in told(answer)
    assert (DirectiveUrging.objects.count(), len(mailoutbox)) == (0, 0)


def test_one_answered_while_it_is_written_is_refused(office, agency, late):
    rewrite(late, state=AssignmentState.ANSWERED)

    outcome = urge_to_answer({(agency.province_id, agency.pk): UrgingWay.PHONE}, by=office, now=now())

    [refusal] = outcome.refused.values()
    assert "Sở Y tế không còn việc quá hạn chưa trả lời nào để bạn đôn đốc." in refusal.messages[0]


@pytest.mark.both_databases
def test_second_within_a_minute_is_told_who_was_first(client_of, office, agency, late, mailoutbox):
    client_of(office).post(URGE, {field(agency): LETTER})
    colleague = UserFactory(role=Role.OFFICE, agency=office.agency)

    answer = client_of(colleague).post(URGE, {field(agency): LETTER})

    assert answer.status_code == 409
    [sentence] = places(answer).values()
    assert sentence.startswith("Lê Thị Hoa vừa đôn đốc Sở Y tế lúc ")
    assert (DirectiveUrging.objects.count(), len(mailoutbox)) == (1, 1)


@pytest.mark.both_databases
def test_two_at_once_urge_once(office, agency, late):
    wanted = {(agency.province_id, agency.pk): UrgingWay.PHONE}
    moment = now()

    first = urge_to_answer(wanted, by=office, now=moment)
    second = urge_to_answer(wanted, by=office, now=moment + timedelta(seconds=59))
    third = urge_to_answer(wanted, by=office, now=moment + timedelta(seconds=61))

    assert [len(one.done) for one in (first, second, third)] == [1, 0, 1]
    assert [type(one) for one in second.refused.values()] == [UrgedJustNow]


def test_agency_without_an_address_is_noted_another_way(client_of, office, meeting, programme, mailoutbox):
    other = another_late(meeting, programme, email="").agency
    client = client_of(office)
    page = client.get(URGE)

    refused = client.post(URGE, {field(other): LETTER})
    client.post(URGE, {field(other): "phone"})

    assert "Chưa có địa chỉ thư điện tử" in told(page)
    assert refused.status_code == 400
    assert DirectiveUrging.objects.get().way == UrgingWay.PHONE
    assert mailoutbox == []


def test_what_was_done_is_told_beside_what_was_not(client_of, office, agency, late, meeting, programme, monkeypatch):
    def refuse(backend, letters):
        raise ConnectionRefusedError("away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    other = another_late(meeting, programme, email="").agency

    answer = client_of(office).post(URGE, {field(agency): LETTER, field(other): "document"}, follow=True)

    assert "Đã ghi đôn đốc bằng cách khác 1 cơ quan: Sở thứ 1." in told(answer)
    assert "Máy chủ thư không nhận thư gửi Sở Y tế" in told(answer)
    assert [urging.agency for urging in DirectiveUrging.objects.all()] == [other]


def test_form_that_arrives_twice_sends_one_letter(client_of, office, late, mailoutbox):
    client = client_of(office)
    values = Page(client.get(URGE).content.decode()).values

    client.post(URGE, values)
    again = client.post(URGE, values, follow=True)

    assert "lần gửi sau không ghi thêm" in told(again)
    assert len(mailoutbox) == 1


def test_nothing_chosen_is_told(client_of, office, agency, late):
    answer = client_of(office).post(URGE, {field(agency): NOTHING})

    assert answer.status_code == 400
    assert "Chọn cách đôn đốc cho ít nhất một cơ quan." in told(answer)


@pytest.mark.parametrize("way", ["pigeon", "email\0"])
def test_way_that_is_none_is_told_beside_its_field(way, client_of, office, agency, late):
    answer = client_of(office).post(URGE, {field(agency): way})

    assert answer.status_code == 400
    assert f"id_{field(agency)}" in places(answer)
    assert not DirectiveUrging.objects.exists()


def test_who_was_urged_today_is_not_urged_again_unasked(client_of, office, agency, late):
    DirectiveUrgingFactory(province=agency.province, agency=agency, by=office, at=now() - timedelta(minutes=2))

    page = client_of(office).get(URGE)

    assert Page(page.content.decode()).values[field(agency)] == NOTHING
    assert f"đã đôn đốc {localdate():%d/%m/%Y}, Lê Thị Hoa" in told(page)


def test_address_narrows_it_to_one_agency(client_of, office, agency, late, meeting, programme):
    another_late(meeting, programme)
    client = client_of(office)

    assert "Đôn đốc 2 cơ quan, 2 việc quá hạn" in told(client.get(URGE))
    assert "Đôn đốc 1 cơ quan, 1 việc quá hạn" in told(client.get(f"{URGE}?co-quan={agency.pk}"))
    assert "không còn việc quá hạn nào chưa trả lời" in told(client.get(f"{URGE}?co-quan={office.agency.pk}"))


@pytest.mark.parametrize("key", ["abc", "-1", "999999", "9" * 40, "²"])
def test_agency_that_is_none_is_not_found(key, client_of, office):
    assert client_of(office).get(URGE, {"co-quan": key}).status_code == 404


def test_other_provinces_do_not_exist_here(client_of, office, late):
    elsewhere = give(meeting_about(ProgrammeFactory()), AgencyFactory(), due=by(DUE))
    client = client_of(office)

    assert client.get(URGE, {"co-quan": elsewhere.agency_id}).status_code == 404
    assert elsewhere.agency.name not in told(client.get(URGE))
    assert client.post(URGE, {f"cach-{office.agency.province_id}-{elsewhere.agency_id}": "phone"}).status_code == 400
    assert not DirectiveUrging.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.LEADER, Role.AUDITOR])
def test_only_the_office_urges(role, client_of, office, late):
    person = UserFactory(role=role, agency=office.agency)

    assert client_of(person).get(URGE).status_code == 403
    with pytest.raises(NotToUrge):
        urge_to_answer({}, by=person, now=now())


def test_letter_lists_as_many_as_one_reads(office, meeting, agency, officer, mailoutbox):
    for _ in range(MOST_LISTED + 2):
        give(meeting, agency, due=by(DUE))

    urge_to_answer({(agency.province_id, agency.pk): UrgingWay.EMAIL}, by=office, now=now())

    assert "Và 2 việc khác" in mailoutbox[0].body
    assert UrgedAssignment.objects.count() == MOST_LISTED + 2


def test_number_of_queries_does_not_grow(client_of, office, meeting, programme):
    counts, client = [], client_of(office)
    for more in (1, 5):
        for number in range(more):
            another_late(meeting, programme, number=10 * more + number, email=f"a{more}{number}@example.vn")
        with CaptureQueriesContext(connection) as queries:
            client.get(URGE)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


# What is kept


def test_urging_never_changes_and_stays(office, late):
    urging = DirectiveUrgingFactory(province=office.agency.province, agency=late.agency, by=office)
    part = UrgedAssignmentFactory(urging=urging, assignment=late)

    for kept in (urging, part):
        with pytest.raises(ValidationError, match="không sửa, không xóa được"):
            kept.full_clean()
        with pytest.raises(ValidationError, match="không sửa, không xóa được"):
            kept.refuse_deletion()
    with pytest.raises(ProtectedError):
        urging.delete()


def test_assignment_of_another_province_is_none_of_an_urging(office, late):
    elsewhere = give(meeting_about(ProgrammeFactory()), AgencyFactory(), due=by(DUE))
    urging = DirectiveUrgingFactory(province=office.agency.province, agency=late.agency, by=office)

    with pytest.raises(ValidationError, match="tỉnh khác"):
        UrgedAssignment(urging=urging, assignment=elsewhere).full_clean()
