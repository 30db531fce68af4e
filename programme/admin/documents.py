"""Documents, their relations, and the figures that they state."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect

from programme.admin.document_fields import DocumentFields
from programme.document_choice import BACK, FOR_FIELD, NewestDocuments, documents_for
from programme.models import DocumentKind, DocumentRelation, LegalDocument, Measure, StatedFigure
from programme.models.stated_figure import MONEY_MEASURES
from programme.operations.documents import keep_document
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, RecordInline, VisibleFilter, link_to_file
from smartcity.lib.forms.fields import CodeField, FigureInput
from smartcity.lib.forms.file_fields import UploadField
from smartcity.lib.forms.kinds import KindFields
from smartcity.lib.forms.record_forms import CodeFormMixin, RecordForm
from smartcity.lib.language.document_code import EXAMPLES, DocumentCode
from smartcity.lib.language.money import say_money
from smartcity.lib.pages.unsaved_input import tell_left_out
from smartcity.lib.records.typed_fields import TypedMoney
from smartcity.lib.submissions.drafts import fill_draft
from smartcity.lib.submissions.payload import is_ours

# Before anything is chosen the form asks for what most documents have.
LEGAL = ("", *(kind for kind in DocumentKind if kind != DocumentKind.PRESS))
PRESS = (DocumentKind.PRESS,)
ASKED_BY = dict.fromkeys(["code", "issuer", "effective_on", "signer"], LEGAL)
ASKED_BY |= dict.fromkeys(["publisher", "province"], PRESS)


class LegalDocumentForm(CodeFormMixin, RecordForm):
    """A document by its issuer and number, or a report of the press by where it stood and on which province."""

    code = CodeField()
    upload = UploadField(label="Tệp văn bản", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What stood in fields of other kinds, each told in a sentence.
        self.left_out: list[str] = []
        if self.instance.file:
            self.fields["upload"].label = "Thay bằng tệp khác"
        if "kind" in self.fields:
            # The province of a document is that of its issuer.
            self.kinds = KindFields(self, "kind", ASKED_BY, derived=["province"])
            self.fields["code"].help_text = f"Ví dụ: {EXAMPLES}. Chưa có số thì ghi /TB-UBND."
            self.fields["publisher"].help_text = "Báo hoặc cổng thông tin."
            self.fields["province"].help_text = "Tin, bài nói đến tỉnh, thành phố nào."

    def clean(self):
        self.left_out = self.kinds.leave_out()
        kind, given = self.cleaned_data.get("kind"), self.cleaned_data
        if kind == DocumentKind.PRESS:
            given["code"] = DocumentCode(None, "")
            self.fields["code"].day = None
            self.instance.number, self.instance.symbol = given["code"].number, given["code"].symbol
        super().clean()
        missing = {"publisher": "Ghi báo hoặc cổng thông tin đã đăng.", "province": "Chọn tỉnh mà tin, bài nói đến."}
        if kind != DocumentKind.PRESS:
            missing = {"issuer": "Chọn cơ quan ban hành."} if kind else {}
        for name, sentence in missing.items():
            if name not in self.errors and not given.get(name):
                self.add_error(name, sentence)


class RelationInline(DocumentFields, RecordInline):
    model = DocumentRelation
    fk_name = "document"
    fields = ["kind", "pinpoint", "target"]
    verbose_name_plural = "văn bản này làm gì với văn bản khác"

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if target := formset.form.base_fields.get("target"):
            # Read once for all rows.
            chosen = obj.relations.values_list("target", flat=True) if obj else []
            newest = NewestDocuments(documents_for(request.user), request.user, chosen)
            target.offer_newest(newest, empty_label="Chọn văn bản")
        return formset


class IncomingRelationInline(ReadOnlyInline):
    """What other documents do to this one; that is part of their history, not of this one's."""

    model = DocumentRelation
    fk_name = "target"
    fields = ["document", "kind", "pinpoint"]
    verbose_name_plural = "văn bản khác nhắc đến, sửa đổi văn bản này"
    in_history = False


