"""What an officer types in a report, and what its reviewer answers."""

from django import forms
from django.forms.models import construct_instance
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from programme.document_choice import AdminDocumentSelect, DocumentChoice, documents_for
from smartcity.lib.forms.fields import AdminDayInput, AdminMoneyInput, SeveralField
from smartcity.lib.forms.file_fields import FilesField
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.records.text_fields import TypedText
from tasks.expected import asked_on
from tasks.models import Evidence, ProgressUpdate, RouteStep
from tasks.operations.report_rules import questions_about, say_corrected, whole_when_complete
from tasks.pages.reports.difference import ASKED_AS

# Always in sight, in the order in which they are filled in; the rest opens where it is needed.
TEXTS = ["results", "next_steps", "obstacles", "proposals"]
CHOICES = ["status", "operation_state", "causes", "step", "document", "corrects"]
FILLED_UP = "Trạng thái là «Hoàn thành» nên tiến độ được ghi 100%."
SELDOM = ["step_done_on", "percent_reason", "completed_on", "objective_cause", "subjective_cause", "corrects"]


class ReportForm(VersionedForm):
    """A report on one task, beginning with what counts so far."""

    files = FilesField(label="Tệp minh chứng", required=False, help_text="PDF, DOCX, XLSX, JPG, PNG.")
    drop = SeveralField(label="Bỏ tệp đã đính kèm", queryset=Evidence.objects.none(), required=False)
    carried = SeveralField(
        label="Giữ tệp minh chứng của báo cáo được đính chính", queryset=Evidence.objects.none(), required=False
    )

    class Meta:
        model = ProgressUpdate
        fields = [
            "as_of",
            "status",
            "percent",
            "operation_state",
            *TEXTS,
            "causes",
            "step",
            "disbursed_vnd",
            "document",
            *SELDOM,
        ]
        field_classes = {"document": DocumentChoice}
        labels = ASKED_AS | {"percent": "Tiến độ (%)"}
        help_texts = {
            "as_of": "",
            "percent": "",
            "percent_reason": "Bắt buộc khi tiến độ thấp hơn lần trước.",
            "completed_on": "Để trống nếu không rõ ngày.",
            "disbursed_vnd": "Ví dụ 160 triệu đồng.",
        }
        widgets = dict.fromkeys(["as_of", "completed_on", "step_done_on"], AdminDayInput) | {
            "percent": UnfoldAdminTextInputWidget,
            "disbursed_vnd": AdminMoneyInput,
        }
        widgets |= dict.fromkeys(CHOICES, UnfoldAdminSelectWidget) | {"document": AdminDocumentSelect}
        widgets |= {
            name: UnfoldAdminTextareaWidget(attrs={"rows": 2})
            for name in [*TEXTS, "percent_reason", "objective_cause", "subjective_cause"]
        }

    def __init__(self, *args, user, today, steps, asked=(), **kwargs):
        """``steps``: those of the task that are open; ``asked``: what cycles still ask of it.

        A report that was begun for no cycle answers that of its day.
        """
        super().__init__(*args, **kwargs)
        self.asked = asked
        # Whether the percentage was left to what the status says.
        self.is_filled_up = False
        # What has taken the place of the report to be corrected.
        self.newer = None
        self.label_suffix = ""
        self.instance.author, self.instance.reported_on = user, today
        task = self.instance.task
        self.fields["as_of"].error_messages["required"] = "Nhập ngày của số liệu, ví dụ 16/06/2023."
        self.fields["status"].error_messages["required"] = "Chọn trạng thái."
        self.fields["document"].offer(documents_for(user), user)
        if self.instance.pk:
            self.fields["drop"].queryset = Evidence.objects.filter(update=self.instance.pk).select_related("file")
        self._begin_correction(task)
        wrong = self.instance.corrects
        # The step that the corrected report says is done is not open any more, and may be said again.
        if wrong and wrong.step_id:
            steps |= RouteStep.objects.filter(pk=wrong.step_id)
        self.fields["step"].queryset = steps.order_by("position", "pk")
        for name in ["document", "step"]:
            self.fields[name].empty_label = "Không chọn"
        for name in ["status", "operation_state", "causes"]:
            labels = [choice for choice in self.fields[name].choices if choice[0]]
            self.fields[name].choices = [("", "Chọn" if name == "status" else "Không nêu"), *labels]

    def _begin_correction(self, task) -> None:
        """Which report is corrected is said by where the form was opened, filled with it; here it can be let go."""
        field, wrong = self.fields["corrects"], self.instance.corrects
        if wrong is None and not (self.is_bound and self.data.get("corrects")):
            field.widget, field.queryset = forms.HiddenInput(), ProgressUpdate.objects.none()
            return
        field.queryset = ProgressUpdate.objects.counting().filter(task=task)
        field.label_from_instance = _told_by_its_day
        field.error_messages["invalid_choice"] = (
            "Báo cáo đó không phải là báo cáo đang tính vào số liệu của nhiệm vụ này; có thể đã được đính chính. Mở "
            "trang nhiệm vụ và đính chính báo cáo mới nhất."
        )
        self.newer = wrong.correction_that_stands() if wrong and self.is_bound else None
        if self.newer:
            field.error_messages["invalid_choice"] = say_corrected(wrong, self.newer)
        field.empty_label = "Không đính chính, đây là báo cáo khác"
        if wrong is None:
            # What was sent all the same is shown with what is wrong in it.
            return
        field.widget.choices = [(wrong.pk, _told_by_its_day(wrong)), ("", field.empty_label)]
        if self.instance.pk is None:
            self.fields["carried"].queryset = wrong.evidence.select_related("file").order_by("pk")
            self.initial["carried"] = list(wrong.evidence.values_list("pk", flat=True))

    def clean(self):
        cleaned = super().clean()
        self._fill_up()
        if self.instance.cycle_id or self.cleaned_data.get("corrects"):
            return cleaned
        wanted = asked_on(self.asked, self.instance.task, self.cleaned_data.get("as_of"))
        if wanted and wanted.update and wanted.update.pk != self.instance.pk:
            state = wanted.update.get_state_display().lower()
            self.add_error(
                "as_of",
                f"{wanted.cycle} đã có báo cáo ở tình trạng «{state}». Mở «Việc của tôi» để viết tiếp báo cáo đó.",
            )
        elif wanted:
            self.instance.cycle = wanted.cycle
        return cleaned

    def _fill_up(self) -> None:
        """What is complete is so by all of it; the page shows that it was filled in."""
        said = self.cleaned_data
        if "percent" not in said or "_same" in self.data:
            return
        percent = whole_when_complete(said.get("status", ""), said["percent"])
        if percent != said["percent"]:
            said["percent"], self.is_filled_up = percent, True
            self.data = self.data.copy()
            self.data["percent"] = str(percent)
            self["percent"].help_text = FILLED_UP

    def _post_clean(self):
        """Of what is typed soundly the operation that keeps it asks all rules, once; it says what is wrong by field.

        Where something else is wrong, nothing is kept: then both are told together, by the form.
        """
        if self.errors or self.conflicts or self.is_outdated or "_same" in self.data:
            super()._post_clean()
        else:
            self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)

    @property
    def seldom(self) -> list[forms.BoundField]:
        return [self[name] for name in SELDOM if not self[name].is_hidden]

    @property
    def opens_seldom(self) -> bool:
        """Whether one of the folded fields says something, or must."""
        return any(field.errors or field.value() for field in self.seldom)


