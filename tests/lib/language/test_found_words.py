import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.found_words import FoundPiece, _folded, around, marked
from smartcity.lib.language.text import clean_line, fold, words_to_find

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằấầếềốồớờứừÝỲĐÀỐ0123456789 -–'’/.,&\n", max_size=60)


def found(text, typed):
    return [piece.text for piece in marked(text, words_to_find(typed)) if piece.is_found]


def said(pieces):
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "typed", "words"),
    [
        pytest.param("Chính quyền số của tỉnh", "chinh quyen so", ["Chính quyền số"], id="without accents"),
        pytest.param("CHÍNH QUYỀN SỐ", "chính quyền", ["CHÍNH QUYỀN"], id="in capitals"),
        pytest.param("Sở Y tế, y tá", "y te", ["Y tế", "y"], id="a syllable alone"),
        pytest.param("Tây Bắc, máy bay", "y", [], id="not inside of others"),
        pytest.param("Quản lý đất đai", "quan li", ["Quản lý"], id="i for y"),
        pytest.param("Huyện Cư M’gar", "cu mgar", ["Cư M’gar"], id="an apostrophe"),
        pytest.param("Nghị quyết số 112/NQ-HĐND", "112/nq-hdnd", ["112/NQ-HĐND"], id="a code"),
        pytest.param("giai đoạn 2020–2022", "2020-2022", ["2020–2022"], id="another dash"),
        pytest.param("Kho dữ liệu số", "camera", [], id="nothing"),
        pytest.param("Kho dữ liệu", "", [], id="no words"),
        pytest.param("Sở Y tế", "y tế", ["Y tế"], id="decomposed"),
        pytest.param("đạt 100% kế hoạch", "100%", ["100%"], id="a sign of the database"),
    ],
)
def test_words_are_marked_as_the_text_writes_them(text, typed, words):
    assert found(text, typed) == words


@given(text=VIETNAMESE, typed=VIETNAMESE)
def test_marked_pieces_are_the_text(text, typed):
    assert "".join(piece.text for piece in marked(text, words_to_find(typed))) == text


@given(text=VIETNAMESE.map(clean_line))
def test_places_are_those_of_the_folded_text(text):
    folded, places = _folded(text)

    assert folded.strip() == fold(text)
    assert len(folded) == len(places)


@given(text=VIETNAMESE.map(clean_line).filter(fold))
def test_every_word_of_a_text_is_found_in_it(text):
    for word in words_to_find(text):
        if any(letter.isalnum() for letter in word) and len(word) > 2:
            assert found(text, word) or word not in fold(text)


def test_short_text_is_shown_whole():
    assert said(around("Xây dựng kho dữ liệu số", ["kho"])) == "Xây dựng [kho] dữ liệu số"


def test_snippet_is_cut_between_words_around_what_was_found():
    text = f"{'trước đó ' * 40}xây dựng kho dữ liệu {'về sau ' * 60}"

    snippet = said(around(text, ["kho", "du", "lieu"]))

    assert "xây dựng [kho dữ liệu] về sau" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert set(snippet.strip("… ").split()) <= {"trước", "đó", "xây", "dựng", "[kho", "dữ", "liệu]", "về", "sau"}
    assert len(snippet) < 260


def test_snippet_is_from_where_most_words_stand():
    text = f"Kho bạc nhà nước {'và nơi khác ' * 40}xây dựng kho dữ liệu dùng chung"

    assert "[kho dữ liệu]" in said(around(text, ["kho", "du", "lieu"]))


def test_snippet_of_a_text_without_the_words_is_none():
    assert around("Kho dữ liệu số", ["camera"]) == []


def test_a_book_is_searched_at_once():
    assert around("nghị quyết " * 2_000, ["quyet"], most=40)[0] == FoundPiece("nghị ")
