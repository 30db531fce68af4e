"""The columns of the tables of programmes, of the way so far, and of a programme's tasks."""

from smartcity.lib.pages.columns import Column, Kind
from tasks.figures.report_words import AS_OF, FILE_ONLY, PROGRAMME, STATUS, TASK_CODE, word_columns
from tasks.timeliness import TIMELINESS_LABELS

PROGRAMME_COLUMNS = [
    Column("Mã đề án", lambda line: line.day.programme.code, width=14),
    Column("Đề án", lambda line: line.day.name, width=60),
    Column("Tỉnh, thành phố", lambda line: str(line.day.programme.province), width=28),
    Column("Số nhiệm vụ", lambda line: line.total if line.day.revision else None, Kind.NUMBER),
    # What nobody reported on is unknown, not nought.
    Column("Hoàn thành", lambda line: line.complete if line.is_reported else None, Kind.NUMBER),
    Column("Quá hạn", lambda line: line.overdue if line.total else None, Kind.NUMBER),
    Column("Quá hạn lâu nhất, ngày", lambda line: line.days_overdue or None, Kind.NUMBER),
    Column("Năm ngân sách", lambda line: line.money.of.year, Kind.NUMBER),
    Column("Kế hoạch vốn năm", lambda line: line.money.planned.vnd, Kind.MONEY),
    Column("Giải ngân", lambda line: line.money.paid.vnd, Kind.MONEY),
    Column("Tỷ lệ giải ngân", lambda line: line.money.rate.text, width=24),
    Column("Báo cáo mới nhất", lambda line: line.newest_report_on, Kind.DAY),
]
TREND_COLUMNS = [
    Column("Ngày", lambda point: point.on, Kind.DAY),
    Column("Quá hạn", lambda point: point.overdue, Kind.NUMBER),
    Column("Hoàn thành", lambda point: point.complete, Kind.NUMBER),
]
TASK_COLUMNS = [
    Column("STT", lambda row: row.position, Kind.NUMBER),
    Column(TASK_CODE, lambda row: row.code, width=14, file_only=FILE_ONLY),
    Column("Nhiệm vụ", lambda row: row.name, width=60),
    Column("Chủ trì", lambda row: row.lead.name if row.lead else "", width=36),
    Column("Chủ trì là giả định", lambda row: row.lead_is_assumed, under="Chủ trì"),
    Column("Giai đoạn", lambda row: row.period or "", width=18, file_only=FILE_ONLY),
    Column("Hạn", lambda row: row.due, Kind.DAY),
    Column("Hạn lấy theo giai đoạn", lambda row: row.due_is_of_the_period, under="Hạn"),
    Column(STATUS, lambda row: row.status_label, width=22),
    Column("Thời hạn", lambda row: TIMELINESS_LABELS[row.timeliness], width=28, under="Trạng thái"),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER, under="Chậm"),
    Column("Tiến độ", lambda row: row.percent, Kind.PERCENT, under="Trạng thái"),
    Column(AS_OF, lambda row: row.told_on, Kind.DAY, under="Nguồn"),
    Column("Nguồn", lambda row: str(row.document or ""), width=36),
    Column(PROGRAMME, lambda row: row.said["programme"], width=14, file_only="the page is that of the programme"),
    *word_columns(lambda row: row.told, lambda row, name: row.said[name]),
]
