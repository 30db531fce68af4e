"""What is not yet told to everybody is found by nobody else: on no page, list, search, file or history."""

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Assignment, Conclusion, Directive, Meeting, Opinion
from meetings.operations.recording import change_meeting, conclude_meeting
from meetings.operations.removing import remove_meeting
from programme.models import Agency, AgencySuccession, DocumentKind, Province, Role, User
from smartcity.audit.changes.models import LoggedChange
from smartcity.audit.timeline import timeline
from smartcity.exchange.imports.models import ImportKind
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import ProgressUpdate, UpdateState
from tasks.operations.reporting import submit_update
from tests.examples import examples
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    ImportedFileFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    officer_of,
    task_in_force,
)
from tests.meeting_pages import whole
from tests.meetings.factories import (
    ConclusionFactory,
    DirectiveFactory,
    DirectiveLinkFactory,
    FindingFactory,
    MeetingFactory,
    OpinionFactory,
    RecipientFactory,
)

pytestmark = pytest.mark.django_db

TODAY = localdate()
# Stands in every text that some may not read; searched for without its accents, so that no page echoes it.
SECRET, SOUGHT = "Kỳlân", "kylan"
# Of each kind, these many records are opened: all that hold a secret.
NEWEST = 4
# Who walks all addresses, of the province and of another one; each of them takes a while.
OF_THE_PROVINCE = [Role.LEADER, Role.OFFICER, Role.COORDINATOR][: examples(1, all_of_them=3)]
OF_ANOTHER = [Role.OFFICE, Role.AUDITOR][: examples(1, all_of_them=2)]
KEPT_BY_THE_ADMINISTRATOR = {Province, Agency, AgencySuccession, User}


def secret(what):
    return f"{SECRET} {what}"


def secretary_of(province):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province))


def open_meeting(province):
    """Held and not concluded, with everything that can be written of it, and what was taken out again."""
    meeting = MeetingFactory(province=province, heard=secret("đã nghe"), signing=secret("người ký"))
    directive = whole(meeting, lead=AgencyFactory(province=province))
    for record, name in ((directive, "text"), (directive.conclusion, "heading")):
        setattr(record, name, secret(f"soạn {name}"))
        signed_save(record, by=secretary_of(province), reason="Soạn")
    OpinionFactory(meeting=meeting, text=secret("ý kiến"))
    RecipientFactory(meeting=meeting, text=secret("nơi nhận"))
    DirectiveLinkFactory(directive=directive, document=LegalDocumentFactory(issuer__province=province))
    taken_out = ConclusionFactory(meeting=meeting, number=2, heading=secret("đã bỏ"))
    signed_delete(taken_out, by=secretary_of(province), reason="Bỏ")
    FindingFactory(province=province, directive=directive)
    return meeting


def concluded_meeting(province):
    """Concluded after its draft had said something else."""
    meeting = MeetingFactory(province=province, heard=secret("đã nghe lúc soạn"))
    directive, person = whole(meeting, lead=AgencyFactory(province=province)), secretary_of(province)
    directive.text = secret("lúc soạn")
    signed_save(directive, by=person, reason=secret("lý do soạn"))
    directive.text = "Trình phương án."
    signed_save(directive, by=person, reason="Sửa")
    opinion = OpinionFactory(meeting=meeting, text=secret("ý kiến soạn nhầm"))
    opinion.text = "Ý kiến của Sở Y tế."
    signed_save(opinion, by=person, reason="Sửa")
    dropped = DirectiveFactory(conclusion=directive.conclusion, position=2, text=secret("đã bỏ"))
    signed_delete(dropped, by=person, reason="Bỏ")
    meeting.heard = "báo cáo của Sở Xây dựng"
    signed_save(meeting, by=person, reason="Sửa")
    conclude_meeting(meeting, by=person, today=TODAY)
    return meeting


@pytest.fixture
def task():
    programme = ProgrammeFactory()
    return task_in_force(programme=programme, lead=AgencyFactory(province=programme.province, name="Sở Y tế"))


@pytest.fixture
def province(task):
    return task.programme.province


@pytest.fixture
def meetings(province):
    return [open_meeting(province), concluded_meeting(province)]


