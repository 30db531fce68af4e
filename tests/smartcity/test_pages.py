import re
from datetime import date
from html import unescape
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import path, reverse

from programme.models import RelationKind, Revision, Role
from smartcity import urls as site
from smartcity.exchange.programme_files import system_account
from smartcity.lib.pages import errors
from smartcity.lib.records.history import signed_bulk_create
from tasks.models import Causes, PlannedTask, ProgressUpdate, Status, Task
from tasks.operations.task_days import keep_task_days
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    BudgetEntryFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    ObjectiveFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    rewrite,
    task_in_force,
)
from tests.past_the_history import past_the_history
from tests.reading import Reader, figure_links, text_of
from tests.refused_pages import places

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("a mistake of ours")


# The site with a page that fails, for ``pytest.mark.urls``.
urlpatterns = [path("hong/", broken), *site.urlpatterns]
handler400, handler403, handler404, handler500 = site.handler400, site.handler403, site.handler404, site.handler500


def programme_page(code, **query):
    return reverse("programme_detail", args=[code], query=query)


def fill(programme, count):
    """Two revisions, the second in force from 01/07/2023, each with a goal and so many tasks, all reported: in bulk."""
    first, second = RevisionFactory.create_batch(2, programme=programme)
    lead = AgencyFactory(province=programme.province)
    by = system_account()
    tasks = signed_bulk_create([Task(programme=programme, code=f"NV-{n:03d}") for n in range(count)], by=by)
    for revision, year in [(first, 2022), (second, 2024)]:
        period = PeriodFactory(revision=revision, last_day=date(year, 12, 31))
        ObjectiveFactory(revision=revision, text=f"Xong trong năm {year}")
        planned = [
            PlannedTask(revision=revision, task=task, position=n, name="Nhiệm vụ", period=period, lead_agency=lead)
            for n, task in enumerate(tasks, start=1)
        ]
        signed_bulk_create(planned, by=by)
    with past_the_history():
        Revision._base_manager.filter(pk=second.pk).update(base=first)
    adopt(first, effective_on=date(2020, 1, 1))
    adopt(second, effective_on=date(2023, 7, 1))
    signed = {"author": UserFactory(), "reviewer": UserFactory(), "document": LegalDocumentFactory()}
    day = date(2023, 6, 30)
    updates = [
        ProgressUpdate(task=task, as_of=day, reported_on=day, status="in_progress", state="accepted", **signed)
        for task in tasks
    ]
    signed_bulk_create(updates, by=by)
    keep_task_days(programme.pk)


@pytest.fixture(scope="module")
def demo_accounts(real_programmes, django_db_blocker):
    """The accounts of the demonstration, made once: their passwords take time to hash."""
    with django_db_blocker.unblock():
        call_command("make_demo_accounts", stdout=StringIO())


@pytest.fixture
def leader(client_of, demo_accounts):
    """The browser of a leader of Bà Rịa - Vũng Tàu."""
    return client_of("lanh-dao")


# Who sees what


@pytest.mark.parametrize(
    "address",
    ["/", "/de-an/BRVT-DTTM/", "/de-an/BRVT-DTTM/?ngay=16/06/2023&loc=hoan-thanh", "/nhiem-vu/1/", "/quan-tri/"],
)
def test_who_has_not_signed_in_is_asked_to_and_comes_back(client, address):
    response = client.get(address, follow=True)

    arrived = urlsplit(response.redirect_chain[-1][0])
    assert arrived.path == "/dang-nhap/"
    assert parse_qs(arrived.query)["next"] == [address]
    assert Reader(response.text).headings == ["Đăng nhập"]


def test_home_shows_the_programmes_of_ones_own_province(leader):
    response = leader.get("/?ngay=16/06/2023")

    assert response.status_code == 200
    assert Reader(response.text).headings[0] == "Các đề án"
    assert "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024" in text_of(response.text)
    assert "BRVT-DTTM" in response.text
    assert "HD-CQDT" not in response.text


@pytest.mark.parametrize("username", ["quan-tri", "kiem-toan"])
def test_home_shows_every_programme_to_those_of_the_whole_country(client_of, demo_accounts, username):
    response = client_of(username).get("/")

    assert "BRVT-DTTM" in response.text
    assert "HD-CQDT" in response.text


