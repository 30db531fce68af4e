import re
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from programme.models import Agency, LegalDocument, Revision
from smartcity.lib.forms.fields import CodeField
from smartcity.lib.forms.record_forms import ConstraintForm, RecordForm
from smartcity.lib.language.document_code import DocumentCode
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney, TypedPercent
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, ProvinceFactory


def refusal(field, typed):
    """What the field says to what it does not take."""
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return refused.value.messages


class TypedForm(forms.Form):
    """One field of each kind, to see them shown and shown again."""

    day = TypedDay(required=False)
    money = TypedMoney(required=False)
    percent = TypedPercent(required=False)
    code = CodeField()


# Days


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("16/06/2023", id="as asked"),
        pytest.param("16/6/2023", id="without zeros"),
        pytest.param("16-06-2023", id="dashes"),
        pytest.param("16.6.2023", id="points"),
        pytest.param(" 16 / 06 / 2023 ", id="blanks"),
        pytest.param("16/06/2023\u200b", id="something invisible"),
        pytest.param(date(2023, 6, 16), id="a day already"),
    ],
)
def test_day_is_read(typed):
    assert TypedDay().clean(typed) == date(2023, 6, 16)


def test_day_comes_before_the_month():
    assert TypedDay().clean("03/04/2024") == date(2024, 4, 3)


@pytest.mark.parametrize("typed", ["", None])
def test_day_may_be_left_out_where_it_is_not_required(typed):
    assert TypedDay(required=False).clean(typed) is None
    assert refusal(TypedDay(), typed) != []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param(
            "31/02/2024", "Ngày 31/02/2024 không có trong lịch. Kiểm tra lại ngày và tháng.", id="no such day"
        ),
        pytest.param(
            "04/30/2024", "Không có tháng 30. Nhập theo thứ tự ngày/tháng/năm, ví dụ 30/04/2024.", id="month first"
        ),
        pytest.param("16/6/23", "Năm trong «16/6/23» phải đủ bốn chữ số, ví dụ 16/06/2023.", id="short year"),
        pytest.param("16/06/1900", "Năm 1900 nằm ngoài khoảng 1945–2099.", id="too early"),
        pytest.param(
            "06/2023",
            "«06/2023» là một tháng, chưa phải một ngày. Ô này cần đủ ngày/tháng/năm, ví dụ 30/06/2023.",
            id="a month",
        ),
        pytest.param("hôm qua", "«hôm qua» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.", id="a word"),
        pytest.param("\x00", "«» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.", id="a NUL byte"),
    ],
)
def test_day_is_refused_with_what_is_wrong(typed, message):
    assert refusal(TypedDay(), typed) == [message]


def test_day_is_shown_day_first():
    assert 'value="03/04/2024"' in str(TypedForm(initial={"day": date(2024, 4, 3)})["day"])


# Money


@pytest.mark.parametrize(
    ("typed", "vnd"),
    [
        ("3.470 tỷ đồng", 3_470_000_000_000),
        ("160 triệu", 160_000_000),
        ("3.470.000.000.000", 3_470_000_000_000),
        ("1.573,1 tỷ", 1_573_100_000_000),
        ("-10 triệu đồng", -10_000_000),
        (160_000_000, 160_000_000),
    ],
)
def test_money_is_read_into_dong(typed, vnd):
    assert TypedMoney().clean(typed) == vnd


@pytest.mark.parametrize(
    "typed", ["3,470", "3.47", "3.470", "ba tỷ", "3 tỷ 4", "٣ tỷ", "1e9", "\x00", "9" * 40 + " tỷ"]
)
def test_money_that_could_be_two_amounts_is_refused(typed):
    [message] = refusal(TypedMoney(), typed)

    assert message.endswith((".", ";"))


@pytest.mark.parametrize("typed", ["", None])
def test_money_may_be_left_out_where_it_is_not_required(typed):
    assert TypedMoney(required=False).clean(typed) is None
    assert refusal(TypedMoney(), typed) != []


