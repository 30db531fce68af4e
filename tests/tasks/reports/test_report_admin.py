"""Writing a report in the real programmes: what is refused keeps nothing and loses nothing, and who may write."""

import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from programme.models import Agency, LegalDocument, User
from tasks.models import Evidence, ProgressUpdate, Status, Task, UpdateState
from tests.factories import (
    LeadTransferFactory,
    LegalDocumentFactory,
    ProgressUpdateFactory,
    RouteStepFactory,
    officer_of,
)
from tests.forms_read import Page, send, url

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"


@pytest.fixture(scope="module")
def office(real_programmes, django_db_blocker):
    """Both real programmes and the demonstration accounts."""
    with django_db_blocker.unblock():
        call_command("make_demo_accounts", stdout=StringIO())


@pytest.fixture
def officer(client_of, office):
    """The browser of an officer of Công an tỉnh, which leads NV-10."""
    return client_of("chuyen-vien")


@pytest.fixture
def author(office):
    return User.objects.get(username="chuyen-vien")


@pytest.fixture
def draft(author):
    return ProgressUpdateFactory(task=task_of("NV-10"), as_of=date(2024, 4, 10), percent=50, author=author)


def task_of(code, programme="BRVT-DTTM"):
    return Task.objects.get(programme__code=programme, code=code)


def form_for(code):
    return url(RECORD, "add", task=task_of(code).pk)


def typed(**fields):
    return {"as_of": "10/04/2024", "status": "in_progress", "percent": "50"} | fields


def written():
    """The one report that is not of the published figures."""
    return ProgressUpdate.objects.get(task=task_of("NV-10"), author__username="chuyen-vien")


def everything():
    """How many rows of history there are: each write leaves one."""
    return (ProgressUpdate.history.count(), Evidence.history.count())


def beside(response):
    """What the form says is wrong, by the field beside which it says it; the list above says the same."""
    assert response.status_code == 400
    told = dict(re.findall(r'<p class="error" role="alert" id="id_(\w+)_error">(.*?)</p>', response.text))
    for name, message in told.items():
        assert re.search(rf'<li><a href="#id_{name}">[^<]*</a>: {re.escape(message)}</li>', response.text)
    return {name: unescape(message) for name, message in told.items()}


# Writing


def test_officer_is_offered_the_tasks_of_their_agency_alone(officer):
    response = officer.get(url(RECORD, "add"))

    assert [task.code for task in response.context["tasks"]] == ["NV-10"]
    assert form_for("NV-10") in response.text


def test_report_is_kept_and_then_sent_under_the_name_of_its_author(officer, author):
    send(officer, form_for("NV-10"), press="_draft", **typed(results="Đã lắp 100 camera."))
    kept = written()
    response = send(officer, url(RECORD, "check", kept.pk), press="_submit")

    assert (response.status_code, kept.state) == (302, UpdateState.DRAFT)
    sent = written()
    assert (sent.state, sent.as_of, sent.percent) == (UpdateState.SUBMITTED, date(2024, 4, 10), 50)
    assert (sent.status, sent.results) == (Status.IN_PROGRESS, "Đã lắp 100 camera.")
    assert (sent.reported_on, sent.reviewer) == (localdate(), None)
    assert [row.history_user for row in sent.history.all()] == [author, author]


def test_draft_is_changed_and_then_sent(officer, draft):
    kept = send(officer, url(RECORD, "change", draft.pk), press="_check", percent="60")
    send(officer, kept.url, press="_submit")

    draft.refresh_from_db()
    assert (draft.state, draft.percent) == (UpdateState.SUBMITTED, 60)
    assert [row.percent for row in draft.history.order_by("history_id")] == [50, 60, 60]


def test_day_is_stored_day_first(officer):
    send(officer, form_for("NV-10"), press="_draft", **typed(as_of="03/04/2024"))

    assert written().as_of == date(2024, 4, 3)
    page = officer.get(url(RECORD, "change", written().pk))
    assert Page(page.text).values["as_of"] == "03/04/2024"


