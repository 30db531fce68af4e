"""The columns of the entries of a ledger, each with its ``task_name``."""

from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.lib.pages.columns import Column, Kind

ENTRY_COLUMNS = [
    Column("Ngày", lambda entry: entry.decided_on, Kind.DAY),
    Column("Nhiệm vụ", lambda entry: entry.task_name, width=60),
    Column("Loại", lambda entry: MoneyKind(entry.kind).label, width=24),
    Column("Năm ngân sách", lambda entry: entry.year, Kind.NUMBER, under="Năm, nguồn"),
    Column("Nguồn vốn", lambda entry: MoneySource(entry.source).label, width=24, under="Năm, nguồn"),
    Column("Số tiền", lambda entry: entry.amount_vnd, Kind.MONEY),
    Column("Chứng từ", lambda entry: str(entry.document or ""), width=36),
    Column("Nội dung", lambda entry: entry.note, width=48),
    Column(
        "Đính chính cho bút toán ngày",
        lambda entry: entry.corrects and entry.corrects.decided_on,
        Kind.DAY,
        under="Nội dung",
    ),
    Column("Đã đính chính ngày", lambda entry: entry.corrected_on, Kind.DAY, under="Nội dung"),
]
