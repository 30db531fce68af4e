import unicodedata
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import (
    Agency,
    AgencyKind,
    DocumentRelation,
    LegalDocument,
    Programme,
    Revision,
    RevisionState,
    RevisionStep,
    Role,
    StatedFigure,
    StepKind,
    User,
)
from programme.operations import record_step
from smartcity.exchange.programme_files import system_account
from tasks.models import BudgetEntry, PlannedTask, Task
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    BudgetEntryFactory,
    DatasetFactory,
    DocumentRelationFactory,
    ExplanationFactory,
    ImportedFileFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RevisionFactory,
    StatedFigureFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.smartcity.forms_read import ENGLISH, Page, refused, send, sentence_of, url

pytestmark = pytest.mark.django_db

# Which demonstration accounts may add records of each kind, and where a record says whose province it is of.
RECORDS = {
    "programme.province": (["quan-tri"], "code"),
    "programme.agency": (["quan-tri"], "province__code"),
    "programme.agencysuccession": (["quan-tri"], "predecessor__province__code"),
    "programme.user": (["quan-tri"], "memberships__agency__province__code"),
    "programme.legaldocument": (["dau-moi", "dau-moi-hd", "van-phong", "quan-tri"], "province__code"),
    "programme.statedfigure": (["dau-moi", "dau-moi-hd", "van-phong"], "programme__province__code"),
    "programme.programme": (["dau-moi", "dau-moi-hd"], "province__code"),
    "programme.revision": (["dau-moi", "dau-moi-hd"], "programme__province__code"),
    "programme.revisionstep": (["dau-moi", "dau-moi-hd", "van-phong"], "revision__programme__province__code"),
    "tasks.task": ([], "programme__province__code"),
    "tasks.plannedtask": (["dau-moi", "dau-moi-hd"], "revision__programme__province__code"),
    "tasks.progressupdate": (["dau-moi", "dau-moi-hd", "chuyen-vien"], "task__programme__province__code"),
    "tasks.reportingduty": (["dau-moi", "dau-moi-hd"], "programme__province__code"),
    "tasks.reportingcycle": ([], "duty__programme__province__code"),
    "tasks.budgetentry": (["dau-moi", "dau-moi-hd"], "task__programme__province__code"),
    "tasks.dataset": (["dau-moi", "dau-moi-hd"], "province__code"),
    "tasks.explanation": ([], "programme__province__code"),
    "smartcity.importedfile": ([], "programme__province__code"),
}
OF_THE_PROVINCE = ["dau-moi", "chuyen-vien", "van-phong", "lanh-dao"]
EVERYBODY = [*OF_THE_PROVINCE, "dau-moi-hd", "quan-tri", "kiem-toan"]
POLICY = {
    "default-src": {"'self'"},
    "script-src": {"'self'", "'unsafe-eval'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}


@pytest.fixture(scope="module")
def office(real_programmes, django_db_blocker):
    """Both real programmes, the demonstration accounts, and of each kind of record one in each province."""
    with django_db_blocker.unblock():
        call_command("make_demo_accounts", stdout=StringIO())
        for code, task in [("BRVT-DTTM", "NV-05"), ("HD-CQDT", "CAMERA")]:
            BudgetEntryFactory(task=Task.objects.get(programme__code=code, code=task), decided_on=date(2021, 3, 22))
            programme = Programme.objects.get(code=code)
            ExplanationFactory(programme=programme)
            DatasetFactory(agency=programme.coordinating_agency)
            ImportedFileFactory(programme=programme, uploaded_by=coordinator_of(programme))
        ProgressUpdateFactory(
            task=Task.objects.get(programme__code="HD-CQDT", code="CAMERA"),
            accepted=True,
            as_of=date(2023, 10, 20),
            author=User.objects.get(username="dau-moi-hd"),
        )


@pytest.fixture
def officer(client_of, office):
    """The browser of an officer of Công an tỉnh, which leads NV-10."""
    return client_of("chuyen-vien")


@pytest.fixture
def coordinator(client_of, office):
    """The browser of an officer of Sở TT&TT, which coordinates the programme of Bà Rịa - Vũng Tàu."""
    return client_of("dau-moi")


@pytest.fixture
def administrator(client_of, office):
    return client_of("quan-tri")


def whole_list(record):
    """The address of a list with the rows of everybody, also where one's own come first."""
    return url(record, "changelist", **{"pham-vi": "tat-ca"} if record == "tasks.task" else {})


def one_of(record, province):
    """A record of the kind that belongs to the province."""
    _, where = RECORDS[record]
    return apps.get_model(record).objects.filter(**{where: province}).order_by("pk").first()


def province_of(username):
    return "hai-duong" if username == "dau-moi-hd" else "ba-ria-vung-tau"


def task_of(code, programme="BRVT-DTTM"):
    return Task.objects.get(programme__code=programme, code=code)


def everything():
    """How many rows of history there are: each write of ours leaves one."""
    return {record: apps.get_model(record).history.count() for record in RECORDS}


def policy_of(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in parts}


# Every page opens


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("record", RECORDS)
def test_list_opens_for_everybody(client_of, office, username, record):
    response = client_of(username).get(url(record, "changelist"))

    assert response.status_code == 200
    assert response.context["cl"].result_count > 0
    assert policy_of(response) == POLICY
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("record", RECORDS)
def test_form_for_a_new_record_opens_for_those_who_may_add_one(client_of, office, username, record):
    may_add, _ = RECORDS[record]

    response = client_of(username).get(url(record, "add"))

    assert response.status_code == (200 if username in may_add else 403)
    if username in may_add:
        assert policy_of(response) == POLICY
        assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("record", RECORDS)
def test_record_opens_for_everybody(client_of, office, username, record):
    one = one_of(record, province_of(username))

    response = client_of(username).get(url(record, "change", one.pk))

    assert response.status_code == 200
    assert policy_of(response) == POLICY
    assert "Seen version" not in response.text
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("record", RECORDS)
def test_history_opens_for_everybody(client_of, office, username, record):
    one = one_of(record, province_of(username))

    response = client_of(username).get(url(record, "history", one.pk))

    assert response.status_code == 200
    assert policy_of(response) == POLICY
    assert "Tạo" in response.text
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


def test_list_without_rows_says_so_in_words_alone(client_of, programme):
    browser = client_of(coordinator_of(programme))

    empty = browser.get(url("tasks.progressupdate", "changelist")).text
    sought = browser.get(url("tasks.progressupdate", "changelist", q="không có đâu")).text

    assert "Không có báo cáo tiến độ nào ở đây" in empty
    assert 'href="?">Bỏ tìm, lọc</a>' not in empty
    assert 'href="?">Bỏ tìm, lọc</a>' in sought
    # An icon made of a word is read aloud as that word.
    assert "filter_list_off" not in empty + sought


@pytest.mark.parametrize("username", EVERYBODY)
def test_front_page_opens_for_everybody(client_of, office, username):
    response = client_of(username).get("/quan-tri/")

    reports = username in {"chuyen-vien", "dau-moi", "dau-moi-hd"}
    assert response.status_code == 200
    assert policy_of(response) == POLICY
    assert ("Báo cáo một nhiệm vụ ngoài kỳ" in response.text) == reports
    assert ("nhiệm vụ hoàn thành" in response.text) != reports
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("address", ["/quan-tri/auth/group/", "/quan-tri/authtoken/tokenproxy/"])
def test_records_that_are_not_ours_open_for_nobody(client_of, office, username, address):
    assert client_of(username).get(address).status_code in {403, 404}


# Another province


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
@pytest.mark.parametrize("record", RECORDS)
def test_record_of_another_province_does_not_exist(client_of, office, username, record):
    browser, foreign = client_of(username), one_of(record, "hai-duong")

    for page in ("change", "history"):
        response = browser.get(url(record, page, foreign.pk))
        unknown = browser.get(url(record, page, 999_999))
        assert (response.status_code, unknown.status_code) == (404, 404)
        assert response.content == unknown.content


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
@pytest.mark.parametrize("record", RECORDS)
def test_record_of_another_province_cannot_be_written(client_of, office, username, record):
    browser, foreign, before = client_of(username), one_of(record, "hai-duong"), everything()
    typed = {"change_reason": "Thử", "_save": ""}

    response = browser.post(url(record, "change", foreign.pk), typed)
    unknown = browser.post(url(record, "change", 999_999), typed)

    assert response.status_code in {403, 404}
    assert (response.status_code, response.content) == (unknown.status_code, unknown.content)
    assert everything() == before


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
@pytest.mark.parametrize("record", RECORDS)
def test_list_has_no_row_of_another_province(client_of, office, username, record):
    _, where = RECORDS[record]
    foreign = apps.get_model(record).objects.filter(**{where: "hai-duong"})

    listed = client_of(username).get(whole_list(record))

    rows = {row.pk for row in listed.context["cl"].queryset}
    assert rows
    assert rows & set(foreign.values_list("pk", flat=True)) == set()


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
@pytest.mark.parametrize("record", RECORDS)
def test_no_list_and_no_form_names_another_province(client_of, office, username, record):
    may_add, _ = RECORDS[record]
    browser = client_of(username)
    pages = [url(record, "changelist"), url(record, "change", one_of(record, "ba-ria-vung-tau").pk)]
    pages += [url(record, "add")] if username in may_add else []

    for page in pages:
        # The example beside the field for a province's name is not a row of anybody's.
        html = unescape(browser.get(page).text).replace("ví dụ: Tỉnh Hải Dương.", "")
        assert "HD-CQDT" not in html, page
        assert "Hải Dương" not in html, page


def test_list_cannot_be_filtered_by_another_province(client_of, office):
    foreign = Programme.objects.get(code="HD-CQDT")

    response = client_of("dau-moi").get(
        url("tasks.task", "changelist", **{"pham-vi": "tat-ca", "programme__id__exact": foreign.pk})
    )

    assert {task.programme.code for task in response.context["cl"].result_list} <= {"BRVT-DTTM"}
    assert "HD-CQDT" not in response.text


# Who only reads


@pytest.mark.parametrize("username", ["kiem-toan", "lanh-dao"])
@pytest.mark.parametrize("record", RECORDS)
def test_reader_cannot_write_anything(client_of, office, username, record):
    browser, one, before = client_of(username), one_of(record, "ba-ria-vung-tau"), everything()

    added = browser.post(url(record, "add"), {"name": "Thử", "change_reason": "Thử", "_save": ""})
    changed = browser.post(url(record, "change", one.pk), {"name": "Thử", "change_reason": "Thử", "_save": ""})

    assert (added.status_code, changed.status_code) == (403, 403)
    assert everything() == before


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("record", RECORDS)
def test_nobody_deletes_anything(client_of, office, username, record):
    browser, one, before = client_of(username), one_of(record, province_of(username)), everything()
    delete, listed = url(record, "delete", one.pk), url(record, "changelist")

    answers = [browser.get(delete), browser.post(delete, {"post": "yes"})]
    browser.post(listed, {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"})

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "delete_selected" not in browser.get(listed).text
    assert everything() == before
    assert type(one).objects.filter(pk=one.pk).exists()


# Volume


@pytest.fixture
def programme():
    return ProgrammeFactory()


def more_documents(programme, count):
    LegalDocumentFactory.create_batch(count, issuer__province=programme.province)


def more_agencies(programme, count):
    AgencyFactory.create_batch(count, province=programme.province)


def more_people(programme, count):
    UserFactory.create_batch(count, agency__province=programme.province)


def more_successions(programme, count):
    AgencySuccessionFactory.create_batch(count, predecessor__province=programme.province)


def more_updates(programme, count):
    for _ in range(count):
        task = task_in_force(ProgrammeFactory(province=programme.province))
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, 16))


def more_tasks(programme, count):
    leads = AgencyFactory.create_batch(count, province=programme.province)
    revision = RevisionFactory(programme=ProgrammeFactory(province=programme.province))
    for lead in leads:
        PlannedTaskFactory(revision=revision, lead_agency=lead, period=PeriodFactory(revision=revision))
    adopt(revision)


def more_revisions(programme, count):
    for _ in range(count):
        adopted_revision(ProgrammeFactory(province=programme.province))


def more_figures(programme, count):
    StatedFigureFactory.create_batch(count, programme__province=programme.province)


def more_cycles(programme, count):
    duties = [ReportingDutyFactory(programme=ProgrammeFactory(province=programme.province)) for _ in range(count)]
    for duty in duties:
        ReportingCycleFactory(duty=duty)


def more_entries(programme, count):
    for _ in range(count):
        BudgetEntryFactory(task=task_in_force(ProgrammeFactory(province=programme.province)))


@pytest.mark.parametrize(
    ("record", "more"),
    [
        ("programme.legaldocument", more_documents),
        ("programme.agency", more_agencies),
        ("programme.user", more_people),
        ("programme.agencysuccession", more_successions),
        ("programme.programme", more_revisions),
        ("programme.revision", more_revisions),
        ("programme.revisionstep", more_revisions),
        ("programme.statedfigure", more_figures),
        ("tasks.task", more_tasks),
        ("tasks.plannedtask", more_tasks),
        ("tasks.progressupdate", more_updates),
        ("tasks.reportingduty", more_cycles),
        ("tasks.reportingcycle", more_cycles),
        ("tasks.budgetentry", more_entries),
    ],
)
def test_list_query_count_does_not_grow(client_of, programme, record, more):
    browser = client_of(coordinator_of(programme))
    address = whole_list(record)
    counts, rows = [], []

    for count in (2, 18):
        more(programme, count)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(address)
        counts.append(len(queries))
        rows.append(len(response.context["cl"].result_list))

    assert rows[1] == rows[0] + 18
    assert counts[1] == counts[0]


def grow_document(count):
    document = LegalDocumentFactory()
    DocumentRelationFactory.create_batch(count, document=document)
    DocumentRelationFactory.create_batch(count, target=document)
    return document


def grow_task(count):
    task = task_in_force()
    for day in range(1, count + 1):
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, day))
        BudgetEntryFactory(task=task, document=LegalDocumentFactory())
    return task


