import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.document_code import DocumentCode, read_code

SYMBOLS = ["NQ-HĐND", "QĐ-UBND", "QĐ-TTg", "BTTTT-CĐSQG", "2019/NQ-HĐND", "2025/QH15", "NQ/TU"]


@pytest.mark.parametrize(
    ("text", "number", "symbol"),
    [
        ("112/NQ-HĐND", 112, "NQ-HĐND"),
        ("20/2019/NQ-HĐND", 20, "2019/NQ-HĐND"),
        ("02-NQ/TU", 2, "NQ/TU"),
        ("1527-TB/TU", 1527, "TB/TU"),
        ("2333/BTTTT-CĐSQG", 2333, "BTTTT-CĐSQG"),
        ("202/2025/QH15", 202, "2025/QH15"),
        ("950/QĐ-TTg", 950, "QĐ-TTg"),
        ("/TB-UBND", None, "TB-UBND"),
        ("Số: 112/NQ-HĐND", 112, "NQ-HĐND"),
        ("số 112/NQ-HĐND", 112, "NQ-HĐND"),
        ("112 / nq - hđnd", 112, "NQ-HĐND"),
        ("6439/QĐ-UBND ngày 29/12/2018", 6439, "QĐ-UBND"),
        ("6439/QĐ-UBND ngày 29 tháng 12 năm 2018", 6439, "QĐ-UBND"),
        ("Quyết định số 6439/QĐ-UBND ngày 29/12/2018", 6439, "QĐ-UBND"),
        ("QĐ 6439/QĐ-UBND", 6439, "QĐ-UBND"),
        ("QĐ số: 6439/QĐ-UBND (29/12/2018)", 6439, "QĐ-UBND"),
        ("17/NQ-CP, 07/03/2019", 17, "NQ-CP"),
        ("NQ 17/NQ-CP", 17, "NQ-CP"),
        ("Nghị quyết số 175/2024/QH15 ngày 30/11/2024", 175, "2024/QH15"),
        ("Nghị quyết số 02-NQ/TU ngày 28/05/2021", 2, "NQ/TU"),
        pytest.param("17/NQ\u2011CP", 17, "NQ-CP", id="a no-break hyphen"),
        pytest.param("17/NQ\u2013CP", 17, "NQ-CP", id="an en dash"),
        pytest.param("17/NQ\u2212CP", 17, "NQ-CP", id="a minus sign"),
        pytest.param("17/NQ\uff0dCP", 17, "NQ-CP", id="a wide hyphen"),
        pytest.param("1586/QÐ-UBND", 1586, "QĐ-UBND", id="the look-alike eth"),
        pytest.param(unicodedata.normalize("NFD", "1586/QĐ-UBND"), 1586, "QĐ-UBND", id="decomposed"),
    ],
)
def test_read_code_reads_what_is_typed_and_scanned(text, number, symbol):
    assert read_code(text) == DocumentCode(number, symbol)


@pytest.mark.parametrize(
    "text",
    [
        "112",
        "NQ-HĐND",
        "112 NQ HĐND",
        "một trăm/NQ-HĐND",
        "1234567/NQ-HĐND",
        "112/<b>",
        pytest.param("", id="empty"),
        pytest.param("1" * 100_000, id="100,000 digits"),
        pytest.param("1/" * 50_000, id="100,000 parts"),
    ],
)
def test_read_code_refuses_what_is_no_code(text):
    with pytest.raises(ValueError, match=r"chưa đọc được\. Viết như") as refusal:
        read_code(text)

    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (DocumentCode(112, "NQ-HĐND"), "112/NQ-HĐND"),
        (DocumentCode(2, "NQ/TU"), "02-NQ/TU"),
        (DocumentCode(8, "2020/NQ-HĐND"), "08/2020/NQ-HĐND"),
        (DocumentCode(None, "TB-UBND"), "/TB-UBND"),
        (DocumentCode(12, ""), "12"),
    ],
)
def test_code_is_written_as_the_decree_on_documents_does(code, written):
    assert str(code) == written


@given(number=st.none() | st.integers(min_value=1, max_value=999_999), symbol=st.sampled_from(SYMBOLS))
def test_what_a_code_writes_is_read_as_the_same_code(number, symbol):
    code = DocumentCode(number, symbol)

    assert read_code(str(code)) == code


@pytest.mark.parametrize(
    ("text", "is_normative", "is_party"),
    [
        ("112/NQ-HĐND", False, False),
        ("20/2019/NQ-HĐND", True, False),
        ("02-NQ/TU", False, True),
    ],
)
def test_code_tells_normative_and_party_documents(text, is_normative, is_party):
    code = read_code(text)

    assert code.is_normative == is_normative
    assert code.is_party == is_party