@pytest.fixture
def reports(task):
    """One that was not sent, and one that said something else before it was."""
    person = officer_of(task.plans.get().lead_agency)
    sent = ProgressUpdateFactory(task=task, author=person, results=secret("trước khi gửi"), as_of=date(2023, 6, 16))
    sent.results, sent.document = "Đã nghiệm thu.", LegalDocumentFactory()
    submit_update(sent, by=person, today=date(2023, 6, 16))
    unsent = ProgressUpdateFactory(task=task, author=person, results=secret("bản nháp"), as_of=date(2023, 7, 1))
    EvidenceFactory(update=unsent, file__name=f"{SECRET}.pdf")
    return [unsent, sent]


def addresses():
    """Lists, searches, files and each record of the admin, with its history; and the pages of what was written."""
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if model_admin.search_fields:
            yield f"{reverse(f'{name}_changelist')}?q={SOUGHT}&pham-vi=tat-ca"
        yield reverse(f"{name}_export", args=["csv"])
        yield reverse(f"{name}_removed")
        keys = [] if model in KEPT_BY_THE_ADMINISTRATOR else sorted(set(model.history.values_list("id", flat=True)))
        for key in keys[-NEWEST:]:
            yield reverse(f"{name}_change", args=[key])
            yield reverse(f"{name}_history", args=[key])
    for meeting in Meeting.objects.all():
        yield from (reverse(name, args=[meeting.pk]) for name in ("meeting_detail", "meeting_notice"))
    for record in (*Directive.objects.all(), *Assignment.objects.all()):
        yield record.get_absolute_url()
    for name in ("home", "meeting_list", "directive_board", "finding_list", "document_list", "calendar_page"):
        yield reverse(name)
        yield f"{reverse(name)}?q={SOUGHT}&tim={SOUGHT}"
    yield reverse("directive_board_export", args=["csv"])
    yield "/nhiem-vu/1/"
    yield from (finding.get_absolute_url() for finding in FindingFactory._meta.model.objects.all())
    yield from addresses_of_the_log()


def addresses_of_the_log():
    """The timeline of all, each of its filters, and each act."""
    log = reverse("change_log")
    yield log
    yield reverse("change_log_export", args=["csv"])
    for tracked in tracked_tables().values():
        kind = tracked.model._meta.label_lower
        keys = sorted(set(tracked.model.history.values_list("id", flat=True)))
        if keys and tracked.model not in KEPT_BY_THE_ADMINISTRATOR:
            yield f"{log}?loai={kind}"
            yield from (f"{log}?ban-ghi={kind}-{key}" for key in keys[-NEWEST:])
    for field in ("meetings.meeting.heard", "meetings.opinion.text", "tasks.progressupdate.results"):
        yield f"{log}?truong={field}"
    yield from (f"{log}?viec={deed}" for deed in ("tao", "sua", "xoa"))
    yield from (
        reverse("change_act", args=[place])
        for place in sorted(set(LoggedChange.objects.values_list("place", flat=True)))
    )


def leaks(browser):
    found = []
    for address in addresses():
        response = browser.get(address)
        assert response.status_code in {200, 302, 403, 404, 410}, (address, response.status_code)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if SECRET in body.decode():
            found.append(address)
    return found


@pytest.mark.long
@pytest.mark.parametrize("role", OF_THE_PROVINCE)
def test_nobody_of_the_province_finds_what_a_meeting_or_an_agency_only_drafts(
    client_of, province, meetings, reports, role
):
    reader = UserFactory(role=role, agency=AgencyFactory(province=province))

    assert leaks(client_of(reader)) == []


@pytest.mark.long
@pytest.mark.parametrize("role", OF_ANOTHER)
def test_nobody_of_another_province_finds_anything_of_it(client_of, province, meetings, reports, task, role):
    PlannedTaskFactory(revision__programme=task.programme, name=secret("nhiệm vụ của dự thảo"))

    assert leaks(client_of(UserFactory(role=role, agency=AgencyFactory()))) == []


