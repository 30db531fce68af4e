"""What is chosen when a file is sent to be brought in, and said when it is undone."""

from django import forms

from smartcity.exchange.imports.models import Repeated
from smartcity.exchange.imports.table import LARGEST
from smartcity.lib.forms.file_fields import AnyUploadField
from smartcity.lib.forms.inputs import text_field
from smartcity.lib.records.files import say_size


class UploadForm(forms.Form):
    file = AnyUploadField(
        label="Tệp",
        allow_empty_file=True,
        help_text="XLSX hoặc CSV theo biểu mẫu; tối đa 5 MB, 5.000 dòng.",
        error_messages={
            "required": "Chọn tệp để tải lên.",
            "missing": "Chọn tệp để tải lên.",
            "invalid": "Trình duyệt chưa gửi được tệp. Chọn lại tệp rồi tải lên.",
        },
    )
    repeated = forms.ChoiceField(
        label="Dòng đã có trong hệ thống, hoặc ghi hai lần trong tệp",
        choices=Repeated,
        initial=Repeated.REFUSE,
        widget=forms.RadioSelect,
    )
    again = forms.BooleanField(
        label="Tệp này đã nhập rồi, vẫn nhập lại",
        required=False,
    )

    def visible_fields(self):
        """Whether it is meant a second time is asked once it is known to be a second time."""
        return [field for field in super().visible_fields() if field.name != "again" or field.errors]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            file.is_sound = False
            raise forms.ValidationError(
                f"Tệp lớn {say_size(file.size)}; tối đa {say_size(LARGEST)}. Chia thành nhiều tệp rồi tải lên lại."
            )
        return file


class UndoForm(forms.Form):
    reason = text_field("Lý do", "Ghi lý do hoàn tác.", rows=3)
