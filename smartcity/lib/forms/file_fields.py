"""Form fields for files: each refusal names its file, and no script is needed.

A form with one of them is sent as ``multipart/form-data``; Django's ``form.is_multipart`` says so.

A browser forgets the files of a form that comes back. ``smartcity.lib.submissions`` marks those of its forms as
``may_be_kept``, keeps what was sound, and brings it in again where the form still names it by its digest.
"""

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join

from smartcity.lib.records.files import (
    LARGEST_FILE,
    MOST_FILES,
    READABLE_KINDS,
    FileKind,
    FileRefused,
    check_file,
    clean_name,
    digest_of,
    extensions_of,
    say_kinds,
    say_size,
)

# Added to the name of a field: what names the files that were chosen for it before.
KEPT = "-kept"

# The admin's script writes the name of the chosen file into the first text field that it finds three levels up. Here
# it finds one of our own, which says nothing: the browser's control shows the name itself.
CONTROL = '<span class="upload"><span><span>{}</span></span><input type="text" hidden disabled tabindex="-1"></span>'
WILL_BE_ATTACHED = (
    '<span class="kept-file"><input type="checkbox" name="{}" value="{}" id="{}" checked> '
    '<label for="{}">Tệp đã chọn: “{}” ({}) sẽ được đính kèm. Bỏ dấu nếu không gửi tệp này.</label></span>'
)


class UploadInput(forms.FileInput):
    """The browser's own control, and what was chosen in it before the form came back.

    What is kept is ticked, to be attached; of the rest it says what to choose again.
    """

    def render(self, name, value, attrs=None, renderer=None):
        control = format_html(CONTROL, super().render(name, value, attrs, renderer))
        sent = value if isinstance(value, list) else [value]
        chosen = [upload for upload in sent if hasattr(upload, "chunks") and not getattr(upload, "is_gone", False)]
        kept = [upload for upload in chosen if is_kept(upload)]
        lost = ", ".join(f"“{clean_name(upload.name)}”" for upload in chosen if upload not in kept)
        if lost:
            control += format_html('<p class="hint">Trình duyệt không giữ tệp đã chọn. Chọn lại: {}.</p>', lost)
        return control + format_html_join("", WILL_BE_ATTACHED, [self._told(name, attrs, upload) for upload in kept])

    def _told(self, name, attrs, upload):
        digest = getattr(upload, "digest", "") or digest_of(upload)
        key = f"{(attrs or {}).get('id', name)}-{digest[:12]}"
        return f"{name}{KEPT}", digest, key, key, clean_name(upload.name), say_size(upload.size)


def is_kept(upload) -> bool:
    """Whether a file that was found to be sound is there again when its form is sent once more."""
    return getattr(upload, "may_be_kept", False) and getattr(upload, "is_sound", False)


class UploadsInput(UploadInput):
    allow_multiple_selected = True


class AnyUploadField(forms.FileField):
    """One file, which its reader judges; of one that nobody would take, the form says what to choose again."""

    widget = UploadInput

    def bound_data(self, data, initial):
        # For the widget, which says what was chosen.
        return data

    def to_python(self, data):
        if getattr(data, "is_gone", False):
            called = f"Tệp “{clean_name(data.name)}” đã chọn" if data.name else "Tệp đã chọn"
            raise ValidationError(f"{called} trước đó không còn trên máy chủ. Chọn lại tệp.", code="gone")
        data = super().to_python(data)
        if data is not None:
            data.is_sound = self._may_be_taken(data)
        return data

    def _may_be_taken(self, data) -> bool:
        try:
            check_file(data, name=data.name, size=data.size, kinds=FileKind)
        except FileRefused:
            return False
        return True


class UploadField(AnyUploadField):
    """One file of one of ``kinds``; its bytes are asked, not its name."""

    def __init__(
        self, *, kinds: Collection[FileKind] = READABLE_KINDS, largest: int = LARGEST_FILE, help_text="", **kwargs
    ):
        self.kinds, self.largest = kinds, largest
        # Of an empty file our own check says more.
        super().__init__(help_text=help_text or self.limits(), allow_empty_file=True, **kwargs)

    def limits(self) -> str:
        return f"Tệp {say_kinds(self.kinds)}, không quá {say_size(self.largest)}."

    def widget_attrs(self, widget):
        extensions = [f".{name}" for kind in self.kinds for name in extensions_of(kind)]
        return super().widget_attrs(widget) | {"accept": ",".join(extensions)}

    def to_python(self, data):
        data = super().to_python(data)
        if data is None:
            return None
        try:
            check_file(data, name=data.name, size=data.size, kinds=self.kinds, largest=self.largest)
        except FileRefused as refusal:
            data.is_sound = False
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
        refusals = []
        if len(uploads) > self.most:
            told = f"Bạn chọn {len(uploads)} tệp; mỗi lần tải lên nhiều nhất {self.most} tệp. Bớt tệp rồi gửi lại."
            refusals.append(ValidationError(told, code="max"))
        # Judged all the same: those that are sound are kept until some are left out. Of very many the first.
        for upload in uploads[: 2 * self.most]:
            try:
                self.to_python(upload)
            except ValidationError as refusal:
                refusals.append(refusal)
        if refusals:
            raise ValidationError(refusals)
        return uploads

    def has_changed(self, initial, data):
        return not self.disabled and bool(data)
