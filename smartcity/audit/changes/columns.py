"""The columns of the timeline's file: one row a record that an act touched."""

from typing import Any, NamedTuple

from smartcity.audit.changes.lines import Line, Touched
from smartcity.audit.verbs import PLAIN
from smartcity.lib.pages.columns import Column, Kind


class FileRow(NamedTuple):
    line: Line
    touched: Touched


def _of_line(name: str) -> Any:
    return lambda row: getattr(row.line, name)


CHANGE_COLUMNS = [
    Column("Số nhật ký", lambda row: row.touched.change.number, Kind.NUMBER),
    Column("Thao tác số", _of_line("place"), Kind.NUMBER),
    Column("Lúc", _of_line("at"), Kind.MOMENT),
    Column("Người thực hiện", lambda row: row.line.act.name, width=26),
    Column("Chức vụ", lambda row: row.line.act.title, width=24),
    Column("Vai trò", _of_line("role"), width=20),
    Column("Cơ quan", lambda row: row.line.act.agency, width=36),
    Column("Nguồn", _of_line("exact_source"), width=24),
    Column("Loại thay đổi", lambda row: PLAIN.get(row.touched.change.deed, "")),
    Column("Việc", lambda row: row.touched.verb),
    Column("Bản ghi", lambda row: row.touched.subject, width=48),
    Column("Thuộc", lambda row: row.touched.whole, width=36),
    Column("Nội dung thay đổi", lambda row: row.touched.in_words, width=60),
    Column("Lý do", lambda row: row.touched.reason or row.line.reason, width=40),
    Column("Căn cứ", _of_line("document"), width=40),
    Column("Mã thao tác", lambda row: str(row.line.act.action), width=38),
    Column("Ghi chú", lambda row: " ".join(row.line.notes), width=40),
]
