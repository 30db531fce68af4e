"""A person or agency that is renamed does not sign the past anew: each act shows the names of its day."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Assignment, Extension
from meetings.operations.findings import answer_finding
from meetings.operations.recording import conclude_meeting
from meetings.pages.assignments.thread import read_threads
from programme.models import Role
from smartcity.audit.timeline import timeline
from smartcity.lib.records.history import signed_save
from smartcity.lib.records.signers import as_signed
from tests.factories import (
    AgencyFactory,
    DatasetObservationFactory,
    ExplanationFactory,
    ExplanationReplyFactory,
    ImportedFileFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    officer_of,
    task_in_force,
)
from tests.meeting_pages import whole
from tests.meetings.factories import AnswerFactory, AssignmentFactory, ExtensionFactory, FindingFactory, MeetingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = localdate()
OLD, NEW = "Nguyễn Thị Lan", "Trần Thị Mới"
OLD_AGENCY, NEW_AGENCY = "Sở Thông tin cũ", "Sở Thông tin mới"


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name=OLD_AGENCY)


@pytest.fixture
def lan(agency):
    return officer_of(agency, full_name=OLD, title="Chuyên viên")


@pytest.fixture
def auditor(client_of):
    return client_of(UserFactory(role=Role.AUDITOR, agency=None))


def rename(lan):
    """A while after what she signed."""
    signer = UserFactory(role=Role.ADMINISTRATOR, agency=None)
    lan.full_name, lan.title = NEW, "Trưởng phòng"
    signed_save(lan, by=signer, reason="Đổi họ tên")
    agency = lan.agency
    agency.name = NEW_AGENCY
    signed_save(agency, by=signer, reason="Đổi tên")


def assert_signed_by_the_old_name(html):
    assert OLD in html
    assert NEW not in html
    assert NEW_AGENCY not in html


def test_history_shows_the_name_title_and_agency_of_the_day(auditor, programme, agency, lan):
    other = AgencyFactory(province=programme.province, short_name="SXD")
    other.short_name = "Sở XD"
    signed_save(other, by=lan, reason="Sửa tên viết tắt")
    rename(lan)

    html = auditor.get(reverse("admin:programme_agency_history", args=[other.pk])).text

    assert_signed_by_the_old_name(html)
    assert f"{OLD}, Chuyên viên ({OLD_AGENCY})" in html


def test_history_tells_people_and_agencies_by_the_names_that_they_had(programme, agency, lan):
    task = task_in_force(programme=programme, lead=agency)
    update = ProgressUpdateFactory(task=task, author=lan)
    planned = task.plans.get()
    rename(lan)
    later = ProgressUpdateFactory(task=task, author=lan, accepted=True)

    told = {change.label: change.new for change in timeline(update)[-1].changes}
    led = {change.label: change.new for event in timeline(planned) for change in event.changes}

    assert told["Người báo cáo"] == OLD
    assert {change.label: change.new for change in timeline(later)[-1].changes}["Người báo cáo"] == NEW
    assert OLD_AGENCY in led.values()


def test_renaming_itself_is_told_from_old_to_new(lan):
    rename(lan)

    told = timeline(lan)[0]

    assert [(change.old, change.new) for change in told.changes if change.label == "Họ và tên"] == [(OLD, NEW)]


def test_what_is_signed_after_the_renaming_bears_the_new_name(lan, agency):
    rename(lan)
    agency.refresh_from_db()
    agency.short_name = "STT"
    signed_save(agency, by=lan, reason="Sửa")

    assert timeline(agency)[0].who.full_name == NEW


def test_signer_of_before_the_first_row_of_the_account_keeps_its_first_name(lan):
    agency = AgencyFactory()
    agency._history_date = datetime(2019, 1, 1, tzinfo=UTC)
    signed_save(agency, by=lan, reason="Nhập lại hồ sơ cũ")
    rename(lan)

    assert timeline(agency)[0].who.full_name == OLD


def test_report_keeps_the_names_of_who_wrote_and_who_accepted_it(auditor, programme, agency, lan):
    task = task_in_force(programme=programme, lead=agency)
    update = ProgressUpdateFactory(task=task, accepted=True, author=lan, as_of=date(2023, 6, 16))
    rename(lan)

    read = auditor.get(task.get_absolute_url()).text
    listed = auditor.get(reverse("admin:tasks_progressupdate_changelist")).text
    opened = auditor.get(reverse("admin:tasks_progressupdate_change", args=[update.pk])).text
    of_task = auditor.get(reverse("admin:tasks_task_change", args=[task.pk])).text
    exported = auditor.get(reverse("admin:tasks_progressupdate_export", args=["csv"]))

    for html in (listed, opened, of_task, b"".join(exported.streaming_content).decode()):
        assert OLD in html
        assert NEW not in html
    assert f"{OLD} ({OLD_AGENCY})" in " ".join(read.split())
    assert NEW not in read


def test_explanation_keeps_the_names_of_both_sides(auditor, programme, agency, lan):
    leader = UserFactory(role=Role.LEADER, agency=agency, full_name="Lê Văn Cũ")
    explanation = ExplanationFactory(programme=programme, agency=agency, asked_by=leader)
    ExplanationReplyFactory(explanation=explanation, author=lan)
    rename(lan)
    leader.full_name = "Lê Văn Khác"
    signed_save(leader, by=leader, reason="Đổi tên")

    read = auditor.get(explanation.get_absolute_url()).text
    exported = auditor.get(reverse("explanation_list_export", args=["csv"]))

    assert f"{OLD} ({OLD_AGENCY})" in " ".join(read.split())
    assert f"Lê Văn Cũ ({OLD_AGENCY})" in " ".join(read.split())
    for html in (read, b"".join(exported.streaming_content).decode()):
        assert "Lê Văn Cũ" in html
        assert "Lê Văn Khác" not in html
        assert NEW not in html


def test_thread_of_an_assignment_keeps_the_names(agency, lan):
    assignment = AssignmentFactory(agency=agency, directive__conclusion__meeting__province=agency.province)
    AnswerFactory(assignment=assignment, author=lan)
    ExtensionFactory(assignment=assignment, requested_by=lan)
    rename(lan)

    [entries] = read_threads(Assignment.objects.on_day(date(2024, 5, 1))).values()

    assert {(entry.who.full_name, entry.agency.name) for entry in entries} == {(OLD, OLD_AGENCY)}


def test_finding_keeps_the_name_of_who_answered(auditor, agency, lan):
    finding = FindingFactory(province=agency.province, agency=agency)
    answer_finding(finding, text="Đã rà soát.", answered_on=date(2024, 4, 25), by=lan, today=date(2024, 5, 1))
    rename(lan)

    html = auditor.get(finding.get_absolute_url()).text

    assert f"{OLD} ({OLD_AGENCY})" in " ".join(html.split())
    assert NEW not in html


def test_version_of_a_notice_keeps_the_name_of_who_concluded(auditor, programme):
    meeting = MeetingFactory(province=programme.province)
    whole(meeting)
    office = AgencyFactory(province=programme.province)
    secretary = UserFactory(role=Role.OFFICE, agency=office, full_name=OLD)
    conclude_meeting(meeting, by=secretary, today=TODAY)
    rename(secretary)

    html = auditor.get(reverse("meeting_version", args=[meeting.pk, 1])).text

    assert OLD in html
    assert NEW not in html


def test_observation_and_file_keep_the_name_of_who_brought_them_in(auditor, programme, agency, lan):
    observation = DatasetObservationFactory(recorded_by=lan)
    file = ImportedFileFactory(programme=programme, uploaded_by=lan)
    rename(lan)

    read = auditor.get(observation.dataset.get_absolute_url()).text
    listed = auditor.get(reverse("admin:smartcity_importedfile_changelist")).text
    opened = auditor.get(file.get_absolute_url()).text

    assert [OLD in html for html in (read, listed, opened)] == [True, True, True]
    assert [NEW in html for html in (read, listed, opened)] == [False, False, False]


def test_query_count_of_names_does_not_grow(agency, lan):
    counts = []

    for count in (1, 10):
        people = [lan, *(officer_of(agency) for _ in range(count))]
        rows = [ExtensionFactory(assignment__agency=agency, requested_by=person) for person in people]
        with CaptureQueriesContext(connection) as queries:
            as_signed(Extension.objects.filter(pk__in=[row.pk for row in rows]))
        counts.append(len(queries))

    assert counts[1] == counts[0]