def test_money_is_shown_as_documents_write_it():
    assert 'value="3.470\u00a0tỷ đồng"' in str(TypedForm(initial={"money": 3_470_000_000_000})["money"])


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        pytest.param("3.470 tỷ đồng", False, id="the same"),
        pytest.param("3.470\u00a0tỷ đồng", False, id="as shown"),
        pytest.param("3.470.000.000.000", False, id="in đồng"),
        pytest.param("3.471 tỷ đồng", True, id="another amount"),
        pytest.param("", True, id="taken away"),
        pytest.param("3,470", True, id="unreadable"),
    ],
)
def test_money_has_changed_when_the_amount_has(typed, changed):
    assert TypedMoney().has_changed(3_470_000_000_000, typed) is changed


# Percentages


@pytest.mark.parametrize(
    ("typed", "percent"),
    [
        ("50", 50),
        ("50%", 50),
        ("50 %", 50),
        (" 50 ", 50),
        ("0", 0),
        ("0%", 0),
        ("100", 100),
        ("050", 50),
        pytest.param("５０", 50, id="wide digits"),
        pytest.param("５０％", 50, id="wide digits and sign"),
        pytest.param("50\u00a0%", 50, id="a blank that does not break"),
        pytest.param("50\u202f%", 50, id="a narrow blank"),
    ],
)
def test_percentage_is_read(typed, percent):
    assert TypedPercent(required=False).clean(typed) == percent


@pytest.mark.parametrize("typed", ["", " ", "%", None])
def test_percentage_may_be_left_out(typed):
    assert TypedPercent(required=False).clean(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("140", id="140"),
        pytest.param("101", id="101"),
        pytest.param("-5", id="-5"),
        pytest.param("50.5", id="50.5"),
        pytest.param("50,5", id="50,5"),
        pytest.param("1e2", id="1e2"),
        pytest.param("năm mươi", id="in words"),
        pytest.param("50%%", id="two signs"),
        pytest.param("٥٠", id="Arabic digits"),
        pytest.param("5\u00a00", id="a blank between digits"),
        pytest.param("10²", id="a raised digit"),
        pytest.param("½", id="a half"),
        pytest.param("NaN", id="not a number"),
        pytest.param("inf", id="infinite"),
        pytest.param("∞", id="the sign of infinity"),
        pytest.param("50.0", id="50.0"),
        pytest.param("9" * 5000, id="5000 nines"),
        pytest.param("0" * 5000, id="5000 noughts"),
        pytest.param("0000000009999", id="noughts before 9999"),
        pytest.param("50\x00", id="a NUL byte"),
    ],
)
def test_percentage_is_refused(typed):
    assert refusal(TypedPercent(required=False), typed) == ["Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50."]


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        pytest.param(50, "50", False, id="the same"),
        pytest.param(None, "", False, id="nothing, still"),
        pytest.param(0, "0", False, id="nought, still"),
        pytest.param(50, "60", True, id="another"),
        pytest.param(50, "50 %", False, id="the same with its sign"),
        pytest.param(50, "năm mươi", True, id="unreadable"),
        pytest.param(0, "", True, id="taken away"),
        pytest.param(None, "0", True, id="nought is not nothing"),
    ],
)
def test_percentage_has_changed_when_it_is_another(initial, typed, changed):
    assert TypedPercent(required=False).has_changed(initial, typed) is changed


def test_nought_percent_is_shown():
    assert 'value="0"' in str(TypedForm(initial={"percent": 0})["percent"])


# Codes


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("112/NQ-HĐND", DocumentCode(112, "NQ-HĐND")),
        ("17/NQ- CP", DocumentCode(17, "NQ-CP")),
        ("số 02-nq/tu", DocumentCode(2, "NQ/TU")),
        ("20/2019/NQ-HĐND", DocumentCode(20, "2019/NQ-HĐND")),
        ("/TB-UBND", DocumentCode(None, "TB-UBND")),
        ("", DocumentCode(None, "")),
        ("  ", DocumentCode(None, "")),
    ],
)
def test_code_is_read(typed, code):
    assert CodeField().clean(typed) == code