def grow_revision(count):
    revision = RevisionFactory()
    for _ in range(count):
        period = PeriodFactory(revision=revision)
        PlannedTaskFactory(revision=revision, lead_agency=AgencyFactory(), period=period)
    return adopt(revision)


@pytest.mark.parametrize(
    ("record", "grow"),
    [("programme.legaldocument", grow_document), ("tasks.task", grow_task), ("programme.revision", grow_revision)],
)
def test_record_page_query_count_does_not_grow(client_of, record, grow):
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))
    counts = []

    for count in (2, 20):
        one = grow(count)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(url(record, "change", one.pk))
        assert response.status_code == 200
        counts.append(len(queries))

    # The first page of a kind also fills what is kept between requests.
    assert counts[1] <= counts[0]


# Officers


def test_officer_sees_first_the_tasks_of_their_agency(officer):
    own = officer.get(url("tasks.task", "changelist"))
    all_ = officer.get(whole_list("tasks.task"))

    assert [task.code for task in own.context["cl"].result_list] == ["NV-10"]
    assert len(all_.context["cl"].result_list) == 12


def test_coordinator_sees_first_the_tasks_that_they_report_on(coordinator):
    response = coordinator.get(url("tasks.task", "changelist"))

    codes = [task.code for task in response.context["cl"].result_list]
    assert "NV-10" not in codes
    assert len(codes) == 11


