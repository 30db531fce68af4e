"""Form fields for files: each refusal names its file, and no script is needed.

A form with one of them is sent as ``multipart/form-data``; Django's ``form.is_multipart`` says so.
"""

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from programme.files import (
    LARGEST_FILE,
    MOST_FILES,
    READABLE_KINDS,
    FileKind,
    FileRefused,
    check_file,
    clean_name,
    extensions_of,
    say_kinds,
    say_size,
)


class UploadInput(forms.FileInput):
    """The browser's own control. It forgets its files when a form comes back; then it says what to choose again."""

    def render(self, name, value, attrs=None, renderer=None):
        control = super().render(name, value, attrs, renderer)
        chosen = [upload for upload in (value if isinstance(value, list) else [value]) if hasattr(upload, "chunks")]
        if not chosen:
            return control
        names = ", ".join(f"“{clean_name(upload.name)}”" for upload in chosen)
        return control + format_html('<p class="hint">Trình duyệt không giữ tệp đã chọn. Chọn lại: {}.</p>', names)


class UploadsInput(UploadInput):
    allow_multiple_selected = True


class UploadField(forms.FileField):
    """One file of one of ``kinds``; its bytes are asked, not its name."""

    widget = UploadInput

    def __init__(
        self, *, kinds: Collection[FileKind] = READABLE_KINDS, largest: int = LARGEST_FILE, help_text="", **kwargs
    ):
        self.kinds, self.largest = kinds, largest
        super().__init__(help_text=help_text or self.limits(), **kwargs)

    def limits(self) -> str:
        return f"Tệp {say_kinds(self.kinds)}, không quá {say_size(self.largest)}."

    def widget_attrs(self, widget):
        extensions = [f".{name}" for kind in self.kinds for name in extensions_of(kind)]
        return super().widget_attrs(widget) | {"accept": ",".join(extensions)}

    def bound_data(self, data, initial):
        # For the widget, which says what to choose again.
        return data

    def to_python(self, data):
        if data in self.empty_values:
            return None
        try:
            check_file(data, name=data.name, size=data.size, kinds=self.kinds, largest=self.largest)
        except FileRefused as refusal:
            raise ValidationError(str(refusal), code="invalid") from None
        return data


class FilesField(UploadField):
    """Any number of files up to ``most``; its value is the list of them."""

    widget = UploadsInput

    def __init__(self, *, most: int = MOST_FILES, **kwargs):
        self.most = most
        super().__init__(**kwargs)

    def limits(self) -> str:
        return f"Nhiều nhất {self.most} tệp {say_kinds(self.kinds)}, mỗi tệp không quá {say_size(self.largest)}."

    def clean(self, data, initial=None):
        uploads = [upload for upload in data or [] if upload]
        if self.required and not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > self.most:
            raise ValidationError(
                f"Bạn chọn {len(uploads)} tệp; mỗi lần tải lên nhiều nhất {self.most} tệp. Bớt tệp rồi gửi lại.",
                code="max",
            )
        refusals = []
        for upload in uploads:
            try:
                self.to_python(upload)
            except ValidationError as refusal:
                refusals.append(refusal)
        if refusals:
            raise ValidationError(refusals)
        return uploads

    def has_changed(self, initial, data):
        return not self.disabled and bool(data)
