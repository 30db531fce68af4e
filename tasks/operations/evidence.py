"""What may happen to the evidence of a report: attached, and taken away, until the report is sent."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import File

from programme.models import StoredFile, User
from programme.operations.files import store_file
from smartcity.lib.records.files import MOST_FILES, digest_of
from smartcity.lib.records.history import operation, signed_delete, signed_save
from tasks.models import Evidence, ProgressUpdate, Task
from tasks.operations.reporting import NotTheReporter


class TooManyFiles(ValidationError):
    """More files than a reviewer can read."""


@operation
def attach_evidence(
    update: ProgressUpdate, uploads: Iterable[File], *, by: User, today: date, reason: str = ""
) -> list[Evidence]:
    """Add files to a report before it is sent; returns those that are new.

    The report is locked: two requests together neither pass the limit nor attach the same file twice. Bytes
    that the report has already are not attached again, so a request that is repeated changes nothing; those
    that are missing on disk are put back.
    """
    update = _reported_by(update, by, today)
    attached = {one.file.sha256: one.file for one in update.evidence.select_related("file")}
    fresh: dict[str, File] = {}
    for upload in uploads:
        fresh.setdefault(digest_of(upload), upload)
    for digest in attached.keys() & fresh.keys():
        _put_back(attached[digest], fresh[digest])
    added = [upload for digest, upload in fresh.items() if digest not in attached]
    if len(attached) + len(added) > MOST_FILES:
        raise TooManyFiles(
            f"Mỗi báo cáo có nhiều nhất {MOST_FILES} tệp; báo cáo này đã có {len(attached)}. "
            "Gộp các trang quét vào một tệp PDF, hoặc bớt tệp.",
            code="files",
        )
    return [
        signed_save(Evidence(update=update, file=store_file(upload, by=by)), by=by, reason=reason) for upload in added
    ]


@operation
def carry_evidence(
    update: ProgressUpdate, evidence: Iterable[Evidence], *, by: User, today: date, reason: str = ""
) -> list[Evidence]:
    """Let a report have the files of the one that it corrects; the bytes are there already."""
    update = _reported_by(update, by, today)
    wanted = [one for one in evidence if one.update_id == update.corrects_id]
    return [signed_save(Evidence(update=update, file=one.file), by=by, reason=reason) for one in wanted]


@operation
def detach_evidence(evidence: Evidence, *, by: User, today: date, reason: str = "") -> None:
    """Take a file away from a report before it is sent; the history keeps that it was there, and the file itself."""
    _reported_by(evidence.update, by, today)
    signed_delete(evidence, by=by, reason=reason)


def _put_back(stored: StoredFile, upload: File) -> None:
    """Of a file whose bytes were lost, the same bytes are no change to anything that is recorded."""
    if not stored.is_there:
        stored.content.storage.save(stored.content.name, upload)


def _reported_by(update: ProgressUpdate, by: User, today: date) -> ProgressUpdate:
    update = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if not Task.objects.filter(pk=update.task_id).reported_by(by, today).exists():
        raise NotTheReporter("Nhiệm vụ này do cơ quan khác chủ trì nên bạn không thêm, bớt tệp được.")
    return update
