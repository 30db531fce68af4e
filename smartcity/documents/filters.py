"""What may be asked of the list of documents."""

from django import forms

from programme.models import DocumentKind
from smartcity.lib.pages.lists import FilterForm


class DocumentSearchForm(FilterForm):
    """``?tim=…&loai=…``; what cannot be read looks for nothing in particular."""

    tim = forms.CharField(label="Tìm theo số, ký hiệu, trích yếu", required=False, max_length=100)
    loai = forms.ChoiceField(label="Loại", required=False, choices=[("", "Tất cả"), *DocumentKind.choices])
