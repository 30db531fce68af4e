"""What may be asked of the list of databases."""

from django import forms

from programme.agency_names import AgencyTold
from smartcity.lib.pages.lists import FilterForm
from tasks.models import DatasetList


class RegisterForm(FilterForm):
    """``?danh-muc=shared&co-quan=7``; what cannot be read filters nothing."""

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        lists = [("", "Tất cả"), *DatasetList.choices]
        told = AgencyTold(agencies, label="Cơ quan", required=False, empty_label="Tất cả")
        told.offer(agencies)
        self.fields |= {
            "danh-muc": forms.ChoiceField(label="Danh mục", required=False, choices=lists),
            "co-quan": told,
        }
