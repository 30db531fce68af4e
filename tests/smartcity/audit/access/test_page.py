"""The page «Nhật ký truy cập»: who reads what of it, what narrows it, and what it takes to draw."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from openpyxl import load_workbook

from meetings.pages.directives.figures import STATUS_FILTERS
from programme.models import Role
from programme.operations.people import move_member
from smartcity.audit.access.models import AccessEntry, AccessKind, Outcome
from smartcity.audit.access.noting import note_access
from smartcity.audit.access.places import place_in_words
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, ProvinceFactory, UserFactory
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

LIST = "/nhat-ky-truy-cap/"


@pytest.fixture
def ours():
    return AgencyFactory(name="Sở Y tế Ta", province=ProvinceFactory(name="Tỉnh Ta"))


@pytest.fixture
def theirs():
    return AgencyFactory(name="Sở Y tế Bạn", province=ProvinceFactory(name="Tỉnh Bạn"))


def person(agency, role=Role.OFFICER, **fields):
    return UserFactory(agency=agency, role=role, **fields)


def page_of(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return answer.text


def noted(user=None, kind=AccessKind.SIGN_IN, **fields):
    """One more row, as it comes about."""
    note_access(user, kind, **fields)
    return AccessEntry.objects.latest("pk")


# Who reads what


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_of_a_province_its_auditors_and_administrators_read_that_of_its_people(client_of, ours, theirs, role):
    for agency, what in [(ours, "viec-cua-ta"), (theirs, "viec-cua-ban")]:
        noted(person(agency), what=what)
    noted(None, typed_name="ten-la", outcome=Outcome.REFUSED)

    page = page_of(client_of(person(ours, role)))

    assert "viec-cua-ta" in page
    assert "viec-cua-ban" not in page
    assert "ten-la" not in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_of_the_whole_country_they_read_all_and_names_that_nobody_has(client_of, ours, theirs, role):
    for agency, what in [(ours, "viec-cua-ta"), (theirs, "viec-cua-ban")]:
        noted(person(agency), what=what)
    noted(None, typed_name="ten-la", outcome=Outcome.REFUSED)

    page = page_of(client_of(person(None, role)))

    assert all(words in page for words in ("viec-cua-ta", "viec-cua-ban", "gõ tên «ten-la»"))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.OFFICE, Role.LEADER])
def test_nobody_else_reads_it_or_is_led_there(client_of, ours, role):
    browser = client_of(person(ours, role))

    for address in (LIST, f"{LIST}danh-sach.csv", f"{LIST}danh-sach.xlsx"):
        assert browser.get(address).status_code == 403
    assert LIST not in browser.get("/quan-tri/").text


def test_whoever_works_nowhere_any_more_reads_nothing(client_of, ours):
    gone = UserFactory(role=Role.AUDITOR, agency=ours)
    noted(person(ours), what="viec-cua-ta")
    membership = gone.memberships.get()
    membership.first_day, membership.last_day = localdate() - timedelta(days=9), localdate() - timedelta(days=2)
    signed_save(membership, by=gone)

    assert "viec-cua-ta" not in page_of(client_of(type(gone).objects.get_queryset().get(pk=gone.pk)))


def test_who_moves_takes_nothing_along(client_of, ours, theirs):
    """What somebody did as one of a province stays with it."""
    mover = person(ours)
    noted(mover, what="viec-khi-o-ta")
    move_member(mover, agency=theirs, from_on=localdate(), by=mover)

    assert "viec-khi-o-ta" in page_of(client_of(person(ours, Role.AUDITOR)))
    assert "viec-khi-o-ta" not in page_of(client_of(person(theirs, Role.AUDITOR)))


def test_worlds_are_apart(client_of, ours):
    training = AgencyFactory(province=ProvinceFactory(is_simulated=True))
    noted(person(training), what="viec-tap-huan")
    noted(person(ours), what="viec-that")

    real, simulated = (
        page_of(client_of(reader)) for reader in (person(None, Role.AUDITOR), person(training, Role.AUDITOR))
    )

    assert ("viec-that" in real, "viec-tap-huan" in real) == (True, False)
    assert ("viec-that" in simulated, "viec-tap-huan" in simulated) == (False, True)


def test_account_s_page_leads_to_what_it_is_about(client_of, ours):
    reader, who = person(ours, Role.ADMINISTRATOR), person(ours, username="lan+1@so-y-te")
    noted(who, what="viec-cua-ho")
    noted(person(ours), what="viec-cua-nguoi-khac")
    noted(reader, AccessKind.PASSWORD, account=who, what="dat-cho-ho")
    browser = client_of(reader)

    account = Reader(browser.get(reverse("admin:programme_user_change", args=[who.pk])).text)
    links = {words: href for href, words in account.links}
    page = browser.get(links["Truy cập của người này"]).text

    assert "viec-cua-ho" in page
    assert "dat-cho-ho" in page
    assert "viec-cua-nguoi-khac" not in page


# What narrows it


@pytest.fixture
def several(ours, theirs):
    lan = person(ours, username="lan", full_name="Nguyễn Thị Lan")
    noted(lan, what="hang-1")
    noted(lan, AccessKind.EXPORT, what="hang-2")
    noted(person(theirs), what="hang-3")
    noted(None, typed_name="Lan Anh", outcome=Outcome.REFUSED, what="hang-4")
    AccessEntry.objects.create(kind=AccessKind.FILE, what="hang-5", address="10.0.0.7", at=now() - timedelta(days=30))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"nguoi": "lan"}, {1, 2}),
        ({"nguoi": "nguyen thi lan"}, {1, 2}),
        ({"nguoi": "Lan Anh"}, {4}),
        ({"viec": "export"}, {2}),
        ({"ket-qua": "refused"}, {4}),
        ({"mang": "10.0.0.7"}, {5}),
        ({"mang": "::ffff:10.0.0.7"}, {5}),
        ({"den": "{earlier}"}, {5}),
        ({"tu": "{today}"}, {1, 2, 3, 4}),
        ({"tu": "{today}", "den": "{today}", "viec": "sign_in", "nguoi": "lan"}, {1}),
        ({"nguoi": "khong-co-ai"}, set()),
    ],
)
def test_filters_leave_what_they_say(client_of, several, query, left):
    days = {"today": localdate(), "earlier": localdate() - timedelta(days=20)}
    asked = {
        name: value.format(**{word: f"{day:%d/%m/%Y}" for word, day in days.items()}) for name, value in query.items()
    }

    page = page_of(client_of(person(None, Role.AUDITOR)), **asked)

    assert {number for number in range(1, 6) if f"hang-{number}" in page} == left


def test_agency_narrows_by_that_of_then(client_of, several, ours):
    page = page_of(client_of(person(None, Role.AUDITOR)), **{"co-quan": ours.pk})

    assert [f"hang-{number}" in page for number in range(1, 6)] == [True, True, False, False, False]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"co-quan": "abc"}, "Không có lựa chọn này"),
        ({"co-quan": "9" * 40}, "Không có lựa chọn này"),
        ({"viec": "zzz"}, "Không có lựa chọn này"),
        ({"viec": "'; DROP TABLE"}, "Không có lựa chọn này"),
        ({"ket-qua": "\x00"}, "Không có lựa chọn này"),
        ({"nguoi": "\x00\r\nINFO"}, 'class="error"'),
        ({"nguoi": "x" * 100_000}, 'class="error"'),
        ({"mang": "999.1.1.1"}, "ví dụ 10.0.0.7"),
        ({"tu": "31/02/2026"}, "Ngày 31/02/2026 không có trong lịch"),
        ({"den": "99999999999999"}, 'class="error"'),
        ({"den": "31/12/9999"}, "Năm 9999 nằm ngoài"),
        ({"tu": "01/01/0001"}, 'class="error"'),
        ({"tu": "02/03/2026", "den": "01/03/2026"}, "Đến hết ngày 01/03/2026 là trước từ ngày 02/03/2026"),
        ({"nguoi": "lan", "tu": "hôm qua"}, "«hôm qua» chưa phải một ngày"),
    ],
)
def test_filter_that_cannot_be_read_is_said_beside_its_field_and_gives_out_nothing(client_of, several, query, said):
    browser = client_of(person(None, Role.AUDITOR))

    page = browser.get(LIST, query)

    assert page.status_code == 400
    assert said in page.text
    assert "Chưa lọc được" in page.text
    assert "hang-" not in page.text
    assert "Tải CSV" not in page.text
    for extension in ("csv", "xlsx"):
        assert browser.get(f"{LIST}danh-sach.{extension}", query).status_code == 400
    assert not AccessEntry.objects.filter(kind=AccessKind.EXPORT, place__startswith=LIST)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "query",
    [
        {"nguoi": "%_\\"},
        {"tu": ""},
        {"sau": "-1"},
        {"sau": "9" * 18},
        {"sau": "9" * 400},
        {"sau": "²"},
        {"sau": "\x00"},
        {"password__startswith": "a"},
    ],
)
def test_nonsense_that_asks_for_nothing_breaks_nothing(client_of, several, query):
    browser = client_of(person(None, Role.AUDITOR))

    assert browser.get(LIST, query).status_code == 200
    file = browser.get(f"{LIST}danh-sach.csv", query)
    assert file.status_code == 200
    b"".join(file.streaming_content)


# Pages, files, queries


@pytest.mark.both_databases
def test_pages_follow_each_other_without_a_gap_also_where_moments_are_the_same(client_of):
    moment = now() + timedelta(days=1)
    AccessEntry.objects.bulk_create(
        AccessEntry(kind=AccessKind.SIGN_IN, what=f"[{number}]", at=moment) for number in range(120)
    )
    browser, address, found = client_of(person(None, Role.AUDITOR)), f"{LIST}?viec=sign_in", []
    while address:
        html = browser.get(address).text
        page, said = Reader(html), text_of(html)
        found.append([number for number in range(120) if f"[{number}]" in said])
        address = next((f"{LIST}{href}" for href, words in page.links if words == "Cũ hơn"), "")

    assert [len(numbers) for numbers in found] == [ROWS_ON_A_PAGE, ROWS_ON_A_PAGE, 20]
    assert sorted(chain(*found)) == list(range(120))


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [1, 60])
def test_query_count_does_not_grow(client_of, ours, count, django_assert_num_queries):
    reader = person(None, Role.AUDITOR)
    people = [person(ours) for _ in range(3)]
    for number in range(count):
        noted(people[number % 3], AccessKind.PASSWORD, account=people[(number + 1) % 3])
    browser = client_of(reader)

    # Session, who asks; agencies to choose from, whom the name means, the rows.
    with django_assert_num_queries(5):
        browser.get(LIST, {"nguoi": people[0].username})


def test_file_has_the_rows_of_the_page_and_its_taking_is_a_row(client_of, several):
    browser = client_of(person(None, Role.AUDITOR))

    content = b"".join(browser.get(f"{LIST}danh-sach.csv?nguoi=lan").streaming_content).decode("utf-8-sig")

    rows = list(csv.DictReader(StringIO(content, newline="")))
    # The account itself was made too.
    assert [row["Nội dung"] for row in rows][:2] == ["hang-2", "hang-1"]
    assert {row["Tên đăng nhập"] for row in rows[:2]} == {"lan"}
    taken = AccessEntry.objects.latest("pk")
    assert (taken.kind, taken.place) == (AccessKind.EXPORT, "/nhat-ky-truy-cap/danh-sach.csv?nguoi=lan")
    assert taken.what.startswith("Nhật ký truy cập ")


def test_hour_has_its_seconds_on_the_page_and_in_both_files(client_of, ours):
    at = now().replace(microsecond=0)
    AccessEntry.objects.create(kind=AccessKind.FILE, what="tep", at=at)
    browser = client_of(person(None, Role.AUDITOR))

    csv_file, workbook = (
        b"".join(browser.get(f"{LIST}danh-sach.{kind}?viec=file").streaming_content) for kind in ("csv", "xlsx")
    )

    said = f"{localtime(at):%H:%M:%S %d/%m/%Y}"
    assert said in page_of(browser, viec="file")
    assert said in csv_file.decode()
    cell = load_workbook(BytesIO(workbook)).worksheets[0]["A2"]
    assert (cell.value, cell.number_format) == (localtime(at).replace(tzinfo=None), "hh:mm:ss dd/mm/yyyy")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/quan-tri/tasks/progressupdate/12/history/", "«Báo cáo tiến độ» mã 12"),
        ("/quan-tri/programme/user/5/change/", "«Người dùng» mã 5"),
        ("/quan-tri/tasks/task/danh-sach.csv?status__exact=open", "«Nhiệm vụ»"),
        ("/quan-tri/password_change/", "«Đổi mật khẩu»"),
        ("/van-ban/danh-sach.csv?tim=đô+thị", "«Văn bản» (tệp .csv), tìm: đô thị"),
        (
            "/nhat-ky-truy-cap/danh-sach.xlsx?viec=export&ket-qua=refused&co-quan=12",
            "«Nhật ký truy cập» (tệp .xlsx), việc: Tải danh sách, biểu mẫu, kết quả: Bị từ chối, cơ quan: mã 12",
        ),
        ("/nhat-ky/danh-sach.csv?viec=xoa&loai=tasks.task", "«Nhật ký thay đổi» (tệp .csv), việc: Xóa, loại: nhiệm vụ"),
        (
            "/nhat-ky/danh-sach.csv?truong=tasks.task.code",
            "«Nhật ký thay đổi» (tệp .csv), mục thay đổi: mã nhiệm vụ (nhiệm vụ)",
        ),
        (
            "/nhat-ky/danh-sach.csv?ban-ghi=tasks.progressupdate-12",
            "«Nhật ký thay đổi» (tệp .csv), bản ghi: báo cáo tiến độ mã 12",
        ),
        ("/nhat-ky/danh-sach.csv?truong=khong.co.gi", "«Nhật ký thay đổi» (tệp .csv), mục thay đổi: khong.co.gi"),
        (
            "/de-an/X/kinh-phi/but-toan.csv?loai=disbursement",
            "/de-an/X/kinh-phi/but-toan.csv, loại: Giải ngân",
        ),
        (
            "/chi-dao/danh-sach.xlsx?ngay=2026-03-02&tinh-trang=open_overdue&loai-han=month",
            "«Ý kiến chỉ đạo» (tệp .xlsx), ngày: 02/03/2026, tình trạng: Chưa hoàn thành, quá hạn, loại hạn: Một tháng",
        ),
        ("/chi-dao/?tinh-trang=done_no_due_date", "«Ý kiến chỉ đạo», tình trạng: Hoàn thành, không có hạn"),
        ("/van-ban/12/", "/van-ban/12/"),
        ("/quan-tri/khong/co/", "/quan-tri/khong/co/"),
        ("audit export", "audit export"),
    ],
)
def test_place_is_said_in_words_on_the_page_and_as_it_is_in_the_file(client_of, place, said):
    noted(None, AccessKind.PAGE, place=place)
    browser = client_of(person(None, Role.AUDITOR))

    page = text_of(page_of(browser, viec="page"))
    file = b"".join(browser.get(f"{LIST}danh-sach.csv?viec=page").streaming_content).decode()

    assert said in page
    assert said == place or place not in page
    assert place in file


def test_workbook_says_what_it_was_narrowed_by(client_of, several):
    answer = client_of(person(None, Role.AUDITOR)).get(f"{LIST}danh-sach.xlsx?tu=01/02/2026&viec=export")

    rows, about = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets
    assert rows.max_row == 2
    said = [str(cell.value) for row in about.iter_rows() for cell in row if cell.value]
    assert any("Từ ngày: 01/02/2026" in words for words in said)
    assert any("Việc: Tải danh sách, biểu mẫu" in words for words in said)


def test_page_tells_why_it_is_kept_and_how_long(client_of):
    words = text_of(page_of(client_of(person(None, Role.AUDITOR))))

    assert "giữ 24 tháng" in words
    assert "không dùng vào việc khác" in words
    assert "được ghi lại" in text_of(Client().get("/dang-nhap/").text)


def test_plan_of_each_filter_uses_an_index(client_of, several):
    """Not by time, which machines differ in: no filter reads the whole table."""
    reader = person(None, Role.AUDITOR)
    browser = client_of(reader)
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what there is: tests/bench measures it.")
    for query in ({}, {"viec": "file"}, {"mang": "10.0.0.7"}, {"nguoi": "lan"}, {"tu": "01/01/2026"}, {"sau": "3"}):
        with CaptureQueriesContext(connection) as asked:
            browser.get(LIST, query)
        [sql] = [one["sql"] for one in asked if "accessentry" in one["sql"] and "LIMIT 51" in one["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
        assert not [step for step in plan if step.startswith("SCAN smartcity_accessentry") and "INDEX" not in step], (
            query
        )


def test_no_choice_of_the_board_is_shown_by_its_key():
    for key, standing in STATUS_FILTERS.items():
        if key:
            assert standing.label in place_in_words(f"/chi-dao/danh-sach.csv?tinh-trang={key}")
