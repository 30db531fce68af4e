"""The columns of the board of directives."""

from meetings.models import AssignmentRole, AssignmentState
from meetings.models.due import DueKind
from smartcity.lib.pages.columns import Column, Kind

DIRECTIVE_COLUMNS = [
    Column(
        "Ngày họp", lambda row: row.assignment.directive.conclusion.meeting.held_on, Kind.DAY, under="Nội dung giao"
    ),
    Column("Mục", lambda row: row.assignment.directive.label, width=8, under="Nội dung giao"),
    Column("Nội dung giao", lambda row: row.assignment.directive.text, width=60),
    Column("Cơ quan", lambda row: row.assignment.agency.name, width=36),
    Column("Vai trò", lambda row: AssignmentRole(row.assignment.role).label, width=14, under="Cơ quan"),
    Column(
        "Loại hạn",
        lambda row: DueKind(row.assignment.directive.due_kind).label,
        width=24,
        file_only="the words of the notice tell it",
    ),
    Column("Thời hạn trong thông báo", lambda row: row.due_said, width=36),
    Column("Hạn đầu", lambda row: row.first_due_on, Kind.DAY, under="Hạn hiện nay"),
    Column("Hạn hiện nay", lambda row: row.due_on, Kind.DAY),
    Column("Số lần gia hạn", lambda row: row.extensions, Kind.NUMBER, under="Hạn hiện nay"),
    Column("Tình trạng", lambda row: row.label, width=28),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER, under="Tình trạng"),
    Column("Trả lời", lambda row: row.state_label or AssignmentState.CONFIRMED.label, width=24, under="Tình trạng"),
    Column("Đôn đốc lần cuối", lambda row: row.urged_on, Kind.DAY, under="Tình trạng"),
    Column("Hoàn thành ngày", lambda row: row.done_on, Kind.DAY, under="Tình trạng"),
    Column("Tiến độ đến ngày", lambda row: row.progress.day if row.progress else None, Kind.DAY, under="Nội dung giao"),
    Column("Tiến độ", lambda row: row.progress.text if row.progress else "", width=60, under="Nội dung giao"),
]
