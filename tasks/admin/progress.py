"""Progress reports: written by the agency that leads, reviewed by the agency that coordinates."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from programme.admin.base import RecordAdmin, VisibleFilter
from programme.forms import PercentField, RecordForm
from tasks.admin.choices import TaskChoiceField
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.naming import with_task_name
from tasks.operations import accept_update, draft_update, return_update, submit_update

TOLD = [
    "status",
    "percent",
    "completed_on",
    "operation_state",
    "results",
    "obstacles",
    "causes",
    "objective_cause",
    "subjective_cause",
    "proposals",
    "next_steps",
    "document",
]


class ProgressUpdateForm(RecordForm):
    percent = PercentField(
        label="Tiến độ (%)", required=False, help_text="Số nguyên từ 0 đến 100. Để trống nếu chưa có số liệu."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Before it is accepted a report is its author's own; the history keeps each wording without a reason.
        self.fields["change_reason"].required = False
        self.instance.reported_on = localdate()


class ReviewForm(forms.Form):
    # Which wording of the report the reviewer has before them.
    seen = forms.IntegerField(required=False)
    reason = forms.CharField(
        label="Lý do trả lại",
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Bắt buộc khi trả lại: nêu rõ cần bổ sung, sửa gì.",
    )


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(RecordAdmin):
    form = ProgressUpdateForm
    list_display = ["task_name", "as_of", "status", "percent_told", "state", "author", "reviewer"]
    list_filter = ["state", "status", ("task__programme", VisibleFilter)]
    list_select_related = ["task__programme", "author", "reviewer"]
    search_fields = ["task__plans__search_text"]
    ordering = ["-as_of", "-pk"]
    actions_detail = ["review"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "task",
                    ("as_of", "status", "percent"),
                    ("completed_on", "operation_state", "causes"),
                    ("results", "next_steps"),
                    ("obstacles", "proposals"),
                    ("objective_cause", "subjective_cause"),
                    ("document", "corrects"),
                ]
            },
        ),
    ]
    decided = ["state", "author", "reviewer", "reported_on", "return_reason"]

    def get_queryset(self, request):
        return with_task_name(super().get_queryset(request), localdate())

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [("Tình trạng", {"fields": self.decided}), *fieldsets] if obj else fieldsets

    def get_readonly_fields(self, request, obj=None):
        return [*self.decided, "task"] if obj else []

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or (obj.is_open_to_its_author and obj.author_id == request.user.pk))

    def has_review_permission(self, request, object_id=None):
        update = self.get_queryset(request).filter(pk=object_id, state=UpdateState.SUBMITTED).first()
        return update is not None and update.task.programme.is_coordinated_by(request.user)

    @admin.display(description="nhiệm vụ")
    def task_name(self, obj):
        return obj.task_name or obj.task.code

    @admin.display(description="tiến độ", ordering="percent")
    def percent_told(self, obj):
        return "chưa nêu" if obj.percent is None else f"{obj.percent}%"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "task":
            return TaskChoiceField(Task.objects.reportable_by(request.user, localdate()), label="Nhiệm vụ")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "corrects":
            field.queryset = ProgressUpdate.objects.accepted().filter(
                task__in=Task.objects.reportable_by(request.user, localdate()).values("pk")
            )
        return field

    def get_changeform_initial_data(self, request):
        return {"as_of": localdate()} | super().get_changeform_initial_data(request)

    def save(self, request, obj, form, change):
        write = submit_update if "_submit" in request.POST else draft_update
        write(obj, by=request.user, today=localdate(), reason=form.cleaned_data["change_reason"])

    def response_add(self, request, obj, post_url_continue=None):
        return self._tell(request, obj)

    def response_change(self, request, obj):
        return self._tell(request, obj)

    def _tell(self, request, obj):
        time = f"{localtime():%H:%M ngày %d/%m/%Y}"
        if obj.state == UpdateState.SUBMITTED:
            reviewer = obj.task.programme.coordinator_on(localdate())
            text = f"Đã gửi báo cáo số liệu đến ngày {obj.as_of:%d/%m/%Y} lúc {time}. {reviewer} sẽ tiếp nhận."
        else:
            text = f"Đã lưu bản nháp lúc {time}. Bản nháp chưa gửi và chưa tính vào số liệu."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:tasks_progressupdate_changelist"))

    @action(description="Tiếp nhận hoặc trả lại", url_path="xem-xet", permissions=["review"])
    def review(self, request, object_id):
        """Show what the report changes, and accept it or send it back."""
        update = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = ReviewForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._decide(request, update, form)
            except ValidationError as refusal:
                for place, sentence in _refusals(refusal):
                    form.add_error(place, sentence)
        tasks = Task.objects.filter(pk=update.task_id)
        before = ProgressUpdate.objects.latest_accepted(tasks, update.as_of).first()
        context = {
            **self.admin_site.each_context(request),
            "title": "Xem xét báo cáo tiến độ",
            "opts": self.opts,
            "update": update,
            "before": before,
            "version": _version(update),
            "changes": [_told_change(name, before, update) for name in TOLD],
            "form": form,
        }
        return render(request, "admin/tasks/progressupdate/review.html", context)

    @transaction.atomic
    def _decide(self, request, update, form):
        ProgressUpdate.objects.select_for_update().get(pk=update.pk)
        if update.state == UpdateState.SUBMITTED and form.cleaned_data["seen"] != _version(update):
            raise ValidationError("Báo cáo đã được sửa và gửi lại sau khi bạn mở trang. Đọc lại rồi quyết định.")
        if "_return" in request.POST:
            return_update(update, by=request.user, reason=form.cleaned_data["reason"])
            text = f"Đã trả lại báo cáo cho {update.author}, kèm lý do."
        elif "_accept" in request.POST:
            accept_update(update, by=request.user, reason=form.cleaned_data["reason"])
            text = f"Đã tiếp nhận báo cáo của {update.author}. Số liệu của đề án đã tính báo cáo này."
        else:
            raise PermissionDenied
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:index"))


def _refusals(refusal: ValidationError):
    """Each sentence of a refusal, with the field of the review that it speaks of, if any."""
    for error in refusal.error_dict.values() if hasattr(refusal, "error_dict") else [refusal.error_list]:
        for one in error:
            yield "reason" if one.code == "return_reason" else None, one


def _version(update: ProgressUpdate) -> int:
    return update.history.order_by("-history_id").values_list("history_id", flat=True)[0]


def _told_change(name: str, before: ProgressUpdate | None, update: ProgressUpdate) -> dict:
    """One line of the review: a field's label, what was last accepted, what is reported now."""
    label = str(ProgressUpdate._meta.get_field(name).verbose_name).capitalize()
    old, new = _told(before, name) if before else "", _told(update, name)
    return {"label": label, "old": old, "new": new, "changed": old != new}


def _told(update: ProgressUpdate, name: str) -> str:
    value = getattr(update, name)
    if value in (None, ""):
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    display = getattr(update, f"get_{name}_display", None)
    return str(display() if display else f"{value}%" if name == "percent" else value)
