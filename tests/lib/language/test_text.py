import unicodedata

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from programme.models import Agency
from smartcity.lib.language.text import clean_line, clean_text, fold, shorten, sort_key
from tests.factories import AgencyFactory

PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789 "
ACCENTED = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
vietnamese = st.text(alphabet=PLAIN + ACCENTED + ACCENTED.upper())

IN_ORDER = ["An", "Anh", "Ăn", "Ân", "Ấn", "Bình", "Điện", "Đồng"]
TONES_IN_ORDER = ["ma", "mà", "mả", "mã", "má", "mạ"]
AGENCIES_IN_ORDER = ["Sở Công Thương", "Sở Du lịch", "Sở Giao thông vận tải", "Sở Tài chính", "Sở Xây dựng", "Sở Y tế"]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(unicodedata.normalize("NFD", "Sở Y tế"), id="decomposed"),
        pytest.param("Sở\u00a0Y tế", id="no-break space"),
        pytest.param("Sở Y\u200b tế", id="zero-width space"),
        pytest.param("\ufeffSở Y tế", id="byte order mark"),
        pytest.param("Sở Y t\u00adế", id="soft hyphen"),
        pytest.param("\u202aSở Y tế\u202c", id="marks of direction"),
        pytest.param("Sở Y tế\x00\x1b", id="control characters"),
        pytest.param("  Sở  Y\t tế ", id="blanks"),
        pytest.param("Sở\r\nY tế\n", id="line breaks"),
    ],
)
def test_clean_line_gives_one_spelling(typed):
    assert clean_line(typed) == "Sở Y tế"


@given(st.text())
def test_clean_line_changes_nothing_the_second_time(text):
    cleaned = clean_line(text)

    assert clean_line(cleaned) == cleaned


@given(st.text())
def test_clean_text_changes_nothing_the_second_time(text):
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned


@given(st.text())
def test_clean_line_is_one_composed_line(text):
    cleaned = clean_line(text)

    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert cleaned.splitlines() in ([], [cleaned])


def test_clean_text_keeps_lines_and_at_most_one_empty_one():
    typed = "Khó khăn:  \r\n\r\n\r\n\r\n- chưa có\u00a0vốn\u2028- chờ nghị quyết\n"

    assert clean_text(typed) == "Khó khăn:\n\n- chưa có vốn\n- chờ nghị quyết"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("Đường sắt đô thị", id="as written"),
        pytest.param(unicodedata.normalize("NFD", "Đường sắt đô thị"), id="decomposed"),
        pytest.param("ĐƯỜNG SẮT ĐÔ THỊ", id="capitals"),
        pytest.param("duong sat do thi", id="no accents"),
        pytest.param("Ðường sắt ðô thị", id="the look-alike eth"),
        pytest.param("Đường sắt – đô-thị", id="dashes"),
    ],
)
def test_fold_finds_every_spelling(typed):
    assert fold(typed) == "duong sat do thi"


@given(vietnamese)
def test_fold_is_the_same_for_every_form_of_a_text(text):
    bare = text.translate(str.maketrans({letter: unicodedata.normalize("NFD", letter)[0] for letter in ACCENTED}))
    bare = bare.replace("đ", "d")

    folded = fold(text)

    assert fold(unicodedata.normalize("NFC", text)) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(text.upper()) == folded
    assert fold(text.lower()) == folded
    assert fold(bare) == folded
    assert set(folded) <= set(PLAIN)


@pytest.mark.parametrize(
    "in_order",
    [
        pytest.param(IN_ORDER, id="letters"),
        pytest.param(TONES_IN_ORDER, id="tones"),
        pytest.param(AGENCIES_IN_ORDER, id="agencies"),
    ],
)
@pytest.mark.django_db
def test_vietnamese_order_is_that_of_the_dictionary_here_and_in_the_database(in_order):
    # Each in a province of its own: within one, names that differ in accents alone may be the same name.
    for name in reversed(in_order):
        AgencyFactory(name=name)

    names = Agency.objects.filter(name__in=in_order).order_by("name").values_list("name", flat=True)

    assert list(names) == in_order
    assert sorted(in_order, key=sort_key) == in_order


def test_sort_key_tells_texts_apart_that_differ_in_case_only():
    assert sort_key("Bình") != sort_key("bình")


@pytest.mark.django_db
def test_folded_field_is_kept_up_to_date_and_is_found_without_accents():
    AgencyFactory(name="Sở Giao thông vận tải", short_name="Sở GTVT")
    agency = AgencyFactory(name="Sở Tài nguyên và Môi trường", short_name="Sở TN&MT")

    found = Agency.objects.filter(search_text__contains=fold("TAI NGUYEN VÀ môi"))

    assert list(found) == [agency]
    assert agency.search_text == "so tai nguyen va moi truong so tn&mt"


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        (41, "Nâng cấp hệ thống thuê hạ tầng các phường"),
        (40, "Nâng cấp hệ thống thuê hạ tầng các…"),
        (24, "Nâng cấp hệ thống thuê…"),
        (23, "Nâng cấp hệ thống thuê…"),
        (22, "Nâng cấp hệ thống…"),
    ],
)
def test_text_is_cut_after_a_whole_word(most, kept):
    assert shorten("Nâng cấp hệ thống thuê hạ tầng các phường", most) == kept


@given(st.text(), st.integers(2, 60))
def test_shortened_text_is_as_short_as_asked(text, most):
    assert len(shorten(text, most)) <= most


def test_page_shortens_also_what_is_no_text():
    page = Template("{% load vietnamese %}{{ number|shortened:80 }} {{ markup|shortened:80 }}")

    assert page.render(Context({"number": 1250, "markup": "<b>"})) == "1250 &lt;b&gt;"
