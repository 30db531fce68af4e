"""What a report says, as columns of a list's file, under the titles of the form by which reports are brought in.

So the file of a list, with cells of it changed, goes back in; the report that each row tells names itself.
"""

from collections.abc import Callable
from typing import Any

from smartcity.lib.pages.columns import Column, Kind
from tasks.models import Causes, OperationState

PROGRAMME = "Đề án"
TASK_CODE = "Mã nhiệm vụ"
AS_OF = "Số liệu đến ngày"
STATUS = "Trạng thái"
PERCENT = "Tiến độ (%)"
REPORT = "Mã báo cáo"
NO_REPORT = "Chưa có"
COMPLETED_ON = "Ngày hoàn thành"
CHOSEN = {"operation_state": ("Vận hành", OperationState), "causes": ("Nguyên nhân chậm", Causes)}
TEXTS = {
    "results": "Kết quả đã làm",
    "next_steps": "Việc tiếp theo",
    "obstacles": "Khó khăn, vướng mắc",
    "proposals": "Kiến nghị, đề xuất",
    "objective_cause": "Nguyên nhân khách quan",
    "subjective_cause": "Nguyên nhân chủ quan",
}
# What is read of a report for these columns, beside its day, its status and its percentage.
WORDS = ["completed_on", *CHOSEN, *TEXTS]
FILE_ONLY = "the page of the task tells it"


def name_of_report(report: int | None) -> str:
    return f"BC-{report}" if report else NO_REPORT


def word_columns(report_of: Callable[[Any], int | None], said: Callable[[Any, str], Any]) -> list[Column]:
    """The columns of a list whose rows name a report; ``said`` reads a field of it, None where there is none."""

    def told(title: str, name: str, kind: Kind = Kind.TEXT) -> Column:
        return Column(title, lambda row: said(row, name), kind, width=40, file_only=FILE_ONLY)

    def chosen(title: str, name: str, choices: Any) -> Column:
        labels = {value: str(label) for value, label in choices.choices}
        return Column(title, lambda row: labels.get(said(row, name), ""), width=22, file_only=FILE_ONLY)

    return [
        told(COMPLETED_ON, "completed_on", Kind.DAY),
        *(chosen(title, name, choices) for name, (title, choices) in CHOSEN.items()),
        *(told(title, name) for name, title in TEXTS.items()),
        Column(REPORT, lambda row: name_of_report(report_of(row)), width=12, file_only=FILE_ONLY),
    ]
