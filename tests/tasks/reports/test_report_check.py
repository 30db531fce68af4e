"""What sending a report would refuse is refused at its check, with the same sentence beside the field."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tasks.models import BudgetEntry, Evidence, ProgressUpdate, Status, UpdateState
from tasks.operations.evidence import attach_evidence
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.reading import text_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db

DAY = date(2023, 7, 16)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def task(programme):
    return task_in_force(programme, lead=AgencyFactory(province=programme.province))


@pytest.fixture
def officer(task):
    return officer_of(task.plans.get().lead_agency)


def page_of(update):
    return reverse("admin:tasks_progressupdate_change", args=[update.pk])


def check_of(update):
    return reverse("admin:tasks_progressupdate_check", args=[update.pk])


def complete_without_evidence(task):
    return {"status": Status.COMPLETE, "percent": "100"}


def after_it_was_complete(task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), status=Status.COMPLETE, percent=100, accepted=True)
    return {"percent": "100"}


def less_than_before(task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=80, accepted=True)
    return {}


def less_than_what_waits(task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=80, submitted=True)
    return {}


def less_than_what_counts_but_not_than_what_waits(task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=80, accepted=True)
    ProgressUpdateFactory(task=task, as_of=date(2023, 7, 1), percent=55, percent_reason="Đếm lại", submitted=True)
    return {}


def before_one_that_cannot_follow(task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 8, 1), status=Status.NOT_STARTED, percent=0, accepted=True)
    return {}


def second_correction(task):
    wrong = ProgressUpdateFactory(task=task, as_of=DAY, percent=50, accepted=True)
    ProgressUpdateFactory(task=task, as_of=DAY, percent=55, corrects=wrong, submitted=True)
    return {"corrects": wrong}


def second_in_its_cycle(task):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=task.programme))
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, percent=60, submitted=True)
    return {"cycle": cycle, "as_of": f"{cycle.last_day:%d/%m/%Y}"}


REFUSED = {
    complete_without_evidence: "document",
    after_it_was_complete: "status",
    less_than_before: "percent_reason",
    less_than_what_waits: "percent_reason",
    less_than_what_counts_but_not_than_what_waits: "percent_reason",
    before_one_that_cannot_follow: "status",
    second_correction: "corrects",
    second_in_its_cycle: "as_of",
}


def drafted(task, officer, browser, case):
    """A draft that can be kept though not be sent, and what its page would send of it."""
    said = case(task)
    cycle, day = said.pop("cycle", None), said.pop("as_of", f"{DAY:%d/%m/%Y}")
    of_whom = {"task": task, "author": officer, "cycle": cycle, "corrects": said.get("corrects")}
    update = ProgressUpdateFactory(**of_whom, as_of=cycle.last_day if cycle else DAY, percent=60)
    typed = {"as_of": day, "status": Status.IN_PROGRESS, "percent": "60", "results": "Đã đào tạo"}
    typed |= {name: getattr(value, "pk", value) for name, value in said.items()}
    return update, Page(browser.get(page_of(update)).text).values | typed


@pytest.mark.parametrize(("case", "field"), REFUSED.items(), ids=lambda one: getattr(one, "__name__", None))
def test_check_and_sending_refuse_the_same_with_the_same_sentence(client_of, officer, task, case, field):
    browser = client_of(officer)
    update, form = drafted(task, officer, browser, case)

    checked = browser.post(page_of(update), form | {"_check": ""})

    assert checked.status_code in {400, 409}
    [(beside, [sentence])] = checked.context["form"].errors.items()
    assert beside == field
    assert text_of(checked.text).count(sentence) == 2
    assert Page(checked.text).values["results"] == "Đã đào tạo"
    assert browser.post(page_of(update), form | {"_draft": ""}).status_code == 302
    opened = browser.get(check_of(update))
    assert sentence in text_of(opened.text)
    sent = browser.post(check_of(update), Page(opened.text).values | {"_submit": ""})
    assert sent.status_code == checked.status_code
    assert text_of(sent.text).count(sentence) == 1
    update.refresh_from_db()
    assert update.state == UpdateState.DRAFT


def test_new_report_that_is_refused_keeps_its_file_and_leaves_no_draft(client_of, officer, task):
    browser = client_of(officer)
    address = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"
    typed = {"as_of": "16/07/2023", "status": Status.COMPLETE, "percent": "90", "files": [upload()], "_check": ""}

    refused = browser.post(address, Page(browser.get(address).text).values | typed)

    assert "Hoàn thành thì tiến độ phải là 100%." in text_of(refused.text)
    assert not ProgressUpdate.objects.exists()
    assert not Evidence.objects.exists()
    browser.post(address, Page(refused.text).values | {"percent": "100", "_check": ""})
    assert [stored.name for stored in ProgressUpdate.objects.get().files] == ["biên bản.pdf"]


def test_nothing_changed_is_checked_too(client_of, officer, task):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=60, accepted=True)
    ProgressUpdateFactory(task=task, as_of=date(2023, 7, 1), percent=80, submitted=True)
    browser = client_of(officer)
    address = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"

    refused = browser.post(address, Page(browser.get(address).text).values | {"as_of": "16/07/2023", "_same": ""})

    assert refused.status_code == 400
    assert "Báo cáo đã tiếp nhận bị sai?" in text_of(refused.text)
    assert list(refused.context["form"].errors) == ["percent_reason"]


def test_draft_may_say_what_cannot_be_sent_yet(client_of, officer, task):
    browser = client_of(officer)
    address = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"

    saved = browser.post(address, {"as_of": "16/07/2023", "status": Status.COMPLETE, "_draft": ""})

    assert saved.status_code == 302
    assert ProgressUpdate.objects.get().state == UpdateState.DRAFT


# Who is said to accept it


def send_own(client_of, person, task):
    browser = client_of(person)
    update = ProgressUpdateFactory(task=task, author=person, as_of=DAY, percent=60)
    browser.post(check_of(update), Page(browser.get(check_of(update)).text).values | {"_submit": ""})
    return text_of(browser.get(reverse("admin:index")).text)


def own_task(programme):
    return task_in_force(programme, lead=programme.coordinator_on(DAY))


def test_own_report_of_the_coordinating_agency_goes_to_the_office(client_of, programme):
    person = coordinator_of(programme)
    office = UserFactory(role="office", agency=AgencyFactory(province=programme.province, name="Văn phòng UBND tỉnh"))

    said = send_own(client_of, person, own_task(programme))

    assert f"{office.agency} xem xét để tiếp nhận hoặc trả lại" in said
    assert f"{person.agency} sẽ tiếp nhận" not in said


def test_own_report_goes_to_a_colleague_where_no_office_works(client_of, programme):
    person = coordinator_of(programme)
    coordinator_of(programme)

    said = send_own(client_of, person, own_task(programme))

    assert f"Một người khác của {person.agency} xem xét để tiếp nhận hoặc trả lại" in said


def test_own_report_that_nobody_may_accept_says_so(client_of, programme):
    said = send_own(client_of, coordinator_of(programme), own_task(programme))

    assert "chưa có tài khoản nào được tiếp nhận báo cáo này" in said


def test_report_of_another_agency_goes_to_the_coordinating_one(client_of, officer, task):
    person = coordinator_of(task.programme)

    assert f"{person.agency} sẽ tiếp nhận; nếu bị trả lại, báo cáo hiện ở trang này" in send_own(
        client_of, officer, task
    )


# Corrections


@pytest.fixture
def wrong(task, officer):
    """What was accepted: a report with everything that one can say, and a file."""
    update = ProgressUpdateFactory(
        task=task,
        author=officer,
        as_of=date(2023, 6, 16),
        status=Status.IN_PROGRESS,
        percent=50,
        operation_state="trial",
        results="Đã cài máy chủ",
        next_steps="Đào tạo",
        obstacles="Thiếu người",
        proposals="Bổ sung biên chế",
        causes="objective",
        objective_cause="Chờ cấp trên",
        document=LegalDocumentFactory(province=task.programme.province),
    )
    attach_evidence(update, [upload()], by=officer, today=localdate())
    submit_update(update, by=officer, today=localdate())
    return accept_update(update, by=coordinator_of(task.programme), today=localdate())


def correction_of(update):
    return f"{reverse('admin:tasks_progressupdate_add')}?task={update.task_id}&dinh-chinh={update.pk}"


def test_correction_is_offered_where_the_report_is_read(client_of, officer, task, wrong):
    browser = client_of(officer)

    assert correction_of(wrong).replace("&", "&amp;") in browser.get(task.get_absolute_url()).text
    assert "Đính chính" in text_of(browser.get(page_of(wrong)).text)
    new = browser.get(f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}")
    assert correction_of(wrong).replace("&", "&amp;") in new.text
    led = browser.get(reverse("admin:tasks_progressupdate_correct", args=[wrong.pk]))
    assert led.url == correction_of(wrong)
    stranger = client_of(officer_of(AgencyFactory(province=task.programme.province)))
    assert correction_of(wrong).replace("&", "&amp;") not in stranger.get(task.get_absolute_url()).text
    assert stranger.get(correction_of(wrong)).status_code == 404


def test_correction_that_changes_one_digit_changes_one_thing(client_of, officer, wrong):
    browser = client_of(officer)
    opened = browser.get(correction_of(wrong))
    assert "Đính chính cho báo cáo số liệu đến ngày 16/06/2023" in text_of(opened.text)
    assert "Giữ tệp minh chứng của báo cáo được đính chính" in text_of(opened.text)

    sent = browser.post(correction_of(wrong), Page(opened.text).values | {"percent": "55", "_check": ""})

    update = ProgressUpdate.objects.get(corrects=wrong)
    assert sent.url == check_of(update)
    told = browser.get(sent.url)
    assert [line.name for line in told.context["lines"] if line.changed] == ["percent"]
    browser.post(sent.url, Page(told.text).values | {"_submit": ""})
    update.refresh_from_db()
    assert (update.state, update.as_of, update.results) == (UpdateState.SUBMITTED, wrong.as_of, wrong.results)
    assert [stored.name for stored in update.files] == ["biên bản.pdf"]


def test_correction_keeps_what_was_paid(client_of, officer, task):
    document = LegalDocumentFactory(province=task.programme.province)
    wrong = ProgressUpdateFactory(
        task=task, as_of=date(2023, 6, 16), percent=50, disbursed_vnd=160_000_000, document=document, submitted=True
    )
    reviewer = coordinator_of(task.programme)
    accept_update(wrong, by=reviewer, today=localdate())
    browser = client_of(officer)

    opened = Page(browser.get(correction_of(wrong)).text).values
    browser.post(correction_of(wrong), opened | {"percent": "55", "_check": ""})
    update = ProgressUpdate.objects.get(corrects=wrong)
    browser.post(check_of(update), Page(browser.get(check_of(update)).text).values | {"_submit": ""})
    accept_update(update, by=reviewer, today=localdate())

    assert sum(BudgetEntry.objects.filter(task=task).values_list("amount_vnd", flat=True)) == 160_000_000


def test_what_the_correction_empties_is_emptied(client_of, officer, wrong):
    browser = client_of(officer)
    opened = Page(browser.get(correction_of(wrong)).text).values
    opened.pop("carried")

    browser.post(correction_of(wrong), opened | {"obstacles": "", "_check": ""})

    update = ProgressUpdate.objects.get(corrects=wrong)
    assert (update.obstacles, update.files, update.proposals) == ("", [], wrong.proposals)


def test_correction_is_begun_once_and_gone_on_with(client_of, officer, wrong):
    browser = client_of(officer)
    opened = Page(browser.get(correction_of(wrong)).text).values
    browser.post(correction_of(wrong), opened | {"percent": "55", "_draft": ""})

    update = ProgressUpdate.objects.get(corrects=wrong)
    assert browser.get(correction_of(wrong)).url == page_of(update)
    assert Page(browser.get(page_of(update)).text).values["obstacles"] == "Thiếu người"


def test_report_that_was_corrected_leads_to_its_correction(client_of, officer, wrong):
    other = ProgressUpdateFactory(task=wrong.task, as_of=wrong.as_of, percent=55, corrects=wrong, submitted=True)
    browser = client_of(officer)
    form = {"as_of": "16/06/2023", "status": Status.IN_PROGRESS, "percent": "60", "corrects": wrong.pk, "_check": ""}

    late = browser.post(correction_of(wrong), form)

    assert browser.get(correction_of(wrong)).url == page_of(other)
    assert late.status_code == 409
    assert f"Báo cáo BC-{wrong.pk} đã có báo cáo đính chính BC-{other.pk}, chờ tiếp nhận" in text_of(late.text)
    assert f'href="{page_of(other)}">Mở báo cáo đính chính BC-{other.pk}</a>' in late.text
    assert Page(late.text).values["percent"] == "60"


@pytest.mark.parametrize("key", ["abc", "0", "-1", "²", "9" * 30])
def test_correction_of_nothing_is_not_found(client_of, officer, task, key):
    address = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}&dinh-chinh={key}"

    assert client_of(officer).get(address).status_code == 404


def test_file_of_another_report_is_not_carried_along(client_of, officer, task, wrong):
    other = ProgressUpdateFactory(task=task, as_of=date(2023, 7, 1), percent=60, accepted=True)
    browser = client_of(officer)
    form = Page(browser.get(correction_of(other)).text).values

    refused = browser.post(correction_of(other), form | {"carried": wrong.evidence.get().pk, "_check": ""})

    assert refused.status_code == 400
    assert not ProgressUpdate.objects.filter(corrects=other).exists()