def test_office_of_the_province_reads_what_is_drafted_of_meetings_and_no_unsent_report(
    client_of, province, meetings, reports
):
    reader = secretary_of(province)
    browser, (written, _) = client_of(reader), meetings

    history = browser.get(reverse("admin:meetings_meeting_history", args=[written.pk])).text
    found = leaks(browser)

    for what in ("soạn heading", "ý kiến", "nơi nhận", "đã nghe", "đã bỏ"):
        assert secret(what) in history
    assert not [address for address in found if "progressupdate" in address]


@pytest.mark.parametrize("of_the_province", [True, False])
def test_auditor_reads_all_of_it(client_of, province, meetings, reports, of_the_province):
    auditor = UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=province) if of_the_province else None)
    browser = client_of(auditor)

    pages = [
        browser.get(reverse(f"admin:{name}_history", args=[record.pk])).text
        for name, records in (("meetings_meeting", meetings), ("tasks_progressupdate", reports))
        for record in records
    ]

    assert all(SECRET in html for html in pages)
    for meeting in meetings:
        assert SECRET in browser.get(f"{reverse('change_log')}?ban-ghi=meetings.meeting-{meeting.pk}").text
    for report in reports:
        assert SECRET in browser.get(f"{reverse('change_log')}?ban-ghi=tasks.progressupdate-{report.pk}").text


def test_agency_reads_its_own_unsent_report_and_goes_on_with_it(client_of, task, reports):
    colleague = officer_of(task.plans.get().lead_agency)
    address = reverse("admin:tasks_progressupdate_change", args=[reports[0].pk])

    history = [reverse("admin:tasks_progressupdate_history", args=[report.pk]) for report in reports]

    assert secret("bản nháp") in client_of(colleague).get(address).text
    assert secret("bản nháp") in client_of(colleague).get(history[0]).text
    assert secret("trước khi gửi") in client_of(colleague).get(history[1]).text


def test_history_of_a_concluded_meeting_tells_what_was_concluded_and_its_corrections(province, meetings):
    meeting, reader = meetings[1], UserFactory(agency=AgencyFactory(province=province))
    opinion = meeting.opinions.get()
    opinion.text = "Ý kiến của Sở Y tế và Sở Xây dựng."
    change_meeting(meeting, keep=[opinion], by=secretary_of(province), today=TODAY, correction="Ghi thiếu một cơ quan")

    made, corrected = [
        event
        for event in reversed(timeline(meeting, [(Opinion, "meeting"), (Conclusion, "meeting")], reader=reader))
        if event.subject.startswith("ý kiến")
    ]

    assert (made.verb, [told.new for told in made.changes if told.label == "Ý kiến"]) == (
        "Tạo",
        ["Ý kiến của Sở Y tế."],
    )
    assert made.reason == "Chốt kết luận cuộc họp"
    assert [(told.old, told.new) for told in corrected.changes] == [
        ("Ý kiến của Sở Y tế.", "Ý kiến của Sở Y tế và Sở Xây dựng.")
    ]


def test_whoever_told_of_a_part_is_named_as_they_were_called_then(client_of, province):
    meeting, office = MeetingFactory(province=province), secretary_of(province)
    whole(meeting, lead=AgencyFactory(province=province))
    office.full_name = "Nguyễn Thị Lan"
    signed_save(office, by=office, reason="Ghi tên")
    conclude_meeting(meeting, by=office, today=TODAY)
    office.full_name = "Nguyễn Lan Anh"
    signed_save(office, by=office, reason="Đổi tên")

    events = timeline(
        meeting,
        [(Conclusion, "meeting")],
        reader=UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province)),
    )

    [made] = [event for event in events if event.subject.startswith("kết luận")]
    assert made.who.full_name == "Nguyễn Thị Lan"


def test_history_of_a_sent_report_begins_with_what_was_sent(province, reports):
    events = timeline(reports[1], reader=UserFactory(agency=AgencyFactory(province=province)))

    assert [event.verb for event in events] == ["Gửi"]
    assert "Đã nghiệm thu." in [told.new for told in events[0].changes]


def test_file_of_reports_that_did_not_come_in_is_its_agency_s_alone(client_of, province, task):
    lead = task.plans.get().lead_agency
    file = ImportedFileFactory(
        programme=task.programme, kind=ImportKind.UPDATES, name=secret("báo cáo.csv"), uploaded_by=officer_of(lead)
    )
    stranger = client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province)))
    colleague = client_of(officer_of(lead))

    for name in ("imported_file_detail", "imported_file_content", "admin:smartcity_importedfile_history"):
        assert stranger.get(reverse(name, args=[file.pk])).status_code == 404
    assert SECRET not in stranger.get(reverse("admin:smartcity_importedfile_changelist")).text
    assert SECRET in colleague.get(file.get_absolute_url()).text