@pytest.mark.parametrize("username", ["dau-moi", "chuyen-vien", "van-phong", "lanh-dao", "kiem-toan", "quan-tri"])
def test_programme_page_begins_with_the_sentence(client_of, demo_accounts, username):
    response = client_of(username).get(programme_page("BRVT-DTTM", ngay="16/06/2023"))

    assert response.status_code == 200
    assert Reader(response.text).headings[0] == (
        "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023; 8 nhiệm vụ quá hạn"
    )


@pytest.mark.parametrize("username", ["dau-moi", "chuyen-vien", "van-phong", "lanh-dao"])
def test_programme_of_another_province_does_not_exist(client_of, demo_accounts, username):
    browser = client_of(username)

    other, nobody_s = browser.get(programme_page("HD-CQDT")), browser.get(programme_page("KHONG-CO"))

    assert (other.status_code, nobody_s.status_code) == (404, 404)
    assert other.content == nobody_s.content
    assert Reader(other.text).headings == ["Không có trang này"]


def test_coordinator_of_the_other_province_sees_theirs_alone(client_of, demo_accounts):
    browser = client_of("dau-moi-hd")

    assert browser.get(programme_page("HD-CQDT")).status_code == 200
    assert browser.get(programme_page("BRVT-DTTM")).status_code == 404


def test_task_page_shows_its_plan_and_what_was_reported(leader):
    task = Task.objects.get(programme__code="BRVT-DTTM", code="NV-05")

    response = leader.get(reverse("task_detail", args=[task.pk], query={"ngay": "10/04/2024"}))

    assert response.status_code == 200
    assert Reader(response.text).headings[0] == (
        "5. Xây dựng Trung tâm giám sát, điều hành đô thị thông minh tỉnh Bà Rịa - Vũng Tàu"
    )
    words = text_of(response.text)
    assert "Thử nghiệm" in words
    assert "10/04/2024 · Đang làm thủ tục" in words
    assert "16/06/2023 · Đang làm thủ tục" in words
    assert "Sở TT&TT giả định" in words


@pytest.mark.parametrize("username", ["dau-moi", "chuyen-vien", "van-phong", "lanh-dao"])
def test_task_of_another_province_does_not_exist(client_of, demo_accounts, username):
    task = Task.objects.get(programme__code="HD-CQDT", code="CAMERA")

    response = client_of(username).get(task.get_absolute_url())

    assert response.status_code == 404
    assert Reader(response.text).headings == ["Không có trang này"]


# The day


def test_page_is_read_again_for_the_day_asked_for(leader):
    before, on_the_day = (
        leader.get(programme_page("BRVT-DTTM", ngay=day)).text for day in ("15/06/2023", "16/06/2023")
    )

    assert Reader(before).headings[0] == "12 nhiệm vụ, chưa có báo cáo tiến độ; 12 nhiệm vụ quá hạn"
    assert Reader(on_the_day).headings[0].startswith("4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị")
    assert Reader(on_the_day).inputs["ngay"] == "16/06/2023"
    assert "3.470 tỷ đồng" in text_of(on_the_day)


@pytest.mark.parametrize("typed", ["16/06/2023", "16/6/2023", "16-6-2023", "16.06.2023", " 16/06/2023 "])
def test_day_is_read_as_people_write_it(leader, typed):
    response = leader.get(programme_page("BRVT-DTTM", ngay=typed))

    assert response.status_code == 200
    assert Reader(response.text).inputs["ngay"] == "16/06/2023"


def test_links_keep_the_day(leader):
    response = leader.get(programme_page("BRVT-DTTM", ngay="16/06/2023"))

    links = [href for href, _ in Reader(response.text).links]
    kept = [href for href in links if "/nhiem-vu/" in href or "loc=" in href]
    assert kept
    assert [href for href in kept if "ngay=16/06/2023" not in href] == []


def test_programme_that_is_not_in_force_yet_says_so(leader):
    response = leader.get(programme_page("BRVT-DTTM", ngay="12/12/2019"))

    assert response.status_code == 200
    assert Reader(response.text).headings[0] == "Đề án chưa có hiệu lực vào ngày 12/12/2019"


