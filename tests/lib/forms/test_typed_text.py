"""Text as people type, paste and scan it into the real forms: kept in one spelling, found in any, shown literally."""

import unicodedata
from html import escape

import pytest
from django.urls import reverse

from programme.models import Agency, Role
from tasks.models import PlannedTask
from tasks.operations.copying import begin_amendment
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory, UserFactory, coordinator_of
from tests.forms_read import Page
from tests.reading import text_of
from tests.revision_pages import address, assert_refused, assert_saved, held, planned, send
from tests.revision_pages import three_tasks as three_tasks_led_by

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% load admin_urls %}",
    "${7*7}",
    "=HYPERLINK(1)",
]
AGENCY = {"kind": "department", "change_reason": "Đính chính"}


@pytest.fixture
def base():
    return three_tasks_led_by(AgencyFactory())


@pytest.fixture
def person(base):
    return coordinator_of(base.programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(base, person):
    return begin_amendment(base.programme, by=person)


@pytest.fixture
def province():
    return ProvinceFactory(name="Tỉnh Bà Rịa - Vũng Tàu")


@pytest.fixture
def administrator(client_of, province):
    return client_of(UserFactory(role=Role.ADMINISTRATOR, agency=AgencyFactory(province=province, name="Sở Nội vụ")))


def add_agency(browser, province, name):
    return browser.post(reverse("admin:programme_agency_add"), AGENCY | {"province": province.pk, "name": name})


def wrong_with(response):
    return {name: list(told) for name, told in response.context["adminform"].form.errors.items()}


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(unicodedata.normalize("NFD", "Sở Y tế"), id="decomposed"),
        pytest.param("Sở\u00a0Y\u00a0tế", id="no-break spaces"),
        pytest.param("\ufeffSở Y t\u00adế\u200b", id="nothing to see"),
        pytest.param("\u202eSở Y tế\u202c", id="turned round"),
        pytest.param("Sở Y tế\x00\x1b\x7f", id="control characters"),
        pytest.param("Sở\tY\x0btế\r\n", id="tab and line breaks"),
        pytest.param("Sở\ufe0f Y\u3164 tế\U000e0041", id="fillers and tags"),
    ],
)
def test_name_is_kept_in_one_spelling_and_not_twice(administrator, province, typed):
    first = add_agency(administrator, province, typed)
    again = add_agency(administrator, province, "Sở Y tế")

    assert first.status_code == 302
    assert Agency.objects.get(kind="department", search_text="so i te").name == "Sở Y tế"
    assert wrong_with(again) == {"name": ["Tỉnh này đã có một cơ quan đang hoạt động mang tên đó."]}


@pytest.mark.parametrize("typed", ["", " ", "\u00a0", "\u200b\u200b", "\ufeff \u00ad", "\x00", "\u3164", "\t\r\n"])
def test_name_of_blanks_is_no_name(administrator, coordinator, draft, province, typed):
    agency = add_agency(administrator, province, typed)
    task = send(coordinator, address(draft, "planned_task_edit", 2), name=typed)

    assert wrong_with(agency) == {"name": ["Nhập tên."]}
    assert_refused(task, "name", "Nhập tên nhiệm vụ.")
    assert planned(draft, 2).name == "Kho dữ liệu"


@pytest.mark.parametrize("typed", [" ", "\u200b"])
def test_reason_of_blanks_is_no_reason(administrator, province, typed):
    agency = AgencyFactory(province=province, name="Sở Y tế")
    page = reverse("admin:programme_agency_change", args=[agency.pk])

    response = administrator.post(page, Page(administrator.get(page).text).values | {"change_reason": typed})

    assert wrong_with(response) == {"change_reason": ["Ghi lý do thay đổi."]}


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param("a", id="a letter"),
        pytest.param(unicodedata.normalize("NFD", "ệ"), id="a letter of three parts"),
        pytest.param("😀", id="an emoji"),
        pytest.param("👍🏽", id="an emoji with its colour"),
        pytest.param("m\u0300", id="a letter with a mark of its own"),
    ],
)
def test_length_is_counted_as_it_is_seen(coordinator, draft, letter):
    page = address(draft, "planned_task_edit", 2)

    too_long = send(coordinator, page, name=letter * 601)
    assert_refused(too_long, "name", "Nội dung dài quá 1 ký tự. Ô này chứa tối đa 600 ký tự; hãy rút gọn.")
    assert held(too_long)["name"] == letter * 601

    assert send(coordinator, page, name=letter * 600).status_code == 200
    assert planned(draft, 2).name == unicodedata.normalize("NFC", letter) * 600


