"""What may happen to a file of rows: received, checked part by part, written whole, cancelled."""

import hashlib
from collections.abc import Callable
from dataclasses import astuple
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils.timezone import localtime

from programme.models import Programme, Revision, User
from smartcity.exchange.imports.headers import read_rows
from smartcity.exchange.imports.kinds import Importer, Progress, RowRemarks
from smartcity.exchange.imports.ledger_entries import LedgerImporter
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind, Repeated
from smartcity.exchange.imports.planned_tasks import PlannedTaskImporter
from smartcity.exchange.imports.progress_updates import UpdateImporter
from smartcity.exchange.imports.reading import (
    FileReading,
    begin_reading,
    begin_workbook,
    finish_csv,
    finish_workbook,
    read_on,
    too_many_rows,
)
from smartcity.exchange.imports.table import MOST_ROWS, NotReadable, SheetTable
from smartcity.lib.log.known.marks import current
from smartcity.lib.log.origin import Source, came_by
from smartcity.lib.records.files import FileKind, clean_name
from smartcity.lib.records.history import operation, signed_save, update_untracked, user_action

IMPORTERS: dict[str, type[Importer]] = {
    ImportKind.PLANNED_TASKS: PlannedTaskImporter,
    ImportKind.LEDGER: LedgerImporter,
    ImportKind.UPDATES: UpdateImporter,
}
CHECKED_AT_ONCE = 100


class AlreadyImported(ValidationError):
    """The same file was brought in before; it is taken again only on purpose."""


class NotToBeWritten(ValidationError):
    """The file is not one that was checked and found good, or no longer."""


class SomebodyElseWrites(ValidationError):
    """Another file, or another change, is being written at this moment."""


def importer_of(file: ImportedFile, *, by: User, today: date) -> Importer:
    return IMPORTERS[file.kind](file.programme, file.revision, by=by, today=today)


@operation
def receive_file(
    content: bytes,
    *,
    name: str,
    importer: Importer,
    by: User,
    at: datetime,
    repeated: Repeated = Repeated.REFUSE,
    again: bool = False,
    goes_on: Callable[[], bool] = lambda: True,
) -> ImportedFile:
    """Read a file, for as long as ``goes_on``, and keep it with its rows; they are checked afterwards.

    Raises ``ValidationError``.
    """
    importer.refuse_unless_allowed()
    kind = next(kind for kind, one in IMPORTERS.items() if isinstance(importer, one))
    file = ImportedFile(
        kind=kind,
        programme=importer.programme,
        revision=importer.revision,
        name=clean_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        repeated=repeated,
        is_again=again,
        uploaded_by=by,
        uploaded_at=at,
    )
    if len(content) and not again:
        refuse_second_time(file)
    if begin_reading(name, content) == FileKind.XLSX:
        reading = begin_workbook(name, content)
        read_on(reading, name, content, goes_on=goes_on)
        if not reading.is_done:
            _keep_reading(file, reading)
            return signed_save(file, by=by, reason=f"Tải tệp “{file.name}” lên để nhập")
        table = finish_workbook(reading, name)
    else:
        table = finish_csv(name, content)
    _keep_table(file, table, importer)
    return signed_save(file, by=by, reason=f"Tải tệp “{file.name}” lên để nhập")


def _keep_reading(file: ImportedFile, reading: FileReading) -> None:
    file.state, file.sheet = FileState.READING, reading.sheet
    file.rows, file.unread, file.row_count = reading.rows, reading.as_json(), 0


def _keep_table(file: ImportedFile, table: SheetTable, importer: Importer) -> None:
    """Find the rows in what was read. Raises ``NotReadable``, which tells how the file was read as well."""
    try:
        file.rows, notes = read_rows(table, importer.columns)
        if len(file.rows) > MOST_ROWS:
            raise too_many_rows(file.name)
    except NotReadable as refusal:
        how = [ValidationError(note.sentence) for note in table.notes if not note.row]
        raise NotReadable([*refusal.error_list, *how]) from None
    file.state, file.sheet, file.row_count, file.unread = FileState.CHECKING, table.sheet, len(file.rows), None
    file.notes = [astuple(note) for note in notes]


