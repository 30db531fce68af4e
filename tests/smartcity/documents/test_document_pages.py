import re
from datetime import date
from itertools import pairwise

import pytest
from django.urls import reverse

from programme.document_relations import relations_of
from programme.models import DocumentKind, DocumentRelation, RelationKind, Role
from smartcity.documents.graph import MOST_BRANCHES, MOST_TWIGS, graph_of
from smartcity.exchange.programme_files import system_account
from tasks.models import Status
from tests.document_pages import page, section
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    ObjectiveFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    RevisionStepFactory,
    StatedFigureFactory,
    UserFactory,
    adopt,
    coordinator_of,
)
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def of_the_province(programme, **fields):
    return LegalDocumentFactory(issuer__province=programme.province, **fields)


# The page of a document


def test_document_tells_what_it_is(programme, coordinator, client_of):
    document = of_the_province(
        programme,
        number=112,
        signed_on=date(2019, 12, 13),
        effective_on=date(2020, 1, 1),
        signer="Nguyễn Văn A",
        source_url="https://vanban.vn/112",
    )

    words = text_of(client_of(coordinator).get(page(document)).text)

    for told in ["Nghị quyết số 112/NQ-HĐND ngày 13/12/2019", "01/01/2020", "Nguyễn Văn A", "https://vanban.vn/112"]:
        assert told in words


def test_document_without_number_says_so(programme, coordinator, client_of):
    notice = of_the_province(
        programme, kind=DocumentKind.NOTICE, unissued=True, symbol="TB-UBND", date_as_written="ngày … tháng 4 năm 2024"
    )

    words = text_of(client_of(coordinator).get(page(notice)).text)

    assert "Số: …/TB-UBND (chưa có số)" in words
    assert "Bản có được ghi ngày … tháng 4 năm 2024" in words
    assert "Ngày ban hành chưa có ngày" in words


@pytest.mark.parametrize(
    ("kind", "active", "passive"),
    [
        pytest.param(RelationKind.AMENDS, "Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi", id="amends"),
        pytest.param(RelationKind.REPLACES, "Thay thế", "Được thay thế bởi", id="replaces"),
        pytest.param(RelationKind.REPEALS, "Bãi bỏ", "Bị bãi bỏ bởi", id="repeals"),
        pytest.param(RelationKind.IMPLEMENTS, "Triển khai thực hiện", "Được triển khai thực hiện bởi", id="implements"),
        pytest.param(RelationKind.BASED_ON, "Căn cứ", "Là căn cứ của", id="rests on"),
        pytest.param(RelationKind.CITES, "Viện dẫn", "Được viện dẫn trong", id="cites"),
    ],
)
def test_both_ends_of_a_relation_tell_it_in_words(kind, active, passive, programme, coordinator, client_of):
    one, other = of_the_province(programme), of_the_province(programme)
    DocumentRelationFactory(document=one, target=other, kind=kind, pinpoint="điểm b khoản 4 Điều 1")
    browser = client_of(coordinator)

    acting = section(browser.get(page(one)).text, "Quan hệ với văn bản khác")
    acted_on = section(browser.get(page(other)).text, "Quan hệ với văn bản khác")

    assert f"{active} điểm b khoản 4 Điều 1 · {other}" in acting
    assert f"{passive} điểm b khoản 4 Điều 1 · {one}" in acted_on


def test_page_names_everything_that_rests_on_the_document(programme, coordinator, client_of):
    document = of_the_province(programme, kind=DocumentKind.DECISION, symbol="QĐ-UBND")
    revision = RevisionFactory(programme=programme)
    task = PlannedTaskFactory(
        revision=revision, name="Kho dữ liệu số", basis_document=document, basis_pinpoint="Điều 2"
    ).task
    adopt(revision)
    RevisionStepFactory(revision=RevisionFactory(programme=programme), document=document, on=date(2023, 6, 16))
    StatedFigureFactory(programme=programme, document=document, wording="trong tổng số 12 nhiệm vụ")
    ProgressUpdateFactory(task=task, document=document, as_of=date(2023, 6, 16), status=Status.COMPLETE, accepted=True)
    ProgressUpdateFactory(task=task, document=document, as_of=date(2023, 6, 17))
    BudgetEntryFactory(task=task, document=document, amount_vnd=160_000_000)

    told = section(client_of(coordinator).get(page(document)).text, "Trong các đề án")

    assert "Điều chỉnh lần 1: Trình HĐND ngày 16/06/2023" in told
    assert "Kho dữ liệu số" in told
    assert "căn cứ pháp lý, Điều 2" in told
    assert "«trong tổng số 12 nhiệm vụ»" in told
    assert "hoàn thành, số liệu ngày 16/06/2023" in told
    assert "17/06/2023" not in told
    assert "160 triệu đồng" in told


