"""Reports that others were quicker with: nothing typed is lost, no cycle is answered twice, nothing is sent unread."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from tasks.models import ProgressUpdate, Status, UpdateState
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    LeadTransferFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page, send, url

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"
MANY = reverse("admin:tasks_progressupdate_accept_many")


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province)


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử")


@pytest.fixture
def officer(lead):
    return officer_of(lead, full_name="Trần Văn An")


@pytest.fixture
def colleague(lead):
    return officer_of(lead, full_name="Lê Thị Bình")


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme, full_name="Phạm Thị Hoa")


@pytest.fixture
def draft(task, officer):
    return ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 7, 16), percent=60)


@pytest.fixture
def cycle(programme):
    return ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))


@pytest.fixture
def before(task):
    """What was last accepted: half done on 16/06/2023."""
    return ProgressUpdateFactory(
        task=task, as_of=date(2023, 6, 16), percent=50, results="Đã cài máy chủ", next_steps="Đào tạo", accepted=True
    )


def typed(**fields):
    return {"as_of": "16/07/2023", "status": Status.IN_PROGRESS, "percent": "60", "results": "Đã đào tạo"} | fields


def new(task, **query):
    return url(RECORD, "add", task=task.pk, **query)


# Written too late


def test_what_was_typed_into_a_report_that_a_colleague_sent_is_shown_with_who_sent_it(
    client_of, officer, colleague, draft
):
    writing, sending = client_of(officer), client_of(colleague)
    address = url(RECORD, "change", draft.pk)
    opened = Page(writing.get(address).text).values
    send(sending, url(RECORD, "check", draft.pk), press="_submit")
    sent_at = localtime(draft.history.latest("history_id").history_date)

    response = writing.post(address, opened | {"results": "Đã đào tạo 20 bác sĩ", "_check": ""})

    assert response.status_code == 409
    assert f"đã được Lê Thị Bình gửi lúc {sent_at:%H:%M ngày %d/%m/%Y}; không sửa được nữa." in response.text
    assert "<dd>Đã đào tạo 20 bác sĩ</dd>" in response.text
    draft.refresh_from_db()
    assert draft.results == ""


def test_what_was_typed_into_a_report_that_was_accepted_is_shown_with_who_accepted_it(
    client_of, officer, colleague, coordinator, draft
):
    writing, reviewing = client_of(officer), client_of(coordinator)
    address = url(RECORD, "change", draft.pk)
    opened = Page(writing.get(address).text).values
    send(client_of(colleague), url(RECORD, "check", draft.pk), press="_submit")
    send(reviewing, url(RECORD, "review", draft.pk), press="_accept")

    response = writing.post(address, opened | {"results": "Đã đào tạo 20 bác sĩ", "_draft": ""})

    assert response.status_code == 409
    assert "đã được Phạm Thị Hoa tiếp nhận lúc" in response.text
    assert "Muốn sửa thì lập báo cáo đính chính." in response.text
    assert "<dd>Đã đào tạo 20 bác sĩ</dd>" in response.text


def test_what_was_typed_is_shown_when_the_task_was_handed_over_meanwhile(client_of, officer, lead, task, draft):
    browser = client_of(officer)
    begun, changed = new(task), url(RECORD, "change", draft.pk)
    opened = Page(browser.get(changed).text).values
    other = AgencyFactory(province=lead.province)
    LeadTransferFactory(task=task, from_agency=lead, to_agency=other, effective_on=date(2024, 5, 1))

    responses = [browser.post(address, opened | {"results": "Đã đào tạo"}) for address in (begun, changed)]

    for response in responses:
        assert response.status_code == 409
        assert f"từ ngày 01/05/2024 nhiệm vụ này do {other} chủ trì và báo cáo." in response.text
        assert "<dd>Đã đào tạo</dd>" in response.text
    assert ProgressUpdate.objects.get().results == ""


def test_what_was_typed_is_shown_when_the_task_was_dropped_from_the_plan(client_of, officer, programme, task, draft):
    browser = client_of(officer)
    opened = Page(browser.get(url(RECORD, "change", draft.pk)).text).values
    adopted_revision(programme, tasks=1, effective_on=date(2024, 5, 1))

    for address in (new(task), url(RECORD, "change", draft.pk)):
        response = browser.post(address, opened | {"results": "Đã đào tạo"})

        assert response.status_code == 409
        assert "không còn nhiệm vụ này" in response.text
        assert "<dd>Đã đào tạo</dd>" in response.text


def test_who_never_reported_on_the_task_is_told_nothing(client_of, programme, task, draft):
    submitted = ProgressUpdateFactory(task=task, as_of=date(2023, 8, 1), submitted=True)
    same_province = client_of(officer_of(AgencyFactory(province=programme.province)))
    elsewhere = client_of(officer_of(AgencyFactory()))

    for address in (new(task), url(RECORD, "change", draft.pk), url(RECORD, "change", submitted.pk)):
        assert same_province.post(address, typed()).status_code in {403, 404}
        assert elsewhere.post(address, typed()).status_code == 404


def test_page_of_what_was_typed_names_no_record_that_the_form_would_not_offer(client_of, officer, task):
    sent = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    foreign = LegalDocumentFactory(issuer=AgencyFactory(), number=777)

    response = client_of(officer).post(url(RECORD, "change", sent.pk), typed(document=foreign.pk))

    assert response.status_code == 409
    assert str(foreign) not in response.text


# A cycle that is answered


@pytest.mark.parametrize(
    ("state", "told"),
    [
        pytest.param("submitted", "đang chờ tiếp nhận; muốn sửa thì thu hồi báo cáo đó.", id="waiting"),
        pytest.param("accepted", "đã tiếp nhận; muốn sửa thì lập báo cáo đính chính.", id="accepted"),
    ],
)
def test_cycle_is_not_reported_twice(client_of, officer, colleague, task, cycle, state, told):
    browser, address = client_of(officer), new(task, ky=cycle.pk)
    opened = Page(browser.get(address).text).values
    answer = ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, author=colleague, **{state: True})

    shown = browser.get(address, follow=True)
    response = browser.post(address, opened | typed(as_of="14/06/2023", _check=""))

    assert shown.redirect_chain == [(url(RECORD, "change", answer.pk), 302)]
    assert f"Kỳ tháng 06/2023 đã có báo cáo BC-{answer.pk}, {told}" in shown.text
    assert response.status_code == 409
    assert f"Kỳ tháng 06/2023 đã có báo cáo BC-{answer.pk}, {told}" in response.text
    assert "<dd>Đã đào tạo</dd>" in response.text
    assert ProgressUpdate.objects.get() == answer


# The cycle that a report answers


def test_report_begun_without_a_cycle_answers_the_one_of_its_day(client_of, officer, task, cycle):
    browser = client_of(officer)

    browser.post(new(task), typed(as_of="10/06/2023", _draft=""))

    update = ProgressUpdate.objects.get()
    assert update.cycle == cycle
    assert "Kỳ tháng 06/2023" in browser.get(url(RECORD, "check", update.pk)).text


@pytest.mark.parametrize("day", ["14/05/2023", "15/06/2023"])
def test_report_of_a_day_outside_the_cycles_answers_none(client_of, officer, task, cycle, day):
    client_of(officer).post(new(task), typed(as_of=day, _draft=""))

    assert ProgressUpdate.objects.get().cycle is None


def test_report_of_a_day_whose_cycle_is_answered_answers_none(client_of, officer, task, cycle):
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, submitted=True)

    client_of(officer).post(new(task), typed(as_of="10/06/2023", _draft=""))

    assert ProgressUpdate.objects.open().get().cycle is None


def test_correction_answers_no_cycle(client_of, officer, task, cycle):
    wrong = ProgressUpdateFactory(task=task, as_of=date(2023, 6, 10), percent=50, accepted=True)

    client_of(officer).post(new(task), typed(as_of="10/06/2023", corrects=wrong.pk, _draft=""))

    assert ProgressUpdate.objects.open().get().cycle is None


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_cycle_of_the_day_that_is_begun_already_is_gone_on_with(client_of, officer, task, cycle, state):
    fields = {} if state == "draft" else {state: True}
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, author=officer, **fields)

    response = client_of(officer).post(new(task), typed(as_of="10/06/2023", _draft=""))

    assert "Mở «Việc của tôi» để viết tiếp báo cáo đó." in response.text
    assert Page(response.text).values["results"] == "Đã đào tạo"
    assert ProgressUpdate.objects.count() == 1


def test_form_begun_without_a_cycle_says_which_one_it_answers_and_which_wait(client_of, officer, task, cycle):
    today = localdate()
    now = ReportingCycleFactory(
        duty=cycle.duty, first_day=today - timedelta(days=3), last_day=today, due_on=today + timedelta(days=6)
    )

    html = client_of(officer).get(new(task)).text

    assert f"{now} ({now.window.days}), hạn nộp {now.due_on:%d/%m/%Y}; kỳ lấy theo ngày của số liệu" in html
    assert f'?task={task.pk}&amp;ky={cycle.pk}">Kỳ tháng 06/2023</a>' in html
    assert "ngoài kỳ" not in html


# No change


@pytest.mark.parametrize(
    ("said", "label"),
    [
        pytest.param({"results": "Đã đào tạo"}, "kết quả", id="results"),
        pytest.param({"obstacles": "Thiếu vốn"}, "khó khăn", id="obstacles"),
        pytest.param({"disbursed_vnd": 160_000_000}, "giải ngân", id="money"),
        pytest.param({"percent": 60}, "tiến độ", id="percent"),
    ],
)
def test_no_change_is_not_written_over_what_the_draft_says(client_of, officer, task, before, said, label):
    draft = ProgressUpdateFactory(
        task=task, author=officer, as_of=date(2023, 7, 16), **{"percent": 50, "next_steps": "Đào tạo"} | said
    )

    response = send(client_of(officer), url(RECORD, "change", draft.pk), press="_same")

    assert response.status_code == 400
    assert f"Bạn đã nhập {label}" in response.text
    assert draft.history.count() == 1


def test_no_change_is_not_said_with_files(client_of, officer, before, draft):
    EvidenceFactory(update=draft)
    browser = client_of(officer)

    response = send(browser, url(RECORD, "change", draft.pk), press="_same", percent="50")

    assert "Bạn đã nhập tệp minh chứng." in response.text
    assert draft.history.count() == 1


def test_no_change_is_said_of_a_draft_that_says_the_same(client_of, officer, before, draft):
    browser, address = client_of(officer), url(RECORD, "change", draft.pk)

    first = send(browser, address, press="_same", percent="50")
    again = send(browser, address, press="_same", as_of="17/07/2023")

    assert (first.status_code, again.status_code) == (302, 302)
    draft.refresh_from_db()
    assert (draft.as_of, draft.results) == (
        date(2023, 7, 17),
        "Không thay đổi so với số liệu đến ngày 16/06/2023.",
    )


# Sent and accepted as it was read


def test_draft_that_a_colleague_rewrote_is_not_sent_unread(client_of, officer, colleague, draft):
    reading, check = client_of(officer), url(RECORD, "check", draft.pk)
    opened = Page(reading.get(check).text).values
    send(client_of(colleague), url(RECORD, "change", draft.pk), press="_draft", percent="70")

    refused = reading.post(check, opened | {"_submit": ""})
    state = ProgressUpdate.objects.get().state
    reading.post(check, Page(refused.text).values | {"_submit": ""})

    assert refused.status_code == 409
    assert "Lê Thị Bình vừa sửa bản nháp này lúc " in refused.text
    assert "<ins>70%</ins>" in refused.text
    assert state == UpdateState.DRAFT
    assert ProgressUpdate.objects.get().state == UpdateState.SUBMITTED


def test_several_are_told_which_one_a_colleague_decided_and_keep_the_other_ticks(
    client_of, programme, lead, officer, coordinator
):
    planned = adopted_revision(programme, tasks=2, lead=lead).planned_tasks.order_by("position")
    first, second = (ProgressUpdateFactory(task=one.task, author=officer, submitted=True) for one in planned)
    browser = client_of(coordinator_of(programme))
    seen = Page(browser.get(MANY).text).values
    send(client_of(coordinator), url(RECORD, "review", first.pk), press="_accept")

    response = browser.post(MANY, seen | {"chosen": [first.pk, second.pk]})

    assert response.status_code == 409
    told = f"«{planned[0].name}»: Báo cáo này không còn chờ tiếp nhận: đã tiếp nhận bởi Phạm Thị Hoa."
    assert told in response.text
    assert Page(response.text).values["chosen"] == str(second.pk)
    second.refresh_from_db()
    assert second.state == UpdateState.SUBMITTED


# Corrections


def test_correction_is_shown_against_the_report_that_it_corrects(client_of, officer, coordinator, task, before):
    later = ProgressUpdateFactory(task=task, as_of=date(2023, 7, 1), percent=80, accepted=True)
    correction = ProgressUpdateFactory(
        task=task, author=officer, as_of=date(2023, 7, 16), percent=40, corrects=before, percent_reason="Nhập nhầm"
    )
    check = client_of(officer).get(url(RECORD, "check", correction.pk))
    send(client_of(officer), url(RECORD, "check", correction.pk), press="_submit")
    reviewing = client_of(coordinator)

    pages = [check, reviewing.get(url(RECORD, "review", correction.pk)), reviewing.get(MANY)]

    assert later.percent == 80
    for page in pages:
        words = " ".join(Page(page.text).words)
        assert "Đính chính cho báo cáo số liệu đến ngày 16/06/2023" in words
        assert "50%" in words
        assert "80%" not in words