@admin.register(LegalDocument)
class LegalDocumentAdmin(RecordAdmin):
    form = LegalDocumentForm
    list_display = ["__str__", "subject", "signed_on", "issuer"]
    list_filter = ["kind", ("province", VisibleFilter)]
    list_select_related = ["issuer"]
    search_fields = ["search_text"]
    ordering = ["-signed_on", "-pk"]
    inlines = [RelationInline, IncomingRelationInline]
    fieldsets = [
        (None, {"fields": [("kind", "code"), ("issuer", "publisher"), ("signed_on", "effective_on"), "subject"]}),
        (
            "Chi tiết",
            {"fields": [("province", "signer"), "date_as_written", "source_url", "note"]},
        ),
        ("Tệp", {"fields": ["kept_file", "upload"]}),
    ]

    def get_inlines(self, request, obj):
        return self.inlines if obj else [RelationInline]

    def get_fieldsets(self, request, obj=None):
        may_save = self._may_save(request, obj)
        hidden = set() if obj else {"kept_file"}
        if not may_save:
            # Whoever only reads sees what its kind has.
            hidden |= {"upload", *(name for name, kinds in ASKED_BY.items() if obj and obj.kind not in kinds)}
        return [
            (title, options | {"fields": _without(hidden, options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["kept_file"] if self._may_save(request, obj) else ["kept_file", "code"]

    def save(self, request, obj, form, change):
        given = form.cleaned_data
        keep_document(obj, upload=given.get("upload"), by=request.user, reason=given.get("change_reason", ""))
        tell_left_out(request, form)

    def response_add(self, request, obj, post_url_continue=None):
        """Entered for a form that waits for it, it leads back there, and stands chosen where it fits."""
        back, field = request.GET.get(BACK, ""), request.GET.get(FOR_FIELD, "")
        if not (field and is_ours(back, request)):
            return super().response_add(request, obj, post_url_continue)
        fill_draft(request, back, field, str(obj.pk))
        messages.success(request, f"Đã nhập {obj}. Bạn trở lại biểu mẫu đang nhập dở.")
        return redirect(back)

    def _may_save(self, request, obj):
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.is_kept_by(request.user)) and super().has_change_permission(request, obj)

    @admin.display(description="số, ký hiệu")
    def code(self, obj):
        return obj.code

    @admin.display(description="tệp đang lưu")
    def kept_file(self, obj):
        return link_to_file(obj.file) if obj.file else "chưa có tệp"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province":
            field.initial = request.user.province_id
        return field


def _without(hidden, rows):
    """Rows of fields, a row being a field or several, without those that are ``hidden``."""
    kept = [[name for name in ([row] if isinstance(row, str) else row) if name not in hidden] for row in rows]
    return [row[0] if len(row) == 1 else tuple(row) for row in kept if row]


class StatedFigureForm(RecordForm):
    error_places = {"value": "stated"}
    stated = forms.CharField(
        label="Giá trị",
        max_length=60,
        widget=FigureInput,
        help_text="Số nhiệm vụ, hoặc số tiền như văn bản ghi: 3.470 tỷ đồng.",
    )

    def shown(self, record, upto):
        money = Measure(record.measure).is_money
        return {"stated": say_money(record.value) if money else record.value}

    def clean(self):
        super().clean()
        typed = self.cleaned_data.get("stated", "")
        if self.cleaned_data.get("measure") in MONEY_MEASURES:
            try:
                self.instance.value = TypedMoney().clean(typed)
            except forms.ValidationError as error:
                self.add_error("stated", error)
        elif typed.isascii() and typed.isdigit() and len(typed) < 7:
            self.instance.value = int(typed)
        elif typed:
            self.add_error("stated", "Nhập số nhiệm vụ bằng chữ số, ví dụ 12.")


@admin.register(StatedFigure)
class StatedFigureAdmin(DocumentFields, RecordAdmin):
    form = StatedFigureForm
    list_display = ["measure", "stated", "as_of", "programme", "document"]
    list_filter = ["measure", ("programme", VisibleFilter)]
    list_select_related = ["programme", "document"]
    ordering = ["-as_of", "pk"]
    fields = [("programme", "document"), ("as_of", "measure"), ("stated", "money_kind"), "wording", "note"]

    def get_readonly_fields(self, request, obj=None):
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [] if may_save else ["stated"]

    @admin.display(description="giá trị")
    def stated(self, obj):
        return say_money(obj.value) if Measure(obj.measure).is_money else obj.value