@pytest.mark.parametrize("typed", ["không có số", "112", "NQ-HĐND", "1234567/NQ-HĐND", "<b>/NQ", "112/NQ\nHĐND?"])
def test_code_is_refused_with_examples(typed):
    [message] = refusal(CodeField(), typed)

    assert "chưa đọc được. Viết như: 112/NQ-HĐND, 20/2019/NQ-HĐND" in message


@pytest.mark.parametrize(
    "typed", [pytest.param("1" * 100_000, id="digits"), pytest.param("112/" + "NQ-" * 1000, id="a symbol")]
)
def test_code_that_is_too_long_is_refused(typed):
    [message] = refusal(CodeField(), typed)

    assert len(message) < 300


# How it was read


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("day", date(2024, 4, 3), "Đọc là: 03/04/2024 (thứ Tư)", id="a day kept"),
        pytest.param("day", "3/4/2024", "Đọc là: 03/04/2024 (thứ Tư)", id="a day typed"),
        pytest.param(
            "money",
            3_470_000_000_000,
            "Đọc là: 3.470\u00a0tỷ đồng (3.470.000.000.000\u00a0đồng)",
            id="an amount kept",
        ),
        pytest.param(
            "money", "3470 tỷ", "Đọc là: 3.470\u00a0tỷ đồng (3.470.000.000.000\u00a0đồng)", id="an amount typed"
        ),
        pytest.param("money", 0, "Đọc là: 0\u00a0đồng", id="nothing is an amount"),
        pytest.param("money", None, "", id="no amount"),
        pytest.param("money", "3,470", "", id="what is asked about"),
        pytest.param("day", "tháng 4/2024", "", id="a month"),
    ],
)
def test_reading_stands_beside_its_field_and_belongs_to_it(field, value, said):
    shown = str(TypedForm(initial={field: value})[field])

    assert f'<span class="echo" id="id_{field}_echo" aria-live="polite">{said}</span>' in shown
    assert f'aria-describedby="id_{field}_echo"' in shown


def test_reading_is_described_after_help_and_error():
    class HelpedForm(forms.Form):
        day = TypedDay(help_text="Ví dụ: 16/06/2023.")

    shown = str(HelpedForm({"day": "31/02/2024"})["day"])

    assert re.search(r'aria-describedby="id_day_helptext( id_day_error)? id_day_echo"', shown)


# What was typed stays


@pytest.mark.parametrize(
    ("field", "typed"),
    [("day", "31/02/2024"), ("money", "3,470"), ("percent", "140"), ("code", "không có số")],
)
def test_refused_text_is_shown_again(field, typed):
    form = TypedForm({field: typed})

    assert list(form.errors) == [field]
    assert f'value="{typed}"' in str(form[field])


# Refusals beside the field


class AgencyForm(ConstraintForm):
    class Meta:
        model = Agency
        fields = ["province", "name", "in_force_from", "in_force_to"]


class DocumentForm(ConstraintForm):
    class Meta:
        model = LegalDocument
        fields = ["issuer", "kind", "number", "symbol", "signed_on", "subject", "publisher"]


class BudgetForm(ConstraintForm):
    """Shows an amount under the name that people read, as the forms of the admin do."""

    error_places = {"declared_budget_vnd": "declared_budget"}
    declared_budget = TypedMoney(required=False)

    class Meta:
        model = Revision
        fields = ["name", "declared_budget_kind"]

    def clean_declared_budget(self):
        self.instance.declared_budget_vnd = self.cleaned_data["declared_budget"]
        return self.instance.declared_budget_vnd


@pytest.mark.django_db
def test_days_in_the_wrong_order_are_told_beside_both_each_naming_the_other():
    form = AgencyForm({"name": "Sở Y tế", "in_force_from": "2025-03-01", "in_force_to": "2025-02-28"})

    assert form.errors == {
        "in_force_from": ["Ngày này không thể sau «Hoạt động đến hết ngày» (28/02/2025)."],
        "in_force_to": ["Ngày kết thúc phải từ ngày bắt đầu hoạt động trở đi (01/03/2025)."],
    }


