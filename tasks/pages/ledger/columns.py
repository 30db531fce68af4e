"""The columns of the entries of a ledger, each with its ``task_name``, and of the table of years and sources."""

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
# Of a year and a source, or all sources: the file has no row of several years, which whoever adds up would count twice.
YEAR_COLUMNS = [
    Column("Năm ngân sách", lambda row: row.of.year or "không rõ", width=14),
    Column("Nguồn vốn", lambda row: row.label, width=28),
    Column("Kế hoạch vốn năm", lambda row: row.planned.vnd, Kind.MONEY),
    Column("Giải ngân", lambda row: row.paid.vnd, Kind.MONEY),
    Column("Giải ngân tính tỷ lệ", lambda row: row.rate.own_vnd if row.rate.is_known else None, Kind.MONEY),
    Column("Kế hoạch tính tỷ lệ", lambda row: row.rate.planned_vnd if row.rate.is_known else None, Kind.MONEY),
    Column("Tỷ lệ giải ngân", lambda row: row.rate.text, width=24),
]