def read_next_rows(file: ImportedFile, *, today: date, goes_on: Callable[[], bool]) -> ImportedFile:
    """Go on reading a large file where the last request left off; of two that read the same rows, one is kept."""
    unread: dict = file.unread or {}
    before = unread["place"]["next"]
    reading = FileReading.from_json(unread, file.rows)
    content = bytes(file.content)
    try:
        read_on(reading, file.name, content, goes_on=goes_on)
        if reading.is_done:
            importer = importer_of(file, by=file.uploaded_by, today=today)
            _keep_table(file, finish_workbook(reading, file.name), importer)
        else:
            _keep_reading(file, reading)
    except NotReadable as refusal:
        file.state, file.rows, file.unread = FileState.REFUSED, [], None
        file.refusal = " ".join(refusal.messages)
    _keep_what_was_read(file, before)
    return ImportedFile.objects.get(pk=file.pk)


@operation
def _keep_what_was_read(read: ImportedFile, before: int) -> None:
    file = ImportedFile.objects.select_for_update(of=["self"]).get(pk=read.pk)
    if file.state != FileState.READING or (file.unread or {})["place"]["next"] != before:
        return
    for name in ("state", "sheet", "rows", "row_count", "unread", "notes", "refusal"):
        setattr(file, name, getattr(read, name))
    if file.state == FileState.READING:
        # Neither field has a history: both can be worked out again from the file.
        update_untracked(ImportedFile.objects.filter(pk=file.pk), rows=file.rows, unread=file.unread)
    else:
        signed_save(file, by=file.uploaded_by, reason="Đọc xong")


def refuse_second_time(file: ImportedFile) -> None:
    """Raise ``AlreadyImported`` where the same content was written before."""
    before = ImportedFile.objects.light().same_as(file).filter(state=FileState.APPLIED).order_by("-pk").first()
    if before:
        raise AlreadyImported(
            f"Tệp này đã nhập lúc {localtime(before.uploaded_at):%H:%M ngày %d/%m/%Y} bởi {before.uploaded_by} "
            f"(tên khi đó: “{before.name}”). Nếu vẫn muốn nhập lại, đánh dấu ô xác nhận rồi tải lên lần nữa.",
            code="again",
        )


def check_next_rows(file: ImportedFile, *, today: date, goes_on: Callable[[], bool]) -> ImportedFile:
    """Check the rows that were not checked yet, for as long as ``goes_on``; after the last one, decide.

    Nothing is written but what was found. Of two that check the same rows at once, one is kept. A file that is not
    read to its end is read on first.
    """
    if file.state == FileState.READING:
        return read_next_rows(file, today=today, goes_on=goes_on)
    importer = importer_of(file, by=file.uploaded_by, today=today)
    findings = list(file.findings)
    seen = {one["key"]: one["row"] for one in findings[::-1] if one["key"] and not one["errors"]}
    claimed = {claim: one["row"] for one in findings for claim in one["claims"]}
    known = importer.known_keys()
    for one in findings:
        if not one["errors"] and not one["skipped"]:
            importer.count(importer.restored(one))
    start = file.checked_count
    position = start
    while position < file.row_count and (position == start or goes_on()):
        part = file.rows[position : position + CHECKED_AT_ONCE]
        importer.read_ahead([texts for _, texts, *_ in part])
        for read in part:
            finding = importer.check(*read)
            _hold_against_others(importer, finding, file.repeated, known, seen, claimed)
            findings.append(finding.as_json())
            if not finding.errors and not finding.skipped:
                importer.count(importer.restored(findings[-1]))
        position = min(position + CHECKED_AT_ONCE, file.row_count)
    # Neither field has a history: both can be worked out again from the file.
    waiting = ImportedFile.objects.filter(pk=file.pk, state=FileState.CHECKING, checked_count=start)
    if update_untracked(waiting, findings=findings, checked_count=position) and position == file.row_count:
        _decide(file.pk)
    return ImportedFile.objects.get(pk=file.pk)