def test_day_that_has_not_come_says_so(leader):
    response = leader.get(programme_page("BRVT-DTTM", ngay="31/12/2099"))

    assert response.status_code == 200
    assert "Ngày này chưa đến" in response.text


ADDRESSES = ["/", "/de-an/BRVT-DTTM/", "NV-05"]
WRONG_DAYS = [
    pytest.param("31/02/2024", "Ngày 31/02/2024 không có trong lịch. Kiểm tra lại ngày và tháng.", id="no such day"),
    pytest.param(
        "04/30/2024", "Không có tháng 30. Nhập theo thứ tự ngày/tháng/năm, ví dụ 30/04/2024.", id="month first"
    ),
    pytest.param("16/6/23", "Năm trong «16/6/23» phải đủ bốn chữ số, ví dụ 16/06/2023.", id="two-digit year"),
    pytest.param("abc", "«abc» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.", id="a word"),
    pytest.param(
        "<script>alert(1)</script>",
        "«<script>alert(1)</script>» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.",
        id="a script",
    ),
]


def address_of(name):
    """An address as it stands, or that of a task of Bà Rịa - Vũng Tàu."""
    return name if name.startswith("/") else Task.objects.get(programme__code="BRVT-DTTM", code=name).get_absolute_url()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("typed", "message"), WRONG_DAYS)
def test_day_that_cannot_be_read_is_refused_beside_the_field(leader, address, typed, message):
    response = leader.get(address_of(address), {"ngay": typed})

    assert response.status_code == 400
    [told] = re.findall(r'<p class="error" id="ngay-loi" role="alert">(.*?)</p>', response.text)
    assert unescape(told) == message
    assert Reader(response.text).inputs["ngay"] == typed
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("\x00", id="a NUL byte"),
        pytest.param("abc\x00", id="a NUL byte at the end"),
        pytest.param("1" * 1_000_000, id="a megabyte"),
        pytest.param("1/" * 500_000, id="a megabyte of slashes"),
        pytest.param("\ud83d".encode("utf-16", "surrogatepass").decode("latin-1"), id="broken text"),
        pytest.param("٣/٤/٢٠٢٤", id="other digits"),
    ],
)
def test_day_that_is_an_attack_is_refused_like_any_other(leader, address, typed):
    response = leader.get(address_of(address), {"ngay": typed})

    assert response.status_code == 400
    assert 'id="ngay-loi"' in response.text
    assert Reader(response.text).inputs["ngay"].startswith(typed[:20])


# The rows behind a figure


@pytest.mark.parametrize(
    ("username", "code", "day"),
    [
        pytest.param("lanh-dao", "BRVT-DTTM", "01/01/2020", id="not reported"),
        pytest.param("lanh-dao", "BRVT-DTTM", "16/06/2023", id="proposed"),
        pytest.param("lanh-dao", "BRVT-DTTM", "10/04/2024", id="on trial"),
        pytest.param("lanh-dao", "BRVT-DTTM", "", id="today"),
        pytest.param("dau-moi-hd", "HD-CQDT", "21/10/2023", id="Hải Dương"),
    ],
)
def test_each_figure_opens_exactly_the_rows_that_it_counts(client_of, demo_accounts, username, code, day):
    browser = client_of(username)
    page = browser.get(programme_page(code, ngay=day)).text

    links = figure_links(page)

    assert len(links) >= 4
    assert {href: Reader(browser.get(href).text).rows for href, _ in links} == dict(links)


def test_each_figure_of_home_opens_exactly_the_rows_that_it_counts(leader):
    links = figure_links(leader.get("/?ngay=16/06/2023").text)

    assert len(links) >= 4
    assert {href: Reader(leader.get(href).text).rows for href, _ in links} == dict(links)


