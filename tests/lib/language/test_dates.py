from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.dates import Span, read_day, read_iso_day, read_when, say_day, say_weekday


@pytest.mark.parametrize(
    "text",
    [
        "16/06/2023",
        "16/6/2023",
        "16-6-2023",
        "16.06.2023",
        "16 / 6 / 2023",
        "ngày 16/6/2023",
        "ngày 16 tháng 6 năm 2023",
        "Ngày 16 tháng 06 năm 2023",
        "16/06/2023 (thứ Sáu)",
        "thứ Sáu, 16/06/2023",
        "Thứ sáu, ngày 16 tháng 6 năm 2023",
        "2023-06-16",
        pytest.param("16\u201306\u20132023", id="en dashes"),
        pytest.param("16\u201106\u20112023", id="no-break hyphens"),
        pytest.param("16\u221206\u22122023", id="minus signs"),
        pytest.param("１６/０６/２０２３", id="wide digits"),
        pytest.param("\u00a016/06/2023 ", id="blanks around"),
    ],
)
def test_read_day_reads_day_month_year(text):
    assert read_day(text) == date(2023, 6, 16)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "chưa phải một ngày"),
        ("tháng 4/2024", "«tháng 4/2024» là một tháng, chưa phải một ngày. .* ví dụ 30/04/2024"),
        ("04/2024", "là một tháng, chưa phải một ngày. .* ví dụ 30/04/2024"),
        ("quý I/2024", "là một quý, chưa phải một ngày. .* ví dụ 31/03/2024"),
        ("năm 2024", "là một năm, chưa phải một ngày"),
        ("6 tháng đầu năm 2024", "là một khoảng thời gian, chưa phải một ngày. .* ví dụ 30/06/2024"),
        ("2024", "mới là một số"),
        ("(16/6)", "thiếu năm"),
        ("16/6", "thiếu năm"),
        ("06-3", "thiếu năm"),
        ("tháng 4", "thiếu năm"),
        ("quý II", "thiếu năm"),
        ("ngày  tháng 4 năm 2024", "thiếu số chỉ ngày"),
        ("ngày 16 tháng   năm 2024", "thiếu số chỉ tháng"),
        ("ngày … tháng … năm 2024", "thiếu số chỉ ngày, tháng"),
        ("ngày 16 tháng 4 năm ", "thiếu số chỉ năm"),
        ("3/4/24", "đủ bốn chữ số"),
        ("04/30/2024", "Không có tháng 30. Nhập theo thứ tự ngày/tháng/năm"),
        ("31/02/2024", "Ngày 31/02/2024 không có trong lịch"),
        ("00/01/2024", "Ngày 00/01/2024 không có trong lịch"),
        ("13/13/2024", "Ngày 13/13/2024 không có trong lịch"),
        ("ngày 31 tháng 02 năm 2024", "Ngày 31 tháng 02 năm 2024 không có trong lịch"),
        ("01/01/0003", "nằm ngoài khoảng 1945–2099"),
        ("31/12/9999", "nằm ngoài khoảng 1945–2099"),
        ("0001-01-01", "nằm ngoài khoảng 1945–2099"),
        ("16²/6/2023", "chưa phải một ngày"),
        ("2023-16-06", "chưa đọc được"),
        ("03/04/2024 (thứ Năm)", r"ngày 03/04/2024 \(thứ Tư\)\. Kiểm tra lại ngày hoặc thứ"),
        ("(thứ Tư)", "chưa phải một ngày"),
        ("16/06/2023 10:00", "chưa phải một ngày"),
        ("16/06/23", "đủ bốn chữ số"),
        ("06/16/2023", "Không có tháng 16"),
        ("29/02/2023", "không có trong lịch"),
        ("31/04/2024", "không có trong lịch"),
        ("32/13/2024", "không có trong lịch"),
        ("00/00/2024", "không có trong lịch"),
        ("16/06/1944", "nằm ngoài khoảng 1945–2099"),
        ("16/06/2100", "nằm ngoài khoảng 1945–2099"),
        pytest.param("١٦/٠٦/٢٠٢٣", "chưa phải một ngày", id="Arabic digits"),
    ],
)
def test_read_day_refuses_to_guess(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_day(text)


def test_read_day_refuses_a_pasted_page_with_a_short_sentence():
    with pytest.raises(ValueError, match="chưa phải một ngày") as refusal:
        read_day("1" * 100_000)

    assert len(str(refusal.value)) < 300


def test_read_iso_day_reads_year_month_day():
    assert read_iso_day("2023-06-16") == date(2023, 6, 16)


@pytest.mark.parametrize(
    "text",
    [
        "16/06/2023",
        "20230616",
        "2023-6-16",
        "2023-02-29",
        "2023-06-16T10:00",
        "2023-W24-5",
        pytest.param("", id="empty"),
        pytest.param("２０２３-06-16", id="full-width digits"),
        pytest.param("1" * 100_000, id="100,000 digits"),
    ],
)
def test_read_iso_day_refuses_every_other_form(text):
    with pytest.raises(ValueError, match="YYYY-MM-DD") as refusal:
        read_iso_day(text)

    assert len(str(refusal.value)) < 300


@given(st.dates(min_value=date(1945, 1, 1), max_value=date(2099, 12, 31)))
def test_what_say_day_writes_is_read_as_the_same_day(day):
    assert read_day(say_day(day)) == day


@given(day=st.dates(min_value=date(1945, 1, 1), max_value=date(2099, 12, 31)))
def test_day_is_never_swapped_with_its_month(day):
    for written in (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        f"ngày {day:%d} tháng {day:%m} năm {day.year}",
        f"Ngày\u00a0{day.day}  tháng {day.month} năm {day.year} ",
    ):
        assert read_day(written) == read_when(written) == day


@pytest.mark.parametrize(
    ("text", "first_day", "last_day", "said"),
    [
        ("tháng 4/2024", date(2024, 4, 1), date(2024, 4, 30), "tháng 4/2024"),
        ("Tháng 04 năm 2024", date(2024, 4, 1), date(2024, 4, 30), "tháng 4/2024"),
        ("4/2024", date(2024, 4, 1), date(2024, 4, 30), "tháng 4/2024"),
        ("tháng 2-2024", date(2024, 2, 1), date(2024, 2, 29), "tháng 2/2024"),
        ("quý II/2024", date(2024, 4, 1), date(2024, 6, 30), "quý II/2024"),
        ("quý 2 năm 2024", date(2024, 4, 1), date(2024, 6, 30), "quý II/2024"),
        ("QUÝ IV NĂM 2024", date(2024, 10, 1), date(2024, 12, 31), "quý IV/2024"),
        ("6 tháng đầu năm 2024", date(2024, 1, 1), date(2024, 6, 30), "6 tháng đầu năm 2024"),
        ("6 tháng cuối năm 2024", date(2024, 7, 1), date(2024, 12, 31), "6 tháng cuối năm 2024"),
        ("9 tháng đầu năm 2024", date(2024, 1, 1), date(2024, 9, 30), "9 tháng đầu năm 2024"),
        ("năm 2024", date(2024, 1, 1), date(2024, 12, 31), "năm 2024"),
    ],
)
def test_read_when_keeps_a_stretch_of_months_as_one(text, first_day, last_day, said):
    span = read_when(text)

    assert (span.first_day, span.last_day, str(span)) == (first_day, last_day, said)
    with pytest.raises(ValueError, match="chưa phải một ngày"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quý V/2024", "Một năm có bốn quý"),
        ("quý 0/2024", "Một năm có bốn quý"),
        ("tháng 13/2024", "Không có tháng 13"),
        ("00/2024", "Không có tháng 0"),
        ("tháng 4/24", "đủ bốn chữ số"),
        ("năm 1899", "nằm ngoài khoảng"),
        ("13 tháng đầu năm 2024", "chưa đọc được"),
        ("đầu năm 2024", "chưa phải một ngày"),
        ("04/24", "thiếu năm"),
    ],
)
def test_read_when_refuses_to_guess(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_when(text)


spans = st.builds(
    lambda year, months: Span(year, *months),
    st.integers(min_value=1945, max_value=2099),
    st.sampled_from(
        [(month, month) for month in range(1, 13)]
        + [(first, first + 2) for first in (1, 4, 7, 10)]
        + [(1, last) for last in range(2, 13)]
        + [(first, 12) for first in range(2, 12)]
    ),
)


@given(when=spans | st.dates(min_value=date(1945, 1, 1), max_value=date(2099, 12, 31)))
def test_day_or_stretch_is_read_as_it_is_written(when):
    said = str(when) if isinstance(when, Span) else say_day(when)

    assert read_when(said) == when
    assert not isinstance(when, Span) or when.first_day <= when.last_day


@given(st.text() | st.text(alphabet="0123456789/-. ()ngàythánămquýIV") | st.from_regex(r"[0-9]{1,4}[/.-][0-9]{1,4}"))
def test_any_text_is_a_day_a_stretch_or_is_refused_with_a_sentence(text):
    try:
        read = read_when(text)
    except ValueError as refusal:
        read = str(refusal)

    if isinstance(read, str):
        assert read.endswith(".")
        assert len(read) < 300
    else:
        assert 1945 <= read.year <= 2099


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 4, 3), "03/04/2024 (thứ Tư)"),
        (date(2020, 1, 5), "05/01/2020 (Chủ nhật)"),
        (date(2023, 6, 16), "16/06/2023 (thứ Sáu)"),
    ],
)
def test_say_weekday_shows_a_slip(day, said):
    assert say_weekday(day) == said
