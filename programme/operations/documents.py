"""What may happen to documents: a number given later, a note beside a figure that one of them stated."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import File

from programme.models import LegalDocument, StatedFigure, User
from programme.operations.files import store_file
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.document_code import DocumentCode
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class AlreadyIssued(Overtaken):
    """A document is given its number once; later that is a correction."""


class NotYetIssued(ValidationError):
    """To be issued, a document needs a number and a day that has come."""


@operation
def keep_document(document: LegalDocument, *, upload: File | None = None, by: User, reason: str = "") -> LegalDocument:
    """Save a document, with its file where one is sent; the file that it had stays in the history."""
    if upload is not None:
        document.file = store_file(upload, by=by, reason=reason)
    return signed_save(document, by=by, reason=reason)


@operation
def issue_document(
    document: LegalDocument,
    *,
    code: DocumentCode,
    signed_on: date,
    by: User,
    today: date,
    effective_on: date | None = None,
    signer: str = "",
    reason: str = "",
) -> LegalDocument:
    """Give a document that was known without its number the number and day that it was issued with.

    It stays the same document: what was said of it, and what rests on it, needs no change. What is not given
    stays as it was.
    """
    document = LegalDocument.objects.select_for_update().get(pk=document.pk)
    if not document.awaits_its_number:
        raise AlreadyIssued(
            {
                "code": f"{document} đã có số. {say_recorded(document.history)} "
                "Muốn đính chính thì sửa văn bản ở phần hồ sơ, ghi lý do."
            }
        )
    if code.number is None:
        raise NotYetIssued({"code": "Ghi đủ số và ký hiệu, ví dụ 45/TB-UBND. Chưa có số thì chưa cần ghi gì."})
    if signed_on > today:
        raise NotYetIssued({"signed_on": f"Ngày {say_day(signed_on)} chưa đến. Ghi khi văn bản đã ban hành."})
    document.number, document.symbol, document.signed_on = code.number, code.symbol, signed_on
    document.effective_on = effective_on or document.effective_on
    document.signer = signer or document.signer
    return signed_save(document, by=by, reason=reason)


@operation
def note_stated_figure(figure: StatedFigure, *, note: str, by: User, reason: str = "") -> StatedFigure:
    """Write beside a published figure what explains it; the figure itself stays as it was published."""
    figure = StatedFigure.objects.select_for_update().get(pk=figure.pk)
    figure.note = note
    return signed_save(figure, by=by, reason=reason)