def test_list_of_tasks_tells_what_is_in_force_and_not_what_a_draft_says(client_of):
    first = adopted_revision(tasks=1, name="Tên đã thông qua")
    second = RevisionFactory(programme=first.programme, base=first)
    lead = AgencyFactory(province=first.programme.province, name="Sở của dự thảo")
    task = first.planned_tasks.get().task
    PlannedTaskFactory(revision=second, task=task, name="Tên của dự thảo", lead_agency=lead)

    html = client_of(coordinator_of(first.programme)).get(url("tasks.task", "changelist")).text

    assert "Tên đã thông qua" in html
    assert "Tên của dự thảo" not in html
    assert "Sở của dự thảo" not in html
    assert "nguồn không nêu" in html


# Documents


def council():
    return Agency.objects.get(province__code="ba-ria-vung-tau", kind=AgencyKind.COUNCIL)


def new_document(**typed):
    return {
        "kind": "resolution",
        "code": "45/NQ-HĐND",
        "issuer": str(council().pk),
        "signed_on": "10/12/2024",
        "subject": "Sửa đổi, bổ sung Nghị quyết số 112/NQ-HĐND",
    } | typed


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_document_is_entered(client_of, office, username):
    response = send(client_of(username), url("programme.legaldocument", "add"), **new_document())

    assert response.status_code == 302
    document = LegalDocument.objects.get(number=45)
    assert str(document) == "Nghị quyết số 45/NQ-HĐND ngày 10/12/2024"
    assert (document.year, document.province.code) == (2024, "ba-ria-vung-tau")
    assert document.history.get().history_user.username == username


@pytest.mark.parametrize("typed", ["17/NQ- CP", " 17/nq-cp ", "số 17/NQ-CP", "17 / NQ - CP", "17/NQ\u200b-CP"])
def test_code_of_a_document_is_stored_in_one_spelling(coordinator, typed):
    send(coordinator, url("programme.legaldocument", "add"), **new_document(code=typed))

    document = LegalDocument.objects.get(signed_on=date(2024, 12, 10))
    assert (document.number, document.symbol, document.code) == (17, "NQ-CP", "17/NQ-CP")


@pytest.mark.parametrize("code", ["112/NQ-HĐND", "112/nq-hđnd", "112/NQ-HÐND"])
def test_document_known_already_is_refused_beside_its_code(coordinator, code):
    before = everything()
    typed = new_document(code=code, signed_on="31/12/2019", subject="Trích yếu khác")

    response = send(coordinator, url("programme.legaldocument", "add"), **typed)

    assert refused(response) == {
        "code": ["Văn bản này đã có: cùng cơ quan ban hành, loại, số và năm. Mở văn bản đã có."]
    }
    assert {name: Page(response.text).values[name] for name in typed} == typed
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        pytest.param(
            {"code": "không có số"},
            "code",
            "Số, ký hiệu «không có số» chưa đọc được. "
            "Viết như: 112/NQ-HĐND, 20/2019/NQ-HĐND, 02-NQ/TU, 2333/BTTTT-CĐSQG.",
            id="no code",
        ),
        pytest.param({"signed_on": ""}, "signed_on", "Văn bản đã có số thì phải có ngày ban hành.", id="no day"),
        pytest.param(
            {"issuer": ""},
            "issuer",
            "Văn bản phải có cơ quan ban hành; tin, bài phải có nơi đăng và không có số.",
            id="no issuer",
        ),
    ],
)
def test_document_is_refused_beside_the_field(coordinator, typed, field, message):
    before = everything()

    response = send(coordinator, url("programme.legaldocument", "add"), **new_document(**typed))

    assert refused(response) == {field: [message]}
    assert everything() == before


