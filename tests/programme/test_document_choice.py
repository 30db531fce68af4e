"""Documents are searched for: a few stand in the list, a citation or words find the others, a new one comes back."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.models import Meeting
from programme.document_choice import OFFERED, DocumentChoice, documents_for
from programme.models import DocumentRelation, LegalDocument, Role
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProvinceFactory,
    UserFactory,
    officer_of,
)
from tests.forms_read import Page
from tests.meeting_pages import errors_of, opened, page, secretary_of
from tests.meetings.factories import MeetingFactory
from tests.reading import text_of
from tests.revision_pages import held

pytestmark = pytest.mark.django_db


SUBJECTS = {0: "Đề án chiếu sáng thông minh"} | dict.fromkeys(range(1, 12), "Hệ thống camera giám sát")


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def issuer(province):
    return AgencyFactory(province=province)


@pytest.fixture
def documents(issuer):
    """More than a list shows; the first is the oldest."""
    return [
        LegalDocumentFactory(
            issuer=issuer,
            number=100 + place,
            symbol="QĐ-UBND",
            signed_on=date(2023, 1, 1 + place),
            subject=SUBJECTS.get(place, "Kế hoạch chung"),
        )
        for place in range(OFFERED + 5)
    ]


@pytest.fixture
def office(client_of, province):
    return client_of(secretary_of(province))


NEW = {"title": "Giao ban", "held_on": "10/04/2024"}


def offered(response, name="source"):
    """The keys in the list, and what is chosen there."""
    field = response.context["form"][name]
    offer = field.field.offer_of(field.value())
    return [key for key, _ in offer.choices if key.isdigit()], offer.chosen


def find(client, words, button=None, **typed):
    sent = opened(client, "meeting_add") | NEW | {"source-tim": words} | typed
    return client.post(page("meeting_add"), sent | (button or {"tim:source": "1"}), follow=True)


def test_few_documents_are_a_list_without_a_search(office, issuer):
    document = LegalDocumentFactory(issuer=issuer)

    response = office.get(page("meeting_add"))

    assert offered(response) == ([str(document.pk)], "")
    assert "source-tim" not in response.text


def test_of_many_the_newest_are_offered_and_the_others_searched_for(office, documents):
    response = office.get(page("meeting_add"))

    newest = [str(document.pk) for document in documents[::-1][:OFFERED]]
    assert offered(response)[0] == newest
    assert "source-tim" in held(response)


def test_number_of_documents_changes_neither_queries_nor_what_is_read(office, issuer, documents):
    office.get(page("meeting_add"))

    before = asked_by(office)
    for number in range(400, 440):
        LegalDocumentFactory(issuer=issuer, number=number)
    after = asked_by(office)

    assert len(before) == len(after)
    reading = [sql for sql in after if sql.startswith("SELECT") and "programme_legaldocument" in sql]
    assert all(f"LIMIT {OFFERED + 1}" in sql for sql in reading)
    assert len(reading) == 2


def asked_by(client, address=""):
    with CaptureQueriesContext(connection) as asked:
        client.get(address or page("meeting_add"))
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize(
    "words",
    ["100/QĐ-UBND", "Quyết định số 100/QĐ-UBND ngày 01/01/2023", "100 / qđ-ubnd", "de an chieu sang"],
    ids=["code", "citation", "damaged", "words without accents"],
)
def test_search_finds_one_chooses_it_and_keeps_what_was_typed(office, documents, words):
    response = find(office, words, place="Hội trường")

    sent = held(response)
    assert (sent["title"], sent["held_on"], sent["place"]) == ("Giao ban", "10/04/2024", "Hội trường")
    assert offered(response)[1] == str(documents[0].pk)
    assert f"Tìm thấy và đã chọn: {documents[0]}." in text_of(response.text)
    assert "autofocus" in response.text
    assert not Meeting.objects.exists()


def test_what_was_found_is_saved_with_the_form(office, documents):
    office.post(page("meeting_add"), held(find(office, "100/QĐ-UBND")))

    assert Meeting.objects.get().source == documents[0]


def test_citation_that_was_typed_and_not_searched_for_is_read_when_the_form_is_saved(office, documents):
    office.post(page("meeting_add"), opened(office, "meeting_add") | NEW | {"source-tim": "100/QĐ-UBND"})

    assert Meeting.objects.get().source == documents[0]


def test_several_that_fit_are_offered_and_one_has_to_be_chosen(office, documents):
    response = find(office, "camera giám sát")
    keys, _ = offered(response)

    refused = office.post(page("meeting_add"), held(response))
    office.post(page("meeting_add"), held(response) | {"source": keys[0]})

    assert len(keys) == 11
    assert "Tìm thấy 11 văn bản có «camera giám sát». Chọn một văn bản trong danh sách." in text_of(response.text)
    assert "Chọn một văn bản trong danh sách." in errors_of(refused)["source"]
    assert str(Meeting.objects.get().source_id) == keys[0]


def test_search_without_a_hit_says_so_keeps_the_words_and_what_was_chosen(office, documents):
    chosen = str(documents[-1].pk)

    response = find(office, "999/QĐ-UBND", source=chosen)
    refused = office.post(page("meeting_add"), held(response))

    assert "Chưa có văn bản nào có «999/QĐ-UBND»." in text_of(response.text)
    assert held(response)["source-tim"] == "999/QĐ-UBND"
    assert offered(response)[1] == chosen
    assert "Chưa có văn bản nào" in errors_of(refused)["source"]
    assert not Meeting.objects.exists()


def test_words_beside_a_chosen_document_count_before_it(office, documents):
    sent = opened(office, "meeting_add") | NEW | {"source": str(documents[-1].pk), "source-tim": "100/QĐ-UBND"}

    office.post(page("meeting_add"), sent)

    assert Meeting.objects.get().source == documents[0]


def test_enter_in_the_line_of_words_searches_and_saves_nothing(office, documents):
    response = find(office, "100/QĐ-UBND", {"enter": "1"})

    assert offered(response)[1] == str(documents[0].pk)
    assert not Meeting.objects.exists()


def test_enter_elsewhere_saves(office):
    office.post(page("meeting_add"), opened(office, "meeting_add") | NEW | {"enter": "1"})

    assert Meeting.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["x" * 10_000, "?", "%_\\", "<script>alert(1)</script>", "1" * 5_000, "\x00"],
    ids=["long", "mark", "wildcards", "markup", "digits", "NUL"],
)
def test_search_takes_anything(office, documents, words):
    response = find(office, words)

    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_documents_of_other_provinces_do_not_exist_in_a_search(office, documents):
    foreign = LegalDocumentFactory(issuer=AgencyFactory(province=ProvinceFactory()), number=777, symbol="QĐ-UBND")

    response = find(office, "777/QĐ-UBND")

    assert "Chưa có văn bản nào có «777/QĐ-UBND»." in text_of(response.text)
    assert str(foreign.pk) not in offered(response)[0]


def test_meeting_that_is_there_keeps_a_document_that_is_not_among_the_newest(office, documents, province):
    meeting = MeetingFactory(province=province, source=documents[0])

    response = office.get(page("meeting_change", meeting))

    assert offered(response)[1] == str(documents[0].pk)


# In the admin, and in rows


def admin_page(record, page="add", *args):
    return reverse(f"admin:{record}_{page}", args=args)


@pytest.mark.parametrize(
    ("role", "record", "field"),
    [
        (Role.COORDINATOR, "programme_statedfigure", "document"),
        (Role.COORDINATOR, "tasks_reportingduty", "document"),
        (Role.COORDINATOR, "tasks_dataset", "document"),
        (Role.COORDINATOR, "tasks_budgetentry", "document"),
        (Role.ADMINISTRATOR, "programme_agencysuccession", "document"),
        (Role.ADMINISTRATOR, "programme_user", "moved_by"),
    ],
)
def test_admin_finds_a_document_for_its_record(client_of, issuer, documents, role, record, field):
    browser = client_of(UserFactory(role=role, agency=issuer))
    of_account = ("change", officer_of(issuer).pk) if record == "programme_user" else ("add",)
    address = admin_page(record, *of_account)

    typed = Page(browser.get(address).text).values | {f"{field}-tim": "100/QĐ-UBND", f"tim:{field}": "1"}
    response = browser.post(address, typed, follow=True)

    assert Page(response.text).values[field] == str(documents[0].pk)
    assert f"Tìm thấy và đã chọn: {documents[0]}." in text_of(response.text)
    assert f"nhap-moi:{field}" in response.text


def test_transfer_finds_an_issued_document_and_says_of_another_that_it_does_not_fit(client_of, issuer, documents):
    successor = AgencyFactory(province=issuer.province)
    AgencySuccessionFactory(predecessor=issuer, successor=successor)
    programme = ProgrammeFactory(province=issuer.province, coordinating_agency=issuer)
    browser = client_of(UserFactory(role=Role.COORDINATOR, agency=successor))
    address, draft = reverse("agency_transfer", args=[issuer.pk]), LegalDocumentFactory(issuer=issuer, number=None)

    found = browser.post(address, opened_at(browser, address) | {"document-tim": "100/QĐ-UBND", "enter": "1"})
    chosen = opened_at(browser, found.url)["document"]
    unfit = browser.post(address, opened_at(browser, address) | {"document": str(draft.pk), "tim:document": "1"})

    assert programme.coordinating_agency == issuer
    assert chosen == str(documents[0].pk)
    assert "Văn bản vừa chọn không dùng được ở ô này." in text_of(browser.get(unfit.url).text)


def opened_at(browser, address):
    return Page(browser.get(address).text).values


def test_relations_find_their_documents_each_row_its_own(office, documents, issuer):
    relation = DocumentRelationFactory(document=documents[-1], target=documents[1], kind="cites")
    address = admin_page("programme_legaldocument", "change", documents[-1].pk)
    sent = opened_at(office, address)
    assert sent["relations-0-target"] == str(documents[1].pk)

    new = {"relations-TOTAL_FORMS": "2", "relations-1-kind": "based_on", "relations-1-target": ""}
    words = {"relations-1-target-tim": "100/QĐ-UBND", "tim:relations-1-target": "1"}
    response = office.post(address, sent | new | words, follow=True)
    shown = Page(response.text).values
    assert (shown["relations-0-target"], shown["relations-1-target"]) == (str(documents[1].pk), str(documents[0].pk))

    saved = office.post(address, shown | {"change_reason": "bổ sung căn cứ"})
    assert saved.status_code == 302
    added = DocumentRelation.objects.exclude(pk=relation.pk).get()
    assert (added.document, added.target, added.kind) == (documents[-1], documents[0], "based_on")


def test_number_of_relations_does_not_change_what_is_asked(office, documents):
    address = admin_page("programme_legaldocument", "change", documents[-1].pk)
    DocumentRelationFactory(document=documents[-1], target=documents[0])
    office.get(address)

    before = asked_by(office, address)
    for target in documents[1:6]:
        DocumentRelationFactory(document=documents[-1], target=target)

    assert len(asked_by(office, address)) == len(before)


def test_document_entered_for_a_row_comes_back_to_that_row(office, documents, province):
    address = admin_page("programme_legaldocument", "change", documents[-1].pk)
    new = {"relations-TOTAL_FORMS": "1", "relations-0-kind": "based_on", "relations-0-target-tim": "45/BC-STTTT"}
    asked = office.post(address, opened_at(office, address) | new | {"nhap-moi:relations-0-target": "1"})

    typed = {"kind": "report", "issuer": documents[0].issuer_id, "signed_on": "01/04/2024", "subject": "Báo cáo"}
    response = office.post(asked.url, opened_at(office, asked.url) | typed, follow=True)

    made = LegalDocument.objects.get(number=45)
    shown = Page(response.text).values
    assert response.redirect_chain[-1][0] == address
    assert (shown["relations-0-kind"], shown["relations-0-target"]) == ("based_on", str(made.pk))


# A new document


def test_new_document_comes_back_to_the_form_and_stands_chosen(office, documents, province):
    opened_page = find(office, "45/BC-STTTT", {"nhap-moi:source": "1"}, place="Hội trường")
    entered = Page(opened_page.text).values
    address = opened_page.redirect_chain[-1][0]
    issuer = AgencyFactory(province=province, name="Sở Thông tin và Truyền thông")

    typed = {"kind": "report", "issuer": issuer.pk, "signed_on": "01/04/2024", "subject": "Báo cáo tiến độ"}
    response = office.post(address, entered | typed, follow=True)

    made = LegalDocument.objects.get(number=45)
    assert address.startswith(reverse("admin:programme_legaldocument_add"))
    assert entered["code"] == "45/BC-STTTT"
    assert response.redirect_chain[-1][0] == page("meeting_add")
    sent = held(response)
    assert (sent["title"], sent["place"], sent["source"]) == ("Giao ban", "Hội trường", str(made.pk))
    assert f"Đã nhập {made}. Bạn trở lại biểu mẫu đang nhập dở." in text_of(response.text)


def test_new_document_leads_to_no_other_site(office, province):
    address = f"{reverse('admin:programme_legaldocument_add')}?ve=https://ngoai.example/&o=source"
    issuer = AgencyFactory(province=province)
    typed = {"kind": "report", "code": "45/BC", "issuer": issuer.pk, "signed_on": "01/04/2024", "subject": "Báo cáo"}

    response = office.post(address, Page(office.get(address).text).values | typed)

    assert response.status_code == 302
    assert "ngoai.example" not in response.url


@pytest.mark.parametrize(("role", "may"), [(Role.COORDINATOR, True), (Role.OFFICE, True), (Role.OFFICER, False)])
def test_only_who_enters_documents_is_led_to_it(issuer, role, may):
    person, field = UserFactory(role=role, agency=issuer), DocumentChoice()

    field.offer(documents_for(person), person)

    assert ("Nhập văn bản mới" in field.widget.render("document", "", {"id": "id_document"})) == may
