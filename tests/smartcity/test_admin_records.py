"""Documents, money and published figures, as they are entered in the admin."""

from datetime import date

import pytest

from programme.models import DocumentRelation, LegalDocument, Programme, StatedFigure
from tasks.models import BudgetEntry
from tests.forms_read import Page, refused, send, url
from tests.office import council, everything, one_of, task_of

pytestmark = pytest.mark.django_db


# Documents


def new_document(**typed):
    return {
        "kind": "resolution",
        "code": "45/NQ-HĐND",
        "issuer": str(council().pk),
        "signed_on": "10/12/2024",
        "subject": "Sửa đổi, bổ sung Nghị quyết số 112/NQ-HĐND",
    } | typed


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_document_is_entered(client_of, office, username):
    response = send(client_of(username), url("programme.legaldocument", "add"), **new_document())

    assert response.status_code == 302
    document = LegalDocument.objects.get(number=45, signed_on=date(2024, 12, 10))
    assert str(document) == "Nghị quyết số 45/NQ-HĐND ngày 10/12/2024"
    assert (document.year, document.province.code) == (2024, "ba-ria-vung-tau")
    assert document.history.get().history_user.username == username


@pytest.mark.parametrize("typed", ["17/NQ- CP", " 17/nq-cp ", "số 17/NQ-CP", "17 / NQ - CP", "17/NQ\u200b-CP"])
def test_code_of_a_document_is_stored_in_one_spelling(coordinator, typed):
    send(coordinator, url("programme.legaldocument", "add"), **new_document(code=typed))

    document = LegalDocument.objects.get(signed_on=date(2024, 12, 10))
    assert (document.number, document.symbol, document.code) == (17, "NQ-CP", "17/NQ-CP")


@pytest.mark.parametrize("code", ["112/NQ-HĐND", "112/nq-hđnd", "112/NQ-HÐND"])
def test_document_known_already_is_refused_beside_its_code(coordinator, code):
    before = everything()
    typed = new_document(code=code, signed_on="31/12/2019", subject="Trích yếu khác")

    response = send(coordinator, url("programme.legaldocument", "add"), **typed)

    assert refused(response) == {
        "code": ["Văn bản này đã có: cùng cơ quan ban hành, loại, số và năm. Mở văn bản đã có."]
    }
    assert {name: Page(response.text).values[name] for name in typed} == typed
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        pytest.param(
            {"code": "không có số"},
            "code",
            "Số, ký hiệu «không có số» chưa đọc được. "
            "Viết như: 112/NQ-HĐND, 20/2019/NQ-HĐND, 02-NQ/TU, 2333/BTTTT-CĐSQG.",
            id="no code",
        ),
        pytest.param({"signed_on": ""}, "signed_on", "Văn bản đã có số thì phải có ngày ban hành.", id="no day"),
        pytest.param({"issuer": ""}, "issuer", "Chọn cơ quan ban hành.", id="no issuer"),
    ],
)
def test_document_is_refused_beside_the_field(coordinator, typed, field, message):
    before = everything()

    response = send(coordinator, url("programme.legaldocument", "add"), **new_document(**typed))

    assert refused(response) == {field: [message]}
    assert everything() == before


def test_relation_is_entered_with_its_document_and_signed(coordinator):
    document = LegalDocument.objects.get(number=155)
    address = url("programme.legaldocument", "change", document.pk)
    row = {
        "relations-TOTAL_FORMS": "1",
        "relations-0-kind": "cites",
        "relations-0-target": str(LegalDocument.objects.get(number=112).pk),
        "relations-0-pinpoint": "Điều 1",
        "change_reason": "Bổ sung viện dẫn",
    }
    values = Page(coordinator.get(address).text).values

    response = coordinator.post(address, values | row | {"_save": ""})

    assert response.status_code == 302
    relation = DocumentRelation.objects.get(document=document)
    assert relation.history.get().history_user.username == "dau-moi"
    assert relation.history.get().history_change_reason == "Bổ sung viện dẫn"


@pytest.mark.parametrize(
    ("kind", "number", "message"),
    [
        pytest.param("cites", 716, "Một văn bản không thể có quan hệ với chính nó.", id="to itself"),
        pytest.param("implements", 112, "Có hai dòng ghi trùng nhau", id="a second time"),
    ],
)
def test_impossible_relation_is_refused(coordinator, kind, number, message):
    document = LegalDocument.objects.get(number=716)
    address, before = url("programme.legaldocument", "change", document.pk), everything()
    row = {
        "relations-TOTAL_FORMS": "2",
        "relations-1-kind": kind,
        "relations-1-target": str(LegalDocument.objects.get(number=number).pk),
        "relations-1-pinpoint": "",
    }

    response = coordinator.post(
        address, Page(coordinator.get(address).text).values | row | {"change_reason": "Thử", "_save": ""}
    )

    words = " ".join(Page(response.text).words)
    assert response.status_code == 400
    assert message in words
    assert "pinpoint" not in words
    assert everything() == before


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_document_of_the_whole_country_is_not_changed_by_a_province(client_of, office, username):
    browser, central, before = client_of(username), LegalDocument.objects.get(number=2333), everything()
    address = url("programme.legaldocument", "change", central.pk)

    page = browser.get(address)
    response = browser.post(address, {"subject": "Thử", "change_reason": "Thử", "_save": ""})

    assert (page.status_code, response.status_code) == (200, 403)
    assert everything() == before


def test_document_of_the_whole_country_is_mended_by_the_administrator(administrator):
    central = LegalDocument.objects.get(number=2333)

    response = send(
        administrator,
        url("programme.legaldocument", "change", central.pk),
        signer="Nguyễn Văn Lan",
        change_reason="Bổ sung người ký",
    )

    assert response.status_code == 302
    last = central.history.latest("history_id")
    assert (last.signer, last.history_user.username) == ("Nguyễn Văn Lan", "quan-tri")


