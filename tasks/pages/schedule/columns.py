"""The columns of a schedule: what its bars show, as a table."""

from smartcity.lib.pages.columns import Column, Kind
from tasks.figures.task_rows import STATUS_LABELS
from tasks.timeliness import TIMELINESS_LABELS

FILE_ONLY = "the bar shows it"
SCHEDULE_COLUMNS = [
    Column("STT", lambda row: row.position, Kind.NUMBER),
    Column("Nhiệm vụ", lambda row: row.name, width=60),
    Column("Chủ trì", lambda row: row.lead.name if row.lead else "", width=36),
    Column("Lĩnh vực", lambda row: row.field, width=24, file_only=FILE_ONLY),
    Column("Giai đoạn", lambda row: row.period or "", width=18, file_only=FILE_ONLY),
    Column("Bắt đầu", lambda row: row.begin, Kind.DAY),
    Column("Hạn đầu", lambda row: row.first_due, Kind.DAY),
    Column("Hạn nay", lambda row: row.due, Kind.DAY),
    Column("Số ngày lùi", lambda row: row.slip, Kind.NUMBER, under="Lùi"),
    Column("Lùi theo", lambda row: row.last_mover.name if row.last_mover else "", width=30, under="Lùi"),
    Column("Hạn đề nghị", lambda row: row.asked.due if row.asked else None, Kind.DAY, under="Hạn nay"),
    Column("Trạng thái", lambda row: STATUS_LABELS[row.status], width=22, under="Thực tế"),
    Column("Thời hạn", lambda row: TIMELINESS_LABELS[row.timeliness], width=28, file_only=FILE_ONLY),
    Column("Bắt đầu thực tế, theo báo cáo", lambda row: row.began, Kind.DAY, file_only=FILE_ONLY),
    Column("Hoàn thành", lambda row: row.completed_on, Kind.DAY, under="Thực tế"),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER, under="Chậm"),
    Column("Tiến độ", lambda row: row.percent, Kind.PERCENT, under="Thực tế"),
    Column("Mốc thủ tục", lambda row: row.miles_said.removeprefix("mốc thủ tục "), width=40, file_only=FILE_ONLY),
]
