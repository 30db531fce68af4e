import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.citations import CitedDocuments, find_citations
from programme.models import LegalDocument
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory


def read(text):
    """What is found, as one writes it: the code and the day."""
    return [(str(one.code), f"{one.day:%d/%m/%Y}" if one.day else "") for one in find_citations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "Nghị quyết số 112/NQ-HĐND ngày 13/12/2019 của HĐND", [("112/NQ-HĐND", "13/12/2019")], id="in full"
        ),
        pytest.param("Nghị quyết 112/NQ-HĐND ngày 13/12/2019", [("112/NQ-HĐND", "13/12/2019")], id="without «số»"),
        pytest.param("tại 155/QĐ-UBND ngày 18/01/2024", [("155/QĐ-UBND", "18/01/2024")], id="without its type"),
        pytest.param("Văn bản số 2333/BTTTT-CĐSQG ngày 20/06/2023", [("2333/BTTTT-CĐSQG", "20/06/2023")], id="letter"),
        pytest.param(
            "các Quyết định số 3826/QĐ-UBND và 3827/QĐ-UBND ngày 29/12/2023",
            [("3826/QĐ-UBND", "29/12/2023"), ("3827/QĐ-UBND", "29/12/2023")],
            id="two that share a day",
        ),
        pytest.param(
            "Thông báo số 1412-TB/TU ngày 25/7/2018 và Thông báo số 1107-TB/TU ngày 05/02/2018",
            [("1412-TB/TU", "25/07/2018"), ("1107-TB/TU", "05/02/2018")],
            id="two with their own days",
        ),
        pytest.param(
            "Nghị quyết 112/NQ-HĐND và 155/QĐ-UBND ngày 18/01/2024",
            [("112/NQ-HĐND", ""), ("155/QĐ-UBND", "18/01/2024")],
            id="two kinds share no day",
        ),
        pytest.param("số 17/NQ- CP ngày 07 tháng 3 năm 2019", [("17/NQ-CP", "07/03/2019")], id="stray blank, in words"),
        pytest.param("112 /NQ-HĐND", [("112/NQ-HĐND", "")], id="blank before the slash"),
        pytest.param("112/NQ–HĐND", [("112/NQ-HĐND", "")], id="long hyphen"),
        pytest.param("112/NQ-HÐND", [("112/NQ-HĐND", "")], id="look-alike letter"),
        pytest.param("Nghị quyết 02-NQ/TU, ngày 28/5/2021", [("02-NQ/TU", "28/05/2021")], id="of the Party"),
        pytest.param("Nghị quyết số 20/2019/NQ-HĐND", [("20/2019/NQ-HĐND", "")], id="normative"),
        pytest.param("Nghị quyết 202/2025/QH15", [("202/2025/QH15", "")], id="of the National Assembly"),
        pytest.param("2231/SNV-CCHC&PC; 790/QĐ-UBND-HC", [("2231/SNV-CCHC&PC", ""), ("790/QĐ-UBND-HC", "")], id="odd"),
        pytest.param("Tờ trình 115/TTr-UBND, 950/QĐ-TTg.", [("115/TTr-UBND", ""), ("950/QĐ-TTg", "")], id="mixed case"),
        pytest.param("theo 155/QĐ-UBND - UBND tỉnh báo cáo", [("155/QĐ-UBND", "")], id="dash after it"),
        pytest.param("112/NQ-HĐND ngày càng rõ", [("112/NQ-HĐND", "")], id="«ngày càng» is no day"),
    ],
)
def test_citation_is_found(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("đã thực hiện hoàn thành 04/12 nội dung", id="a ratio"),
        pytest.param("ngày 13/12/2019, tháng 04/2024, 2020-2022", id="days and years"),
        pytest.param("Số: /TB-UBND ngày tháng 4 năm 2024", id="no number"),
        pytest.param("https://vanban.vn/155/QĐ-UBND", id="an address"),
        pytest.param("950/QĐ-TTg ngày 01/8/20218", id="a slip in the year"),
        pytest.param("155/QĐ-UBND ngày 31/02/2024", id="a day that is in no calendar"),
        pytest.param("155/QĐ-UBND ngày 18/01", id="no year"),
        pytest.param("155/QĐ-UBND ngày tháng 01 năm 2024", id="day left blank"),
        pytest.param("Nghị quyết 05 ngày 01/11/2016", id="no symbol"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_certain_citation_is_left_alone(text):
    assert read(text) == []


CODES = st.sampled_from(
    ["112/NQ-HĐND", "02-NQ/TU", "20/2019/NQ-HĐND", "2333/BTTTT-CĐSQG", "115/TTr-UBND", "202/2025/QH15", "7/KH-UBND"]
)
DAYS = st.dates(date(1945, 1, 1), date(2099, 12, 31))
WORDS = st.sampled_from(
    ["", "theo ", "Nghị quyết số ", "Quyết định ", "(", "tại điểm b khoản 4 Điều 1 của Nghị quyết "]
)


@given(words=WORDS, code=CODES, day=DAYS, in_words=st.booleans(), after=st.sampled_from(["", ".", " của UBND", ")"]))
def test_whatever_is_composed_from_a_code_and_a_day_is_found(words, code, day, in_words, after):
    said = f"{day.day:02d} tháng {day.month} năm {day.year}" if in_words else f"{day.day:02d}/{day.month}/{day.year}"

    (found,) = find_citations(f"{words}{code} ngày {said}{after}")

    assert str(found.code).lstrip("0") == code.lstrip("0")
    assert found.day == day


@given(
    st.text()
    | st.lists(
        st.sampled_from(["112", "/", "-", "NQ", "HĐND", " ", "ngày ", "13/12/2019", "số ", "và ", ",", "năm "])
    ).map("".join)
)
def test_finder_never_fails_and_finds_in_order_without_overlaps(text):
    found = find_citations(text)

    edges = [place for one in found for place in (one.start, one.end)]
    assert edges == sorted(edges)
    assert "".join(part.text for part in CitedDocuments([], LegalDocument.objects.none).parts(text)) == text


@pytest.mark.parametrize(
    "piece",
    ["1", "1/A", "1-A/", "Nghị quyết ", "số ", "1/NQ-", "1/AAAAAAAAAAAAAAA-", "12/NQ-HĐND, ", "12/NQ-HĐND   ", "ngày "],
)
def test_hostile_text_is_read_in_time_that_grows_with_its_length(piece):
    def seconds(length):
        text = piece * (length // len(piece))
        started = time.process_time()
        find_citations(text)
        return time.process_time() - started

    # Ten times as long may take thirty times as long, not a hundred.
    assert seconds(100_000) < 30 * seconds(10_000) + 0.2


def documents_meant(text, province=None):
    cited = CitedDocuments([text], lambda: LegalDocument.objects.cited_in(province))
    return [part.document for part in cited.parts(text) if part.document]


@pytest.mark.django_db
def test_citation_means_the_document_with_its_number_symbol_and_day():
    of_2019 = LegalDocumentFactory(number=155, symbol="QĐ-UBND", signed_on=date(2019, 1, 18))
    of_2024 = LegalDocumentFactory(number=155, symbol="QĐ-UBND", signed_on=date(2024, 1, 18))

    assert documents_meant("tại 155/QĐ-UBND ngày 18/01/2024") == [of_2024]
    assert documents_meant("tại 155/QĐ-UBND ngày 18/01/2019") == [of_2019]


@pytest.mark.django_db
def test_citation_without_a_day_means_the_only_document_it_can_mean():
    document = LegalDocumentFactory(number=112, symbol="NQ-HĐND")

    assert documents_meant("sửa đổi điểm b khoản 4 Điều 1 của Nghị quyết 112/NQ-HĐND") == [document]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("tại 155/QĐ-UBND", id="no day, two years"),
        pytest.param("tại 155/QĐ-UBND ngày 17/01/2024", id="another day"),
        pytest.param("tại 156/QĐ-UBND", id="another number"),
        pytest.param("tại 155/KH-UBND", id="another symbol"),
    ],
)
@pytest.mark.django_db
def test_citation_that_may_mean_another_document_means_none(text):
    LegalDocumentFactory(number=155, symbol="QĐ-UBND", signed_on=date(2023, 1, 18))
    LegalDocumentFactory(number=155, symbol="QĐ-UBND", signed_on=date(2024, 1, 18))

    assert documents_meant(text) == []


@pytest.mark.django_db
def test_citation_in_a_text_of_a_province_means_its_own_document():
    ours, theirs = ProvinceFactory(), ProvinceFactory()
    own = LegalDocumentFactory(issuer=AgencyFactory(province=ours), number=155, symbol="QĐ-UBND")
    LegalDocumentFactory(issuer=AgencyFactory(province=theirs), number=155, symbol="QĐ-UBND")

    assert documents_meant("tại 155/QĐ-UBND", ours) == [own]


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.django_db
def test_citations_of_many_texts_are_looked_up_at_once(count, django_assert_num_queries):
    LegalDocumentFactory.create_batch(count, symbol="QĐ-UBND")
    texts = [f"tại {number}/QĐ-UBND" for number in LegalDocument.objects.values_list("number", flat=True)]

    with django_assert_num_queries(1):
        cited = CitedDocuments(texts, LegalDocument.objects.all)
        found = [part for text in texts for part in cited.parts(text) if part.document]

    assert len(found) == count