def test_browser_is_not_told_to_cut_what_is_pasted(coordinator, administrator, draft):
    # The search in the bar above takes one line.
    assert "maxlength" not in coordinator.get(address(draft, "planned_task_edit", 2)).text.partition("<main")[2]
    name = administrator.get(reverse("admin:programme_agency_add")).text.partition('name="name"')[2].partition(">")[0]
    assert "maxlength" not in name


def test_pasted_book_is_refused_in_words_and_kept(coordinator, draft):
    book = "Khó khăn. " * 100_000

    response = send(coordinator, address(draft, "planned_task_edit", 2), note=book)

    assert_refused(response, "note", "Nội dung dài quá 979.999 ký tự. Ô này chứa tối đa 20.000 ký tự")
    assert held(response)["note"] == book


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_is_shown_as_it_was_typed_on_pages_lists_forms_and_history(coordinator, draft, payload):
    name = f"Kho dữ liệu {payload}"
    plan = planned(draft, 2)

    saved = send(coordinator, address(draft, "planned_task_edit", 2), name=name, note=payload)

    assert_saved(saved, draft, "Đã lưu")
    pages = [
        draft.get_absolute_url(),
        address(draft, "planned_task_edit", 2),
        reverse("admin:tasks_plannedtask_changelist"),
        reverse("admin:tasks_plannedtask_change", args=[plan.pk]),
        reverse("admin:tasks_plannedtask_history", args=[plan.pk]),
    ]
    for page in pages:
        html = coordinator.get(page).text
        # Where words are compared, a mark may stand inside the text.
        words = "".join(html.replace("<ins>", "").replace("</ins>", "").split())
        assert "".join(escape(payload).split()) in words, page
        if "<" in payload:
            assert payload not in html, page


def test_text_pasted_from_word_is_clean_and_keeps_its_quotes(coordinator, draft):
    pasted = (
        "“Đô thị thông minh” – giai đoạn 1\r\n\uf0b7\tHạ tầng\u00a0số\r\n"
        "\uf0a7 Dữ liệu\x0bdùng chung…\r\n\r\n\r\n\r\nHết"
    )

    send(coordinator, address(draft, "planned_task_edit", 2), scope=pasted)

    assert planned(draft, 2).scope == ("“Đô thị thông minh” – giai đoạn 1\n• Hạ tầng số\n• Dữ liệu\ndùng chung…\n\nHết")


def test_emoji_is_kept_in_a_name(coordinator, draft):
    send(coordinator, address(draft, "planned_task_edit", 2), name="Kho dữ liệu ❤️ 🏙 𠮷")

    assert PlannedTask.objects.get(revision=draft, position=2).name == "Kho dữ liệu ❤️ 🏙 𠮷"
    assert "Kho dữ liệu ❤️ 🏙 𠮷" in text_of(coordinator.get(draft.get_absolute_url()).text)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Đường sắt", id="as written"),
        pytest.param(unicodedata.normalize("NFD", "Đường sắt"), id="decomposed"),
        pytest.param("ĐƯỜNG SẮT", id="capitals"),
        pytest.param("duong sat", id="no accents"),
        pytest.param("Đường\u00a0sắt\u200b", id="copied"),
    ],
)
def test_search_finds_every_spelling_in_admin_and_on_pages(client_of, province, words):
    agency = AgencyFactory(province=province, name="Ban Đường sắt đô thị")
    AgencyFactory(province=province, name="Ban Đường bộ")
    document = LegalDocumentFactory(issuer=agency, subject="Về tuyến đường sắt đô thị số 1")
    LegalDocumentFactory(issuer=agency, subject="Về đường bộ")
    browser = client_of(UserFactory(agency=agency))

    agencies = browser.get(reverse("admin:programme_agency_changelist"), {"q": words}).context["cl"].queryset
    documents = text_of(browser.get(reverse("document_list"), {"tim": words}).text)

    assert list(agencies) == [agency]
    assert document.subject in documents
    assert "Về đường bộ" not in documents


@pytest.mark.parametrize(
    "spelling",
    [
        "UBND tỉnh Bà Rịa – Vũng Tàu",
        "UBND tỉnh Bà Rịa-Vũng Tàu",
        "UBND tỉnh Bà Rịa Vũng Tàu",
        "UBND tỉnh BR-VT",
        "UBND tỉnh Bà RịaVũng Tàu",
    ],
)
def test_another_spelling_of_an_agency_points_to_the_one_there_is(administrator, province, spelling):
    AgencyFactory(province=province, name="Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu")

    response = add_agency(administrator, province, spelling)

    [told] = wrong_with(response)["name"]
    assert "cơ quan đã có: Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu." in told
    assert Page(response.text).values["name"] == spelling
    assert not Agency.objects.filter(name=spelling).exists()