@pytest.mark.parametrize("press", ["_draft", "_check"])
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        pytest.param({"percent": "140"}, "percent", "Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50.", id="140"),
        pytest.param(
            {"percent": "9" * 5000},
            "percent",
            "Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50.",
            id="5000 digits",
        ),
        pytest.param({"as_of": ""}, "as_of", "Nhập ngày của số liệu, ví dụ 16/06/2023.", id="no day"),
        pytest.param({"status": ""}, "status", "Chọn trạng thái.", id="no status"),
        pytest.param(
            {"as_of": "31/02/2024"},
            "as_of",
            "Ngày 31/02/2024 không có trong lịch. Kiểm tra lại ngày và tháng.",
            id="no such day",
        ),
        pytest.param({"as_of": "31/12/2099"}, "as_of", "Ngày của số liệu không thể ở tương lai.", id="a day to come"),
        pytest.param(
            {"as_of": "01/01/2019"},
            "as_of",
            "Vào ngày này đề án đang có hiệu lực không có nhiệm vụ đó. Kiểm tra lại ngày của số liệu.",
            id="before the programme",
        ),
        pytest.param(
            {"status": "complete", "percent": "30"},
            "percent",
            "Hoàn thành thì tiến độ phải là 100%.",
            id="complete at 30 %",
        ),
        pytest.param(
            {"completed_on": "01/04/2024"},
            "completed_on",
            "Chỉ nhiệm vụ hoàn thành mới có ngày hoàn thành.",
            id="a day of completion, not complete",
        ),
        pytest.param(
            {"status": "complete", "percent": "100", "completed_on": "11/04/2024"},
            "completed_on",
            "Ngày hoàn thành không thể sau ngày của số liệu.",
            id="complete after the report",
        ),
        pytest.param(
            {"causes": "", "objective_cause": "Mưa bão."},
            "causes",
            "Đã ghi nguyên nhân thì chọn loại: khách quan, chủ quan hoặc cả hai.",
            id="an explained cause without its kind",
        ),
        pytest.param(
            {"disbursed_vnd": "3,470 tỷ"},
            "disbursed_vnd",
            "«3,470» là 3 phẩy 470 hay 3 nghìn 470? Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.",
            id="an amount that could be two",
        ),
        pytest.param(
            {"disbursed_vnd": "-5 triệu đồng"},
            "disbursed_vnd",
            "Số giải ngân trong kỳ phải lớn hơn 0. Không giải ngân thì để trống.",
            id="less than nothing paid",
        ),
        pytest.param(
            {"step_done_on": "01/04/2024"}, "step", "Đã ghi ngày xong bước thì chọn bước.", id="the day of no step"
        ),
    ],
)
def test_report_is_refused_beside_the_field_and_keeps_what_was_typed(officer, press, wrong, field, message):
    before = everything()
    told = typed(results="Đã lắp 100 camera.\nCòn 20 camera.", obstacles="Chậm mặt bằng.", **wrong)

    response = send(officer, form_for("NV-10"), press=press, **told)

    assert beside(response) == {field: message}
    kept = Page(response.text).values
    assert {name: kept[name].replace("\r\n", "\n") for name in told} == told
    assert everything() == before


def test_draft_that_is_refused_stays_as_it_was(officer, draft):
    before = everything()

    response = send(officer, url(RECORD, "change", draft.pk), press="_check", percent="140", results="Đã lắp.")

    assert list(beside(response)) == ["percent"]
    assert Page(response.text).values["results"] == "Đã lắp."
    assert everything() == before


def document_of_another_province():
    return LegalDocumentFactory(issuer=Agency.objects.filter(province__code="hai-duong").first())


def report_on_another_task():
    return ProgressUpdate.objects.counting().exclude(task=task_of("NV-10")).first()


def step_of_another_task():
    return RouteStepFactory(task=task_of("NV-05"))


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("document", document_of_another_province),
        ("corrects", report_on_another_task),
        ("step", step_of_another_task),
    ],
)
def test_record_that_the_form_does_not_offer_is_refused_beside_the_field(officer, field, make):
    foreign = make()
    before = everything()

    response = send(officer, form_for("NV-10"), press="_check", **typed(**{field: str(foreign.pk)}))

    assert list(beside(response)) == [field]
    assert everything() == before


