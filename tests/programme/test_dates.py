from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.dates import read_day, read_iso_day, say_day


@pytest.mark.parametrize(
    "text",
    [
        "16/06/2023",
        "16/6/2023",
        "16-6-2023",
        "16.06.2023",
        "16 / 6 / 2023",
        pytest.param("\u00a016/06/2023 ", id="blanks around"),
    ],
)
def test_read_day_reads_day_month_year(text):
    assert read_day(text) == date(2023, 6, 16)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "chưa phải một ngày"),
        ("tháng 4/2024", "chưa phải một ngày"),
        ("04/2024", "chưa phải một ngày"),
        ("2023-06-16", "chưa phải một ngày"),
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
