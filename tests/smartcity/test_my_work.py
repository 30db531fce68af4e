"""What waits for a person: on their first page, and in their letter of the day."""

import smtplib
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import AgencyKind, Role, StepKind
from programme.operations.deciding import record_step
from smartcity.reminders.digest import send_reminders
from smartcity.reminders.models import SentReminder
from smartcity.todo import my_work
from tasks.models import ReportingCycle, Task
from tasks.operations.cycles import open_cycles
from tests.factories import (
    AgencyFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingDutyFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = pytest.mark.django_db

# June's reports were due on 20/06, July's are due on the day itself.
TODAY = date(2023, 7, 20)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử", position=3)


@pytest.fixture
def officer(lead):
    return officer_of(lead, full_name="Trần Văn Nam", email="nam@syt.example.vn")


@pytest.fixture
def cycles(task, programme):
    duty = ReportingDutyFactory(programme=programme)
    open_cycles(duty, by=UserFactory(), today=TODAY)
    return list(ReportingCycle.objects.filter(duty=duty).order_by("first_day"))


def told(user, today=TODAY):
    return [
        (group.title, [(job.title, job.time_left, job.button) for job in group.jobs])
        for group in my_work(user, today=today)
    ]


def test_officer_is_told_of_each_cycle_the_oldest_due_first(cycles, officer):
    report = "3. Bệnh án điện tử"

    assert told(officer) == [
        ("Kỳ tháng 06/2023 (15/05/2023 – 14/06/2023), hạn nộp 20/06/2023", [(report, "Quá hạn 30 ngày", "Báo cáo")]),
        ("Kỳ tháng 07/2023 (15/06/2023 – 14/07/2023), hạn nộp 20/07/2023", [(report, "Hạn hôm nay", "Báo cáo")]),
        ("Kỳ tháng 08/2023 (15/07/2023 – 14/08/2023), hạn nộp 20/08/2023", [(report, "Còn 31 ngày", "Báo cáo")]),
    ]


def test_draft_is_gone_on_with(task, cycles, officer):
    draft = ProgressUpdateFactory(task=task, cycle=cycles[0], as_of=cycles[0].last_day, author=officer)

    job = my_work(officer, today=TODAY)[0].jobs[0]

    assert (job.button, job.url) == ("Viết tiếp", reverse("admin:tasks_progressupdate_change", args=[draft.pk]))


def test_what_was_sent_back_comes_first_with_its_reason(task, cycles, officer):
    reviewer = UserFactory(full_name="Lê Thị Hoa")
    ProgressUpdateFactory(
        task=task,
        cycle=cycles[1],
        as_of=cycles[1].last_day,
        author=officer,
        returned=True,
        reviewer=reviewer,
        return_reason="Thiếu minh chứng.",
    )

    first, *others = my_work(officer, today=TODAY)

    assert first.title == "Báo cáo bị trả lại"
    assert [job.detail for job in first.jobs] == ["Lê Thị Hoa trả lại: Thiếu minh chứng."]
    assert len(others) == 2


def test_colleague_sees_the_same_work(task, cycles, officer, lead):
    ProgressUpdateFactory(task=task, cycle=cycles[0], as_of=cycles[0].last_day, author=officer)

    assert told(officer_of(lead)) == told(officer)


def test_sent_report_is_off_the_list_and_on_the_reviewer_s(task, cycles, officer, programme):
    for cycle in cycles[:3]:
        ProgressUpdateFactory(
            task=task, cycle=cycle, as_of=cycle.last_day, reported_on=date(2023, 8, 14), author=officer, submitted=True
        )

    assert told(officer) == []
    [group] = my_work(coordinator_of(programme), today=TODAY)
    assert (group.title, len(group.jobs)) == ("Báo cáo chờ tiếp nhận", 3)


def test_nobody_is_told_of_another_agency_s_work(cycles, programme):
    assert told(officer_of(AgencyFactory(province=programme.province))) == []
    assert told(UserFactory(role=Role.AUDITOR, agency=None)) == []


@pytest.mark.parametrize("tasks", [1, 10])
def test_work_is_read_in_a_fixed_number_of_queries(tasks, programme, lead, django_assert_num_queries):
    adopted_revision(programme, tasks=tasks, lead=lead)
    open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=TODAY)
    officer = officer_of(lead)
    assert officer.agency == lead

    with django_assert_num_queries(7):
        assert sum(len(group.jobs) for group in my_work(officer, today=TODAY)) == 3 * tasks


OWED = "Cơ quan chưa nộp báo cáo"


def owed(user, today=TODAY):
    """Who owes what, since when, and whether a letter reminds of it."""
    groups = [group for group in my_work(user, today=today) if group.title == OWED]
    return [(job.title, job.detail, job.days_late, job.is_pressing) for group in groups for job in group.jobs]


