"""What may be typed on the pages of documents: the number that a document is given."""

from django import forms

from programme.models import LegalDocument
from smartcity.lib.forms.fields import AdminDayInput, CodeField
from smartcity.lib.forms.record_forms import CodeFormMixin, RecordForm
from smartcity.lib.language.document_code import DocumentCode


class IssueForm(CodeFormMixin, RecordForm):
    """Number, day and signer of a document that was known without them."""

    code = CodeField()
    field_order = ["code", "signed_on", "effective_on", "signer", "change_reason"]

    class Meta:
        model = LegalDocument
        fields = ["signed_on", "effective_on", "signer"]
        widgets = dict.fromkeys(["signed_on", "effective_on"], AdminDayInput)
        help_texts = {
            "signed_on": "Ngày/tháng/năm, ví dụ 16/06/2023.",
            "effective_on": "Để trống nếu văn bản không nêu.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = True
        self.fields["code"].error_messages["required"] = "Ghi số, ký hiệu như trên văn bản."
        self.fields["code"].help_text = "Như trên văn bản, ví dụ 45/TB-UBND."
        self.fields["signed_on"].required = True
        self.fields["signed_on"].error_messages["required"] = "Ghi ngày ban hành."

    def clean_code(self) -> DocumentCode:
        code = super().clean_code()
        if code.number is None:
            raise forms.ValidationError("Ghi đủ số và ký hiệu, ví dụ 45/TB-UBND.")
        return code
