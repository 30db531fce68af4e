"""Who owes a late report is urged, by whoever may, once a minute; what is kept says what was done."""

import smtplib
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone

from programme.models import AgencyKind, Role
from smartcity.lib.log.guard import recorded
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.expected import expected_of, read_own_reports
from tasks.models import ReportingCycle, UrgedReport, Urging, UrgingWay
from tasks.operations import urging as operations
from tasks.operations.cycles import open_cycles, set_duty
from tasks.operations.urging import urge, urgeable_by
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UrgedReportFactory,
    UrgingFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# June's reports were due on 20/06, July's are due on the day itself.
TODAY = date(2023, 7, 20)
NOW = datetime(2023, 7, 20, 9, 30, tzinfo=get_default_timezone())
EMAIL, PHONE = UrgingWay.EMAIL, UrgingWay.PHONE
URGING_RULE = "urging_has_recipients_exactly_when_it_is_a_letter"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="BRVT-DTTM")


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
def coordinator(programme):
    return coordinator_of(programme, full_name="Lê Thị Hoa", title="Chuyên viên tổng hợp")


@pytest.fixture
def duty(task, programme):
    duty = ReportingDutyFactory(programme=programme)
    open_cycles(duty, by=UserFactory(), today=TODAY)
    return duty


@pytest.fixture
def june(duty):
    return ReportingCycle.objects.get(duty=duty, last_day=date(2023, 6, 14))


def owing(programme, agency):
    return programme.pk, agency.pk


def sentences(outcome):
    return [" ".join(refusal.messages) for refusal in outcome.refused.values()]


def test_letter_goes_to_who_reports_and_is_kept_as_it_was_sent(
    programme, lead, task, june, officer, coordinator, mailoutbox
):
    officer_of(lead, email="lan@syt.example.vn", full_name="Nguyễn Thị Lan")
    # None of these reports for the agency.
    officer_of(lead, email="khoa@syt.example.vn", is_active=False)
    UserFactory(role=Role.LEADER, agency=lead, email="giam-doc@syt.example.vn")
    officer_of(AgencyFactory(province=programme.province), email="khac@example.vn")

    outcome = urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    [letter] = mailoutbox
    assert letter.to == ["lan@syt.example.vn", "nam@syt.example.vn"]
    assert letter.subject == "Đôn đốc báo cáo tiến độ đề án BRVT-DTTM: 1 báo cáo quá hạn"
    assert letter.body == (
        "Kính gửi: Sở Y tế\n\n"
        "Đến ngày 20/07/2023, đề án BRVT-DTTM còn 1 báo cáo tiến độ của quý cơ quan đã quá hạn nộp:\n\n"
        "- Nhiệm vụ 3. Bệnh án điện tử\n"
        "Kỳ tháng 06/2023, hạn nộp 20/06/2023, quá hạn 30 ngày\n"
        f"http://127.0.0.1:8000/quan-tri/tasks/progressupdate/add/?task={task.pk}&ky={june.pk}\n\n"
        "Đề nghị quý cơ quan nộp ngay các báo cáo trên; vướng mắc thì ghi trong báo cáo. Báo cáo nào đã nộp sau khi "
        "gửi thư này thì không phải nộp lại.\n\n"
        "Mọi việc của quý cơ quan: http://127.0.0.1:8000/quan-tri/\n\n"
        "Lê Thị Hoa\nChuyên viên tổng hợp\n" + coordinator.agency.name
    )
    [urging] = outcome.done
    urging.refresh_from_db()
    assert (urging.programme, urging.agency, urging.by, urging.at) == (programme, lead, coordinator, NOW)
    assert (urging.way, urging.recipients) == (EMAIL, "lan@syt.example.vn, nam@syt.example.vn")
    assert urging.text == letter.body
    assert [(one.task, one.cycle) for one in urging.reports.all()] == [(task, june)]
    history = urging.history.get()
    assert (history.history_user, history.history_change_reason) == (coordinator, "Đôn đốc báo cáo quá hạn")
    assert urging.reports.get().history.get().history_action == history.history_action


