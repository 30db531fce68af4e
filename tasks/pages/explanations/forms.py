"""What may be typed on the pages of explanations: a question, an answer, a further question, a conclusion."""

from django import forms

from programme.models import Agency
from smartcity.lib.forms.inputs import day_field, text_field


class AskForm(forms.Form):
    """A question; ``shown`` is what the page said when it was opened, and is only compared."""

    question = text_field("Nội dung yêu cầu", "Ghi nội dung cần giải trình.")
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Cơ quan giải trình",
        empty_label=None,
        error_messages={"required": "Chọn cơ quan giải trình."},
    )
    due_on = day_field("Hạn trả lời", "Ngày/tháng/năm, ví dụ 30/06/2026. Để trống nếu không đặt hạn.")
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, shown: str, agencies, whose: str, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.now_shown = shown
        self.fields["agency"].queryset = agencies
        self.fields["agency"].help_text = whose
        self.initial["shown"] = shown

    def clean_shown(self):
        before = self.cleaned_data["shown"]
        if before and before != self.now_shown:
            # The next press of the button knows of the new value.
            self.data = self.data.copy()
            self.data[self.add_prefix("shown")] = self.now_shown
            self.add_error(
                None,
                f"Trong lúc bạn viết, số liệu đã đổi từ «{before[:300]}» thành «{self.now_shown}». "
                "Sửa câu hỏi nếu cần, rồi gửi lần nữa.",
            )
        return self.now_shown


class ExplanationAnswerForm(forms.Form):
    text = text_field("Nội dung trả lời", "Ghi nội dung trả lời.", rows=8)


class AskAgainForm(forms.Form):
    text = text_field("Nội dung hỏi thêm", "Ghi nội dung cần hỏi thêm.")
    due_on = day_field("Hạn trả lời", "Hạn mới. Để trống nếu không đặt hạn.")


class ExplanationCloseForm(forms.Form):
    verdict = text_field("Kết luận", "", rows=3, required=False, help_text="Không bắt buộc.")