def test_relation_is_entered_with_its_document_and_signed(coordinator):
    document = LegalDocument.objects.get(number=155)
    address = url("programme.legaldocument", "change", document.pk)
    row = {
        "relations-TOTAL_FORMS": "1",
        "relations-0-kind": "cites",
        "relations-0-target": str(LegalDocument.objects.get(number=112).pk),
        "relations-0-pinpoint": "Điều 1",
        "change_reason": "Bổ sung viện dẫn",
    }
    values = Page(coordinator.get(address).text).values

    response = coordinator.post(address, values | row | {"_save": ""})

    assert response.status_code == 302
    relation = DocumentRelation.objects.get(document=document)
    assert relation.history.get().history_user.username == "dau-moi"
    assert relation.history.get().history_change_reason == "Bổ sung viện dẫn"


@pytest.mark.parametrize(
    ("kind", "number", "message"),
    [
        pytest.param("cites", 716, "Một văn bản không thể có quan hệ với chính nó.", id="to itself"),
        pytest.param("implements", 112, "Có hai dòng ghi trùng nhau", id="a second time"),
    ],
)
def test_impossible_relation_is_refused(coordinator, kind, number, message):
    document = LegalDocument.objects.get(number=716)
    address, before = url("programme.legaldocument", "change", document.pk), everything()
    row = {
        "relations-TOTAL_FORMS": "2",
        "relations-1-kind": kind,
        "relations-1-target": str(LegalDocument.objects.get(number=number).pk),
        "relations-1-pinpoint": "",
    }

    response = coordinator.post(
        address, Page(coordinator.get(address).text).values | row | {"change_reason": "Thử", "_save": ""}
    )

    words = " ".join(Page(response.text).words)
    assert response.status_code == 200
    assert message in words
    assert "pinpoint" not in words
    assert everything() == before


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_document_of_the_whole_country_is_not_changed_by_a_province(client_of, office, username):
    browser, central, before = client_of(username), LegalDocument.objects.get(number=2333), everything()
    address = url("programme.legaldocument", "change", central.pk)

    page = browser.get(address)
    response = browser.post(address, {"subject": "Thử", "change_reason": "Thử", "_save": ""})

    assert (page.status_code, response.status_code) == (200, 403)
    assert everything() == before


def test_document_of_the_whole_country_is_mended_by_the_administrator(administrator):
    central = LegalDocument.objects.get(number=2333)

    response = send(
        administrator,
        url("programme.legaldocument", "change", central.pk),
        signer="Nguyễn Văn Lan",
        change_reason="Bổ sung người ký",
    )

    assert response.status_code == 302
    last = central.history.latest("history_id")
    assert (last.signer, last.history_user.username) == ("Nguyễn Văn Lan", "quan-tri")


def test_document_cannot_be_given_to_another_province(coordinator):
    values = Page(coordinator.get(url("programme.legaldocument", "add")).text).values
    hai_duong = one_of("programme.province", "hai-duong")
    before = everything()

    response = coordinator.post(
        url("programme.legaldocument", "add"), values | new_document(province=hai_duong.pk) | {"_save": ""}
    )

    assert list(refused(response)) == ["province"]
    assert everything() == before


# Agencies, people


def spelled(name):
    return [
        pytest.param(name, id="the same"),
        pytest.param(name.replace(" ", "\u00a0"), id="no-break spaces"),
        pytest.param(name.replace(" ", " \u200b"), id="zero-width spaces"),
        pytest.param(unicodedata.normalize("NFD", name), id="decomposed"),
        pytest.param(f"  {name.replace(' ', '  ')}  ", id="blanks"),
    ]


@pytest.mark.parametrize("name", spelled("Sở Y tế tỉnh Bà Rịa - Vũng Tàu"))
def test_agency_that_looks_the_same_is_refused_beside_its_name(administrator, name):
    province, before = one_of("programme.province", "ba-ria-vung-tau"), everything()

    response = send(administrator, url("programme.agency", "add"), name=name, province=str(province.pk))

    assert refused(response) == {"name": ["Tỉnh này đã có một cơ quan đang hoạt động mang tên đó."]}
    assert everything() == before


@pytest.mark.parametrize("name", spelled("Chính phủ"))
def test_central_agency_that_looks_the_same_is_refused_beside_its_name(administrator, name):
    before = everything()

    response = send(administrator, url("programme.agency", "add"), name=name, province="")

    assert refused(response) == {"name": ["Đã có một cơ quan trung ương đang hoạt động mang tên đó."]}
    assert everything() == before


def test_record_is_not_changed_without_a_reason(administrator):
    agency, before = Agency.objects.get(short_name="Sở Y tế"), everything()

    response = send(administrator, url("programme.agency", "change", agency.pk), short_name="SYT", change_reason="")

    assert refused(response) == {"change_reason": ["Ghi lý do thay đổi."]}
    assert Page(response.text).values["short_name"] == "SYT"
    assert everything() == before


def test_record_is_changed_with_a_reason(administrator):
    agency = Agency.objects.get(short_name="Sở Y tế")

    response = send(
        administrator, url("programme.agency", "change", agency.pk), short_name="SYT", change_reason="Tên gọi tắt mới"
    )

    assert response.status_code == 302
    agency.refresh_from_db()
    assert agency.short_name == "SYT"
    last = agency.history.latest("history_id")
    assert (last.history_user.username, last.history_change_reason) == ("quan-tri", "Tên gọi tắt mới")


@pytest.mark.parametrize("seen", ["", "0", "abc", "-1", "99999999999999999999"])
def test_second_editor_cannot_pretend_to_have_seen(administrator, seen):
    agency, before = Agency.objects.get(short_name="Sở Y tế"), everything()
    address = url("programme.agency", "change", agency.pk)
    opened = Page(administrator.get(address).text).values
    typed = {"short_name": "SYT", "change_reason": "Đính chính", "seen_version": seen, "_save": ""}

    response = administrator.post(address, opened | typed)

    assert response.status_code == 409
    assert everything() == before