def test_document_of_another_province_does_not_exist(coordinator, client_of):
    other = of_the_province(ProgrammeFactory())
    browser = client_of(coordinator)

    assert browser.get(page(other)).status_code == 404
    assert browser.get(reverse("document_issue", args=[other.pk])).status_code == 404
    assert str(other) not in text_of(browser.get(reverse("document_list")).text)


def test_decree_does_not_tell_what_another_province_made_of_it(programme, coordinator, client_of):
    decree = LegalDocumentFactory(kind=DocumentKind.DECREE, symbol="NĐ-CP")
    elsewhere = ProgrammeFactory()
    theirs = of_the_province(elsewhere)
    DocumentRelationFactory(document=theirs, target=decree, kind=RelationKind.IMPLEMENTS)
    StatedFigureFactory(programme=elsewhere, document=decree, wording="số của tỉnh bạn")

    words = text_of(client_of(coordinator).get(page(decree)).text)

    assert str(theirs) not in words
    assert "số của tỉnh bạn" not in words
    assert "Chưa ghi quan hệ nào" in words


@pytest.mark.parametrize(
    ("role", "may"),
    [
        pytest.param(Role.COORDINATOR, True, id="coordinator"),
        pytest.param(Role.OFFICE, True, id="office"),
        pytest.param(Role.OFFICER, False, id="officer"),
        pytest.param(Role.LEADER, False, id="leader"),
        pytest.param(Role.AUDITOR, False, id="auditor"),
    ],
)
def test_who_may_change_a_document_is_offered_it(role, may, programme, client_of):
    notice = of_the_province(programme, unissued=True)
    browser = client_of(UserFactory(role=role, agency=programme.coordinating_agency))

    words = text_of(browser.get(page(notice)).text)

    assert ("Sửa văn bản" in words, "Ghi số, ngày ban hành" in words) == (may, may)
    assert "Lịch sử" in words
    assert browser.get(reverse("document_issue", args=[notice.pk])).status_code == (200 if may else 403)


