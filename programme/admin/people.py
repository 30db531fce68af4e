"""Provinces, agencies and the people who work in them."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Collate
from django.utils.timezone import localtime, now
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from programme.admin.document_fields import DocumentFields
from programme.document_choice import AdminDocumentSelect, DocumentChoice, documents_for
from programme.models import (
    NAME_THE_AGENCY,
    OF_NO_AGENCY,
    Agency,
    AgencySuccession,
    Membership,
    Province,
    Role,
    User,
)
from programme.operations.people import move_member
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, VisibleFilter
from smartcity.lib.forms.fields import AdminDayInput
from smartcity.lib.forms.record_forms import RecordForm
from smartcity.lib.language.text import COLLATION
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.history import signed_save
from smartcity.lib.records.typed_fields import TypedDay


@admin.register(Province)
class ProvinceAdmin(DocumentFields, RecordAdmin):
    list_display = ["name", "code", "in_force_from", "in_force_to"]
    ordering = ["name", "pk"]
    readonly_fields = ["is_simulated"]

    def has_add_permission(self, request):
        return request.user.sees_every_province and super().has_add_permission(request)

    def save(self, request, obj, form, change):
        if not change:
            obj.is_simulated = request.user.is_simulated
        super().save(request, obj, form, change)


class OwnProvinceMixin:
    """An administrator of a province keeps its own agencies and people, not those that reach beyond it."""

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if obj is None or request.user.sees_every_province:
            return may
        return may and self.province_of(obj) == request.user.province_id

    def province_of(self, obj):
        return obj.province_id


class StandingFilter(admin.SimpleListFilter):
    """Agencies that work, that have ended, and those of them of which nobody has recorded who carries on."""

    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [
            ("hoat-dong", "Đang hoạt động"),
            ("ket-thuc", "Đã kết thúc"),
            ("khong-ke-thua", "Đã kết thúc, chưa ghi cơ quan kế thừa"),
        ]

    def queryset(self, request, queryset):
        today = known_today()
        ended = Agency.objects.ended(today)
        match self.value():
            case "hoat-dong":
                return queryset.exclude(pk__in=ended.values("pk"))
            case "ket-thuc":
                return queryset.filter(pk__in=ended.values("pk"))
            case "khong-ke-thua":
                lacking = ended.kept_by(request.user).without_successor(today)
                return queryset.filter(pk__in=lacking.values("pk"))
        return queryset


@admin.register(Agency)
class AgencyAdmin(OwnProvinceMixin, RecordAdmin):
    list_display = ["name", "short_name", "kind", "province", "in_force_from", "in_force_to"]
    list_filter = [StandingFilter, "kind", ("province", VisibleFilter)]
    list_select_related = ["province"]
    search_fields = ["search_text"]
    ordering = ["name", "pk"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province" and not request.user.sees_every_province:
            field.queryset, field.required = field.queryset.filter(pk=request.user.province_id), True
        return field


@admin.register(AgencySuccession)
class AgencySuccessionAdmin(OwnProvinceMixin, DocumentFields, RecordAdmin):
    list_display = ["predecessor", "successor", "function", "effective_on", "document"]
    list_display_links = ["predecessor", "successor"]
    list_filter = [("predecessor__province", VisibleFilter)]
    list_select_related = ["predecessor", "successor", "document"]
    search_fields = ["predecessor__search_text", "successor__search_text"]
    ordering = ["-effective_on", "predecessor__name", "pk"]
    fields = [("predecessor", "successor"), ("effective_on", "document"), "function", "note"]

    def province_of(self, obj):
        return obj.predecessor.province_id


class MembershipInline(ReadOnlyInline):
    """Where the person has worked; the fields above it move them on."""

    model = Membership
    fields = ["agency", "first_day", "last_day"]
    order_by = ("-pk",)


class UserForm(RecordForm):
    # Who fills in the form, what they may choose from, and whether to choose no agency; the admin sets them.
    by: User
    agencies = Agency.objects.none()
    may_leave_open = False

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Cơ quan",
        required=False,
        empty_label="Không có",
        widget=UnfoldAdminSelectWidget,
        help_text="Chọn cơ quan khác để chuyển công tác; để trống để ghi nghỉ công tác. Chỉ quản trị và kiểm toán "
        "toàn hệ thống mới không có cơ quan ngay từ đầu.",
    )
    first_day = TypedDay(
        label="Làm việc ở đó từ ngày",
        required=False,
        widget=AdminDayInput,
        help_text="Khi chuyển công tác: ngày đầu tiên ở cơ quan mới. Tài khoản mới thì để trống nếu không rõ.",
    )
    moved_by = DocumentChoice(label="Theo quyết định", required=False, widget=AdminDocumentSelect)
    new_password = forms.CharField(
        label="Mật khẩu",
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 14 ký tự; có thể là một câu dễ nhớ. Người dùng phải đổi khi đăng nhập.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "new_password" in self.fields:
            self.fields["new_password"].help_text += " Để trống thì giữ mật khẩu cũ."
        work = self.instance.memberships.select_related("agency") if self.instance.pk else Membership.objects.none()
        self.has_worked = work.exists()
        current = work.filter(last_day=None).first()
        self.works_at = current.agency if current else None
        if "agency" in self.fields:
            self.fields["agency"].queryset = self.agencies.order_by("name")
            self.fields["moved_by"].offer(documents_for(self.by), self.by, empty_label="Không có")

    def histories(self):
        return [*super().histories(), Membership.history.filter(user=self.instance.pk)]

    def shown(self, record, upto):
        return {"agency": next((row.agency_id for row in self.part_at(1, upto) if row.last_day is None), None)}

    @property
    def moves(self) -> bool:
        return self.cleaned_data["agency"] != self.works_at

    def clean_username(self):
        return self.cleaned_data["username"].lower()

    def clean(self):
        super().clean()
        if {"agency", "first_day"} - self.cleaned_data.keys():
            return
        first_day = self.cleaned_data["first_day"]
        may_leave_open = self.may_leave_open and self.cleaned_data.get("role") in OF_NO_AGENCY
        if not (self.has_worked or self.cleaned_data["agency"] or may_leave_open):
            self.add_error("agency", NAME_THE_AGENCY)
        elif not self.moves and first_day:
            self.add_error("first_day", "Cơ quan chưa đổi. Chọn cơ quan mới, hoặc để trống ngày này.")
        elif self.moves and self.has_worked and not first_day:
            self.add_error("first_day", "Nhập ngày đầu tiên ở cơ quan mới, hoặc ngày đầu tiên đã nghỉ.")

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


class ToMendFilter(admin.SimpleListFilter):
    """Active accounts with which something is wrong, of those that the administrator keeps."""

    title = "cần sửa"
    parameter_name = "can-sua"

    def lookups(self, request, model_admin):
        return [("co-quan", "Ở cơ quan đã kết thúc"), ("thu", "Chưa có thư điện tử")]

    def queryset(self, request, queryset):
        kept = User.objects.kept_by(request.user)
        match self.value():
            case "co-quan":
                return queryset.filter(pk__in=kept.at_ended_agencies(known_today()).values("pk"))
            case "thu":
                return queryset.filter(pk__in=kept.without_address().values("pk"))
        return queryset


class SignedInFilter(admin.SimpleListFilter):
    """Accounts with which nobody has ever signed in, or not for long."""

    title = "đăng nhập"
    parameter_name = "dang-nhap"
    LONG = timedelta(days=90)

    def lookups(self, request, model_admin):
        return [("chua", "Chưa từng đăng nhập"), ("lau", f"Quá {self.LONG.days} ngày chưa đăng nhập")]

    def queryset(self, request, queryset):
        match self.value():
            case "chua":
                return queryset.filter(last_sign_in=None)
            case "lau":
                return queryset.filter(last_sign_in__at__lt=now() - self.LONG)
        return queryset


# Roles as they are called, for the database to sort by.
ROLE_WORDS = Collate(
    Case(*(When(role=role.value, then=Value(str(role.label))) for role in Role), output_field=CharField()), COLLATION
)


@admin.register(User)
class UserAdmin(OwnProvinceMixin, RecordAdmin):
    form = UserForm
    list_display = ["called", "username", "title", "works_at", "role_word", "signed_in_at", "is_active"]
    list_display_links = ["called"]
    list_filter = [ToMendFilter, SignedInFilter, "role", "is_active"]
    search_fields = ["search_text", "memberships__agency__search_text"]
    ordering = ["given_name"]
    readonly_fields = ["must_change_password"]
    inlines = [MembershipInline]
    fields = [
        ("full_name", "title"),
        ("username", "new_password"),
        ("email", "role"),
        ("agency", "first_day"),
        "moved_by",
        ("is_active", "must_change_password"),
    ]

    def get_queryset(self, request):
        """By the given name, as lists of people in Vietnam are; behind any other order too."""
        return super().get_queryset(request).order_by("given_name", "full_name", "username")

    def with_columns(self, rows):
        work = Membership.objects.overlapping(known_today(), known_today()).filter(user=OuterRef("pk"))
        return rows.annotate(agency_name=Subquery(work.values("agency__name")[:1]), signed_in=F("last_sign_in__at"))

    def province_of(self, obj):
        """Of who works nowhere today, the province that they worked in last."""
        latest = obj.memberships.latest_first(known_today()).select_related("agency").first()
        return latest.agency.province_id if latest else None

    @admin.display(description="họ và tên", ordering="given_name")
    def called(self, obj):
        return str(obj)

    @admin.display(description="cơ quan", ordering="agency_name")
    def works_at(self, obj):
        return obj.agency_name or ""

    @admin.display(description="vai trò", ordering=ROLE_WORDS)
    def role_word(self, obj):
        return obj.get_role_display()

    @admin.display(description="đăng nhập gần nhất", ordering=F("signed_in").asc(nulls_first=True))
    def signed_in_at(self, obj):
        return f"{localtime(obj.signed_in):%d/%m/%Y %H:%M}" if obj.signed_in else "chưa từng"

    def get_fields(self, request, obj=None):
        # Who may only read sees the work below, and no field for a password.
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if obj is None:
            return [*self.fields[:-1], "is_active"]
        return self.fields if may_save else ["full_name", "title", "username", "email", "role", "is_active"]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        everywhere = request.user.sees_every_province
        agencies = Agency.objects.visible_to(request.user)

        class OwnUserForm(super().get_form(request, obj, change, **kwargs)):
            by = request.user
            may_leave_open = everywhere

        OwnUserForm.agencies = agencies if everywhere else agencies.filter(province=request.user.province_id)
        return OwnUserForm

    def save(self, request, obj, form, change):
        reason = form.cleaned_data["change_reason"]
        signed = reason
        if not change:
            obj.is_simulated = request.user.is_simulated
        if form.cleaned_data["new_password"]:
            obj.set_password_by(form.cleaned_data["new_password"], request.user)
            # The password itself is not in the history; that it was set must be.
            signed = f"Đặt mật khẩu. {reason}".strip()
        signed_save(obj, by=request.user, reason=signed)
        if form.moves:
            move_member(
                obj,
                agency=form.cleaned_data["agency"],
                from_on=form.cleaned_data["first_day"],
                document=form.cleaned_data["moved_by"],
                by=request.user,
                reason=reason,
            )
