from datetime import date

import pytest

from programme.models import DocumentKind
from smartcity.search.asked import LONGEST, CitedNumber, read_asked

RESOLUTION = CitedNumber(112, "112/nq hdnd")


@pytest.mark.parametrize(
    ("typed", "cited"),
    [
        pytest.param("112/NQ-HĐND", RESOLUTION, id="the code"),
        pytest.param("112/nq-hdnd", RESOLUTION, id="without accents"),
        pytest.param("112 / NQ – HĐND", RESOLUTION, id="blanks and a long dash"),
        pytest.param("Nghị quyết số 112/NQ-HĐND", RESOLUTION, id="with its kind"),
        pytest.param("nghi quyet so 112/nq-hdnd", RESOLUTION, id="with its kind, without accents"),
        pytest.param("NQ số: 112/NQ-HĐND", RESOLUTION, id="with its kind in short"),
        pytest.param("112/NQ-HĐND ngày …", RESOLUTION, id="a day left blank"),
        pytest.param("112/NQ-HĐND ngày … tháng … năm …", RESOLUTION, id="a whole day left blank"),
        pytest.param(
            "112/NQ-HĐND ngày 13/12/2019", CitedNumber(112, "112/nq hdnd", day=date(2019, 12, 13)), id="with its day"
        ),
        pytest.param(
            "Nghị quyết số 112/NQ-HĐND ngày 13 tháng 12 năm 2019 của Hội đồng nhân dân tỉnh",
            CitedNumber(112, "112/nq hdnd", day=date(2019, 12, 13)),
            id="copied from a text",
        ),
        pytest.param("NQ 112", CitedNumber(112, kind=DocumentKind.RESOLUTION), id="kind and number"),
        pytest.param("nghị quyết số 112", CitedNumber(112, kind=DocumentKind.RESOLUTION), id="kind in full and number"),
        pytest.param("QĐ 112/2019", CitedNumber(112, kind=DocumentKind.DECISION, year=2019), id="number and year"),
        pytest.param("số 112", CitedNumber(112), id="only the number"),
        pytest.param("07/TB-UBND", CitedNumber(7, "07/tb ubnd"), id="a small number"),
        pytest.param("7/TB-UBND", CitedNumber(7, "07/tb ubnd"), id="a small number in short"),
        pytest.param("02-NQ/TU", CitedNumber(2, "02 nq/tu"), id="of the Party"),
    ],
)
def test_document_is_named_as_offices_write_it(typed, cited):
    assert read_asked(typed).cited == (cited,)


@pytest.mark.parametrize("typed", ["camera", "dữ liệu 2019", "TB-UBND", "/NQ-HĐND", "NV-05", ""])
def test_what_is_no_citation_names_no_document(typed):
    assert read_asked(typed).cited == ()


@pytest.mark.parametrize(
    ("typed", "place"),
    [("5", 5), ("STT 5", 5), ("stt: 05", 5), ("nhiệm vụ số 5", 5), ("NQ 5", None), ("5/2019", None), ("NV-05", None)],
)
def test_place_in_a_plan_is_read(typed, place):
    assert read_asked(typed).place == place


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("10/04/2024", date(2024, 4, 10)),
        ("cuộc họp ngày 10/4/2024", date(2024, 4, 10)),
        ("họp ngày 10 tháng 4 năm 2024", date(2024, 4, 10)),
        ("31/02/2024", None),
        ("112/NQ-HĐND ngày 13/12/2019", None),
    ],
)
def test_day_of_a_meeting_is_read(typed, day):
    assert read_asked(typed).day == day


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \u200b\t\n ", "", id="nothing that is seen"),
        pytest.param("…?! % _ ' \" ()", "chưa có chữ hay số nào", id="no letter and no figure"),
        pytest.param("đ", "Một chữ cái thì chưa đủ", id="one letter"),
        pytest.param(" ".join(f"tu{n}" for n in range(21)), "hơn 20 từ", id="too many words"),
    ],
)
def test_what_cannot_be_looked_for_says_how_to_go_on(typed, told):
    asked = read_asked(typed)

    assert not asked.is_searchable
    assert told in asked.refusal


@pytest.mark.parametrize("typed", ["5", "y tế", "số", "<script>", "100%", "a" * LONGEST, "kho kho kho"])
def test_what_has_a_word_is_looked_for(typed):
    assert read_asked(typed).is_searchable