def test_file_of_an_unsent_report_is_its_agency_s_alone(client_of, province, task, reports):
    address = reverse("stored_file", args=[reports[0].evidence.get().file_id])

    assert client_of(UserFactory(agency=AgencyFactory(province=province))).get(address).status_code == 404
    sent = client_of(officer_of(task.plans.get().lead_agency)).get(address)
    assert sent.status_code == 200
    assert b"".join(sent)


def test_press_item_of_no_province_is_everybody_s_and_what_rests_on_it_is_not(client_of, province):
    press = LegalDocumentFactory(
        kind=DocumentKind.PRESS, number=None, symbol="", issuer=None, publisher="Báo Nhân Dân", province=None
    )
    MeetingFactory(province=province, source=press, title=secret("họp"))
    stranger = client_of(UserFactory(agency=AgencyFactory()))

    response = stranger.get(press.get_absolute_url())

    assert response.status_code == 200
    assert SECRET not in response.text


# What was removed


@pytest.fixture
def removed(province):
    meeting = MeetingFactory(province=province, title="nghe báo cáo kho dữ liệu")
    OpinionFactory(meeting=meeting, text="Đề nghị thuê máy chủ.")
    key = meeting.pk
    remove_meeting(meeting, reason="Hoãn họp", by=secretary_of(province), today=TODAY)
    return key


@pytest.mark.parametrize("of_the_province", [True, False])
def test_auditor_finds_a_removed_meeting_and_reads_its_history(client_of, province, removed, of_the_province):
    agency = AgencyFactory(province=province) if of_the_province else None
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=agency))
    history = reverse("admin:meetings_meeting_history", args=[removed])

    listed = browser.get(reverse("admin:meetings_meeting_changelist")).text
    found = browser.get(reverse("admin:meetings_meeting_removed")).text
    read = browser.get(history).text

    assert reverse("admin:meetings_meeting_removed") in listed
    assert history in found
    assert "Hoãn họp" in found
    for words in ("nghe báo cáo kho dữ liệu", "Đề nghị thuê máy chủ.", "Hoãn họp"):
        assert words in read
    for address in (
        reverse("meeting_detail", args=[removed]),
        reverse("admin:meetings_meeting_change", args=[removed]),
    ):
        assert browser.get(address).url == history


def test_removed_meeting_is_not_there_for_anybody_else(client_of, province, removed):
    readers = [UserFactory(role=role, agency=AgencyFactory(province=province)) for role in Role if role != Role.AUDITOR]
    readers.append(UserFactory(role=Role.AUDITOR, agency=AgencyFactory()))

    for reader in readers:
        browser = client_of(reader)
        for name in ("history", "change"):
            address = reverse(f"admin:meetings_meeting_{name}", args=[removed])
            assert browser.get(address, follow=True).status_code == 404, reader.role
        assert "nghe báo cáo" not in browser.get(reverse("admin:meetings_meeting_removed")).text
        assert browser.get(reverse("meeting_detail", args=[removed])).status_code == 404


def test_removed_part_of_a_removed_part_is_found_by_the_auditor_of_its_province(client_of, province):
    directive = DirectiveFactory(conclusion=ConclusionFactory(meeting__province=province), text="Trình hồ sơ.")
    conclusion, person, key = directive.conclusion, secretary_of(province), directive.pk
    signed_delete(directive, by=person, reason="Bỏ")
    signed_delete(conclusion, by=person, reason="Bỏ")
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=province)))

    response = browser.get(reverse("directive_detail", args=[key]), follow=True)

    assert response.status_code == 200
    assert "Trình hồ sơ." in response.text


def test_draft_report_that_is_sent_is_read_by_all(province, task, reports):
    reader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province))

    assert list(ProgressUpdate.objects.visible_to(reader)) == [reports[1]]
    assert reports[1].state == UpdateState.SUBMITTED
