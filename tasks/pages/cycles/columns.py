"""The columns of the reports that a cycle expects."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from smartcity.lib.pages.columns import Column, Kind
from tasks.expected import Expected
from tasks.figures.report_words import AS_OF, FILE_ONLY, PERCENT, PROGRAMME, STATUS, TASK_CODE, word_columns
from tasks.models import Status

LABELS = {value: str(label) for value, label in Status.choices}
NO_LEAD = "Chưa xác định cơ quan chủ trì (cơ quan đầu mối báo cáo)"


def urged_on(report: Expected) -> date | None:
    return localdate(report.urged_at) if report.urged_at else None


def said(report: Expected, name: str) -> Any:
    """What was handed in; a draft is nobody's else yet."""
    return getattr(report.update, name) if report.is_handed_in else None


REPORT_COLUMNS = [
    Column("STT", lambda report: report.task.plan_position, Kind.NUMBER, under="Nhiệm vụ"),
    Column(TASK_CODE, lambda report: report.task.code, width=14, file_only=FILE_ONLY),
    Column("Nhiệm vụ", lambda report: report.task.plan_name, width=60),
    Column("Cơ quan", lambda report: report.task.lead_name or NO_LEAD, width=36),
    Column("Hạn nộp", lambda report: report.cycle.due_on, Kind.DAY, file_only="one day for all, told above the list"),
    Column("Tình trạng", lambda report: report.answer.label, width=14),
    Column("Đôn đốc lần cuối", urged_on, Kind.DAY, under="Tình trạng"),
    Column("Ngày nộp", lambda report: report.update.reported_on if report.is_handed_in else None, Kind.DAY),
    Column(PROGRAMME, lambda report: report.task.programme.code, file_only="the page is that of the programme"),
    Column(AS_OF, lambda report: said(report, "as_of"), Kind.DAY, file_only=FILE_ONLY),
    Column(STATUS, lambda report: LABELS.get(said(report, "status"), ""), width=22, file_only=FILE_ONLY),
    Column(PERCENT, lambda report: said(report, "percent"), Kind.PERCENT, file_only=FILE_ONLY),
    *word_columns(lambda report: said(report, "pk"), said),
]