def _hold_against_others(
    importer: Importer,
    finding: RowRemarks,
    repeated: str,
    known: dict[str, str],
    seen: dict[str, int],
    claimed: dict[str, int],
) -> None:
    """Notice a row that is kept already, or that the file has twice."""
    if finding.errors or finding.skipped:
        return
    same = known.get(finding.key, "")
    if finding.key in seen:
        same = same or f"Trùng với dòng {seen[finding.key]} của tệp"
        try:
            more = importer.adds_to(importer.restored(finding.as_json()))
        except ValidationError as refusal:
            finding.errors.append(["Cả dòng", "", f"Trùng với dòng {seen[finding.key]}. {' '.join(refusal.messages)}"])
            return
        if more and finding.key not in known:
            finding.adds_to = seen[finding.key]
            return
    if same and repeated == Repeated.SKIP:
        finding.skipped = same
        return
    if same:
        finding.errors.append(["Cả dòng", "", f"{same}. Bỏ dòng này khỏi tệp, hoặc chọn bỏ qua các dòng đã có."])
        return
    for claim, name in finding.claims.items():
        if claim in claimed:
            column = importer.by_name[name]
            said = next((words for title, words in finding.told if title == column.title), "")
            finding.errors.append([column.title, said, f"Dòng {claimed[claim]} của tệp đã ghi giá trị này."])
        claimed.setdefault(claim, finding.row)
    seen.setdefault(finding.key, finding.row)


@operation
def _decide(pk: int) -> None:
    file = ImportedFile.objects.select_for_update().get(pk=pk)
    if file.state != FileState.CHECKING:
        return
    wrong = sum(bool(one["errors"]) for one in file.findings)
    aside = sum(bool(one.get("aside")) for one in file.findings)
    new = sum(not one["errors"] and not one["skipped"] for one in file.findings)
    file.state = FileState.CHECKED
    if wrong:
        file.state, file.refusal = FileState.REFUSED, f"{wrong} dòng có lỗi; không dòng nào được nhập."
    elif not new:
        nothing = "Tệp chỉ có dòng nhóm, dòng cộng" if aside == file.row_count else "Mọi dòng của tệp đều đã có"
        if any(one.get("untouched") for one in file.findings):
            nothing = "Các dòng của tệp đều giữ nguyên như khi tải về"
        file.state, file.refusal = FileState.REFUSED, f"{nothing}; không có gì để nhập."
    signed_save(file, by=file.uploaded_by, reason="Kiểm tra xong")


def apply_file(file: ImportedFile, *, by: User, today: date, progress: Progress = lambda done: None) -> ImportedFile:
    """Write every new row of a checked file, in one transaction and one action; or none of them.

    That it began is kept first, so that a process which dies leaves word of it; ``cancel_interrupted`` finds it.
    """
    with user_action(by=by), came_by(Source.IMPORT, file.name):
        _begin(file.pk, by=by)
        try:
            return _write(file.pk, by=by, today=today, progress=progress)
        except OperationalError:
            _give_back(file.pk, FileState.CHECKED, "", by=by)
            raise SomebodyElseWrites(
                "Đang có người khác ghi vào đề án này. Chưa dòng nào được nhập; đợi một phút rồi bấm lại."
            ) from None
        except ValidationError as refusal:
            _give_back(file.pk, FileState.REFUSED, " ".join(refusal.messages), by=by)
            raise