def test_each_figure_of_a_mixed_programme_opens_exactly_its_rows(client_of):
    first = RevisionFactory()
    period = PeriodFactory(revision=first, label="2020–2022", last_day=date(2022, 12, 31))
    tasks = [plan.task for plan in PlannedTaskFactory.create_batch(6, revision=first, period=period)]
    second = RevisionFactory(programme=first.programme, base=adopt(first, effective_on=date(2020, 1, 1)))
    later = PeriodFactory(revision=second, label="2023–2024", last_day=date(2024, 12, 31))
    for task in tasks[:2]:
        PlannedTaskFactory(revision=second, task=task, period=later)
    for task, due_on in zip(tasks[2:], [date(2022, 6, 30), date(2025, 6, 30), None, date(2022, 6, 30)], strict=True):
        PlannedTaskFactory(revision=second, task=task, due_on=due_on)
    adopt(second, effective_on=date(2023, 7, 1))
    reported = {"accepted": True, "as_of": date(2023, 6, 30)}
    ProgressUpdateFactory(task=tasks[0], status=Status.SUSPENDED, causes=Causes.OBJECTIVE, **reported)
    ProgressUpdateFactory(task=tasks[2], status=Status.COMPLETE, completed_on=date(2022, 6, 30), **reported)
    ProgressUpdateFactory(task=tasks[5], status=Status.COMPLETE, completed_on=date(2022, 7, 1), **reported)
    browser = client_of(coordinator_of(first.programme))

    page = browser.get(programme_page(first.programme.code, ngay="01/07/2023")).text
    links = figure_links(page)

    assert Reader(page).headings[0] == "2/6 nhiệm vụ hoàn thành; 2 nhiệm vụ chuyển tiếp sang 2023–2024"
    assert len(links) >= 8
    assert {href: Reader(browser.get(href).text).rows for href, _ in links} == dict(links)


def test_page_says_which_rows_it_shows(leader):
    page = leader.get(programme_page("BRVT-DTTM", ngay="16/06/2023", loc="de-nghi-chuyen-tiep")).text

    assert Reader(page).rows == 8
    assert "8 nhiệm vụ · đề nghị chuyển tiếp, trong tổng số 12" in text_of(page)
    assert Reader(page).inputs["loc"] == "de-nghi-chuyen-tiep"


@pytest.mark.parametrize("rows", ["khong-co", "HOAN-THANH", "hoan-thanh ", "", "\x00", "'--"])
def test_unknown_rows_do_not_exist(leader, rows):
    response = leader.get(programme_page("BRVT-DTTM"), {"loc": rows})

    assert response.status_code == 404
    assert Reader(response.text).headings == ["Không có trang này"]


def test_change_of_its_document_from_outside_is_an_act_of_the_programme_alone(client_of):
    programme, other = (adopted_revision(tasks=1).programme for _ in range(2))
    changed = programme.revisions.get().document
    outside = LegalDocumentFactory(issuer=changed.issuer, signed_on=date(2023, 5, 4), effective_on=date(2023, 5, 4))
    DocumentRelationFactory(document=outside, target=changed, kind=RelationKind.AMENDS)
    told = f"{RelationKind.AMENDS.label} {changed.code}"

    def says(of, day):
        return told in text_of(client_of(coordinator_of(of)).get(programme_page(of.code, ngay=day)).text)

    assert [says(programme, "03/05/2023"), says(programme, "04/05/2023"), says(other, "04/05/2023")] == [
        False,
        True,
        False,
    ]


# Volume


@pytest.mark.parametrize("task_count", [12, 500])
def test_programme_page_query_count_does_not_grow(client_of, task_count, django_assert_num_queries):
    programme = ProgrammeFactory()
    fill(programme, task_count)
    browser = client_of(coordinator_of(programme))

    # Session, user with agency; the programme with its goals and what it has; its revisions; its figures, what was
    # paid; its rows, their agencies and documents; its acts, what meetings directed; its first tasks.
    with django_assert_num_queries(12):
        page = browser.get(programme_page(programme.code, ngay="30/06/2024")).text

    assert Reader(page).rows == min(task_count, 50)
    assert "Xong trong năm 2024" in page
    assert "Xong trong năm 2022" not in page
    whole = browser.get(programme_page(programme.code, ngay="30/06/2024", trang="tat-ca")).text
    assert Reader(whole).rows == task_count
    assert f"{task_count} nhiệm vụ chuyển tiếp" in text_of(page)


