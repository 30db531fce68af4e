"""Provinces, agencies and the people who work in them."""

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from unfold.widgets import UnfoldAdminPasswordWidget

from programme.admin.base import RecordAdmin
from programme.forms import RecordForm
from programme.models import Agency, Province, User


@admin.register(Province)
class ProvinceAdmin(RecordAdmin):
    list_display = ["name", "code", "in_force_from", "in_force_to"]
    ordering = ["name"]


@admin.register(Agency)
class AgencyAdmin(RecordAdmin):
    list_display = ["name", "short_name", "kind", "province", "in_force_from", "in_force_to"]
    list_filter = ["kind", "province"]
    list_select_related = ["province"]
    search_fields = ["search_text"]
    ordering = ["name"]


class UserForm(RecordForm):
    new_password = forms.CharField(
        label="Mật khẩu",
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 14 ký tự; có thể là một câu dễ nhớ. Để trống thì giữ mật khẩu cũ.",
    )

    def clean_username(self):
        return self.cleaned_data["username"].lower()

    def clean(self):
        super().clean()
        password = self.cleaned_data.get("new_password")
        if password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        elif not self.instance.pk:
            self.add_error("new_password", "Nhập mật khẩu cho tài khoản mới.")


@admin.register(User)
class UserAdmin(RecordAdmin):
    form = UserForm
    list_display = ["full_name", "username", "title", "agency", "role", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["agency"]
    ordering = ["full_name"]
    fields = ["full_name", "title", "username", "new_password", "email", "agency", "role", "is_active"]

    def get_fields(self, request, obj=None):
        # Who may only read sees no field for a password.
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [name for name in self.fields if may_save or name != "new_password"]

    def save(self, request, obj, form, change):
        if form.cleaned_data["new_password"]:
            obj.set_password(form.cleaned_data["new_password"])
        super().save(request, obj, form, change)
