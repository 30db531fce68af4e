"""Files as officers send them, made for tests, and read at one go."""

import csv
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from smartcity.exchange.imports.reading import begin_reading, begin_workbook, finish_csv, finish_workbook, read_on
from smartcity.lib.records.files import FileKind

TASK_HEADER = ["Mã nhiệm vụ", "STT", "Tên nhiệm vụ *", "Cơ quan chủ trì", "Hạn hoàn thành", "Kinh phí dự kiến (đồng)"]
LEDGER_HEADER = ["Mã nhiệm vụ", "Loại", "Số tiền (đồng)", "Năm ngân sách", "Ngày quyết định, ngày chi", "Nội dung"]


def workbook_file(rows, *, change=lambda book: None):
    """A workbook with ``rows`` on its first sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def csv_file(rows, *, delimiter=",", encoding="utf-8-sig"):
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def zip_with(content, **changed):
    """The archive with some of its members replaced, each by its path with ``__`` for ``/`` and ``_dot_`` for a dot."""
    new = {name.replace("__", "/").replace("_dot_", "."): text for name, text in changed.items()}
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in {*old.namelist(), *new}:
            archive.writestr(name, new[name](old.read(name)) if name in new else old.read(name))
    return file.getvalue()


def read_table(name, content):
    """The table of a file. Raises ``NotReadable`` before anything large is unpacked."""
    if begin_reading(name, content) != FileKind.XLSX:
        return finish_csv(name, content)
    reading = begin_workbook(name, content)
    read_on(reading, name, content, goes_on=lambda: True)
    return finish_workbook(reading, name)
