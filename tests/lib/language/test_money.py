import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartcity.lib.language.money import LARGEST_VND, group, read_money, say_in_words, say_money

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
        pytest.param("3\u202f470\u2009000 đồng", 3_470_000, id="groups by thin spaces"),
        ("1.250 tr", 1_250_000_000),
        ("1.250tr", 1_250_000_000),
        ("1.250 trđ", 1_250_000_000),
        ("1.250 tr.đ", 1_250_000_000),
        ("1.250 tr. đồng", 1_250_000_000),
        ("1.250 triệu đ", 1_250_000_000),
        ("12 tỉ đ", 12_000_000_000),
        ("160 ngàn đồng", 160_000),
        ("160 ng.đ", 160_000),
        ("1 tỷ 250 triệu đồng", 1_250_000_000),
        ("5 tỷ 300 triệu", 5_300_000_000),
        ("2 nghìn tỷ 138 tỷ 500 triệu đồng", 2_138_500_000_000),
        ("2.138 tỷ đồng (2.138.000.000.000 đồng)", 2_138_000_000_000),
        ("+40 triệu đồng", 40_000_000),
        ("\u201340 triệu đồng", -40_000_000),
        ("1.197.000 triệu đồng", 1_197_000_000_000),
        ("160.000.000 đồng", 160_000_000),
        pytest.param("05 tỷ đồng", 5_000_000_000, id="a nought before a figure below ten"),
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
        "0.470 tỷ",
        "1.573,1e3 tỷ",
        "1.573,1,5 tỷ",
        "1e3",
        "1_000",
        "0x10",
        "50%",
        "300 triệu 5 tỷ",
        "5 tỷ 3.000 triệu",
        "5 tỷ 300",
        "1.197.000",
        "160.000.000",
        "2.138 tỷ đồng (2.183.000.000.000 đồng)",
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


@pytest.mark.parametrize(
    ("text", "decimal", "thousands"),
    [
        ("3,470", "3,47", "3.470"),
        ("3,470 tỷ", "3,47", "3.470"),
        ("3.47", "3,47", "3.470"),
        ("3.47 tỷ", "3,47", "3.470"),
        ("-3.4 tỷ", "-3,4", "-3.400"),
        ("0.470 tỷ", "0,47", "470"),
        ("1.2345 tỷ", "1,2345", "12.345"),
    ],
)
def test_read_money_names_both_readings_and_how_to_write_each(text, decimal, thousands):
    with pytest.raises(ValueError, match="phẩy") as refusal:
        read_money(text)

    assert f"{decimal} nếu là số thập phân" in str(refusal.value)
    assert f"{thousands} nếu là hàng nghìn" in str(refusal.value)
    assert read_money(f"{decimal} tỷ") != read_money(f"{thousands} tỷ")


def test_read_money_regroups_a_slip_for_the_reader_to_judge():
    with pytest.raises(ValueError, match=r"Viết 3\.470\.000 nếu chỉ đặt nhầm dấu ngăn"):
        read_money("34.70.000")


@pytest.mark.parametrize("text", ["1" + "0" * 18, "1" + "0" * 30, "1.000.000 nghìn tỷ", "1.000.000.000.000.000.000"])
def test_read_money_says_the_most_that_can_be_kept(text):
    with pytest.raises(ValueError, match=r"tối đa là 999\.999 nghìn tỷ đồng"):
        read_money(text)


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


@pytest.mark.parametrize(
    ("vnd", "said"),
    [
        (3_470_000_000_000, "3.470\u00a0tỷ đồng (3.470.000.000.000\u00a0đồng)"),
        (-160_000_000, "−160\u00a0triệu đồng (−160.000.000\u00a0đồng)"),
        (3_470, "3.470\u00a0đồng"),
        (0, "0\u00a0đồng"),
    ],
)
def test_say_in_words_gives_the_amount_to_the_last_dong_too(vnd, said):
    assert say_in_words(vnd) == said


FIGURES = st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,4}){0,3}", fullmatch=True)
UNITS = st.sampled_from(["", " đồng", " nghìn đồng", " triệu", " triệu đồng", " tỷ", " tỷ đồng", " nghìn tỷ"])


def reading(text):
    """The amount, or the sentence with which the text is refused; whatever else is raised fails the test."""
    try:
        return read_money(text)
    except ValueError as refusal:
        return str(refusal)


@given(st.text() | st.text(alphabet="0123456789.,- tỷđồngriệun\u00a0") | st.builds(str.__add__, FIGURES, UNITS))
def test_any_text_is_an_amount_or_is_refused_with_a_sentence(text):
    read = reading(text)

    if isinstance(read, str):
        assert VIETNAMESE_SENTENCE.search(read), read
        assert len(read) < 400
    else:
        assert abs(read) <= LARGEST_VND


@example(figure="3.470", unit=" tỷ")
@example(figure="1.573,1", unit=" tỷ")
@given(figure=FIGURES, unit=UNITS)
def test_no_text_is_read_as_one_amount_here_and_another_where_marks_are_swapped(figure, unit):
    swapped = figure.translate(str.maketrans(".,", ",."))
    here, there = reading(figure + unit), reading(swapped + unit)

    assert isinstance(here, str) or isinstance(there, str) or figure == swapped


@given(
    figure=FIGURES,
    unit=UNITS,
    blank=st.sampled_from(["\u00a0", "  ", "\u202f", "\u2009", "\t", "\u200b "]),
    around=st.sampled_from(["", " ", "\u00a0", "\ufeff", "\n"]),
)
def test_blanks_do_not_change_what_is_read(figure, unit, blank, around):
    plain = reading(figure + unit)
    otherwise = [
        reading(around + (figure + unit).replace(" ", blank) + around),
        reading(figure + unit.replace(" ", "", 1)),
    ]

    assert [read if isinstance(read, int) else None for read in otherwise] == [
        plain if isinstance(plain, int) else None
    ] * 2


@given(st.integers(min_value=0, max_value=LARGEST_VND))
def test_groups_by_points_and_by_blanks_are_the_same_amount(vnd):
    written = f"{group(vnd)} đồng"

    assert read_money(written) == read_money(written.replace(".", " ")) == read_money(f"{vnd} đồng") == vnd
