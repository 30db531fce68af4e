"""Provinces, agencies and the people who work in them."""

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from unfold.widgets import UnfoldAdminPasswordWidget

from programme.admin.base import RecordAdmin, VisibleFilter
from programme.forms import RecordForm
from programme.history import signed_save
from programme.models import Agency, Province, User


@admin.register(Province)
class ProvinceAdmin(RecordAdmin):
    list_display = ["name", "code", "in_force_from", "in_force_to"]
    ordering = ["name"]

    def has_add_permission(self, request):
        return request.user.sees_every_province and super().has_add_permission(request)


class OwnProvinceMixin:
    """An administrator of a province keeps its own agencies and people, not those that reach beyond it."""

    # The field that says whose the record is.
    owner = "province"

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if obj is None or request.user.sees_every_province:
            return may
        return may and obj.province_id == request.user.province_id

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == self.owner and not request.user.sees_every_province:
            own = {"pk" if self.owner == "province" else "province": request.user.province_id}
            field.queryset, field.required = field.queryset.filter(**own), True
        return field


@admin.register(Agency)
class AgencyAdmin(OwnProvinceMixin, RecordAdmin):
    list_display = ["name", "short_name", "kind", "province", "in_force_from", "in_force_to"]
    list_filter = ["kind", ("province", VisibleFilter)]
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

    def _post_clean(self):
        # Only now does the record hold what was typed: a password is compared with the name beside it.
        super()._post_clean()
        password = self.cleaned_data.get("new_password")
        if password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        elif not self.instance.pk:
            self.add_error("new_password", "Nhập mật khẩu cho tài khoản mới.")


@admin.register(User)
class UserAdmin(OwnProvinceMixin, RecordAdmin):
    owner = "agency"
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
        reason = form.cleaned_data["change_reason"]
        if form.cleaned_data["new_password"]:
            obj.set_password(form.cleaned_data["new_password"])
            # The password itself is not in the history; that it was set must be.
            reason = f"Đặt mật khẩu. {reason}".strip()
        signed_save(obj, by=request.user, reason=reason)
