import re
from datetime import date

import pytest
from django.urls import reverse

from programme.models import Measure, Role, StatedFigure
from smartcity.lib.language.money import MoneyKind
from tests.factories import (
    LegalDocumentFactory,
    ProgrammeFactory,
    RevisionFactory,
    StatedFigureFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
)
from tests.reading import Reader, text_of
from tests.stated_pages import compared

pytestmark = pytest.mark.django_db


def page(programme, **query):
    return reverse("stated_figures", args=[programme.code], query=query)


def note_page(figure):
    return reverse("stated_figure_note", args=[figure.programme.code, figure.pk])


def test_budget_differs_by_an_amount_that_is_said(client_of):
    revision = RevisionFactory(declared_budget_vnd=2030 * 10**9, declared_budget_kind=MoneyKind.ESTIMATE)
    adopt(revision)
    StatedFigureFactory(
        programme=revision.programme, measure=Measure.BUDGET, value=3800 * 10**9, money_kind=MoneyKind.ESTIMATE
    )

    words = text_of(client_of(coordinator_of(revision.programme)).get(page(revision.programme)).text)

    assert "1 số liệu công bố: 1 lệch" in words
    assert "công bố nhiều hơn 1.770 tỷ đồng" in words


def test_budget_of_another_document_for_the_same_day_is_something_to_compare_with():
    programme = adopted_revision().programme
    for value in (3000, 3470):
        StatedFigureFactory(
            programme=programme, measure=Measure.BUDGET, value=value * 10**9, money_kind=MoneyKind.ESTIMATE
        )

    assert [row[4:] for row in compared(programme)] == [
        ("Lệch", "công bố ít hơn 470\u00a0tỷ đồng"),
        ("Chưa đối chiếu được", ""),
    ]


def test_figure_of_a_day_before_the_programme_is_not_compared():
    programme = adopted_revision(effective_on=date(2020, 1, 1), tasks=1).programme
    StatedFigureFactory(programme=programme, as_of=date(2019, 1, 1), value=0)

    assert [row[3:5] for row in compared(programme)] == [("chưa có số liệu", "Chưa đối chiếu được")]


def test_computed_count_opens_its_rows_on_its_day(client_of):
    programme = adopted_revision(tasks=1).programme
    StatedFigureFactory(programme=programme, as_of=date(2023, 6, 16), measure=Measure.TASKS_COMPLETE, value=0)
    browser = client_of(coordinator_of(programme))

    (address,) = [href for href, words in Reader(browser.get(page(programme)).text).links if words == "0"]

    assert address == f"{programme.get_absolute_url()}?ngay=16/06/2023&loc=hoan-thanh#nhiem-vu"
    assert "0 nhiệm vụ" in text_of(browser.get(address).text)


def test_programme_page_leads_to_all_stated_figures(client_of):
    programme = adopted_revision().programme

    html = client_of(coordinator_of(programme)).get(f"{programme.get_absolute_url()}?ngay=16/06/2023").text

    links = Reader(html).links
    assert links.count((page(programme, ngay="16/06/2023").replace("%2F", "/"), "Xem tất cả số liệu công bố")) == 2
    assert "Không có văn bản nào công bố số liệu của đúng ngày này" in text_of(html)


def test_stated_figures_of_another_province_do_not_exist(client_of):
    figure = StatedFigureFactory()
    browser = client_of(coordinator_of(ProgrammeFactory()))

    assert browser.get(page(figure.programme)).status_code == 404
    assert browser.get(note_page(figure)).status_code == 404


def test_programme_without_stated_figures_says_who_enters_them(client_of):
    programme = ProgrammeFactory()

    words = text_of(client_of(coordinator_of(programme)).get(page(programme)).text)

    assert "Chưa có số liệu công bố nào" in words
    assert "Cơ quan đầu mối, văn phòng nhập" in words


