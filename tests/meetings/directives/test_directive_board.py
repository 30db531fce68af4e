"""The board: what meetings gave, as it stood on a day, narrowed and counted by its address."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from meetings.models import AnswerState, AssignmentRole, AssignmentState
from meetings.models.due import Due, DueKind, When
from meetings.operations.directing import withdraw_directive
from meetings.pages.directives.figures import ALL, IN_TIME, OVERDUE, STATUS_FILTERS, Row, Wanted, read_board
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from tasks.timeliness import Timeliness
from tests.factories import AgencyFactory, ProgrammeFactory, RevisionFactory, UserFactory, adopt
from tests.given import NO_DUE, by, extend, give, links, meeting_about, page, row_count, words
from tests.meetings.factories import AnswerFactory, MeetingFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 5, 1)
AS_TYPED = "01/05/2024"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Tài chính")


@pytest.fixture
def leader(programme):
    return UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)


@pytest.fixture
def reader(client_of, leader):
    return client_of(leader)


def cell_on(day, user):
    """The cell and the due day of the only assignment on the day; nothing where none was given by then."""
    rows = [Row(one, day) for one in read_board(user, Wanted(), on=day).rows()]
    return [(row.cell.value, row.due_on) for row in rows]


# As of a day


def test_condition_gives_its_day_from_the_adoption_on(meeting, agency, programme, leader):
    revision = RevisionFactory(programme=programme)
    due = Due(DueKind.CONDITION, words="HĐND tỉnh thông qua Nghị quyết", when=When.AFTER)
    give(meeting, agency, due=due, due_revision=revision)
    adopted_on = date(2024, 6, 20)
    adopt(revision, effective_on=adopted_on)

    assert cell_on(date(2024, 6, 19), leader) == [("no_due_date", None)]
    assert cell_on(adopted_on, leader) == [("open_in_time", adopted_on)]
    assert cell_on(date(2024, 6, 21), leader) == [("open_overdue", adopted_on)]


def test_extension_counts_from_the_day_of_its_decision(meeting, agency, reader, leader):
    part = give(meeting, agency, due=by(date(2024, 4, 30)))
    extend(part, date(2024, 5, 31), on=date(2024, 5, 3))

    assert cell_on(date(2024, 5, 2), leader) == [("open_overdue", date(2024, 4, 30))]
    assert cell_on(date(2024, 5, 3), leader) == [("open_in_time", date(2024, 5, 31))]
    assert "31/05/2024 gia hạn 1 lần, hạn đầu 30/04/2024" in words(reader.get(page(ngay="03/05/2024")))
    assert "gia hạn 1 lần" not in words(reader.get(page(ngay="02/05/2024")))


def test_what_was_done_later_is_open_before(meeting, agency, leader):
    give(meeting, agency, due=by(date(2024, 4, 30)), done_on=date(2024, 5, 2))

    assert cell_on(DAY, leader) == [("open_overdue", date(2024, 4, 30))]
    assert cell_on(date(2024, 5, 2), leader) == [("done_late", date(2024, 4, 30))]


def test_withdrawn_directive_leaves_from_its_day_on(meeting, agency, leader):
    part = give(meeting, agency)
    withdraw_directive(part.directive, on=DAY, by=system_account(), reason="Chuyển sang cuộc họp khác", today=DAY)

    assert len(cell_on(date(2024, 4, 30), leader)) == 1
    assert cell_on(DAY, leader) == []


def test_nothing_is_given_before_its_meeting_or_until_that_is_concluded(programme, meeting, agency, leader):
    give(meeting, agency)
    give(MeetingFactory(province=programme.province, held_on=date(2024, 4, 1)), agency)

    assert cell_on(date(2024, 4, 9), leader) == []
    assert len(cell_on(date(2024, 4, 10), leader)) == 1


def test_answer_is_told_as_it_stood_on_the_day(meeting, agency, reader):
    part = give(meeting, agency, state=AssignmentState.RETURNED)
    office = UserFactory(role=Role.OFFICE, agency=agency)
    AnswerFactory(
        assignment=part,
        sent_on=date(2024, 4, 25),
        state=AnswerState.RETURNED,
        reviewer=office,
        reviewed_on=date(2024, 4, 28),
        return_reason="Thiếu số liệu.",
    )

    told = [
        row_count(reader.get(page(ngay=day, tra_loi=state)))[0]
        for day, state in [
            ("24/04/2024", "open"),
            ("25/04/2024", "answered"),
            ("27/04/2024", "returned"),
            ("28/04/2024", "returned"),
            ("28/04/2024", "answered"),
        ]
    ]

    assert told == [1, 1, 0, 1, 0]


# The order and the numbers


def test_most_urgent_is_first_and_done_is_last(meeting, agency, leader):
    done = give(meeting, agency, due=by(date(2024, 4, 11)), done_on=date(2024, 4, 11))
    never = give(meeting, agency)
    waits = give(meeting, agency, due=Due(DueKind.CONDITION, words="có chủ trương", when=When.AFTER))
    soon = give(meeting, agency, due=by(date(2024, 5, 2)))
    month = give(meeting, agency, due=Due(DueKind.MONTH, year=2024, month=4))
    oldest = give(meeting, agency, due=by(date(2024, 4, 12)))

    board = read_board(leader, Wanted(), on=DAY)

    assert list(board.rows()) == [oldest, month, soon, waits, never, done]
    assert list(board.rows(OVERDUE)) == [oldest, month]


def test_equal_rows_keep_the_order_of_the_notice(meeting, programme, leader):
    agencies = [AgencyFactory(province=programme.province, name=name) for name in ("Sở Y tế", "Ban Dân tộc")]
    first = give(meeting, *agencies, due=by(DAY))
    second = give(meeting, *agencies, due=by(DAY))

    rows = [(row.directive, row.agency.name) for row in read_board(leader, Wanted(), on=DAY).rows()]

    names = ["Ban Dân tộc", "Sở Y tế"]
    assert rows == [(part.directive, name) for part in (first, second) for name in names]


def test_headline_counts_everything_once_and_opens_its_rows(meeting, agency, reader, leader):
    give(meeting, agency, due=by(date(2024, 4, 30)))
    give(meeting, agency, due=by(date(2024, 4, 29)))
    give(meeting, agency, due=by(DAY))
    give(meeting, agency)
    give(meeting, agency, done_on=DAY)
    give(meeting, agency, due=by(DAY), done_on=DAY)
    give(meeting, agency, due=by(date(2024, 4, 20)), done_on=DAY)

    response = reader.get(page(ngay=AS_TYPED))

    assert "7 việc được giao: 2 quá hạn, 1 còn trong hạn, 1 chưa xong và không có hạn, 3 đã hoàn thành" in words(
        response
    )
    board = read_board(leader, Wanted(), on=DAY)
    assert sum(board.cells.values()) == board.total == 7
    assert sum(board.count(STATUS_FILTERS[cell.value]) for cell in Timeliness if cell.value in STATUS_FILTERS) == 7
    counted = [(href, label) for href, label in links(response) if href.endswith("#danh-sach")]
    assert len(counted) == 5 + 9
    for href, label in counted:
        count = int(label.rpartition(": ")[2])
        assert row_count(reader.get(page() + href)) == (count, count), label


def test_row_says_what_a_leader_asks(meeting, agency, reader):
    give(meeting, agency, due=Due(DueKind.MONTH, year=2024, month=4), text="Giải trình kiến nghị của Kiểm toán")

    told = words(reader.get(page(ngay="05/05/2024")))

    assert "Giải trình kiến nghị của Kiểm toán Mục" in told
    assert "họp ngày 10/04/2024 Sở Tài chính Chủ trì Trong tháng 04/2024 30/04/2024" in told
    assert "Chưa hoàn thành, quá hạn chậm 5 ngày · Chưa báo hoàn thành" in told


def test_links_keep_the_day_and_none_where_none_was_chosen(meeting, agency, reader):
    part = give(meeting, agency)

    with_day, without = [dict(links(reader.get(page(**query)))) for query in ({"ngay": AS_TYPED}, {})]

    assert f"{part.directive.get_absolute_url()}?ngay={AS_TYPED}" in with_day
    assert f"{part.get_absolute_url()}?ngay={AS_TYPED}" in with_day
    assert part.get_absolute_url() in without


# The filters


def test_each_filter_finds_its_rows(programme, meeting, agency, reader):
    other = AgencyFactory(province=programme.province, name="Sở Y tế")
    later = MeetingFactory(province=programme.province, concluded=True, held_on=date(2024, 4, 20))
    month = Due(DueKind.MONTH, year=2024, month=4)
    extend(give(meeting, agency, due=by(date(2024, 4, 30)), text="Đôn đốc việc thuê"), DAY, on=date(2024, 4, 30))
    give(later, other, due=month, role=AssignmentRole.COORDINATING, text="Khảo sát mô hình")

    def found(**query):
        told = words(reader.get(page(ngay=AS_TYPED, **query)))
        return [text for text in ("Đôn đốc việc thuê", "Khảo sát mô hình") if text in told]

    both = ["Đôn đốc việc thuê", "Khảo sát mô hình"]
    assert found() == both
    assert found(co_quan=agency.pk) == found(vai_tro="lead") == found(de_an="DO-THI") == both[:1]
    assert found(cuoc_hop=meeting.pk) == found(loai_han="day") == found(gia_han="1") == both[:1]
    assert found(tinh_trang="open_overdue") == found(loai_han="month") == found(q="KHAO sát hinh") == both[1:]
    assert found(co_quan=agency.pk, loai_han="month") == []


@pytest.mark.parametrize(
    "query",
    [
        {"co-quan": "x"},
        {"co-quan": "999999999999999"},
        {"co-quan": "9" * 40},
        {"co-quan": "٣"},
        {"vai-tro": "chair"},
        {"de-an": "KHONG-CO"},
        {"de-an": "\x00"},
        {"cuoc-hop": "-1"},
        {"loai-han": "week"},
        {"tinh-trang": "late"},
        {"tra-loi": "gone"},
        {"gia-han": "2"},
    ],
    ids=str,
)
def test_what_is_not_there_is_not_found(reader, meeting, query):
    for name in ("directive_board", "directive_board_export"):
        args = ["csv"] if name.endswith("export") else []
        assert reader.get(reverse(name, args=args, query=query)).status_code == 404


def test_words_that_are_too_many_are_told_beside_the_field(reader, meeting, agency):
    give(meeting, agency)

    response = reader.get(page(q="từ " * 200))

    assert response.status_code == 400
    assert "Ô này chứa tối đa 200 ký tự" in words(response)
    assert reader.get(page(q="\x00 %_'\"")).status_code == 200


def test_day_that_is_none_is_told(reader):
    assert reader.get(page(ngay="31/02/2024")).status_code == 400


def test_agency_without_any_row_may_be_asked_for(reader, meeting, agency):
    told = words(reader.get(page(co_quan=agency.pk)))

    assert "Không có việc nào được giao" in told
    assert "không có việc nào như vậy" in told


# Whose


def test_rows_of_another_province_are_never_counted(meeting, agency, reader, client_of):
    part = give(meeting, agency)
    foreign = UserFactory(role=Role.LEADER)
    theirs = give(MeetingFactory(province=foreign.agency.province, concluded=True), foreign.agency)

    assert row_count(reader.get(page())) == (1, 1)
    stranger = client_of(foreign)
    response = stranger.get(page())
    assert row_count(response) == (1, 1)
    assert theirs.get_absolute_url() in response.text
    assert part.get_absolute_url() not in response.text
    for query in ({"co_quan": agency.pk}, {"cuoc_hop": meeting.pk}, {"de_an": "DO-THI"}):
        assert stranger.get(page(**query)).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_board_query_count_does_not_grow(meeting, programme, reader, count, django_assert_num_queries):
    for number in range(count):
        other = MeetingFactory(province=programme.province, concluded=True)
        part = give(other, AgencyFactory(province=programme.province), due=by(DAY), text=f"Việc {number}")
        extend(part, date(2024, 5, 31), on=date(2024, 4, 30))

    # Session, user with agency; agencies, programmes and meetings to choose from; the numbers; which rows, and they.
    with django_assert_num_queries(2 + 3 + 3):
        response = reader.get(page(ngay=AS_TYPED))

    assert row_count(response) == (count, count)


def test_long_board_has_pages(meeting, programme, reader):
    give(meeting, *AgencyFactory.create_batch(51, province=programme.province))

    assert row_count(reader.get(page())) == (50, 51)
    assert row_count(reader.get(page(trang=2))) == (1, 51)


@pytest.mark.both_databases
@pytest.mark.parametrize("by_first_due", [False, True])
def test_pages_together_are_the_whole_board(meeting, programme, leader, by_first_due):
    for number in range(7):
        due = [NO_DUE, by(date(2024, 4, 20 + number)), by(DAY)][number % 3]
        part = give(meeting, AgencyFactory(province=programme.province), due=due, text=f"Việc {number}")
        if number % 3:
            extend(part, date(2024, 5, 20 + number), on=date(2024, 4, 28))
    board = read_board(leader, Wanted(by_first_due=by_first_due), on=DAY)

    whole = list(board.rows())
    pages = [board.shown(board.keys(ALL, first, first + 2)) for first in (1, 4, 7)]

    told = ("pk", "timeliness_then", "due_then", "first_due_then", "state_then", "extensions_then", "asked_late_then")
    assert [[getattr(row, name) for name in told] for page in pages for row in page] == [
        [getattr(row, name) for name in told] for row in whole
    ]
    assert len(whole) == 7


def test_numbers_work_each_due_out_once(meeting, agency, leader):
    """Of two days the later is taken; for that of extensions nothing is asked of each row."""
    give(meeting, agency, due=by(DAY))

    with CaptureQueriesContext(connection) as queries:
        assert read_board(leader, Wanted(), on=DAY).total == 1

    *_, numbers = queries
    assert numbers["sql"].count("meetings_extendedday") == numbers["sql"].count('JOIN "meetings_extendedday"') == 1
    assert "meetings_extension" not in numbers["sql"]


# From other pages


def test_programme_and_agency_tell_what_meetings_gave(programme, meeting, agency, reader):
    give(meeting, agency, due=by(date(2024, 4, 30)))
    give(meeting, agency, due=by(DAY))

    for address in (programme.get_absolute_url(), agency.get_absolute_url()):
        response = reader.get(address, query_params={"ngay": AS_TYPED})
        assert "Chỉ đạo của các cuộc họp: 2 việc, 1 quá hạn" in words(response)
        board = [(href, label) for href, label in links(response) if href.startswith("/chi-dao/?") and "việc" in label]
        board += [(href, label) for href, label in links(response) if "tinh-trang" in href]
        assert [row_count(reader.get(href)) for href, _ in board] == [(2, 2), (1, 1)]
        assert "Chỉ đạo của các cuộc họp" not in words(reader.get(address, query_params={"ngay": "09/04/2024"}))


# As a file


def test_file_has_the_rows_of_the_page(meeting, agency, reader):
    part = give(meeting, agency, due=by(date(2024, 4, 30)), text='=HYPERLINK("http://x")')
    extend(part, date(2024, 5, 31), on=DAY)
    give(meeting, agency, due=NO_DUE)
    addresses = {label: href for href, label in links(reader.get(page(ngay=AS_TYPED, tinh_trang="open_in_time")))}

    book = load_workbook(BytesIO(b"".join(reader.get(addresses["Tải Excel"]).streaming_content)))
    sheet = book.worksheets[0]
    header, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    [told] = csv.DictReader(
        StringIO(b"".join(reader.get(addresses["Tải CSV"]).streaming_content).decode("utf-8-sig"), newline="")
    )

    cells = dict(zip(header, row, strict=True))
    assert sheet.max_row == 2
    assert [cells[name].date() for name in ("Ngày họp", "Hạn đầu", "Hạn hiện nay")] == [
        date(2024, 4, 10),
        date(2024, 4, 30),
        date(2024, 5, 31),
    ]
    assert (cells["Cơ quan"], cells["Số lần gia hạn"], cells["Tình trạng"]) == ("Sở Tài chính", 1, IN_TIME.label)
    assert sheet.cell(2, header.index("Nội dung giao") + 1).data_type == "s"
    assert not told["Nội dung giao"].startswith("=")
    assert f"Tình trạng: {IN_TIME.label}" in [row[1] for row in book["Thông tin"].iter_rows(values_only=True)]


def test_every_standing_but_all_narrows():
    assert [
        key for key, standing in STATUS_FILTERS.items() if standing.cells == ALL.cells and standing.is_done is None
    ] == [""]