def test_central_document_is_changed_by_no_province(coordinator, client_of):
    decree = LegalDocumentFactory(unissued=True)
    browser = client_of(coordinator)

    assert "Sửa văn bản" not in text_of(browser.get(page(decree)).text)
    assert browser.post(reverse("document_issue", args=[decree.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 10])
def test_document_page_asks_as_often_for_many_rows_as_for_one(
    count, programme, coordinator, client_of, django_assert_num_queries
):
    document = of_the_province(programme, unissued=True, subject="theo Nghị quyết 999/NQ-HĐND")
    for _ in range(count):
        neighbour = of_the_province(programme)
        DocumentRelationFactory(document=document, target=neighbour, kind=RelationKind.CITES)
        DocumentRelationFactory(document=of_the_province(programme), target=document, kind=RelationKind.CITES)
        DocumentRelationFactory(document=neighbour, target=of_the_province(programme), kind=RelationKind.CITES)
        plan = PlannedTaskFactory(revision=RevisionFactory(programme=programme), basis_document=document)
        RevisionStepFactory(revision=plan.revision, document=document)
        StatedFigureFactory(programme=ProgrammeFactory(province=programme.province), document=document)
        ProgressUpdateFactory(task=plan.task, document=document, accepted=True)
        BudgetEntryFactory(task=plan.task, document=document)
    browser = client_of(coordinator)

    # Session, person, document; relations near and far; six kinds of use; citations.
    with django_assert_num_queries(14):
        response = browser.get(page(document))

    assert response.text.count("căn cứ pháp lý") == count


def test_links_from_a_document_keep_the_day(programme, coordinator, client_of):
    one, other = of_the_province(programme), of_the_province(programme)
    DocumentRelationFactory(document=one, target=other)

    links = Reader(client_of(coordinator).get(page(one, ngay="16/06/2023")).text).links

    assert (page(other) + "?ngay=16/06/2023", str(other)) in links
    assert ("/?ngay=16/06/2023", "Đề án") in links


# The drawing


def drawn(document):
    return graph_of(document, relations_of(document, system_account()), system_account())


def test_drawing_has_what_it_rests_on_to_the_left_and_what_rests_on_it_to_the_right():
    resolution, plan, decree = LegalDocumentFactory.create_batch(3)
    DocumentRelationFactory(document=resolution, target=decree, kind=RelationKind.BASED_ON)
    DocumentRelationFactory(document=plan, target=resolution, kind=RelationKind.IMPLEMENTS, pinpoint="Điều 1")

    graph = drawn(resolution)

    in_order = [node.document for node in sorted(graph.nodes, key=lambda node: int(node.x))]
    assert in_order == [decree, resolution, plan]
    assert [(edge.label, edge.pinpoint) for edge in graph.edges] == [("Căn cứ", ""), ("Triển khai thực hiện", "Điều 1")]


def test_drawing_goes_two_steps_and_not_back():
    first, second, third, fourth = LegalDocumentFactory.create_batch(4)
    for document, target in [(first, second), (second, third), (third, fourth), (third, first)]:
        DocumentRelationFactory(document=document, target=target)

    assert {node.document for node in drawn(first).nodes} == {first, second, third}


def test_two_relations_of_the_same_documents_are_one_line():
    one, other = LegalDocumentFactory.create_batch(2)
    DocumentRelationFactory(document=one, target=other, kind=RelationKind.CITES)
    DocumentRelationFactory(document=one, target=other, kind=RelationKind.AMENDS)

    (edge,) = drawn(one).edges

    assert edge.label == "Sửa đổi, bổ sung, Vi…"


def test_drawing_of_a_document_with_sixty_relations_stays_readable_and_says_what_it_leaves_out(client_of):
    centre = LegalDocumentFactory()
    for _ in range(60):
        DocumentRelationFactory(document=LegalDocumentFactory(), target=centre)
    for _ in range(5):
        DocumentRelationFactory(target=drawn(centre).nodes[1].document)

    graph = drawn(centre)

    assert len(graph.nodes) == 1 + MOST_BRANCHES + MOST_TWIGS
    assert int(graph.height) < 800
    words = text_of(client_of(UserFactory()).get(page(centre)).text)
    assert "Còn 54 văn bản nữa trong danh sách" in words
    assert "Ở bước thứ hai còn 2 văn bản nữa" in words
    assert words.count(" Nghị quyết số ") >= 60


def test_nothing_in_the_drawing_lies_on_anything_else():
    centre = LegalDocumentFactory()
    for n in range(8):
        near = LegalDocumentFactory()
        DocumentRelationFactory(document=near, target=centre)
        for _ in range(n % 4):
            DocumentRelationFactory(target=near)

    nodes = drawn(centre).nodes

    places = sorted((int(node.x), int(node.y)) for node in nodes)
    assert all(y + 60 <= below for (x, y), (at, below) in pairwise(places) if x == at)
    assert all(y >= 0 for _, y in places)


def test_document_without_number_is_drawn_with_words_too(programme, coordinator, client_of):
    draft = of_the_province(programme, unissued=True)
    DocumentRelationFactory(document=draft, target=of_the_province(programme))

    drawing = client_of(coordinator).get(page(draft)).text.split("<svg")[1]

    assert "is-unissued" in drawing
    assert "chưa có số" in text_of("<svg" + drawing.split("</svg>")[0])


# The list


def listed(browser, **query):
    links = Reader(browser.get(reverse("document_list", query=query)).text).links
    return [words for href, words in links if re.match(r"/van-ban/\d", href)]


@pytest.mark.both_databases
def test_list_has_what_waits_for_its_number_first_and_then_the_newest(programme, coordinator, client_of):
    old = of_the_province(programme, signed_on=date(2019, 1, 1))
    draft = of_the_province(programme, unissued=True)
    new = of_the_province(programme, signed_on=date(2024, 1, 1))

    assert listed(client_of(coordinator)) == [str(draft), str(new), str(old)]


@pytest.mark.both_databases
def test_list_is_searched_and_filtered(programme, coordinator, client_of):
    plan = of_the_province(programme, kind=DocumentKind.PLAN, subject="Đô thị thông minh")
    of_the_province(programme, subject="Đô thị thông minh")
    of_the_province(programme, kind=DocumentKind.PLAN, subject="Y tế")
    browser = client_of(coordinator)

    assert listed(browser, tim="do thi", loai="plan") == [str(plan)]
    assert "Không có văn bản nào như vậy" in text_of(browser.get("/van-ban/?tim=giáo dục").text)
    assert len(listed(browser, loai="khong-co")) == 3


def test_list_turns_pages_and_keeps_what_was_asked(programme, coordinator, client_of):
    for _ in range(51):
        of_the_province(programme)
    browser = client_of(coordinator)

    links = Reader(browser.get("/van-ban/?loai=resolution&ngay=16/06/2023").text).links

    assert len(listed(browser, trang=2)) == 1
    assert ("?loai=resolution&ngay=16%2F06%2F2023&trang=2", "Trang sau") in links


@pytest.mark.parametrize("count", [1, 10])
def test_list_asks_as_often_for_many_rows_as_for_one(
    count, programme, coordinator, client_of, django_assert_num_queries
):
    for _ in range(count):
        of_the_province(programme)
    browser = client_of(coordinator)

    with django_assert_num_queries(3):
        response = browser.get(reverse("document_list"))

    assert f"{count} văn bản" in text_of(response.text)


# Its number


def issue(browser, document, **typed):
    given = {"code": "45/TB-UBND", "signed_on": "15/04/2024", "change_reason": "Văn thư cấp số"}
    seen = document.history.order_by("-history_id").first().history_id
    return browser.post(reverse("document_issue", args=[document.pk]), given | {"seen_version": seen} | typed)


@pytest.fixture
def notice(programme):
    agency = AgencyFactory(province=programme.province)
    return LegalDocumentFactory(issuer=agency, kind=DocumentKind.NOTICE, unissued=True, symbol="TB-UBND")


def test_document_gets_its_number_on_its_page(notice, coordinator, client_of):
    browser = client_of(coordinator)

    response = issue(browser, notice)

    assert response.url == page(notice)
    assert "Thông báo số 45/TB-UBND ngày 15/04/2024" in text_of(browser.get(response.url).text)
    assert notice.history.order_by("-history_id").first().history_user == coordinator


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param({"code": ""}, "Ghi số, ký hiệu như trên văn bản.", id="no code"),
        pytest.param({"code": "/TB-UBND"}, "Ghi đủ số và ký hiệu", id="no number"),
        pytest.param({"code": "bốn lăm"}, "chưa đọc được", id="no code at all"),
        pytest.param({"signed_on": ""}, "Ghi ngày ban hành.", id="no day"),
        pytest.param({"signed_on": "31/02/2024"}, "không có trong lịch", id="no such day"),
        pytest.param({"signed_on": "15/04/2090"}, "chưa đến", id="day to come"),
        pytest.param({"effective_on": "01/04/2024"}, "Ngày có hiệu lực phải từ ngày ban hành", id="effect before"),
        pytest.param({"change_reason": ""}, "Ghi lý do thay đổi.", id="no reason"),
        pytest.param({"code": "44/TB-UBND"}, "Văn bản này đã có", id="number of another"),
    ],
)
def test_number_that_cannot_be_is_refused_beside_the_field(typed, told, notice, coordinator, client_of):
    LegalDocumentFactory(
        issuer=notice.issuer, kind=DocumentKind.NOTICE, number=44, symbol="TB-UBND", signed_on=date(2024, 1, 2)
    )

    response = issue(client_of(coordinator), notice, **typed)

    (field,) = typed
    (error,) = re.findall(rf'id="id_{field}_error">(.*?)</p>', response.text)
    assert told in error
    assert text_of(response.text).count("Thông báo chưa có số") == 1
    notice.refresh_from_db()
    assert notice.number is None


