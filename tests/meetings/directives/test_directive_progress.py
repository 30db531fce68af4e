"""What agencies said of how far they are, on every page that tells how a directive stands, as of any day."""

import csv
from datetime import date
from html import unescape
from io import StringIO

import pytest

from meetings.models import AnswerKind
from programme.models import Role
from tests.factories import AgencyFactory, ProgrammeFactory, UserFactory
from tests.given import give, links, meeting_about, page, words
from tests.meetings.factories import AnswerFactory, MeetingFactory

pytestmark = pytest.mark.django_db

# The meeting was on 10/04/2024.
FIRST, SECOND = date(2024, 4, 20), date(2024, 5, 6)


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Tài chính", short_name="STC")


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def say(part, text, on, **fields):
    return AnswerFactory(assignment=part, progress=True, text=text, sent_on=on, **fields)


@pytest.fixture
def part(meeting, agency):
    """Of which was said twice how far it is."""
    given = give(meeting, agency, text="Rà soát hệ thống camera.")
    say(given, "Đang khảo sát.", FIRST)
    say(given, "Đã khảo sát 7 điểm.", SECOND, as_of=date(2024, 5, 4))
    return given


def told_on(reader, day):
    return words(reader.get(page(ngay=day)))


def test_board_tells_the_last_word_of_each_day(reader, part):
    assert "Tiến độ" not in told_on(reader, "19/04/2024")
    assert "Tiến độ đến 20/04/2024: Đang khảo sát. Sở Tài chính" in told_on(reader, "20/04/2024")
    # On that day nobody had said yet what was so on it.
    assert "Tiến độ đến 20/04/2024: Đang khảo sát. Sở Tài chính" in told_on(reader, "04/05/2024")
    assert "Tiến độ đến 04/05/2024: Đã khảo sát 7 điểm. Sở Tài chính" in told_on(reader, "06/05/2024")


def test_old_word_is_told_with_its_age(reader, part):
    assert "Tiến độ đến 04/05/2024: " in told_on(reader, "02/06/2024")
    assert "Tiến độ đến 04/05/2024, 30 ngày trước: Đã khảo sát" in told_on(reader, "03/06/2024")


def test_long_silence_is_told_from_the_meeting_on(reader, meeting, agency):
    give(meeting, agency)

    assert "chưa cập nhật tiến độ" not in told_on(reader, "09/05/2024")
    assert "30 ngày chưa cập nhật tiến độ · Chưa báo hoàn thành" in told_on(reader, "10/05/2024")


def test_what_is_done_or_answered_is_told_by_that(reader, meeting, agency):
    done = give(meeting, agency, text="Bàn giao hồ sơ.", done_on=date(2024, 4, 25))
    say(done, "Đang làm hồ sơ.", FIRST)
    AnswerFactory(assignment=give(meeting, agency, text="Báo cáo.", state="answered"), sent_on=FIRST)

    after = told_on(reader, "06/06/2024")

    assert "Đang làm hồ sơ." not in after
    assert "chưa cập nhật tiến độ" not in after
    assert "Tiến độ đến 20/04/2024: Đang làm hồ sơ." in told_on(reader, "24/04/2024")


def test_long_text_is_cut_after_a_word_and_markup_is_text(reader, meeting, agency):
    say(give(meeting, agency), "<b>khảo</b> " + "rất dài " * 1000, FIRST)

    response = reader.get(page(ngay="20/04/2024"))

    assert "&lt;b&gt;khảo&lt;/b&gt; rất dài" in response.text
    assert "dài rất…" in words(response) or "rất dài…" in words(response)
    assert len(words(response)) < 5000


def test_report_of_a_period_is_told_as_progress(reader, meeting, agency):
    week = {"kind": AnswerKind.PERIODIC, "done_on": None, "period_last_day": date(2024, 4, 21)}
    AnswerFactory(assignment=give(meeting, agency), sent_on=date(2024, 4, 22), text="Đã ký hợp đồng.", **week)

    assert "Tiến độ đến 21/04/2024: Đã ký hợp đồng." in told_on(reader, "25/04/2024")


@pytest.mark.parametrize("count", [1, 10])
def test_board_and_matrix_ask_as_many_questions_with_progress(
    count, meeting, programme, reader, django_assert_num_queries
):
    for _ in range(count):
        agencies = AgencyFactory.create_batch(2, province=programme.province)
        say(give(MeetingFactory(province=programme.province, concluded=True), *agencies), "Đang làm.", FIRST)

    # As without: session, user with agency; what can be chosen; the numbers; which rows, and the rows.
    with django_assert_num_queries(2 + 3 + 3):
        board = reader.get(page(ngay="20/04/2024"))

    assert words(board).count("Tiến độ đến 20/04/2024: Đang làm.") == count


def test_matrix_tells_it_in_the_cell_of_its_agency(reader, meeting, agency, programme):
    other = AgencyFactory(province=programme.province, name="Sở Y tế", short_name="SYT")
    say(give(meeting, agency, other), "Đang khảo sát.", FIRST)

    before, after = (words(reader.get(page("directive_matrix", ngay=day))) for day in ("19/04/2024", "20/04/2024"))

    assert "Đang khảo sát." not in before
    assert after.count("CT · Chưa báo hoàn thành đến 20/04/2024: Đang khảo sát.") == 1


def test_pages_of_directive_and_meeting_tell_it_on_its_day(reader, part, meeting):
    for address, told in (
        (part.directive.get_absolute_url(), "Cập nhật tiến độ đến 20/04/2024 · "),
        (meeting.get_absolute_url(), "Tiến độ đến 20/04/2024: Đang khảo sát."),
    ):
        before, between, after = (
            words(reader.get(address, query_params={"ngay": day})) for day in ("19/04/2024", "05/05/2024", "07/05/2024")
        )
        assert "Đang khảo sát." not in before
        assert told in between
        assert "Đã khảo sát 7 điểm." not in between
        assert "04/05/2024" in after
        assert "Đã khảo sát 7 điểm." in after


def test_file_has_the_whole_word_and_its_day(reader, meeting, agency):
    text = "=1+1 " + "Đang khảo sát các điểm. " * 40
    say(give(meeting, agency), text, FIRST)
    give(meeting, agency, text="Chưa nói gì.")
    address = {label: href for href, label in links(reader.get(page(ngay="21/04/2024")))}["Tải CSV"]

    content = b"".join(reader.get(unescape(address)).streaming_content).decode("utf-8-sig")
    said, silent = sorted(csv.DictReader(StringIO(content, newline="")), key=lambda row: row["Tiến độ"] == "")

    assert said["Tiến độ đến ngày"] == "20/04/2024"
    assert said["Tiến độ"].endswith(text.strip())
    assert not said["Tiến độ"].startswith("=")
    assert (silent["Tiến độ đến ngày"], silent["Tiến độ"]) == ("", "")


def test_other_provinces_read_nothing_of_it(client_of, part):
    stranger = client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory()))

    assert "khảo sát" not in told_on(stranger, "20/04/2024")
    assert stranger.get(part.get_absolute_url()).status_code == 404