@operation
def _begin(pk: int, *, by: User) -> None:
    file = ImportedFile.objects.select_for_update().get(pk=pk)
    if file.uploaded_by_id != by.pk:
        raise NotToBeWritten(f"Tệp này do {file.uploaded_by} tải lên; chỉ người đó nhập được.")
    if file.state != FileState.CHECKED:
        raise NotToBeWritten(f"Tệp này {file.get_state_display().lower()}, không nhập thêm lần nữa.")
    file.state = FileState.APPLYING
    signed_save(file, by=by, reason="Bắt đầu ghi")


@operation
def _write(pk: int, *, by: User, today: date, progress: Progress) -> ImportedFile:
    # Held until the end: who finds it free knows that nobody writes any more.
    file = ImportedFile.objects.select_for_update(of=["self"]).get(pk=pk)
    if file.state != FileState.APPLYING:
        raise NotToBeWritten("Việc nhập đã bị hủy trước khi ghi.")
    # Two files for one programme take turns; the second sees what the first wrote.
    Programme.objects.select_for_update().get(pk=file.programme_id)
    if not file.is_again:
        refuse_second_time(file)
    if file.revision_id:
        file.revision = Revision.objects.select_related("programme__province").get(pk=file.revision_id)
    importer = importer_of(file, by=by, today=today)
    importer.refuse_unless_allowed()
    new = [one for one in file.findings if not one["skipped"]]
    _refuse_known_by_now(importer, new)
    importer.write(new, reason_of=file.reason_of, progress=progress)
    # Rows that add to one above are part of its record.
    file.state, file.written_count = FileState.APPLIED, sum(not one.get("adds_to") for one in new)
    return signed_save(file, by=by, reason=f"Nhập {file.written_count} {importer.noun} từ tệp “{file.name}”")


def _refuse_known_by_now(importer: Importer, findings: list[dict]) -> None:
    known = importer.known_keys()
    for one in findings:
        if one["key"] in known:
            raise NotToBeWritten(
                f"Dòng {one['row']}: {known[one['key']]}, do người khác vừa ghi sau khi kiểm tra. Tải tệp lên lại."
            )


@operation
def _give_back(pk: int, state: FileState, refusal: str, *, by: User) -> None:
    file = ImportedFile.objects.select_for_update().get(pk=pk)
    if file.state == FileState.APPLYING:
        file.state, file.refusal = state, refusal
        signed_save(file, by=by, reason=refusal or "Chưa ghi được, chờ xác nhận lại")


@operation
def cancel_file(file: ImportedFile, *, by: User) -> ImportedFile:
    """Give up a file before anything of it is written."""
    file = ImportedFile.objects.select_for_update().get(pk=file.pk)
    if file.uploaded_by_id != by.pk:
        raise NotToBeWritten(f"Tệp này do {file.uploaded_by} tải lên; chỉ người đó hủy được.")
    if file.is_closed or file.state == FileState.APPLYING:
        raise NotToBeWritten(f"Tệp này {file.get_state_display().lower()}, không hủy được nữa.")
    file.state, file.refusal = FileState.CANCELLED, "Người nhập đã hủy."
    return signed_save(file, by=by, reason="Hủy nhập")


def cancel_interrupted() -> None:
    """Say of files whose writing was cut short, by a power failure or a kill, that none of their rows came in.

    Whoever writes holds the file's row until the end; one that can be had belongs to nobody any more. What was being
    written at an earlier moment is not so now.
    """
    if current.get() is None and ImportedFile.objects.filter(state=FileState.APPLYING).exists():
        _cancel_those_that_nobody_holds()


@operation
def _cancel_those_that_nobody_holds() -> None:
    left = ImportedFile.objects.filter(state=FileState.APPLYING).select_for_update(skip_locked=True, of=["self"])
    for file in left.select_related("uploaded_by"):
        file.state = FileState.CANCELLED
        file.refusal = "Việc ghi bị ngắt giữa chừng nên đã hủy; không dòng nào được nhập. Tải tệp lên lại."
        signed_save(file, by=file.uploaded_by, reason="Việc ghi bị ngắt giữa chừng")