def test_account_is_made_and_signs_in(client, administrator):
    agency = Agency.objects.get(short_name="Sở Y tế")

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="Lan.Nguyen",
        new_password="hoa-sen-no-thang-sau",
        agency=str(agency.pk),
        role="officer",
    )

    assert response.status_code == 302
    assert "hoa-sen" not in str(User.objects.get(username="lan.nguyen").history.values())
    assert client.login(username="lan.nguyen", password="hoa-sen-no-thang-sau")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        pytest.param("", "Nhập mật khẩu cho tài khoản mới.", id="none"),
        pytest.param("ngan-qua", "14", id="too short"),
        pytest.param("12345678901234567", "chữ số", id="digits"),
    ],
)
def test_weak_password_is_refused_beside_its_field(administrator, password, told):
    before = everything()

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="lan.nguyen",
        new_password=password,
        agency=str(council().pk),
        role="officer",
    )

    errors = refused(response)
    assert list(errors) == ["new_password"]
    assert any(told in message for message in errors["new_password"])
    assert everything() == before
    assert password == "" or password not in response.text


@pytest.mark.parametrize("username", EVERYBODY)
def test_everybody_changes_their_own_password_and_signs_that(client_of, office, username):
    browser = client_of(username)
    typed = {
        "old_password": "demo-2026",
        "new_password1": "hoa-sen-no-thang-sau",
        "new_password2": "hoa-sen-no-thang-sau",
    }

    page = browser.get(reverse("admin:password_change"))
    response = browser.post(reverse("admin:password_change"), typed)

    assert page.status_code == 200
    assert [words for words in Page(page.text).words if ENGLISH.search(words)] == []
    assert response.status_code == 302
    user = User.objects.get(username=username)
    assert user.check_password("hoa-sen-no-thang-sau")
    assert user.history.latest("history_id").history_user == user


# Revisions


def new_revision(coordinator):
    """A draft made by form: what the province would decide first of a new programme."""
    of_the_same = Programme.objects.get(code="BRVT-DTTM")
    programme = ProgrammeFactory(
        province=of_the_same.province, code="BRVT-MOI", coordinating_agency=of_the_same.coordinating_agency
    )
    send(
        coordinator,
        url("programme.revision", "add"),
        programme=str(programme.pk),
        name="Đề án sửa đổi",
        declared_budget="3.470 tỷ đồng",
        declared_budget_kind="estimate",
    )
    return Revision.objects.get(name="Đề án sửa đổi")


def test_first_revision_of_a_programme_is_drafted(coordinator):
    revision = new_revision(coordinator)

    assert (revision.number, revision.state, revision.base) == (1, RevisionState.DRAFT, None)
    assert revision.declared_budget_vnd == 3_470_000_000_000
    assert revision.history.get().history_user.username == "dau-moi"


def test_amendment_is_begun_as_a_copy_and_not_from_an_empty_form(coordinator):
    programme, before = Programme.objects.get(code="BRVT-DTTM"), everything()

    response = send(coordinator, url("programme.revision", "add"), programme=str(programme.pk), name="Đề án sửa đổi")
    led = coordinator.get(f"/quan-tri/programme/programme/{programme.pk}/soan-dieu-chinh/")

    assert list(refused(response)) == ["programme"]
    assert "Bấm «Soạn điều chỉnh» ở trang của đề án" in response.text
    assert everything() == before
    assert (led.status_code, led["Location"]) == (302, reverse("revision_begin", args=["BRVT-DTTM"]))


def test_revision_of_a_programme_that_others_coordinate_cannot_be_drafted(coordinator):
    values = Page(coordinator.get(url("programme.revision", "add")).text).values
    foreign = {"programme": Programme.objects.get(code="HD-CQDT").pk, "name": "Đề án sửa đổi"}
    before = everything()

    response = coordinator.post(url("programme.revision", "add"), values | foreign | {"_save": ""})

    assert list(refused(response)) == ["programme"]
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        pytest.param(
            {"declared_budget": "3.470 tỷ", "declared_budget_kind": ""},
            "declared_budget_kind",
            "Có số tiền thì phải ghi loại kinh phí, và ngược lại.",
            id="an amount of no kind",
        ),
        pytest.param(
            {"declared_budget": "-3 tỷ", "declared_budget_kind": "estimate"},
            "declared_budget",
            "Tổng kinh phí không thể âm.",
            id="a negative amount",
        ),
    ],
)
def test_budget_of_a_revision_is_refused_beside_the_field(coordinator, typed, field, message):
    programme = ProgrammeFactory(
        coordinating_agency=Programme.objects.get(code="BRVT-DTTM").coordinating_agency,
        province=Programme.objects.get(code="BRVT-DTTM").province,
    )
    before = everything()

    response = send(
        coordinator, url("programme.revision", "add"), programme=str(programme.pk), name="Đề án sửa đổi", **typed
    )

    assert refused(response) == {field: [message]}
    assert everything() == before


def test_task_is_planned_in_a_draft(coordinator):
    revision = new_revision(coordinator)

    response = send(
        coordinator,
        url("tasks.plannedtask", "add", revision=revision.pk),
        position="1",
        name="Xây dựng kho dữ liệu dùng chung",
        due_on="31/12/2026",
    )

    assert response.status_code == 302
    planned = PlannedTask.objects.get(revision=revision)
    assert (planned.name, planned.due_on) == ("Xây dựng kho dữ liệu dùng chung", date(2026, 12, 31))
    assert planned.task.programme.code == "BRVT-MOI"
    assert planned.task.code == "NV-01"


def test_planned_task_that_gets_another_number_moves_the_others(coordinator):
    revision = new_revision(coordinator)
    rows = [PlannedTaskFactory(revision=revision, position=position) for position in (1, 2, 3)]

    send(coordinator, url("tasks.plannedtask", "change", rows[2].pk), position="1", change_reason="Xếp lại")

    assert list(revision.planned_tasks.order_by("position").values_list("pk", flat=True)) == [
        rows[2].pk,
        rows[0].pk,
        rows[1].pk,
    ]


def test_known_task_is_planned_again_under_its_identity(coordinator):
    revision = new_revision(coordinator)
    known = TaskFactory(programme=revision.programme)

    send(
        coordinator,
        url("tasks.plannedtask", "add", revision=revision.pk),
        position="1",
        name="Tên mới",
        task=str(known.pk),
    )

    assert PlannedTask.objects.get(revision=revision).task == known