def test_document_cannot_be_given_to_another_province(coordinator):
    values = Page(coordinator.get(url("programme.legaldocument", "add")).text).values
    hai_duong = one_of("programme.province", "hai-duong")
    before = everything()
    address, foreign = url("programme.legaldocument", "add"), {"province": hai_duong.pk, "_save": ""}

    press = {"kind": "press", "publisher": "Báo Hải Dương"}
    response = coordinator.post(address, values | new_document(**press) | foreign)

    assert list(refused(response)) == ["province"]
    assert everything() == before

    # A document is of its issuer's province, whatever is sent.
    coordinator.post(address, values | new_document() | foreign)

    assert LegalDocument.objects.latest("pk").province.code == "ba-ria-vung-tau"


# Money


def entry(**typed):
    return {
        "task": str(task_of("NV-05").pk),
        "kind": "disbursement",
        "amount": "160 triệu",
        "decided_on": "22/03/2021",
        "note": "Thu hồi tạm ứng",
        "change_reason": "Theo chứng từ",
    } | typed


@pytest.mark.parametrize(
    ("typed", "vnd"),
    [
        ("160 triệu", 160_000_000),
        ("160 triệu đồng", 160_000_000),
        ("160.000.000 đồng", 160_000_000),
        ("1.573,1 tỷ đồng", 1_573_100_000_000),
        ("-10 triệu", -10_000_000),
    ],
)
def test_amount_is_stored_in_dong(coordinator, typed, vnd):
    response = send(coordinator, url("tasks.budgetentry", "add"), **entry(amount=typed))

    assert response.status_code == 302
    assert BudgetEntry.objects.latest("pk").amount_vnd == vnd


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param(
            "3,470",
            "«3,470» là 3 phẩy 470 hay 3 nghìn 470? Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.",
            id="3,470",
        ),
        pytest.param(
            "3.470",
            "«3.470» là đồng, triệu đồng hay tỷ đồng? Hãy ghi rõ đơn vị, ví dụ: 3.470 tỷ đồng.",
            id="3.470 without a unit",
        ),
        pytest.param(
            "3.47",
            "«3.47» là 3 phẩy 47 hay là hàng nghìn? Viết 3,47 nếu là số thập phân; viết 3.470 nếu là hàng nghìn.",
            id="3.47",
        ),
        pytest.param(
            "3,470 tỷ",
            "«3,470» là 3 phẩy 470 hay 3 nghìn 470? Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.",
            id="3,470 tỷ",
        ),
        pytest.param("0 đồng", "Số tiền phải khác 0.", id="nothing"),
    ],
)
def test_amount_that_could_be_two_is_refused_beside_the_field(coordinator, typed, message):
    before = everything()

    response = send(coordinator, url("tasks.budgetentry", "add"), **entry(amount=typed))

    assert refused(response) == {"amount_vnd": [message]}
    assert Page(response.text).values["amount"] == typed
    assert everything() == before


def test_entry_is_never_changed(coordinator):
    one, before = one_of("tasks.budgetentry", "ba-ria-vung-tau"), everything()

    response = coordinator.post(url("tasks.budgetentry", "change", one.pk), entry(amount="1 tỷ") | {"_save": ""})

    assert response.status_code == 403
    assert everything() == before


def test_entry_on_a_task_that_others_coordinate_is_refused(coordinator):
    values = Page(coordinator.get(url("tasks.budgetentry", "add")).text).values
    before = everything()

    response = coordinator.post(
        url("tasks.budgetentry", "add"),
        values | entry(task=str(task_of("CAMERA", "HD-CQDT").pk)) | {"_save": ""},
    )

    assert list(refused(response)) == ["task"]
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        pytest.param(
            {"measure": "budget", "stated": "3.470 tỷ đồng", "money_kind": "estimate"}, 3_470 * 10**9, id="money"
        ),
        pytest.param({"measure": "tasks_total", "stated": "9"}, 9, id="tasks"),
    ],
)
def test_stated_figure_is_entered_as_the_document_has_it(coordinator, typed, value):
    response = send(
        coordinator,
        url("programme.statedfigure", "add"),
        programme=str(Programme.objects.get(code="BRVT-DTTM").pk),
        document=str(LegalDocument.objects.get(number=716).pk),
        as_of="22/03/2021",
        wording="nguyên văn",
        **typed,
    )

    assert response.status_code == 302
    assert StatedFigure.objects.latest("pk").value == value


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"measure": "budget", "stated": "3,470", "money_kind": "estimate"}, "stated", id="3,470"),
        pytest.param({"measure": "budget", "stated": "3.470 tỷ"}, "money_kind", id="money of no kind"),
        pytest.param({"measure": "budget", "stated": "-3 tỷ", "money_kind": "estimate"}, "stated", id="less than none"),
        pytest.param({"measure": "tasks_total", "stated": "12,5"}, "stated", id="half a task"),
        pytest.param({"measure": "tasks_total", "stated": "-1"}, "stated", id="fewer than none"),
        pytest.param({"measure": "tasks_total", "stated": "mười hai"}, "stated", id="in words"),
    ],
)
def test_stated_figure_is_refused_beside_the_field(coordinator, typed, field):
    before = everything()

    response = send(
        coordinator,
        url("programme.statedfigure", "add"),
        programme=str(Programme.objects.get(code="BRVT-DTTM").pk),
        document=str(LegalDocument.objects.get(number=716).pk),
        as_of="22/03/2021",
        wording="nguyên văn",
        **typed,
    )

    assert list(refused(response)) == [field]
    assert Page(response.text).values["stated"] == typed["stated"]
    assert everything() == before
