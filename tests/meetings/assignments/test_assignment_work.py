"""What of the meetings waits for a person: on their first page, and in their letter."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import AssignmentRole
from meetings.operations.answering import (
    answer_assignment,
    confirm_answer,
    reopen_assignment,
    report_period,
    return_answer,
)
from meetings.operations.directing import withdraw_directive
from meetings.operations.extending import request_extension
from meetings.pages.directives.figures import STATUS_FILTERS
from programme.models import AgencyKind, Role
from smartcity.lib.pages.todo import count_waiting
from smartcity.reminders.digest import send_reminders
from smartcity.todo import my_work
from tests.factories import AgencyFactory, AgencySuccessionFactory, ProvinceFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, AttendanceFactory, DirectiveFactory

pytestmark = pytest.mark.django_db

# The meetings were on 10/04/2024.
SENT, TODAY = date(2024, 4, 25), date(2024, 5, 6)
PLACE = "cuộc họp ngày 10/04/2024, ý kiến 1.1"


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def agency(province):
    return AgencyFactory(province=province, name="Công an tỉnh", short_name="CA")


@pytest.fixture
def officer(agency):
    return officer_of(agency, full_name="Trần Văn Nam", email="nam@ca.example.vn")


@pytest.fixture
def office(province):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province), full_name="Lê Thị Hoa")


def given(agency, text="Rà soát camera.", *, due_on=date(2024, 4, 30), role=AssignmentRole.LEAD, **due):
    due = due or ({"due_kind": "day", "due_day": due_on} if due_on else {"due_kind": "none"})
    directive = DirectiveFactory(
        text=text, position=1, conclusion__number=1, conclusion__meeting__province=agency.province, **due
    )
    return AssignmentFactory(directive=directive, agency=agency, role=role)


def answered(assignment, officer, **changes):
    typed = {"text": "Đã xong.", "done_on": date(2024, 4, 24), "by": officer, "today": SENT} | changes
    return answer_assignment(assignment, **typed)


def told(user, today=TODAY):
    return [
        (group.title, [(job.title, job.time_left, job.detail, job.button) for job in group.jobs])
        for group in my_work(user, today=today)
    ]


def test_officer_is_told_of_what_was_assigned_the_returned_first(agency, officer, office):
    given(agency, "Chuẩn bị hồ sơ.", due_on=None)
    given(agency, "Rà soát cáp.", role=AssignmentRole.COORDINATING)
    returned = given(agency, "Rà soát camera.", due_on=date(2024, 5, 10))
    return_answer(answered(returned, officer), reason="Thiếu Côn Đảo.", by=office, today=SENT)

    assert told(officer) == [
        (
            "Việc được giao tại các cuộc họp",
            [
                ("Rà soát camera.", "Còn 4 ngày", f"Lê Thị Hoa trả lại: Thiếu Côn Đảo. · {PLACE}", "Trả lời"),
                ("Rà soát cáp.", "Quá hạn 6 ngày", f"{PLACE} · phối hợp", "Trả lời"),
                ("Chuẩn bị hồ sơ.", "", f"{PLACE} · không nêu thời hạn", "Trả lời"),
            ],
        )
    ]
    [group] = my_work(officer, today=TODAY)
    assert group.jobs[0].url == reverse("assignment_answer", args=[returned.pk])


def test_reopened_assignment_comes_back_with_its_reason(agency, officer, office):
    assignment = given(agency)
    confirm_answer(answered(assignment, officer), by=office, today=SENT)
    assert told(officer) == []

    reopen_assignment(assignment, reason="Xác nhận nhầm.", by=office, today=SENT)

    [(_, [(_, _, detail, _)])] = told(officer)
    assert detail == f"Lê Thị Hoa trả lại: Xác nhận nhầm. · {PLACE}"


def test_what_was_returned_last_is_told_whatever_was_opened_again_before(agency, officer, office):
    assignment = given(agency)
    confirm_answer(answered(assignment, officer), by=office, today=SENT)
    reopen_assignment(assignment, reason="Xác nhận nhầm.", by=office, today=SENT)
    return_answer(answered(assignment, officer), reason="Thiếu Côn Đảo.", by=office, today=SENT)

    [(_, [(_, _, detail, _)])] = told(officer)
    assert detail == f"Lê Thị Hoa trả lại: Thiếu Côn Đảo. · {PLACE}"


def test_what_waits_for_the_office_is_off_the_officer_s_list_and_on_its_own(agency, officer, office):
    assignment = given(agency)
    answered(assignment, officer)

    assert told(officer) == []
    assert told(office) == [
        (
            "Trả lời chờ bạn xác nhận",
            [
                (
                    "Rà soát camera.",
                    "",
                    f"CA báo cáo hoàn thành ngày 24/04/2024 · Trần Văn Nam (CA) gửi ngày 25/04/2024 · {PLACE}",
                    "Xem xét",
                )
            ],
        )
    ]
    [group] = my_work(office, today=TODAY)
    assert group.jobs[0].url == assignment.get_absolute_url()


def test_office_is_told_of_requests_for_more_time(agency, officer, office):
    assignment = given(agency)
    request_extension(assignment, asked_due_on=date(2024, 5, 31), reason="Chờ.", by=officer, today=SENT)

    [(title, [(_, _, detail, button)])] = told(office)

    assert (title, button) == ("Đề nghị gia hạn chờ quyết định", "Quyết định")
    assert detail == "CA xin gia hạn đến 31/05/2024: Chờ. · Trần Văn Nam (CA) gửi ngày 25/04/2024"


def test_office_answers_for_its_own_agency_and_does_not_confirm_that(office):
    answered(given(office.agency), office)
    given(office.agency, "Soạn thông báo.")

    assert [(title, [job[0] for job in jobs]) for title, jobs in told(office)] == [
        ("Việc được giao tại các cuộc họp", ["Soạn thông báo."])
    ]


def test_missing_reports_of_a_period_are_one_line_for_each_assignment(agency, officer):
    weekly = given(agency, "Kết nối dữ liệu.", due_kind="cadence", due_cadence="until_done")

    [_, (title, [job])] = told(officer)
    assert title == "Báo cáo định kỳ theo yêu cầu của cuộc họp"
    detail = f"còn thiếu 5 kỳ, cũ nhất là tuần 15 năm 2024 (08/04/2024 – 14/04/2024) · {PLACE}"
    assert job == ("Kết nối dữ liệu.", "Quá hạn 22 ngày", detail, "Báo cáo kỳ")

    for day in (14, 21, 28):
        report_period(weekly, period_last_day=date(2024, 4, day), text="70%.", by=officer, today=TODAY)
    report_period(weekly, period_last_day=date(2024, 5, 5), text="80%.", by=officer, today=TODAY)

    [_, (_, [job])] = told(officer)
    assert job[1:3] == ("Còn 6 ngày", f"tuần 19 năm 2024 (06/05/2024 – 12/05/2024) · {PLACE}")


def test_successor_is_told_of_what_was_assigned_to_an_agency_that_ended(province):
    old = AgencyFactory(province=province, short_name="Sở TT&TT", in_force_to=date(2024, 4, 20))
    heir = AgencyFactory(province=province)
    AgencySuccessionFactory(predecessor=old, successor=heir, effective_on=date(2024, 4, 21))
    given(old)

    [(_, [job])] = told(officer_of(heir))

    assert job[2] == f"{PLACE} · giao cho Sở TT&TT"


def test_nobody_is_told_of_what_is_withdrawn_unconcluded_or_others(agency, officer, office, province):
    withdrawn = given(agency)
    withdraw_directive(withdrawn.directive, on=SENT, reason="Thôi.", by=office, today=SENT)
    directive = DirectiveFactory(conclusion__meeting__version=0, conclusion__meeting__province=province)
    AssignmentFactory(directive=directive, agency=agency)
    given(AgencyFactory(province=province))

    assert told(officer) == []


@pytest.mark.parametrize("count", [1, 10])
def test_work_of_meetings_is_read_in_a_fixed_number_of_queries(
    count, agency, officer, office, django_assert_num_queries
):
    for _ in range(count):
        return_answer(answered(given(agency), officer), reason="Thiếu.", by=office, today=SENT)
        answered(given(agency), officer)
        assignment = given(agency, due_kind="day", due_day=date(2024, 4, 30), due_cadence="weekly")
        request_extension(assignment, asked_due_on=date(2024, 5, 31), reason="Chờ.", by=officer, today=SENT)
    assert (officer.agency, bool(office.agency)) == (agency, True)

    with django_assert_num_queries(9):
        assert sum(len(group.jobs) for group in my_work(officer, today=TODAY)) == 3 * count
    with django_assert_num_queries(8):
        assert sum(len(group.jobs) for group in my_work(office, today=TODAY)) == 2 * count


# Leaders


def test_leader_of_the_committee_is_told_of_the_worst_of_each_agency(province, agency):
    for day in range(12, 19):
        given(agency, f"Việc ngày {day}.", due_on=date(2024, 4, day))
    given(agency, "Còn hạn.", due_on=date(2024, 5, 6))
    other = given(AgencyFactory(province=province, name="Sở Y tế"), "Bệnh án điện tử.")
    given(AgencyFactory(), "Tỉnh khác.")
    leader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province, kind=AgencyKind.COMMITTEE))

    police, health = my_work(leader, today=TODAY)

    assert (police.title, police.count, police.left_out) == ("Chỉ đạo quá hạn: Công an tỉnh", 7, 2)
    assert [job.title for job in police.jobs] == [f"Việc ngày {day}." for day in range(12, 17)]
    assert police.jobs[0].time_left == "Quá hạn 24 ngày"
    query = {"co-quan": agency.pk, "tinh-trang": "open_overdue"}
    assert police.all_at == reverse("directive_board", query=query)
    assert (health.title, health.count, health.jobs[0].url) == (
        "Chỉ đạo quá hạn: Sở Y tế",
        1,
        other.get_absolute_url(),
    )


def test_leader_of_an_agency_is_told_of_its_own(province, agency):
    given(agency)
    given(AgencyFactory(province=province))

    assert [title for title, _ in told(UserFactory(role=Role.LEADER, agency=agency))] == [
        "Chỉ đạo quá hạn: Công an tỉnh"
    ]


def test_leader_is_told_what_became_of_the_meetings_that_they_chaired(client_of, province, agency, officer, office):
    """The board, at the same address, has exactly the rows that are counted."""
    leader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province), full_name="Đặng Minh Thông")
    first = given(agency, "Rà soát camera.", due_on=date(2024, 4, 30))
    meeting = first.directive.conclusion.meeting
    other = DirectiveFactory(text="Báo cáo kinh phí.", position=2, conclusion=first.directive.conclusion)
    AssignmentFactory(directive=other, agency=agency)
    done = AssignmentFactory(directive=other, agency=AgencyFactory(province=province))
    confirm_answer(answered(done, officer_of(done.agency)), by=office, today=SENT)
    # Somebody else chaired that one.
    given(agency, "Chuẩn bị hồ sơ.")
    assert told(leader) == []

    AttendanceFactory(meeting=meeting, chair=True, person="Đặng Minh Thông")
    answered(first, officer)

    (answers, [answer]), (meetings, [line]) = told(leader)
    assert (answers, answer[0], answer[3]) == ("Đã có trả lời", "Rà soát camera.", "Xem trả lời")
    assert "CA báo cáo hoàn thành" in answer[2]
    assert meetings == "Cuộc họp còn việc chưa xong"
    assert line[2] == "1/3 việc hoàn thành, 1 quá hạn, 1 chờ xác nhận"
    groups = my_work(leader, today=TODAY)
    assert [job.waited for group in groups for job in group.jobs] == ["Chờ 11 ngày", ""]
    assert count_waiting(groups) == 0
    board = client_of(leader).get(groups[1].jobs[0].url).context["board"]
    assert (board.total, board.count(STATUS_FILTERS["done"])) == (3, 1)
    assert client_of(leader).get(groups[0].all_at).context["board"].total == 1


@pytest.mark.parametrize("count", [1, 10])
def test_leader_s_work_is_read_in_a_fixed_number_of_queries(count, province, django_assert_num_queries):
    for _ in range(count):
        given(AgencyFactory(province=province))
    leader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province, kind=AgencyKind.COMMITTEE))
    assert leader.agency

    with django_assert_num_queries(5):
        assert len(my_work(leader, today=TODAY)) == count


# The first page and the letter


def test_office_finds_its_work_on_its_first_page(client_of, agency, officer, office):
    answered(given(agency), officer)

    page = client_of(office).get(reverse("admin:index")).text

    assert "Việc của tôi" in page
    assert "Trả lời chờ bạn xác nhận (1)" in page


def test_first_page_says_how_many_more_there_are_and_where(client_of, province, agency):
    for _ in range(7):
        given(agency)
    leader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province, kind=AgencyKind.COMMITTEE))

    page = client_of(leader).get(reverse("admin:index")).text

    assert "Chỉ đạo quá hạn: Công an tỉnh (7)" in page
    assert "Xem cả 7 việc</a> (còn 2 việc nữa)" in page
    assert localdate() > TODAY


def test_letter_reminds_of_what_is_due_and_not_of_what_has_no_day(agency, officer, office, mailoutbox):
    given(agency, "Rà soát camera.")
    given(agency, "Chuẩn bị hồ sơ.", due_on=None)
    given(agency, "Việc sang năm.", due_on=date(2025, 1, 1))
    weekly = given(agency, "Kết nối dữ liệu.", due_kind="cadence", due_cadence="until_done")
    for day in (date(2024, 4, 14), date(2024, 4, 21), date(2024, 4, 28), date(2024, 5, 5)):
        report_period(weekly, period_last_day=day, text="70%.", by=officer, today=TODAY)

    send_reminders(today=TODAY)
    send_reminders(today=date(2024, 5, 10))

    first, later = (letter.body for letter in mailoutbox)
    assert "Việc được giao tại các cuộc họp (1)\n- Rà soát camera.\n  Quá hạn 6 ngày. cuộc họp ngày" in first
    assert "Chuẩn bị hồ sơ." not in first
    assert "Kết nối" not in first
    # Two days before its week ends.
    assert "- Kết nối dữ liệu.\n  Còn 2 ngày. tuần 19 năm 2024" in later


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [1, 10])
def test_what_waits_for_the_office_is_read_in_a_fixed_number_of_queries(
    count, agency, office, django_assert_num_queries
):
    for number in range(count):
        answered(given(agency, f"Rà soát {number}."), officer_of(agency))
        request_extension(
            given(agency, f"Lắp đặt {number}."),
            asked_due_on=date(2024, 6, 1),
            reason="Chờ vốn.",
            by=officer_of(agency),
            today=SENT,
        )
    assert office.agency

    with django_assert_num_queries(8):
        groups = my_work(office, today=TODAY)

    assert [group.count for group in groups] == [count, count]
    assert all("(CA) gửi ngày 25/04/2024" in job.detail for group in groups for job in group.jobs)