def test_number_given_twice_is_refused_beside_the_field(coordinator):
    revision = new_revision(coordinator)
    address = url("tasks.plannedtask", "add", revision=revision.pk)
    send(coordinator, address, position="1", name="Nhiệm vụ một")
    before = everything()

    response = send(coordinator, address, position="1", name="Nhiệm vụ hai")

    assert refused(response) == {"position": ["Số thứ tự này đã có nhiệm vụ khác trong cùng lần điều chỉnh."]}
    assert Page(response.text).values["name"] == "Nhiệm vụ hai"
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"position": "0"}, "position", id="number 0"),
        pytest.param({"position": "-1"}, "position", id="number -1"),
        pytest.param({"position": "9" * 20}, "position", id="a number too long"),
        pytest.param({"name": " \u200b"}, "name", id="no name"),
        pytest.param({"revision": ""}, "revision", id="no revision"),
        pytest.param({"lead_is_assumed": "on"}, "lead_ground", id="an assumption without ground"),
    ],
)
def test_planned_task_is_refused_beside_the_field(coordinator, typed, field):
    address = url("tasks.plannedtask", "add", revision=new_revision(coordinator).pk)
    values = Page(coordinator.get(address).text).values
    before = everything()

    response = coordinator.post(address, values | {"position": "1", "name": "Nhiệm vụ"} | typed | {"_save": ""})

    assert list(refused(response)) == [field]
    assert everything() == before


@pytest.mark.parametrize("number", [pytest.param(1, id="adopted"), pytest.param(2, id="proposed")])
def test_decided_revision_is_not_edited(coordinator, number):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=number), everything()
    planned = revision.planned_tasks.first()

    answers = [
        coordinator.post(
            url("programme.revision", "change", revision.pk), {"name": "Tên khác", "change_reason": "Thử", "_save": ""}
        ),
        coordinator.post(
            url("tasks.plannedtask", "change", planned.pk), {"name": "Tên khác", "change_reason": "Thử", "_save": ""}
        ),
    ]

    # What was typed is shown with the refusal: whoever drafts may have begun before the revision was proposed.
    assert [answer.status_code for answer in answers] == [409, 409]
    assert everything() == before


@pytest.mark.parametrize("number", [pytest.param(1, id="adopted"), pytest.param(2, id="proposed")])
def test_task_cannot_be_added_to_a_decided_revision(coordinator, number):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=number), everything()
    values = Page(coordinator.get(url("tasks.plannedtask", "add")).text).values
    typed = {"revision": revision.pk, "position": "99", "name": "Nhiệm vụ thêm", "_save": ""}

    response = coordinator.post(url("tasks.plannedtask", "add"), values | typed)

    assert list(refused(response)) == ["revision"]
    assert everything() == before


def step(revision, **typed):
    return {"revision": str(revision.pk), "kind": "adopted", "on": "13/12/2024"} | typed


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_adoption_is_recorded(client_of, office, username):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))

    response = send(
        client_of(username),
        url("programme.revisionstep", "add"),
        **step(revision, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert response.status_code == 302
    revision.refresh_from_db()
    assert (revision.state, revision.effective_on) == (RevisionState.ADOPTED, date(2024, 12, 20))
    assert revision.history.latest("history_id").history_user.username == username
    assert "8 nhiệm vụ chuyển tiếp sang 2023–2024" in sentence_of(client_of(username), "20/12/2024")


def test_revision_without_tasks_is_not_adopted(coordinator):
    revision = new_revision(coordinator)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))
    before = everything()

    response = send(
        coordinator,
        url("programme.revisionstep", "add"),
        **step(revision, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert "chưa có nhiệm vụ nào nên chưa trình, chưa thông qua được" in response.text
    assert everything() == before


def test_adoption_without_a_document_is_refused_beside_the_field(coordinator):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=2), everything()

    response = send(coordinator, url("programme.revisionstep", "add"), **step(revision, effective_on="20/12/2024"))

    assert refused(response) == {
        "document": ["Thông qua phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."]
    }
    assert Page(response.text).values["effective_on"] == "20/12/2024"
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"effective_on": ""}, "effective_on", id="no day of effect"),
        pytest.param({"effective_on": "09/12/2024"}, "effective_on", id="in effect before it is signed"),
        pytest.param({"on": "31/12/2099"}, "on", id="a day to come"),
        pytest.param({"on": "15/06/2023"}, "on", id="before the last step"),
        pytest.param({"meeting_on": "14/12/2024"}, "meeting_on", id="a meeting after the step"),
        pytest.param({"kind": ""}, "kind", id="nothing chosen"),
    ],
)
def test_step_is_refused_beside_the_field(coordinator, typed, field):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))
    told = step(revision, document=str(document.pk), effective_on="20/12/2024") | typed
    before = everything()

    response = send(coordinator, url("programme.revisionstep", "add"), **told)

    assert list(refused(response)) == [field]
    assert everything() == before


