"""The rows of the admin's list of tasks, each a line of a table that becomes a card on a phone.

Written in Python, each text escaped once: a page has fifty of them.
"""

from collections.abc import Iterable
from datetime import date
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group
from smartcity.lib.pages.unbroken import unbroken
from tasks.figures.listed_task import ListedTask
from tasks.figures.task_rows import TaskRow

register = template.Library()
UNKNOWN = '<span class="unknown">{}</span>'


@register.simple_tag
def task_lines(lines: Iterable[ListedTask]) -> SafeString:
    """All rows of the page."""
    return mark_safe("\n".join(_line(line) for line in lines))  # noqa: S308


def _line(line: ListedTask) -> str:
    programme = f"<small>{escape(line.programme)}</small>" if line.programme else ""
    state = _state(line, line.row) if line.row else _out_of_force(line)
    return (
        f'<tr><td class="n" data-label="STT">{line.position}</td>'
        f'<td class="name"><a href="{line.address}">{escape(line.name)}</a>{programme}</td>'
        f'<td class="lead" data-label="Chủ trì">{_lead(line)}</td>{state}{_action(line)}</tr>'
    )


def _lead(line: ListedTask) -> str:
    if not line.lead:
        return UNKNOWN.format("nguồn không nêu")
    assumed = ' <span class="assumed">giả định</span>' if line.row and line.row.lead_is_assumed else ""
    return f'<span class="called">{escape(line.lead)}</span>{assumed}'


def _state(line: ListedTask, row: TaskRow) -> str:
    period = f"<small>{unbroken(row.period)}</small>" if row.period else ""
    said = f"<small>{escape(row.status_label.lower())}</small>" if row.label != row.status_label else ""
    percent = UNKNOWN.format("chưa nêu") if row.percent is None else f"{row.percent}%"
    late = f'<span class="late">{group(row.days_late)}<span class="unseen"> ngày</span></span>' if row.days_late else ""
    age = f"<small>{line.age}</small>" if line.age else ""
    signed = f"<small>{escape(line.signed)}</small>" if line.signed else ""
    return (
        f'<td class="day" data-label="Hạn">{_day(row.due, "không có hạn")}{period}</td>'
        f'<td class="state" data-label="Trạng thái"><span class="tag is-{row.tone}">{row.label}</span>{said}</td>'
        f'<td class="n" data-label="Tiến độ">{percent}</td>'
        f'<td class="n" data-label="Chậm">{late}</td>'
        f'<td class="day" data-label="Báo cáo gần nhất">{_day(row.told_on, "chưa có")}{age}{signed}</td>'
    )


def _out_of_force(line: ListedTask) -> str:
    return f'<td colspan="5" class="state" data-label="Trạng thái"><span class="tag is-idle">{line.fate}</span></td>'


def _day(day: date | None, otherwise: str) -> str:
    return f'<time datetime="{day.isoformat()}">{say_day(day)}</time>' if day else UNKNOWN.format(otherwise)


def _action(line: ListedTask) -> str:
    """What who reports may do with it; a column that others do not have."""
    if not line.has_actions:
        return ""
    if not line.report_address:
        return '<td class="act"></td>'
    kind = "text-link" if line.row and line.row.is_complete and not line.is_begun else "button quiet"
    verb = "Viết tiếp" if line.is_begun else "Báo cáo"
    name = f'<span class="unseen"> {escape(line.name)}</span>'
    return f'<td class="act"><a class="{kind}" href="{line.report_address}">{verb}{name}</a></td>'
