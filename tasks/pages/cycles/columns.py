"""The columns of the reports that a cycle expects."""

from datetime import date

from django.utils.timezone import localdate

from smartcity.lib.pages.columns import Column, Kind
from tasks.expected import Expected

NO_LEAD = "Chưa xác định cơ quan chủ trì (cơ quan đầu mối báo cáo)"


def urged_on(report: Expected) -> date | None:
    return localdate(report.urged_at) if report.urged_at else None


REPORT_COLUMNS = [
    Column("STT", lambda report: report.task.plan_position, Kind.NUMBER, under="Nhiệm vụ"),
    Column("Mã nhiệm vụ", lambda report: report.task.code, width=14, file_only="the page of the task tells it"),
    Column("Nhiệm vụ", lambda report: report.task.plan_name, width=60),
    Column("Cơ quan", lambda report: report.task.lead_name or NO_LEAD, width=36),
    Column("Hạn nộp", lambda report: report.cycle.due_on, Kind.DAY, file_only="one day for all, told above the list"),
    Column("Tình trạng", lambda report: report.answer.label, width=14),
    Column("Đôn đốc lần cuối", urged_on, Kind.DAY, under="Tình trạng"),
    Column("Ngày nộp", lambda report: report.update.reported_on if report.is_handed_in else None, Kind.DAY),
]