def test_second_adoption_for_a_day_is_refused_beside_the_field(client_of):
    first = adopted_revision(effective_on=date(2024, 12, 20))
    second = RevisionFactory(programme=first.programme, base=first)
    PlannedTaskFactory(revision=second)
    document = LegalDocumentFactory(issuer__province=first.programme.province, signed_on=date(2024, 12, 10))
    browser = client_of(coordinator_of(first.programme))
    before = everything()

    response = send(
        browser,
        url("programme.revisionstep", "add"),
        **step(second, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert refused(response) == {
        "effective_on": ["Ban hành lần đầu có hiệu lực từ 20/12/2024; lần này phải sau ngày đó."]
    }
    assert everything() == before


def test_step_is_never_changed(coordinator):
    last, before = RevisionStep.objects.filter(revision__programme__code="BRVT-DTTM").first(), everything()

    response = coordinator.post(
        url("programme.revisionstep", "change", last.pk), {"note": "Thử", "change_reason": "Thử", "_save": ""}
    )

    assert response.status_code == 403
    assert everything() == before


def test_withdrawn_revision_stays_as_it_was(coordinator):
    revision, by = Revision.objects.get(programme__code="BRVT-DTTM", number=2), system_account()
    record_step(revision, StepKind.WITHDRAWN, on=date(2024, 5, 1), by=by, today=date(2024, 5, 1))
    before = everything()

    response = coordinator.post(
        url("programme.revision", "change", revision.pk), {"name": "Tên mới", "change_reason": "Thử", "_save": ""}
    )

    assert response.status_code == 409
    assert everything() == before


# Money


def entry(**typed):
    return {
        "task": str(task_of("NV-05").pk),
        "kind": "disbursement",
        "amount": "160 triệu",
        "decided_on": "22/03/2021",
        "note": "Thu hồi tạm ứng",
        "change_reason": "Theo chứng từ",
    } | typed


@pytest.mark.parametrize(
    ("typed", "vnd"),
    [
        ("160 triệu", 160_000_000),
        ("160 triệu đồng", 160_000_000),
        ("160.000.000", 160_000_000),
        ("1.573,1 tỷ đồng", 1_573_100_000_000),
        ("-10 triệu", -10_000_000),
    ],
)
def test_amount_is_stored_in_dong(coordinator, typed, vnd):
    response = send(coordinator, url("tasks.budgetentry", "add"), **entry(amount=typed))

    assert response.status_code == 302
    assert BudgetEntry.objects.latest("pk").amount_vnd == vnd


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param(
            "3,470",
            "«3,470» là 3 phẩy 470 hay 3 nghìn 470? Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.",
            id="3,470",
        ),
        pytest.param(
            "3.470",
            "«3.470» là đồng, triệu đồng hay tỷ đồng? Hãy ghi rõ đơn vị, ví dụ: 3.470 tỷ đồng.",
            id="3.470 without a unit",
        ),
        pytest.param(
            "3.47",
            "«3.47» là 3 phẩy 47 hay là hàng nghìn? Viết 3,47 nếu là số thập phân; viết 3.470 nếu là hàng nghìn.",
            id="3.47",
        ),
        pytest.param(
            "3,470 tỷ",
            "«3,470» là 3 phẩy 470 hay 3 nghìn 470? Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.",
            id="3,470 tỷ",
        ),
        pytest.param("0 đồng", "Số tiền phải khác 0.", id="nothing"),
    ],
)
def test_amount_that_could_be_two_is_refused_beside_the_field(coordinator, typed, message):
    before = everything()

    response = send(coordinator, url("tasks.budgetentry", "add"), **entry(amount=typed))

    assert refused(response) == {"amount": [message]}
    assert Page(response.text).values["amount"] == typed
    assert everything() == before


def test_entry_is_never_changed(coordinator):
    one, before = one_of("tasks.budgetentry", "ba-ria-vung-tau"), everything()

    response = coordinator.post(url("tasks.budgetentry", "change", one.pk), entry(amount="1 tỷ") | {"_save": ""})

    assert response.status_code == 403
    assert everything() == before


def test_entry_on_a_task_that_others_coordinate_is_refused(coordinator):
    values = Page(coordinator.get(url("tasks.budgetentry", "add")).text).values
    before = everything()

    response = coordinator.post(
        url("tasks.budgetentry", "add"),
        values | entry(task=str(task_of("CAMERA", "HD-CQDT").pk)) | {"_save": ""},
    )

    assert list(refused(response)) == ["task"]
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        pytest.param(
            {"measure": "budget", "stated": "3.470 tỷ đồng", "money_kind": "estimate"}, 3_470 * 10**9, id="money"
        ),
        pytest.param({"measure": "tasks_total", "stated": "9"}, 9, id="tasks"),
    ],
)
def test_stated_figure_is_entered_as_the_document_has_it(coordinator, typed, value):
    response = send(
        coordinator,
        url("programme.statedfigure", "add"),
        programme=str(Programme.objects.get(code="BRVT-DTTM").pk),
        document=str(LegalDocument.objects.get(number=716).pk),
        as_of="22/03/2021",
        wording="nguyên văn",
        **typed,
    )

    assert response.status_code == 302
    assert StatedFigure.objects.latest("pk").value == value


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"measure": "budget", "stated": "3,470", "money_kind": "estimate"}, "stated", id="3,470"),
        pytest.param({"measure": "budget", "stated": "3.470 tỷ"}, "money_kind", id="money of no kind"),
        pytest.param({"measure": "budget", "stated": "-3 tỷ", "money_kind": "estimate"}, "stated", id="less than none"),
        pytest.param({"measure": "tasks_total", "stated": "12,5"}, "stated", id="half a task"),
        pytest.param({"measure": "tasks_total", "stated": "-1"}, "stated", id="fewer than none"),
        pytest.param({"measure": "tasks_total", "stated": "mười hai"}, "stated", id="in words"),
    ],
)
def test_stated_figure_is_refused_beside_the_field(coordinator, typed, field):
    before = everything()

    response = send(
        coordinator,
        url("programme.statedfigure", "add"),
        programme=str(Programme.objects.get(code="BRVT-DTTM").pk),
        document=str(LegalDocument.objects.get(number=716).pk),
        as_of="22/03/2021",
        wording="nguyên văn",
        **typed,
    )

    assert list(refused(response)) == [field]
    assert Page(response.text).values["stated"] == typed["stated"]
    assert everything() == before


# Searching, sorting


@pytest.mark.parametrize(
    "term",
    [
        pytest.param("chính quyền số", id="as written"),
        pytest.param("chinh quyen so", id="without accents"),
        pytest.param("CHÍNH QUYỀN SỐ", id="capitals"),
        pytest.param(unicodedata.normalize("NFD", "chính quyền số"), id="decomposed"),
        pytest.param(" chính\u00a0quyền  số ", id="blanks"),
        pytest.param("số quyền chính", id="another order"),
    ],
)
@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("tasks.task", 13),
        ("tasks.plannedtask", 16),
        ("programme.revision", 1),
        ("programme.legaldocument", 1),
    ],
)
def test_search_finds_however_it_is_typed(client_of, office, record, found, term):
    response = client_of("kiem-toan").get(url(record, "changelist", q=term))

    assert response.context["cl"].result_count == found


@pytest.mark.parametrize(
    ("record", "term", "found"),
    [
        ("programme.legaldocument", "112/NQ-HĐND", {"112/NQ-HĐND", "/TTr-UBND", "/NQ-HĐND", "716/QĐ-UBND", ""}),
        ("programme.legaldocument", "02-nq/tu", {"02-NQ/TU"}),
        ("programme.legaldocument", "716", {"716/QĐ-UBND"}),
    ],
)
def test_document_is_found_by_its_code(client_of, office, record, term, found):
    response = client_of("dau-moi").get(url(record, "changelist", q=term))

    assert {document.code for document in response.context["cl"].result_list} == found


