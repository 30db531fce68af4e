"""What every page of the admin does: shows only the user's rows, signs what it saves, keeps its history readable."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.forms import ModelForm
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.forms import PaginationInlineFormSet

from smartcity.lib.admin.lists import FileChangeList, SignedChangeList, found_by
from smartcity.lib.forms.fields import AdminDayInput, AdminMoneyInput
from smartcity.lib.forms.record_forms import ConstraintForm, RecordForm, VersionedForm, VersionedRows, status_of
from smartcity.lib.forms.unsaved_input import KEPT, removal_of, say_removed, typed_words
from smartcity.lib.log.refusals import is_unrecorded
from smartcity.lib.pages.columns import Column
from smartcity.lib.pages.unsaved_input import tell_merged, unsaved_page
from smartcity.lib.records.history import signed_save
from smartcity.lib.records.overtaken import Overtaken
from smartcity.lib.records.signers import as_signed
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField, MoneyField

# What the form adds to the record's own fields; shown last, to those who may save.
SIGNATURE = ["change_reason", "seen_version"]


# Two people may pass the form's checks at once; the database lets only the first one in.
SAME_RECORD = "Có người vừa lưu một bản ghi trùng với nội dung này. Mở danh sách để xem, hoặc sửa rồi gửi lại."


def link_to_file(file):
    """A file as the admin shows it: what it is called, and what one gets."""
    return format_html(
        '<a href="{}" class="text-link">{}</a> ({}, {})',
        file.get_absolute_url(),
        file.name,
        file.get_kind_display(),
        file.size_told,
    )


class FieldsMixin:
    """Fields as our people type them; related records are offered, and accepted, only where the user may see them."""

    formfield_overrides = {DayField: {"widget": AdminDayInput}, MoneyField: {"widget": AdminMoneyInput}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Who keeps records all day needs no example of a day beside each.
        kwargs.setdefault("help_text", db_field.help_text)
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, LongTextField):
            field.widget.attrs["rows"] = 3
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A record is opened from its own list; beside a field, a menu of buttons hides what to do.
            field.widget = field.widget.widget
        return field

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if not db_field.has_default():
            # Nothing is chosen for anybody: the first choice would be taken unread.
            kwargs["choices"] = db_field.get_choices(include_blank=True, blank_choice=[("", "Chọn")])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        manager = db_field.remote_field.model._default_manager
        if "queryset" not in kwargs and hasattr(manager, "visible_to"):
            # In the order of its own list; without one, a database gives them in whatever order they were written.
            listed = self.get_field_queryset(kwargs.get("using"), db_field, request)
            order = listed.query.order_by if listed is not None else ()
            kwargs["queryset"] = manager.visible_to(request.user).order_by(*(order or ["pk"]))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecordAdmin(FieldsMixin, ModelAdmin):
    """The admin of a record with a history.

    Rows that the user may not see do not exist (404). Nothing is deleted here. Saving goes through ``save``,
    which operations override; what they refuse is shown in the form, with everything that was typed.
    """

    form = RecordForm
    change_form_before_template = "components/conflicts.html"
    # The key to the record that this one belongs to: whoever sees that may know what became of this.
    owner = ""
    list_filter_sheet = False
    list_per_page = 50
    list_before_template = "admin/_list_downloads.html"
    # What the list's file has beyond the list.
    file_columns: list[Column] = []
    show_full_result_count = False
    warn_unsaved_form = True

    def save(self, request, obj, form, change):
        """Save ``obj``; may raise ``ValidationError``."""
        signed_save(obj, by=request.user, reason=form.cleaned_data.get("change_reason", ""))

    def get_queryset(self, request):
        return self.with_columns(self.model._default_manager.visible_to(request.user))

    def with_columns(self, rows):
        """Add what is shown of a row and stands beside it: names of the day, sums, what was last reported."""
        return rows

    def get_changelist(self, request, **kwargs):
        is_file = request.resolver_match and "extension" in request.resolver_match.kwargs
        return FileChangeList if is_file else SignedChangeList

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and connection.in_atomic_block:
            # Two people saving at once take turns; the second reads what the first has saved.
            self.model._default_manager.select_for_update().filter(pk=found.pk).first()
            found = super().get_object(request, object_id, from_field)
        if found is not None and request.method != "POST":
            # Only read from here on.
            as_signed([found])
        return found

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        if request.user.audits and removal_of(self.model, id=object_id):
            # The history says whether they may read it.
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[object_id])
            )
        gone = removal_of(self.model, id=object_id) if self.owner else None
        if gone is None:
            raise Http404
        owners = self.model._meta.get_field(self.owner).related_model._default_manager.visible_to(request.user)
        if not owners.filter(pk=getattr(gone, f"{self.owner}_id")).exists():
            raise Http404
        kept = f" {KEPT}" if request.method == "POST" else ""
        return self._typed_in_vain(request, f"{say_removed(gone)}{kept}")

    def _typed_in_vain(self, request, sentence):
        """What became of the record, with what was typed, which can be copied from here."""
        typed = typed_words(self.get_form(request, None)(request.POST)) if request.method == "POST" else []
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        title = f"{self.opts.verbose_name.capitalize()} không sửa được nữa"
        return unsaved_page(request, back, sentence, typed, title=title, status=410)

    def has_delete_permission(self, request, obj=None):
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            # What was written is rolled back; the same form is shown again with what the operation said.
            request.refusal, request.overtaken = refusal, isinstance(refusal, Overtaken)
        except IntegrityError as error:
            if is_unrecorded(error):
                raise
            request.refusal, request.overtaken = ValidationError(SAME_RECORD), True
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        class RefusedForm(form):
            def _post_clean(self):
                super()._post_clean()
                self.add_error(None, refusal)

        return RefusedForm

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name not in SIGNATURE]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*fieldsets, (None, {"fields": SIGNATURE})] if may_save else fieldsets

    def save_model(self, request, obj, form, change):
        self.save(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        tell_merged(request, form, *formsets)

    def render_change_form(self, request, context, *args, **kwargs):
        forms = [context["adminform"].form, *(inline.formset for inline in context["inline_admin_formsets"])]
        filled = [form for form in forms if hasattr(form, "conflicts")]
        context["conflicts"] = [conflict for form in filled for conflict in form.conflicts]
        response = super().render_change_form(request, context, *args, **kwargs)
        if request.method == "POST" and context["errors"]:
            overtaken = getattr(request, "overtaken", False)
            response.status_code = 409 if overtaken else status_of(*filled)
        return response

    def save_formset(self, request, form, formset, change):
        reason = form.cleaned_data.get("change_reason", "")
        for obj in formset.save(commit=False):
            signed_save(obj, by=request.user, reason=reason)
        formset.save_m2m()

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(found_by(self.model, self.get_search_fields(request), search_term)), False

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        export, removed = (self.admin_site.admin_view(view) for view in (self.export_view, self.removed_view))
        return [
            path("danh-sach.<slug:extension>", export, name=f"{name}_export"),
            path("da-xoa/", removed, name=f"{name}_removed"),
            *super().get_urls(),
        ]

    def export_view(self, request, extension):
        return self.admin_site.export_list(request, self, extension)

    def removed_view(self, request):
        return self.admin_site.removed_list(request, self)

    def history_view(self, request, object_id, extra_context=None):
        return self.admin_site.record_history(request, self, object_id)

    # The history says who changed what; the admin's own log would say it a second time, and less.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None


class ReadAdmin(RecordAdmin):
    """A record to look up and whose history to read; its own page is one press away."""

    # Of a record that is not saved here no version is remembered.
    form = ModelForm
    actions_detail = ["open_page"]

    def get_queryset(self, request):
        """On the page of one record, with the names of all that it names."""
        is_of_one = request.resolver_match and "object_id" in request.resolver_match.kwargs
        names = [field.name for field in self.opts.fields if field.many_to_one] if is_of_one else [None]
        return super().get_queryset(request).select_related(*names)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @action(description="Mở trang", url_path="mo-trang")
    def open_page(self, request, object_id):
        return HttpResponseRedirect(self.page_of(request, get_object_or_404(self.get_queryset(request), pk=object_id)))

    def page_of(self, request, obj) -> str:
        return obj.get_absolute_url()


class RowsFormSet(PaginationInlineFormSet):
    def get_unique_error_message(self, unique_check):
        return "Có hai dòng ghi trùng nhau. Bỏ bớt một dòng rồi lưu lại."


class VersionedRowsFormSet(VersionedRows, RowsFormSet):
    pass


class RecordInline(FieldsMixin, TabularInline):
    """Rows that belong to a record and are saved with it."""

    form = VersionedForm
    formset = VersionedRowsFormSet
    order_by = ("pk",)
    # What the rows' own words are made of, beside the records they point to.
    joins = ()
    extra = 0
    show_title = False

    in_history = True

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return [*fields, "seen_version"] if self.has_change_permission(request, obj) else fields

    def get_queryset(self, request):
        rows = self.model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(request.user)
        pointed_to = [field.name for field in self.model._meta.fields if isinstance(field, models.ForeignKey)]
        return rows.select_related(*pointed_to, *self.joins).order_by(*self.order_by)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        # Asked for once, not once for each row.
        field.choices = list(field.choices)
        return field


class SignedRowsFormSet(RowsFormSet):
    """Rows for reading, in which each person stands as they were called when they signed the row."""

    is_signed = False

    def get_queryset(self):
        rows = super().get_queryset()
        if not self.is_signed:
            # Asked for once for each row; its rows are kept in between.
            self.is_signed = True
            self.sign(rows)
        return rows

    def sign(self, rows):
        as_signed(rows)


class ReadOnlyInline(RecordInline):
    """Rows that belong to a record and are changed elsewhere."""

    form = ConstraintForm
    formset = SignedRowsFormSet
    can_delete = False

    def get_readonly_fields(self, request, obj=None):
        # Read from the record, so that fields which no form may show can be shown too.
        return self.fields

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