def test_documents_offered_are_those_of_the_province_and_of_the_country(officer):
    foreign = document_of_another_province()
    central = LegalDocument.objects.get(number=2333)

    offered = set(officer.get(form_for("NV-10")).context["form"].fields["document"].queryset)

    assert central in offered
    assert foreign not in offered


# Who writes


@pytest.mark.parametrize(
    ("code", "programme"),
    [
        pytest.param("NV-03", "BRVT-DTTM", id="without a lead"),
        pytest.param("NV-05", "BRVT-DTTM", id="another agency's"),
        pytest.param("CAMERA", "HD-CQDT", id="another province's"),
    ],
)
def test_form_for_a_task_that_others_report_on_does_not_exist(officer, code, programme):
    address = url(RECORD, "add", task=task_of(code, programme).pk)
    before = everything()

    shown, sent = officer.get(address), officer.post(address, typed(_check=""))

    unknown = officer.get(url(RECORD, "add", task=999_999))
    assert (shown.status_code, sent.status_code, unknown.status_code) == (404, 404, 404)
    assert shown.content == sent.content == unknown.content
    assert everything() == before


def test_report_cannot_be_moved_to_another_task(officer, draft):
    address = url(RECORD, "change", draft.pk)
    values = Page(officer.get(address).text).values
    other = task_of("NV-03").pk

    officer.post(f"{address}?task={other}", values | {"task": other, "percent": "60", "_draft": ""})

    draft.refresh_from_db()
    assert (draft.task, draft.percent) == (task_of("NV-10"), 60)


def test_what_is_decided_by_others_cannot_be_sent_along(officer, draft, author):
    reviewer = User.objects.get(username="dau-moi")
    crafted = {
        "state": "accepted",
        "author": reviewer.pk,
        "reviewer": reviewer.pk,
        "reported_on": "01/01/2020",
        "return_reason": "Thử",
        "percent": "90",
        "id": "1",
    }

    officer.post(url(RECORD, "check", draft.pk), crafted | {"seen": draft.version})

    draft.refresh_from_db()
    assert (draft.state, draft.author, draft.reviewer) == (UpdateState.SUBMITTED, author, None)
    assert (draft.percent, draft.return_reason, draft.reported_on) == (50, "", localdate())


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_report_that_was_sent_is_neither_changed_nor_sent_again(officer, author, state):
    update = ProgressUpdateFactory(
        task=task_of("NV-10"), as_of=date(2024, 4, 10), percent=50, author=author, **{state: True}
    )
    before = everything()

    changed = officer.post(url(RECORD, "change", update.pk), typed(percent="90", _check=""))
    sent = officer.post(url(RECORD, "check", update.pk))
    opened = officer.get(url(RECORD, "check", update.pk), follow=True)

    assert (changed.status_code, sent.status_code) == (409, 409)
    assert "không cần gửi lại" in opened.text
    assert everything() == before


def test_draft_is_gone_on_with_by_a_colleague_and_history_names_both(client_of, draft, author):
    colleague = officer_of(author.agency)

    send(client_of(colleague), url(RECORD, "change", draft.pk), press="_draft", percent="60")

    draft.refresh_from_db()
    assert (draft.author, draft.percent) == (colleague, 60)
    assert [row.author for row in draft.history.order_by("history_id")] == [author, colleague]


def test_draft_on_a_task_that_was_handed_over_is_the_new_agency_s(client_of, officer, draft, author):
    new = Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Sở Y tế")
    LeadTransferFactory(task=draft.task, from_agency=author.agency, to_agency=new, effective_on=date(2024, 5, 1))
    address, before = url(RECORD, "change", draft.pk), everything()

    answers = [officer.post(address, typed(percent="90", _check="")), officer.post(url(RECORD, "check", draft.pk))]

    assert [answer.status_code for answer in answers] == [409, 404]
    assert "đã ghi nhận chuyển giao chủ trì lúc" in answers[0].text
    assert f"từ ngày 01/05/2024 nhiệm vụ này do {new} chủ trì và báo cáo" in answers[0].text
    assert "<dd>90</dd>" in answers[0].text
    assert everything() == before
    assert send(client_of(officer_of(new)), address, press="_check", percent="60").status_code == 302
