"""Every day, hour and amount of the records is typed, read back and refused in one way, whatever page asks for it."""

from datetime import date

import pytest
from django import forms
from django.apps import apps
from django.db import models

from programme.models import LegalDocument, Period, Revision
from smartcity.lib.forms.record_forms import ConstraintForm
from smartcity.lib.records.typed_fields import TypedDay, TypedHour, TypedMoney
from tasks.models import BudgetEntry, ProgressUpdate
from tests.factories import RevisionFactory

TYPED_BY = {"DateField": TypedDay, "TimeField": TypedHour}
COLUMNS = [
    field
    for app in ("programme", "tasks", "meetings", "smartcity")
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.local_concrete_fields
    if field.get_internal_type() in TYPED_BY or field.name.endswith("_vnd")
]


@pytest.mark.parametrize("field", COLUMNS, ids=str)
def test_column_of_a_day_an_hour_or_an_amount_is_asked_for_in_our_way(field):
    typed_by = TypedMoney if field.name.endswith("_vnd") else TYPED_BY[field.get_internal_type()]

    assert isinstance(field.formfield(), typed_by)


@pytest.mark.parametrize("field", COLUMNS, ids=str)
def test_how_a_column_is_typed_is_no_part_of_the_table(field):
    _, path, args, kwargs = field.deconstruct()

    assert path in {f"django.db.models.{name}" for name in ("DateField", "TimeField", "BigIntegerField")}
    assert type(getattr(models, path.rpartition(".")[2])(*args, **kwargs)).__module__ == "django.db.models.fields"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        pytest.param("as_of", "31/02/2024", "Ngày 31/02/2024 không có trong lịch.", id="no such day"),
        pytest.param("disbursed_vnd", "3,470", "«3,470» là 3 phẩy 470 hay 3 nghìn 470?", id="unclear amount"),
        pytest.param("percent", "101", "Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50.", id="more than all"),
    ],
)
def test_record_that_no_page_prepared_refuses_what_every_page_refuses(name, typed, sentence):
    field = ProgressUpdate._meta.get_field(name).formfield()

    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)

    assert sentence in str(refusal.value)


def test_record_that_no_page_prepared_is_read_back():
    asks = forms.modelform_factory(ProgressUpdate, fields=["as_of", "disbursed_vnd"])

    form = asks(initial={"as_of": date(2023, 6, 16), "disbursed_vnd": 160_000_000})

    assert "Đọc là: 16/06/2023 (thứ Sáu)" in str(form["as_of"])
    assert "Đọc là: 160 triệu đồng (160.000.000 đồng)" in str(form["disbursed_vnd"]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("model", "name", "sentence"),
    [
        pytest.param(BudgetEntry, "amount_vnd", "Nhập số tiền.", id="amount"),
        pytest.param(BudgetEntry, "decided_on", "Nhập ngày quyết định, ngày chi.", id="named a day"),
        pytest.param(Period, "first_day", "Hãy nhập ô «Từ ngày».", id="from a day on"),
    ],
)
def test_what_is_missing_is_called_by_its_name(model, name, sentence):
    field = model._meta.get_field(name).formfield()

    with pytest.raises(forms.ValidationError, match=sentence):
        field.clean("")


def test_example_stands_beside_a_day_that_says_nothing_of_its_own():
    own, none = (LegalDocument._meta.get_field(name).formfield().help_text for name in ("signed_on", "effective_on"))

    assert (own, none) == ("Với tin, bài là ngày đăng.", "Ví dụ: 31/12/2024.")


class BudgetForm(ConstraintForm):
    sent_as = {"declared_budget_vnd": "declared_budget"}

    class Meta:
        model = Revision
        fields = ["declared_budget_vnd"]


@pytest.mark.django_db
def test_amount_is_sent_under_the_name_that_drafts_know():
    revision = RevisionFactory()

    form = BudgetForm({"declared_budget": "-3 tỷ", "declared_budget_vnd": "5 tỷ đồng"}, instance=revision)

    assert 'name="declared_budget"' in str(form["declared_budget_vnd"])
    assert form.errors == {"declared_budget_vnd": ["Tổng kinh phí không thể âm."]}