@pytest.mark.both_databases
def test_second_person_to_give_a_number_is_told(notice, coordinator, client_of):
    browser = client_of(coordinator)
    issue(browser, notice)

    response = issue(browser, notice, code="46/TB-UBND")

    assert response.status_code == 409
    assert "đã có số. Người ghi: chính bạn (ở cửa sổ khác), lúc " in text_of(response.text)
    notice.refresh_from_db()
    assert notice.number == 45


def test_who_gives_a_number_over_another_change_is_told(notice, coordinator, client_of):
    response = issue(client_of(coordinator), notice, seen_version="0")

    assert response.status_code == 409
    assert "Trong lúc bạn nhập" in text_of(response.text)
    notice.refresh_from_db()
    assert notice.number is None


# Citations on pages


def test_text_stored_before_its_document_becomes_a_link_when_it_is_entered(programme, coordinator, client_of):
    revision = RevisionFactory(programme=programme)
    note = "Thời hạn giao tại 155/QĐ-UBND ngày 18/01/2024."
    plan = PlannedTaskFactory(revision=revision, note=note, scope="theo 155/QĐ-UBND", name="Trung tâm dữ liệu")
    ObjectiveFactory(revision=revision, text="Đạt mục tiêu của 155/QĐ-UBND")
    adopt(revision)
    browser = client_of(coordinator)
    pages = [plan.task.get_absolute_url(), programme.get_absolute_url()]
    for address in pages:
        assert not any("155/QĐ-UBND" in words for _, words in Reader(browser.get(address).text).links)

    document = of_the_province(programme, number=155, symbol="QĐ-UBND", signed_on=date(2024, 1, 18))

    on_the_task, on_the_programme = [Reader(browser.get(address).text).links for address in pages]
    assert (page(document), "155/QĐ-UBND ngày 18/01/2024") in on_the_task
    assert (page(document), "155/QĐ-UBND") in on_the_task
    assert (page(document), "155/QĐ-UBND") in on_the_programme


