"""What may happen to files: they are taken, and kept as they are."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.files.base import File

from programme.models import StoredFile, User
from smartcity.lib.records.files import READABLE_KINDS, FileKind, FileRefused, check_file, clean_name, digest_of
from smartcity.lib.records.history import operation, signed_save


class FileNotTaken(ValidationError):
    """The file is not of a kind, or not in a state, in which files are taken."""


@operation
def store_file(upload: File, *, by: User, kinds: Collection[FileKind] = READABLE_KINDS, reason: str = "") -> StoredFile:
    """Keep a file that ``by`` sent. Its bytes are on disk before the row that names them is."""
    name = upload.name or ""
    try:
        kind = check_file(upload, name=name, size=upload.size, kinds=kinds)
    except FileRefused as refusal:
        raise FileNotTaken(str(refusal), code="file") from None
    stored = StoredFile(
        name=clean_name(name), kind=kind, size=upload.size, sha256=digest_of(upload), content=upload, uploaded_by=by
    )
    return signed_save(stored, by=by, reason=reason)