@pytest.mark.django_db
def test_unique_constraint_is_told_beside_the_field_that_it_speaks_of():
    province = ProvinceFactory()
    AgencyFactory(province=province, name="Sở Y tế")

    form = AgencyForm({"name": "Sở  Y tế\u200b", "province": province.pk})

    assert form.errors == {"name": ["Tỉnh này đã có một cơ quan đang hoạt động mang tên đó."]}


@pytest.mark.django_db
def test_constraint_on_a_derived_field_is_noticed():
    first = LegalDocumentFactory(number=112, symbol="NQ-HĐND", signed_on=date(2019, 12, 13))
    again = {"issuer": first.issuer_id, "kind": "resolution", "number": 112, "symbol": "NQ-HĐND", "subject": "Khác"}

    same_year, next_year = (DocumentForm(again | {"signed_on": day}) for day in ("2019-12-31", "2020-01-01"))

    assert list(same_year.errors.values()) == [
        ["Văn bản này đã có: cùng cơ quan ban hành, loại, số và năm. Mở văn bản đã có."]
    ]
    assert next_year.errors == {}


@pytest.mark.django_db
def test_constraint_on_an_amount_is_told_beside_the_field_in_which_it_is_typed():
    revision = Revision(programme=ProgrammeFactory(), number=1)

    form = BudgetForm(
        {"name": "Đề án", "declared_budget": "-3 tỷ", "declared_budget_kind": "estimate"}, instance=revision
    )

    assert form.errors == {"declared_budget": ["Tổng kinh phí không thể âm."]}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(ValidationError({"name": "Sai."}), {"name": ["Sai."]}, id="by key"),
        pytest.param(ValidationError({"title": "Sai."}), {"__all__": ["Sai."]}, id="by the key of no field"),
        pytest.param(ValidationError("Sai.", code="name"), {"name": ["Sai."]}, id="by code"),
        pytest.param(ValidationError("Sai.", code="invalid"), {"__all__": ["Sai."]}, id="by the code of no field"),
        pytest.param(
            ValidationError({"__all__": [ValidationError("Sai.", code="in_force_to")]}),
            {"in_force_to": ["Sai."]},
            id="by a code under the whole form",
        ),
        pytest.param("Sai.", {"__all__": ["Sai."]}, id="a sentence"),
        pytest.param(
            [ValidationError("Một.", code="name"), ValidationError("Hai.")],
            {"name": ["Một."], "__all__": ["Hai."]},
            id="several",
        ),
        pytest.param(
            ValidationError("Quá %(most)s.", code="name", params={"most": 3}), {"name": ["Quá 3."]}, id="with a figure"
        ),
    ],
)
@pytest.mark.django_db
def test_refusal_of_an_operation_is_told_beside_its_field(error, told):
    form = AgencyForm({"name": "Sở Y tế"})
    assert form.is_valid()

    form.add_error(None, error)

    assert form.errors == told


# Why, and who was first


class AgencyRecordForm(RecordForm):
    class Meta:
        model = Agency
        fields = ["name"]


def record_form(agency, **typed):
    """The form as a browser sends it."""
    data = QueryDict(mutable=True)
    data.update({"name": agency.name, "change_reason": "Đính chính"} | typed)
    return AgencyRecordForm(data, instance=agency)


@pytest.mark.django_db
def test_new_record_needs_no_reason():
    assert AgencyRecordForm({"name": "Sở Y tế"}).is_valid()


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.django_db
def test_change_needs_a_reason(reason):
    agency = AgencyFactory()
    seen = agency.history.get().history_id

    assert record_form(agency, seen_version=seen, change_reason=reason).errors == {
        "change_reason": ["Ghi lý do thay đổi."]
    }


@pytest.mark.django_db
def test_change_of_what_was_seen_is_taken():
    agency = AgencyFactory()

    assert record_form(agency, seen_version=agency.history.get().history_id).is_valid()


@pytest.mark.parametrize("seen", ["", "0", "abc"])
@pytest.mark.django_db
def test_change_of_what_was_not_seen_is_refused(seen):
    assert not record_form(AgencyFactory(), seen_version=seen).is_valid()