def test_leader_of_the_agency_hears_of_it_and_is_written_to_after_the_days_of_the_programme(cycles, programme, lead):
    director = UserFactory(role=Role.LEADER, agency=lead)
    june = ("Sở Y tế", f"{programme.code}: Kỳ tháng 06/2023 chưa nộp 1 báo cáo")

    assert owed(director, today=date(2023, 6, 20)) == []
    assert owed(director, today=date(2023, 6, 23)) == [(*june, 3, False)]
    assert owed(director, today=date(2023, 6, 24)) == [(*june, 4, True)]
    later = "Kỳ tháng 07/2023 chưa nộp 1 báo cáo; các kỳ trước còn 1 báo cáo, từ kỳ tháng 06/2023"
    assert owed(director, today=date(2023, 7, 21)) == [("Sở Y tế", f"{programme.code}: {later}", 31, True)]


def test_leader_of_the_committee_hears_of_all_and_is_written_to_of_agencies_without_a_leader_here(
    client_of, cycles, programme, lead
):
    committee = AgencyFactory(province=programme.province, kind=AgencyKind.COMMITTEE)
    chair = UserFactory(role=Role.LEADER, agency=committee)

    assert [line[2:] for line in owed(chair)] == [(30, True)]
    [group] = [group for group in my_work(chair, today=TODAY) if group.title == OWED]
    # The line leads to exactly the reports that it tells of.
    assert [one.task.plan_name for one, _ in client_of(chair).get(group.jobs[0].url).context["reports"]] == [
        "Bệnh án điện tử"
    ]

    UserFactory(role=Role.LEADER, agency=lead)

    assert [line[2:] for line in owed(chair)] == [(30, False)]


def test_leader_of_the_coordinating_agency_hears_of_tasks_without_a_lead(programme):
    task_in_force(programme, name="Kho dữ liệu", position=1)
    open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=TODAY)
    director = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    [(agency, *told_of)] = owed(director, today=date(2023, 6, 24))
    assert (agency, told_of[1:]) == (programme.coordinating_agency.name, [4, True])


@pytest.mark.parametrize("programmes", [1, 20])
def test_leader_hears_of_all_programmes_in_a_fixed_number_of_queries(programmes, django_assert_num_queries):
    """Each with what it gives before superiors hear of it, and with its own coordinating agency."""
    committee, lead = AgencyFactory(kind=AgencyKind.COMMITTEE), AgencyFactory(name="Sở Y tế")
    expected = []
    for number in range(programmes):
        coordinator = AgencyFactory(province=committee.province, name=f"Sở đầu mối {number}")
        programme = ProgrammeFactory(
            province=committee.province,
            code=f"DE-AN-{number:02d}",
            coordinating_agency=coordinator,
            days_to_superior=30 if number % 3 == 1 else 3,
        )
        revision = RevisionFactory(programme=programme)
        PlannedTaskFactory(revision=revision, name="Bệnh án điện tử", lead_agency=lead, position=1)
        PlannedTaskFactory(revision=revision, name="Kho dữ liệu", position=2)
        adopt(revision)
        open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=TODAY)
        expected += [(agency, programme.code, number % 3 != 1) for agency in ("Sở Y tế", coordinator.name)]
    chair = UserFactory(role=Role.LEADER, agency=committee)
    assert chair.agency == committee

    with django_assert_num_queries(12):
        [group] = my_work(chair, today=TODAY)

    told = [(job.title, job.detail.partition(":")[0], job.is_pressing) for job in group.jobs]
    assert sorted(told) == sorted(expected)


def test_leader_is_told_what_waits_to_be_adopted_and_for_how_long(programme):
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)
    proposed = RevisionFactory(programme=programme, base=adopted_revision(programme))
    on = date(2023, 7, 11)
    record_step(proposed, StepKind.SUBMITTED, on=on, by=UserFactory(), today=on)

    assert told(leader) == [
        ("Điều chỉnh đang chờ thông qua", [(f"{programme.code}: Điều chỉnh lần 1", "", "Xem đề nghị")])
    ]
    [group] = my_work(leader, today=TODAY)
    assert (group.jobs[0].waited, group.jobs[0].url) == ("Chờ 9 ngày", proposed.get_absolute_url())
    assert "Trình HĐND ngày 11/07/2023" in group.jobs[0].detail
    assert told(coordinator_of(programme)) == []


@pytest.mark.parametrize("reports", [1, 10])
def test_waiting_reports_are_read_in_a_fixed_number_of_queries(reports, programme, lead, django_assert_num_queries):
    revision = adopted_revision(programme, tasks=reports, lead=lead)
    for task in Task.objects.filter(plans__revision=revision):
        ProgressUpdateFactory(task=task, author=officer_of(lead), submitted=True)
    coordinator = coordinator_of(programme)
    assert coordinator.agency == programme.coordinating_agency

    with django_assert_num_queries(8):
        groups = my_work(coordinator, today=TODAY)

    assert [(group.title, len(group.jobs)) for group in groups] == [("Báo cáo chờ tiếp nhận", reports)]