def test_reports_and_reasons_link_what_they_cite(programme, coordinator, client_of):
    document = of_the_province(programme, number=155, symbol="QĐ-UBND")
    first = adopt(RevisionFactory(programme=programme))
    task = PlannedTaskFactory(revision=RevisionFactory(programme=programme, base=first, reason="theo 155/QĐ-UBND")).task
    RevisionStepFactory(revision=task.plans.get().revision, on=date(2021, 1, 1))
    ProgressUpdateFactory(task=task, results="xong 155/QĐ-UBND\n& <b>hết</b>", accepted=True)
    browser = client_of(coordinator)

    report = browser.get(task.get_absolute_url()).text
    pending = browser.get(programme.get_absolute_url()).text

    cited = f'<a href="{page(document)}" title="{document}"><span class="unbroken">155/QĐ-UBND</span></a>'
    assert f"{cited}<br>&amp; &lt;b&gt;hết&lt;/b&gt;" in report
    assert (page(document), "155/QĐ-UBND") in Reader(pending).links


def test_text_is_not_linked_to_a_document_of_another_province(programme, client_of):
    of_the_province(ProgrammeFactory(), number=155, symbol="QĐ-UBND")
    document = of_the_province(programme, note="theo 155/QĐ-UBND")
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    assert "155/QĐ-UBND" not in [words for _, words in Reader(client_of(auditor).get(page(document)).text).links]


def test_markup_in_what_a_document_says_is_shown_as_text(programme, coordinator, client_of):
    document = of_the_province(programme, subject='<script>alert("x")</script> theo 155/QĐ-UBND "trích"')
    of_the_province(programme, number=155, symbol="QĐ-UBND")

    html = client_of(coordinator).get(page(document)).text

    assert "<script>alert" not in html
    assert Reader(html).inline == []


@pytest.mark.both_databases
def test_circle_of_amendments_is_refused_in_the_form(programme, coordinator, client_of):
    older, newer = of_the_province(programme), of_the_province(programme)
    DocumentRelationFactory(document=newer, target=older, kind=RelationKind.AMENDS)
    browser = client_of(coordinator)
    address = reverse("admin:programme_legaldocument_change", args=[older.pk])
    rows = {"relations-TOTAL_FORMS": 1, "relations-INITIAL_FORMS": 0}
    row = {"relations-0-document": older.pk, "relations-0-kind": "amends", "relations-0-target": newer.pk}

    response = browser.post(
        address,
        {
            "kind": older.kind,
            "code": older.code,
            "issuer": older.issuer_id,
            "signed_on": "13/12/2019",
            "subject": older.subject,
            "province": older.province_id,
            "change_reason": "Thêm quan hệ",
            "seen_version": older.history.order_by("-history_id").first().history_id,
        }
        | rows
        | row
        | {"incoming_relations-TOTAL_FORMS": 0, "incoming_relations-INITIAL_FORMS": 0},
    )

    assert "tạo thành vòng" in text_of(response.text)
    assert DocumentRelation.objects.count() == 1


def test_record_in_the_admin_opens_the_page(programme, coordinator, client_of):
    document = of_the_province(programme)
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])

    links = dict(Reader(client_of(coordinator).get(address).text).links)

    assert any(page(document) == href or "/r/" in href for href in links)


def test_province_without_documents_is_told_so(client_of):
    person = UserFactory(agency=AgencyFactory(province=ProvinceFactory()))

    assert "Chưa có văn bản nào" in text_of(client_of(person).get(reverse("document_list")).text)