@pytest.mark.parametrize("programme_count", [1, 10])
def test_home_query_count_does_not_grow(client_of, programme_count, django_assert_num_queries):
    programme = ProgrammeFactory()
    programmes = [programme, *ProgrammeFactory.create_batch(programme_count - 1, province=programme.province)]
    for one in programmes:
        fill(one, 3)
    browser = client_of(coordinator_of(programme))

    # Session, user with agency; the figures of all programmes; what is summed over them.
    with django_assert_num_queries(8):
        page = browser.get("/?ngay=30/06/2024").text

    assert page.count('<th scope="row" class="name">') == programme_count


# Above ten entries, the sums of those that are not shown are one more.
@pytest.mark.parametrize(("update_count", "queries"), [(2, 11), (20, 12)])
def test_task_page_query_count_does_not_grow(client_of, update_count, queries, django_assert_num_queries):
    task = task_in_force()
    author = UserFactory(agency=AgencyFactory(province=task.programme.province))
    for day in range(1, update_count + 1):
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, day), author=author)
        BudgetEntryFactory(task=task, decided_on=date(2023, 6, day))
    browser = client_of(coordinator_of(task.programme))

    with django_assert_num_queries(queries):
        page = browser.get(reverse("task_detail", args=[task.pk], query={"ngay": "30/06/2023"})).text

    assert page.count('class="update"') == update_count


# What a browser is allowed


@pytest.mark.parametrize("address", ["/", "/de-an/BRVT-DTTM/", "NV-05", "/dang-nhap/", "/khong-co/"])
def test_page_allows_no_code_and_no_frame(client_of, demo_accounts, address):
    browser = Client() if address == "/dang-nhap/" else client_of("lanh-dao")

    response = browser.get(address_of(address))

    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/de-an/BRVT-DTTM/", "NV-05", "/dang-nhap/", "/khong-co/"])
def test_page_is_vietnamese_and_has_nothing_inline(client_of, demo_accounts, address):
    browser = Client() if address == "/dang-nhap/" else client_of("lanh-dao")

    page = Reader(browser.get(address_of(address)).text)

    assert page.lang == "vi"
    assert page.inline == []


def test_what_people_typed_is_shown_as_typed(client_of):
    typed = "<script>alert(1)</script> {{7*7}}"
    programme = ProgrammeFactory(coordinating_agency__name=f"Sở {typed}")
    lead = AgencyFactory(province=programme.province, short_name=typed)
    task = adopted_revision(programme, tasks=1, name=typed, lead=lead, note=typed).planned_tasks.get().task
    person = UserFactory(full_name=typed, agency=programme.coordinating_agency, role=Role.COORDINATOR)
    ProgressUpdateFactory(
        task=task, accepted=True, as_of=date(2023, 6, 16), author=person, results=typed, obstacles=typed, causes="both",
        objective_cause=typed, subjective_cause=typed, proposals=typed, next_steps=typed,
    )  # fmt: skip
    browser = client_of(person)

    pages = [browser.get(address) for address in ("/", programme_page(programme.code), task.get_absolute_url())]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page.text
        assert Reader(page.text).inline == []
    assert pages[2].text.count("&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}") >= 9


# Signing in


def sign_in(client, username, password, **query):
    return client.post(reverse("sign_in", query=query), {"username": username, "password": password} | query)


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("dau-moi", "/quan-tri/"),
        ("dau-moi-hd", "/quan-tri/"),
        ("chuyen-vien", "/quan-tri/"),
        ("van-phong", "/quan-tri/"),
        ("lanh-dao", "/"),
        ("kiem-toan", "/"),
        ("quan-tri", "/quan-tri/"),
    ],
)
def test_one_arrives_where_ones_work_is(client, demo_accounts, username, address):
    response = sign_in(client, username, "demo-2026")

    assert response.status_code == 302
    assert response.url == address
    assert client.get(address).status_code == 200