def test_other_way_is_kept_and_sends_nothing(programme, lead, june, officer, coordinator, mailoutbox):
    urge({owing(programme, lead): PHONE}, by=coordinator, now=NOW)

    urging = Urging.objects.get()
    assert (urging.way, urging.recipients) == (PHONE, "")
    assert "Kỳ tháng 06/2023, hạn nộp 20/06/2023, quá hạn 30 ngày" in urging.text
    assert mailoutbox == []


def test_report_that_was_sent_back_is_told_with_where_it_is_mended(
    programme, lead, task, june, officer, coordinator, mailoutbox
):
    update = ProgressUpdateFactory(task=task, cycle=june, as_of=june.last_day, author=officer, returned=True)

    urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    assert "quá hạn 30 ngày; đã bị trả lại, chờ sửa và gửi lại" in mailoutbox[0].body
    assert f"/quan-tri/tasks/progressupdate/{update.pk}/change/\n" in mailoutbox[0].body


def test_letter_lists_twenty_reports_and_counts_the_rest(programme, lead, officer, coordinator, mailoutbox):
    adopted_revision(programme, tasks=22, lead=lead)
    open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=TODAY)

    urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    assert mailoutbox[0].body.count("- Nhiệm vụ ") == 20
    assert "- Và 2 báo cáo khác: http://127.0.0.1:8000/de-an/BRVT-DTTM/ky-bao-cao/" in mailoutbox[0].body
    assert UrgedReport.objects.count() == 22


def test_one_cycle_is_urged_for_alone(programme, lead, task, duty, june, coordinator):
    august = datetime(2023, 8, 21, 9, 30, tzinfo=get_default_timezone())

    urge({owing(programme, lead): PHONE}, cycle=june.pk, by=coordinator, now=august)

    assert [one.cycle for one in Urging.objects.get().reports.all()] == [june]


def test_report_tells_when_it_was_urged_for_last(programme, lead, task, june, officer, coordinator):
    for at in (NOW, NOW + timedelta(days=1)):
        urge({owing(programme, lead): PHONE}, by=coordinator, now=at)

    last = NOW + timedelta(days=1)
    asked = read_own_reports(officer, today=last.date()).asked
    assert {one.cycle: one.urged_at for one in asked}[june] == last
    assert [one.urged_at for one in expected_of(june, today=last.date())] == [last]


# Refusals


def test_same_agency_is_not_urged_twice_in_a_minute(programme, lead, june, officer, coordinator, mailoutbox):
    other = coordinator_of(programme)
    urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    outcome = urge({owing(programme, lead): PHONE}, by=other, now=NOW + timedelta(seconds=59))

    assert outcome.done == []
    assert sentences(outcome) == [
        "Lê Thị Hoa vừa đôn đốc Sở Y tế lúc 09:30 ngày 20/07/2023 (thư điện tử). "
        "Đợi một phút, rồi đôn đốc lần nữa nếu vẫn cần."
    ]
    assert (Urging.objects.count(), len(mailoutbox)) == (1, 1)
    assert urge({owing(programme, lead): PHONE}, by=other, now=NOW + timedelta(seconds=61)).done


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_send_one_letter(at_once, programme, lead, june, officer, coordinator, mailoutbox):
    other = coordinator_of(programme)

    outcomes = at_once(*[partial(urge, {owing(programme, lead): EMAIL}, by=by, now=NOW) for by in (coordinator, other)])

    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 1]
    assert [type(one) for outcome in outcomes for one in outcome.refused.values()] == [operations.UrgedJustNow]
    assert (Urging.objects.count(), len(mailoutbox)) == (1, 1)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(smtplib.SMTPServerDisconnected("closed"), id="the server hangs up"),
        pytest.param(ConnectionRefusedError(), id="there is no server"),
        pytest.param(smtplib.SMTPRecipientsRefused({}), id="the server knows nobody of that name"),
    ],
)
def test_nothing_is_kept_of_a_letter_that_was_not_taken(
    failure, programme, lead, june, officer, coordinator, letters_refused
):
    letters_refused(failure)

    outcome = urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    assert outcome.done == []
    assert sentences(outcome) == [
        "Máy chủ thư không nhận thư gửi Sở Y tế, nên chưa ghi là đã đôn đốc. Thử lại sau ít phút; hoặc sao nội dung "
        "gửi cách khác, rồi chọn cách đã dùng."
    ]
    assert (Urging.objects.count(), Urging.history.count(), UrgedReport.history.count()) == (0, 0, 0)
    # No minute has to pass before one tries again.
    assert urge({owing(programme, lead): PHONE}, by=coordinator, now=NOW).done