@pytest.mark.parametrize("programmes", [1, 20])
def test_first_page_asks_as_often_for_many_programmes_and_nothing_twice(client_of, lead, programme, programmes):
    """Session, user, agency; what they report on, have open, owe; of others; left behind; sent; the figures."""
    for number in range(programmes):
        other = ProgrammeFactory(province=programme.province, code=f"DE-AN-KHAC-{number:02d}")
        ProgressUpdateFactory(task=task_in_force(other, lead=lead), author=officer_of(lead))
    browser = client_of(officer_of(lead))

    with CaptureQueriesContext(connection) as queries:
        response = browser.get(reverse("admin:index"))

    asked = [query["sql"] for query in queries]
    assert [len(group.jobs) for group in response.context["groups"]] == [programmes]
    assert (len(asked), len(set(asked))) == (12, 12)


# The letter


def test_letter_tells_what_is_due_and_is_sent_once_a_day(cycles, officer, mailoutbox):
    first, second = send_reminders(today=TODAY), send_reminders(today=TODAY)

    assert ([user.username for user in first.sent], second.sent) == ([officer.username], [])
    assert second.before == [officer]
    [letter] = mailoutbox
    assert letter.to == ["nam@syt.example.vn"]
    assert letter.subject == "Việc của bạn ngày 20/07/2023: 2 việc, 1 quá hạn"
    assert "3. Bệnh án điện tử\n  Quá hạn 30 ngày." in letter.body
    assert "Hạn hôm nay." in letter.body
    assert "tháng 08/2023" not in letter.body
    assert "http://127.0.0.1:8000/quan-tri/tasks/progressupdate/add/?task=" in letter.body


def test_letter_is_sent_again_the_next_day_while_work_waits(cycles, officer, mailoutbox):
    send_reminders(today=TODAY)
    send_reminders(today=date(2023, 7, 21))

    assert [letter.subject for letter in mailoutbox] == [
        "Việc của bạn ngày 20/07/2023: 2 việc, 1 quá hạn",
        "Việc của bạn ngày 21/07/2023: 2 việc, 2 quá hạn",
    ]


def test_nobody_is_written_to_for_whom_nothing_is_due(task, officer, mailoutbox):
    assert send_reminders(today=TODAY).sent == []
    assert mailoutbox == []


def test_person_without_an_address_is_named(cycles, lead, mailoutbox):
    officer_of(lead, username="chua-co-thu", email="")
    out = StringIO()

    call_command("send_reminders", on="2023-07-20", stdout=out)

    assert "Chưa có địa chỉ thư, không nhắc được: chua-co-thu." in out.getvalue()


def test_command_opens_cycles_and_a_second_run_does_nothing(task, programme, officer, mailoutbox):
    ReportingDutyFactory(programme=programme)
    first, second = StringIO(), StringIO()

    call_command("send_reminders", on="2023-07-20", stdout=first)
    call_command("send_reminders", on="2023-07-20", stdout=second)

    assert "Đã mở 4 kỳ báo cáo. Đã gửi 1 thư nhắc việc; 0 người đã được nhắc" in first.getvalue()
    assert "Đã mở 0 kỳ báo cáo. Đã gửi 0 thư nhắc việc; 1 người đã được nhắc" in second.getvalue()
    assert len(mailoutbox) == 1


def test_old_name_of_the_command_still_answers_and_says_the_new_one(task, programme, officer, mailoutbox):
    ReportingDutyFactory(programme=programme)
    out, told = StringIO(), StringIO()

    call_command("nhac_viec", on="2023-07-20", stdout=out, stderr=told)

    assert "Đã gửi 1 thư nhắc việc" in out.getvalue()
    assert "send_reminders" in told.getvalue()
    assert len(mailoutbox) == 1


def test_letter_that_the_server_refuses_is_sent_by_the_next_run(cycles, officer, mailoutbox, monkeypatch):
    def refuse(self, letters):
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        with pytest.raises(CommandError, match=f"Máy chủ thư không nhận thư gửi: {officer.username}"):
            call_command("send_reminders", on="2023-07-20", stdout=StringIO())
    assert not SentReminder.objects.exists()

    call_command("send_reminders", on="2023-07-20", stdout=StringIO())

    assert len(mailoutbox) == 1


def test_day_that_is_no_day_is_told():
    with pytest.raises(CommandError, match="2023-02-31"):
        call_command("send_reminders", on="2023-02-31")