def test_one_comes_back_to_the_page_one_wanted(client, demo_accounts):
    response = sign_in(client, "lanh-dao", "demo-2026", next="/de-an/BRVT-DTTM/?ngay=16/06/2023")

    assert response.url == "/de-an/BRVT-DTTM/?ngay=16/06/2023"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "https:evil.example", "\\\\evil.example", "javascript:alert(1)"],
)
def test_one_is_not_sent_elsewhere(client, demo_accounts, elsewhere):
    response = sign_in(client, "lanh-dao", "demo-2026", next=elsewhere)

    assert response.url == "/"


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("lanh-dao", "sai-mat-khau", id="wrong password"),
        pytest.param("khong-co-ai", "demo-2026", id="no such name"),
        pytest.param("he-thong", "demo-2026", id="nobody's account"),
        pytest.param("<b>lanh-dao", "demo-2026", id="a tag"),
    ],
)
def test_refused_sign_in_says_one_thing_and_keeps_the_name(client, demo_accounts, username, password):
    response = sign_in(client, username, password, next="/de-an/BRVT-DTTM/")

    assert response.status_code == 400
    assert re.findall(r'class="error"[^>]*>(.*?)</p>', response.text) == [
        "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock rồi nhập lại."
    ]
    page = Reader(response.text)
    assert page.inputs["username"] == username
    assert page.inputs["password"] == ""
    assert page.inputs["next"] == "/de-an/BRVT-DTTM/"
    assert password not in response.text
    assert "_auth_user_id" not in client.session


def test_account_that_was_locked_does_not_sign_in(client):
    UserFactory(username="lan.nguyen", is_active=False)

    response = sign_in(client, "lan.nguyen", PASSWORD)

    assert "Tên đăng nhập hoặc mật khẩu không đúng" in response.text


def test_account_that_is_locked_while_signed_in_is_signed_out(client_of):
    person = UserFactory()
    browser = client_of(person)
    rewrite(person, is_active=False)

    response = browser.get("/")

    assert response.status_code == 302
    assert response.url.startswith("/dang-nhap/")


def test_empty_sign_in_asks_for_both(client):
    response = sign_in(client, "", "")

    assert response.status_code == 400
    assert "<title>Lỗi: Đăng nhập" in response.text
    assert places(response) == {"id_username": "Nhập tên đăng nhập.", "id_password": "Nhập mật khẩu."}


def test_one_signs_out(leader):
    response = leader.post(reverse("sign_out"))

    assert response.url == "/dang-nhap/"
    assert leader.get("/").status_code == 302


# Trouble


def test_unknown_address_is_told_in_vietnamese(client):
    response = client.get("/khong-co/")

    assert response.status_code == 404
    assert Reader(response.text).headings == ["Không có trang này"]


def test_unreadable_request_is_told_in_vietnamese(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert Reader(response.text).headings == ["Yêu cầu chưa đọc được"]


def test_forbidden_action_is_told_in_vietnamese(leader):
    response = leader.get("/quan-tri/programme/agency/add/")

    assert response.status_code == 403
    assert Reader(response.text).headings == ["Bạn không có quyền làm việc này"]


@pytest.mark.urls(__name__)
def test_mistake_of_ours_is_told_in_vietnamese_and_tells_nothing_else():
    response = Client(raise_request_exception=False).get("/hong/")

    assert response.status_code == 500
    assert Reader(response.text).headings == ["Hệ thống gặp lỗi"]
    assert "a mistake of ours" not in response.text
    assert "RuntimeError" not in response.text


def test_page_that_is_out_of_date_is_told_in_vietnamese(demo_accounts):
    browser = Client(enforce_csrf_checks=True)

    response = sign_in(browser, "lanh-dao", "demo-2026")

    assert response.status_code == 403
    assert Reader(response.text).headings == ["Trang đã cũ"]
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        pytest.param(errors.bad_request, 400, id="400"),
        pytest.param(errors.forbidden, 403, id="403"),
        pytest.param(errors.not_found, 404, id="404"),
        pytest.param(errors.server_error, 500, id="500"),
        pytest.param(errors.csrf_failure, 403, id="CSRF"),
    ],
)
def test_error_page_needs_no_database(handler, status, django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        response = handler(request)

    assert response.status_code == status
    assert Reader(response.text).lang == "vi"
    assert Reader(response.text).inline == []
    assert f"Mã lỗi {status}" in response.text