@pytest.mark.parametrize("record", ["programme.agency", "programme.legaldocument", "tasks.task", "tasks.plannedtask"])
@pytest.mark.parametrize("term", ["%", "_", "'", '"', "\\", "\x00", "không có đâu", "x" * 5000])
def test_search_takes_what_is_typed_as_text(client_of, office, record, term):
    response = client_of("kiem-toan").get(url(record, "changelist"), {"q": term})

    assert response.status_code == 200


@pytest.mark.parametrize("term", ["so y te", "Sở Y tế", "SỞ Y TẾ"])
def test_agency_is_found_however_it_is_typed(administrator, term):
    response = administrator.get(url("programme.agency", "changelist", q=term))

    assert "Sở Y tế tỉnh Bà Rịa - Vũng Tàu" in [agency.name for agency in response.context["cl"].result_list]


def test_report_is_found_by_the_name_of_its_task(officer):
    response = officer.get(url("tasks.progressupdate", "changelist", q="an ninh trat tu"))

    assert {update.task.code for update in response.context["cl"].result_list} == {"NV-10"}


def test_agencies_stand_in_vietnamese_order(client_of):
    province = ProvinceFactory()
    names = [
        "Ban Dân tộc",
        "Công an tỉnh",
        "Dự án trọng điểm",
        "Đài Phát thanh",
        "Sở Du lịch",
        "Sở Tài chính",
        "Sở Tư pháp",
        "Ủy ban nhân dân tỉnh",
        "Văn phòng",
        "Xã Ba",
        "Xã Bà",
        "Xã Bả",
        "Xã Bã",
        "Xã Bá",
        "Xã Bạ",
    ]
    people = AgencyFactory.create_batch(len(names), province=province)
    for agency, name in zip(people, reversed(names), strict=True):
        Agency.objects.filter(pk=agency.pk).update(name=name)
    browser = client_of(officer_of(people[0]))

    listed = browser.get(url("programme.agency", "changelist", province__id__exact=province.pk))

    assert [agency.name for agency in listed.context["cl"].result_list] == names


# People who move, agencies that pass on


def test_person_is_moved_by_the_form(administrator):
    person = UserFactory(full_name="Trần Văn Nam", agency=Agency.objects.get(short_name="Sở Xây dựng"))
    agency, address = Agency.objects.get(short_name="Sở Y tế"), url("programme.user", "change", person.pk)

    response = send(administrator, address, agency=str(agency.pk), first_day="01/03/2025", change_reason="Điều động")

    assert response.status_code == 302
    old, new = person.memberships.order_by("pk")
    assert (old.last_day, new.agency, new.first_day) == (date(2025, 2, 28), agency, date(2025, 3, 1))
    assert new.history.get().history_change_reason == "Điều động"
    shown = " ".join(Page(administrator.get(address).text).words)
    assert "Sở Y tế tỉnh Bà Rịa - Vũng Tàu" in shown
    assert "01/03/2025" in shown


def test_person_is_saved_without_moving(administrator):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"))

    response = send(
        administrator, url("programme.user", "change", person.pk), title="Phó Giám đốc", change_reason="Bổ nhiệm"
    )

    assert response.status_code == 302
    assert person.memberships.get().last_day is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"agency": "other"}, "first_day", id="no day"),
        pytest.param({"agency": ""}, "first_day", id="leaves without a day"),
        pytest.param({"first_day": "01/03/2025"}, "first_day", id="a day without an agency"),
        pytest.param({"agency": "other", "first_day": "01/01/2020"}, "first_day", id="before the work began"),
    ],
)
def test_move_that_does_not_follow_is_refused_beside_its_field(administrator, typed, field):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"), first_day=date(2020, 1, 1))
    other, before = Agency.objects.get(short_name="Sở Xây dựng"), everything()
    values = typed | ({"agency": str(other.pk)} if typed.get("agency") == "other" else {})

    response = send(administrator, url("programme.user", "change", person.pk), change_reason="Điều động", **values)

    assert list(refused(response)) == [field]
    assert everything() == before


def test_officer_without_an_agency_is_refused_beside_the_field(administrator):
    before = everything()

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="lan.nguyen",
        new_password="hoa-sen-no-thang-sau",
        role="officer",
    )

    told = "Chọn cơ quan của người dùng. Chỉ quản trị và kiểm toán mới được để trống."
    assert refused(response) == {"agency": [told]}
    assert everything() == before


def test_administrator_of_a_province_moves_people_within_it(client_of, office):
    here = Agency.objects.get(short_name="Sở Y tế")
    administrator = client_of(UserFactory(role=Role.ADMINISTRATOR, agency=here))
    person, foreign = (
        UserFactory(agency=here),
        Agency.objects.get(province__code="hai-duong", short_name="Công an tỉnh"),
    )

    response = send(
        administrator,
        url("programme.user", "change", person.pk),
        agency=str(foreign.pk),
        first_day="01/03/2025",
        change_reason="Điều động",
    )

    assert list(refused(response)) == ["agency"]
    assert person.memberships.get().agency == here


def test_succession_is_recorded_by_the_form(administrator):
    old, new = Agency.objects.get(short_name="Sở GTVT"), Agency.objects.get(short_name="Sở Xây dựng")
    Agency.objects.filter(pk=old.pk).update(in_force_to=date(2025, 2, 28))

    response = send(
        administrator,
        url("programme.agencysuccession", "add"),
        predecessor=str(old.pk),
        successor=str(new.pk),
        effective_on="01/03/2025",
        function="giao thông vận tải",
    )

    assert response.status_code == 302
    assert old.successions.get().successor == new


def test_succession_that_comes_back_is_refused_beside_its_field(administrator):
    succession = Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Sở TT&TT").successions.get()
    before = everything()

    response = send(
        administrator,
        url("programme.agencysuccession", "add"),
        predecessor=str(succession.successor_id),
        successor=str(succession.predecessor_id),
        effective_on="01/07/2025",
    )

    assert list(refused(response)) == ["successor"]
    assert everything() == before
