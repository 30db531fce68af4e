"""A file that somebody sent, with what identifies its bytes."""

import hashlib
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from programme.checks import CheckedTogether
from programme.files import CONTENT_TYPES, LONGEST_NAME, FileKind, say_size
from programme.history import SignedRecords
from programme.text import LineField

BLOCK = 1024 * 1024


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, read from its beginning and left there."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def damage_of(content: FieldFile, sha256: str) -> str:
    """What became of bytes on disk: a sentence, or nothing where they are those of the digest."""
    try:
        with content.open() as file:
            intact = digest_of(file) == sha256
    except OSError as error:
        return f"không mở được: {error.strerror}"
    return "" if intact else "nội dung trên đĩa khác lúc tải lên"


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

    def damage(self) -> str:
        """What became of the bytes on disk: a sentence, or nothing where they are as they were sent."""
        return damage_of(self.content, self.sha256)
