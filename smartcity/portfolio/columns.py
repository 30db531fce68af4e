"""The columns of the table of a programme's tasks."""

from smartcity.lib.pages.columns import Column, Kind
from tasks.timeliness import TIMELINESS_LABELS

ITS_PAGE_TELLS = "the page of the task tells it"

TASK_COLUMNS = [
    Column("STT", lambda row: row.position, Kind.NUMBER),
    Column("Mã nhiệm vụ", lambda row: row.code, width=14, file_only=ITS_PAGE_TELLS),
    Column("Nhiệm vụ", lambda row: row.name, width=60),
    Column("Chủ trì", lambda row: row.lead.name if row.lead else "", width=36),
    Column("Chủ trì là giả định", lambda row: row.lead_is_assumed, under="Chủ trì"),
    Column("Giai đoạn", lambda row: row.period or "", width=18, file_only=ITS_PAGE_TELLS),
    Column("Hạn", lambda row: row.due, Kind.DAY),
    Column("Hạn lấy theo giai đoạn", lambda row: row.due_is_of_the_period, under="Hạn"),
    Column("Trạng thái", lambda row: row.status_label, width=22),
    Column("Thời hạn", lambda row: TIMELINESS_LABELS[row.timeliness], width=28, under="Trạng thái"),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER, under="Chậm"),
    Column("Tiến độ", lambda row: row.percent, Kind.PERCENT, under="Trạng thái"),
    Column("Số liệu báo cáo đến ngày", lambda row: row.told_on, Kind.DAY, under="Nguồn"),
    Column("Nguồn", lambda row: str(row.document or ""), width=36),
]
