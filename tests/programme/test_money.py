import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programme.money import LARGEST_VND, read_money, say_money

VIETNAMESE_SENTENCE = re.compile(r"[À-ỹ].*[.?]$")


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("3.470 tỷ đồng", 3_470_000_000_000),
        ("3.470 tỷ", 3_470_000_000_000),
        ("3.470 tỉ đồng", 3_470_000_000_000),
        ("3470 tỷ", 3_470_000_000_000),
        ("3 470 tỷ", 3_470_000_000_000),
        ("160 triệu", 160_000_000),
        ("160 Triệu Đồng", 160_000_000),
        ("1.573,1 tỷ", 1_573_100_000_000),
        ("16.697,647 tỷ đồng", 16_697_647_000_000),
        ("3,47 nghìn tỷ", 3_470_000_000_000),
        ("0,5 tỷ", 500_000_000),
        ("3.470.000.000.000", 3_470_000_000_000),
        ("3470000000000", 3_470_000_000_000),
        ("3.470 đồng", 3_470),
        ("3.470 đ", 3_470),
        ("1.000.000 VNĐ", 1_000_000),
        ("0 đồng", 0),
        ("-160 triệu", -160_000_000),
        ("−160 triệu đồng", -160_000_000),
        pytest.param("3\u00a0470\u00a0000\u00a0000\u00a0000", 3_470_000_000_000, id="groups by no-break spaces"),
        pytest.param("3.470\u00a0tỷ\u00a0đồng", 3_470_000_000_000, id="no-break space before the unit"),
        pytest.param("３.４７０ tỷ", 3_470_000_000_000, id="full-width digits"),
        pytest.param("3.470 ty\u0309 đồng", 3_470_000_000_000, id="decomposed unit"),
    ],
)
def test_read_money_reads_what_documents_write(text, vnd):
    assert read_money(text) == vnd


@pytest.mark.parametrize(
    "text",
    [
        "3,470",
        "3,470 tỷ",
        "3.47",
        "3.47 tỷ",
        "3.470",
        "34.70.000",
        "3,470,000",
        "1.573,1,5 tỷ",
        "1e3",
        "1_000",
        "0x10",
        "50%",
        "5 tỷ 300 triệu",
        "160 tr",
        "1,5 đồng",
        "năm mươi",
        pytest.param("", id="empty"),
        pytest.param("tỷ đồng", id="a unit alone"),
        pytest.param("٣٤٧٠ tỷ", id="Arabic digits"),
        pytest.param("1" + "0" * 30, id="10^30"),
        pytest.param("1.000.000 nghìn tỷ đồng", id="10^18"),
        pytest.param("160² triệu", id="a footnote mark"),
        pytest.param("1 5 tỷ", id="blanks that are not groups of three"),
    ],
)
def test_read_money_refuses_to_guess_and_says_so_in_vietnamese(text):
    with pytest.raises(ValueError, match=VIETNAMESE_SENTENCE):
        read_money(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1" * 100_000, id="digits"),
        pytest.param("1" * 100_000 + " tỷ", id="digits and a unit"),
        pytest.param("1." * 50_000 + "1 tỷ", id="groups"),
        pytest.param("1 " * 50_000 + "x", id="blanks"),
        pytest.param("1 " + "tỷ " * 50_000, id="units"),
    ],
)
def test_read_money_refuses_a_pasted_page_with_a_short_sentence(text):
    with pytest.raises(ValueError, match=VIETNAMESE_SENTENCE) as refusal:
        read_money(text)

    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("text", ["3.470", "3,470", "3.470,5", "500"])
def test_read_money_proposes_only_what_it_would_read(text):
    with pytest.raises(ValueError, match=VIETNAMESE_SENTENCE) as refusal:
        read_money(text)

    for proposal in re.findall(r"ví dụ: (.*)\.$", str(refusal.value)):
        assert read_money(proposal) > 0


@pytest.mark.parametrize(
    ("vnd", "said"),
    [
        (3_470_000_000_000, "3.470\u00a0tỷ đồng"),
        (1_573_100_000_000, "1.573,1\u00a0tỷ đồng"),
        (16_697_647_000_000, "16.697,647\u00a0tỷ đồng"),
        (160_000_000, "160\u00a0triệu đồng"),
        (1_500_000, "1,5\u00a0triệu đồng"),
        (1_234_567_891, "1.234.567.891\u00a0đồng"),
        (999_999, "999.999\u00a0đồng"),
        (0, "0\u00a0đồng"),
        (-160_000_000, "−160\u00a0triệu đồng"),
    ],
)
def test_say_money_uses_the_unit_that_a_reader_expects(vnd, said):
    assert say_money(vnd) == said


@example(vnd=1_573_000_000)
@given(
    vnd=st.integers(min_value=-LARGEST_VND, max_value=LARGEST_VND)
    | st.integers(min_value=-(LARGEST_VND // 10**6), max_value=LARGEST_VND // 10**6).map(
        lambda millions: millions * 10**6
    )
)
def test_what_say_money_writes_is_read_as_the_same_amount(vnd):
    assert read_money(say_money(vnd)) == vnd