@pytest.mark.parametrize("count", [1, 10])
def test_page_asks_as_often_for_many_figures_and_days_as_for_one(count, client_of, django_assert_num_queries):
    programme = adopted_revision(tasks=2).programme
    for n in range(count):
        StatedFigureFactory(programme=programme, as_of=date(2023, 6, 1 + n), note="theo 999/QĐ-UBND")
    browser = client_of(coordinator_of(programme))

    with django_assert_num_queries(9):
        response = browser.get(page(programme))

    assert response.text.count("so-lieu-") >= count


# Notes


def write(browser, figure, **typed):
    seen = figure.history.order_by("-history_id").first().history_id
    given = {"note": "Đã hỏi tòa soạn.", "change_reason": "Đối chiếu", "seen_version": seen}
    return browser.post(note_page(figure), given | typed)


@pytest.fixture
def figure():
    return StatedFigureFactory(programme=adopted_revision().programme, note="Nguồn không giải thích.")


def test_note_is_written_on_the_page(figure, client_of):
    person = coordinator_of(figure.programme)
    browser = client_of(person)
    assert Reader(browser.get(note_page(figure)).text).inputs["seen_version"]

    response = write(browser, figure)

    assert response.url == f"{page(figure.programme)}#so-lieu-{figure.pk}"
    assert "Đã hỏi tòa soạn." in text_of(browser.get(page(figure.programme)).text)
    newest = figure.history.order_by("-history_id").first()
    assert (newest.history_user, newest.history_change_reason) == (person, "Đối chiếu")


def test_note_links_what_it_cites(figure, client_of):
    document = LegalDocumentFactory(issuer__province=figure.programme.province, number=112)
    browser = client_of(coordinator_of(figure.programme))

    write(browser, figure, note="Khác với Nghị quyết 112/NQ-HĐND")

    links = Reader(browser.get(page(figure.programme)).text).links
    assert (document.get_absolute_url(), "Nghị quyết 112/NQ-HĐND") in links


def test_note_needs_a_reason(figure, client_of):
    response = write(client_of(coordinator_of(figure.programme)), figure, change_reason="")

    assert re.findall(r'id="id_change_reason_error">(.*?)</p>', response.text) == ["Ghi lý do thay đổi."]
    assert StatedFigure.objects.get().note == "Nguồn không giải thích."


def test_second_person_to_write_a_note_is_told_and_keeps_the_text(figure, client_of):
    first, second = client_of(coordinator_of(figure.programme)), client_of(coordinator_of(figure.programme))
    seen = figure.history.order_by("-history_id").first().history_id
    write(first, figure, note="Ghi chú thứ nhất")

    response = write(second, figure, note="Ghi chú thứ hai", seen_version=seen)

    words = text_of(response.text)
    assert response.status_code == 409
    assert "Có người vừa sửa cùng nội dung với bạn" in words
    assert "bạn nhập «Ghi chú thứ hai»" in words
    assert "đã sửa thành «Ghi chú thứ nhất»" in words
    assert StatedFigure.objects.get().note == "Ghi chú thứ nhất"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(Role.COORDINATOR, 200, id="coordinator"),
        pytest.param(Role.OFFICE, 200, id="office"),
        pytest.param(Role.OFFICER, 403, id="officer"),
        pytest.param(Role.LEADER, 403, id="leader"),
        pytest.param(Role.AUDITOR, 403, id="auditor"),
    ],
)
def test_who_may_change_stated_figures_writes_notes(role, status, figure, client_of):
    browser = client_of(UserFactory(role=role, agency=figure.programme.coordinating_agency))

    assert browser.get(note_page(figure)).status_code == status
    assert ("Sửa ghi chú" in text_of(browser.get(page(figure.programme)).text)) == (status == 200)


def test_note_of_a_figure_is_found_under_its_own_programme_only(figure, client_of):
    other = ProgrammeFactory(province=figure.programme.province)
    browser = client_of(coordinator_of(figure.programme))

    assert browser.get(reverse("stated_figure_note", args=[other.code, figure.pk])).status_code == 404
