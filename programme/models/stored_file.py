"""A file that somebody sent, with what identifies its bytes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.files import CONTENT_TYPES, LONGEST_NAME, FileKind, damage_of, say_size
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField


def path_of_content(stored: "StoredFile", _name: str) -> str:
    """Where the bytes are: nothing that the sender wrote becomes part of a path."""
    return f"{stored.sha256[:2]}/{stored.sha256[2:]}.{stored.kind}"


class StoredFile(CheckedTogether):
    """A file as it was sent. It never changes: another version is another file.

    Who may read it follows from what it belongs to.
    """

    name = LineField("tên tệp", max_length=LONGEST_NAME)
    kind = models.CharField("loại tệp", max_length=10, choices=FileKind)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã SHA-256", max_length=64, db_index=True)
    content = models.FileField("nơi lưu", upload_to=path_of_content, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người tải lên", on_delete=models.PROTECT, related_name="stored_files"
    )
    uploaded_at = models.DateTimeField("lúc tải lên", default=timezone.now, editable=False)

    history = SignedRecords()

    class Meta:
        verbose_name = "tệp"
        verbose_name_plural = "tệp"
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="stored_file_is_not_empty",
                violation_error_message="Tệp rỗng. Chọn lại tệp có nội dung.",
                violation_error_code="file",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="stored_file_has_its_digest",
                violation_error_message="Tệp phải có mã SHA-256 của nội dung.",
                violation_error_code="file",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("stored_file", args=[self.pk])

    def clean(self):
        if self.pk and StoredFile.objects.filter(pk=self.pk).exists():
            raise ValidationError("Tệp đã lưu không sửa, không xóa được. Tải lên tệp mới để thay.")

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[FileKind(self.kind)]

    @property
    def size_told(self) -> str:
        return say_size(self.size)

    @property
    def is_there(self) -> bool:
        """Whether all its bytes are on disk; whether they are the same still, ``damage`` reads."""
        try:
            return self.content.size == self.size
        except OSError:
            return False

    def damage(self) -> str:
        """What became of the bytes on disk: a sentence, or nothing where they are as they were sent."""
        return damage_of(self.content, self.sha256)