@pytest.fixture
def letters_refused(monkeypatch):
    """A mail server that fails in a given way; what it was asked to take."""

    def fail(failure):
        asked = []

        def refuse(backend, letters):
            asked.extend(letters)
            raise failure

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        return asked

    return fail


def test_server_that_is_away_is_not_waited_for_again(programme, lead, june, officer, coordinator, letters_refused):
    asked = letters_refused(TimeoutError())
    second = ProgrammeFactory(province=programme.province, coordinating_agency=programme.coordinating_agency)
    task_in_force(second, lead=lead)
    open_cycles(ReportingDutyFactory(programme=second), by=UserFactory(), today=TODAY)

    outcome = urge({owing(programme, lead): EMAIL, owing(second, lead): EMAIL}, by=coordinator, now=NOW)

    assert (len(outcome.refused), len(asked)) == (2, 1)


def test_agency_without_an_address_gets_no_letter(programme, lead, june, coordinator):
    officer_of(lead, email="")

    outcome = urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    assert sentences(outcome) == [
        "Sở Y tế chưa có địa chỉ thư điện tử. Sao nội dung gửi cách khác, rồi chọn cách đã dùng."
    ]
    assert not Urging.objects.exists()


def test_what_was_handed_in_meanwhile_is_not_urged_for(programme, lead, task, june, officer, coordinator, mailoutbox):
    ProgressUpdateFactory(task=task, cycle=june, as_of=june.last_day, author=officer, submitted=True)

    outcome = urge({owing(programme, lead): EMAIL}, by=coordinator, now=NOW)

    assert sentences(outcome) == ["Sở Y tế không còn báo cáo quá hạn nào để bạn đôn đốc. Tải lại trang để xem."]
    assert mailoutbox == []


def test_what_is_due_today_is_not_late(programme, task, duty, coordinator):
    assert urgeable_by(coordinator, today=date(2023, 6, 20)) == {}
    assert urgeable_by(coordinator, today=date(2023, 6, 21)) != {}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OFFICE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_urge_nobody(role, programme, lead, june):
    person = UserFactory(role=role, agency=programme.coordinating_agency)

    assert urgeable_by(person, today=TODAY) == {}
    with pytest.raises(operations.NotToUrge):
        urge({owing(programme, lead): PHONE}, by=person, now=NOW)
    assert not Urging.objects.exists()


def urged(user):
    return [agency.name for _, agency in urgeable_by(user, today=TODAY)]


def test_each_urges_whom_they_answer_for(programme, lead, task, june):
    committee = AgencyFactory(province=programme.province, kind=AgencyKind.COMMITTEE)
    neighbour = AgencyFactory(province=programme.province)

    def leader(agency):
        return UserFactory(role=Role.LEADER, agency=agency)

    assert urged(leader(committee)) == ["Sở Y tế"]
    assert urged(leader(programme.coordinating_agency)) == ["Sở Y tế"]
    assert urged(leader(lead)) == ["Sở Y tế"]
    assert urged(leader(neighbour)) == []
    assert urged(coordinator_of(programme)) == ["Sở Y tế"]
    assert urged(UserFactory(role=Role.COORDINATOR, agency=lead)) == []
    assert urged(leader(AgencyFactory(kind=AgencyKind.COMMITTEE))) == []