def _told_by_its_day(update: ProgressUpdate) -> str:
    return f"Số liệu đến ngày {update.as_of:%d/%m/%Y}: {update.get_status_display()}"


class SendForm(forms.Form):
    """What is asked before a report is sent: each unusual thing in it is confirmed."""

    # Which wording of the draft its sender has read.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, update: ProgressUpdate, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["seen"] = update.version
        self.questions = questions_about(update)
        for question in self.questions:
            self.fields[question.code] = forms.BooleanField(
                label="Đúng như vậy, vẫn gửi",
                help_text=question.sentence,
                error_messages={"required": "Sửa báo cáo, hoặc đánh dấu để xác nhận."},
            )

    @property
    def confirmed(self) -> set[str]:
        return {question.code for question in self.questions if self.cleaned_data.get(question.code)}


class ReviewForm(forms.Form):
    """The answer to one report."""

    # Which wording of the report the reviewer has before them.
    seen = forms.IntegerField(required=False)
    reason = TypedText(
        label="Lý do trả lại",
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Bắt buộc khi trả lại: nêu rõ cần bổ sung, sửa gì.",
    )


class WithdrawForm(forms.Form):
    """Why a report that was sent is taken back."""

    reason = TypedText(
        label="Lý do thu hồi",
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Không bắt buộc; ghi vào lịch sử thay đổi.",
    )


class ChosenForm(forms.Form):
    """Which of several reports are meant, in the wording that was on the page."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Đánh dấu ít nhất một báo cáo."})

    def __init__(self, *args, updates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(update.pk, str(update)) for update in updates]
        for update in updates:
            self.fields[f"seen_{update.pk}"] = forms.IntegerField(required=False)

    @property
    def seen(self) -> dict[int, int]:
        return {key: self.cleaned_data.get(f"seen_{key}") or 0 for key in self.cleaned_data["chosen"]}