def test_task_without_a_lead_is_owed_by_who_coordinates(programme, coordinator, mailoutbox):
    task_in_force(programme, lead=None)
    open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=TODAY)
    coordinator.email = "hoa@stttt.example.vn"
    signed_save(coordinator, by=coordinator)
    # Who only reports on what the agency leads has nothing to do with it.
    officer_of(programme.coordinating_agency, email="khac@stttt.example.vn")

    urge({owing(programme, programme.coordinating_agency): EMAIL}, by=coordinator, now=NOW)

    assert mailoutbox[0].to == ["hoa@stttt.example.vn"]


# What is kept


@pytest.mark.parametrize(
    ("way", "recipients"),
    [
        pytest.param(EMAIL, "", id="a letter to nobody"),
        pytest.param(PHONE, "nam@syt.example.vn", id="a call with an address"),
    ],
)
def test_urging_has_recipients_exactly_when_it_is_a_letter(way, recipients):
    rule = next(one for one in Urging._meta.constraints if one.name == URGING_RULE)
    row = Urging.objects.filter(pk=UrgingFactory().pk)

    with pytest.raises(IntegrityError, match=URGING_RULE), transaction.atomic(), recorded():
        row.update(way=way, recipients=recipients)

    with pytest.raises(ValidationError, match=rule.violation_error_message):
        signed_save(UrgingFactory.build(way=way, recipients=recipients, **parts_of(row.get())), by=UserFactory())


def parts_of(urging):
    return {name: getattr(urging, name) for name in ("programme", "agency", "by")}


def test_report_stands_once_in_an_urging():
    report = UrgedReportFactory()
    july = {"first_day": date(2023, 6, 15), "last_day": date(2023, 7, 14), "due_on": date(2023, 7, 20)}
    other_cycle = ReportingCycleFactory(duty=report.cycle.duty, **july)
    other = UrgedReportFactory(urging=report.urging, task=report.task, cycle=other_cycle)

    with pytest.raises(IntegrityError), transaction.atomic(), recorded():
        UrgedReport.objects.filter(pk=other.pk).update(cycle=report.cycle)
    twice = UrgedReport(urging=report.urging, task=report.task, cycle=report.cycle)
    with pytest.raises(ValidationError, match="Báo cáo này đã có trong lần đôn đốc"):
        signed_save(twice, by=UserFactory())


def test_urging_is_neither_changed_nor_deleted():
    report = UrgedReportFactory()
    by = UserFactory()

    report.urging.text = "Khác"
    for act in (
        partial(signed_save, report.urging, by=by),
        partial(signed_delete, report.urging, by=by),
        partial(signed_save, report, by=by),
        partial(signed_delete, report, by=by),
    ):
        with pytest.raises(ValidationError, match="đã ghi không sửa, không xóa được"):
            act()


@pytest.mark.parametrize("field", ["task", "cycle"])
def test_urged_report_is_of_the_programme(field):
    here, elsewhere = UrgedReportFactory(), UrgedReportFactory()
    report = UrgedReport(urging=here.urging, task=here.task, cycle=here.cycle)
    setattr(report, field, getattr(elsewhere, field))

    with pytest.raises(ValidationError, match="thuộc đề án khác"):
        signed_save(report, by=UserFactory())


def test_cycle_that_was_urged_for_is_not_withdrawn(programme, lead, task, duty, june, coordinator):
    urge({owing(programme, lead): PHONE}, by=coordinator, now=NOW)
    duty.last_day = date(2023, 6, 1)

    set_duty(duty, by=coordinator, today=TODAY, reason="Thôi áp dụng")

    assert [cycle.last_day for cycle in duty.cycles.all()] == [june.last_day]


def test_duty_whose_cycle_was_urged_for_keeps_its_first_day(programme, lead, task, duty, june, coordinator):
    urge({owing(programme, lead): PHONE}, by=coordinator, now=NOW)
    duty.first_day = date(2023, 7, 1)

    with pytest.raises(ValidationError, match="hoặc đã đôn đốc"):
        set_duty(duty, by=coordinator, today=TODAY, reason="Sửa ngày")
