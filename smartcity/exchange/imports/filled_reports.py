"""The form of reports filled with what is asked of a person, and what a row says that comes back: of it, or of a list.

A row names the report that it goes on from: so one that was left as it was given out is known, and so is one that
was given out before another report on its task.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery

from programme.models import Programme, User
from smartcity.exchange.imports.blank import FilledForm
from smartcity.exchange.imports.fields import ImportColumn
from smartcity.exchange.imports.headers import is_nothing
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import fold
from tasks.expected import Expected, read_own_reports
from tasks.figures.report_words import NO_REPORT, name_of_report
from tasks.models import ProgressUpdate, ReportingCycle, Task, UpdateState
from tasks.pages.reports.no_change import CARRIED_WHEN_UNCHANGED

NAME = re.compile(r"BC-?\s*([0-9]{1,12})", re.IGNORECASE)
BESIDE = ["Tên nhiệm vụ", "Kỳ báo cáo", "Hạn nộp", "Kết quả lần trước"]
# What the person says of the row, beside what they report.
OF_THE_ROW = {"task", "programme", "as_of", "base", "unchanged"}


class BaseCell(forms.Field):
    """The report that a row was filled from, by its name; 0 where there was none, None where the row does not say."""

    def label_of(self, value) -> str:
        return name_of_report(value)

    def clean(self, value):
        if not value.strip():
            return None
        if value.strip().casefold() == NO_REPORT.casefold():
            return 0
        found = NAME.fullmatch(value.strip())
        if not found:
            raise ValidationError("Cột này do hệ thống ghi, ví dụ BC-12. Giữ nguyên, hoặc để trống.")
        return int(found[1])


class ProgrammeCell(forms.Field):
    """The programme that a list names in each row: one of another is not brought in here, though codes be alike."""

    def __init__(self, read_others: Callable[[], Iterable[str]]):
        super().__init__(required=False)
        self.read_others = read_others

    @cached_property
    def others(self) -> dict[str, str]:
        return {fold(code): code for code in self.read_others()}

    def clean(self, value):
        other = self.others.get(fold(value))
        if other:
            raise ValidationError(
                f"Dòng này của đề án {other} và đã sửa. Nhập ở trang của đề án đó, hoặc bỏ dòng này khỏi tệp."
            )
        return value.strip()


def left_by_undoing(programme: Programme, tasks: Iterable[int]) -> list[ProgressUpdate]:
    """Drafts that an import left when it was undone, and nobody wrote in since: a report may take their place."""
    drafts = ProgressUpdate.objects.filter(state=UpdateState.DRAFT, task__in=tasks, corrects=None)
    last = ProgressUpdate.history.filter(id=OuterRef("pk")).order_by("-history_id")
    undone = ImportedFile.history.filter(programme=programme, kind=ImportKind.UPDATES, state=FileState.UNDONE)
    found = drafts.alias(action=Subquery(last.values("history_action")[:1]))
    return list(found.filter(action__in=undone.values("history_action")).order_by("pk"))


def asked_without_draft(
    user: User, programme: Programme, *, today: date, cycle: ReportingCycle | None = None
) -> tuple[list[Expected], int]:
    """What is asked of ``user`` in a programme and nobody has begun; and how many reports are begun."""
    asked = [one for one in read_own_reports(user, today=today).asked if one.task.programme_id == programme.pk]
    asked = [one for one in asked if cycle is None or one.cycle.pk == cycle.pk]
    left = {draft.pk for draft in left_by_undoing(programme, [one.task.pk for one in asked if one.update])}
    new = [one for one in asked if one.update is None or one.update.pk in left]
    return new, len(asked) - len(new)


def fill_form(
    columns: list[ImportColumn], asked: list[Expected], *, begun: int, programme: Programme, today: date
) -> FilledForm:
    """A row for each report that is asked for, with what the last accepted one said."""
    above = [
        f"Báo cáo tiến độ phải nộp, đề án {programme.code}, lập ngày {say_day(today)}",
        "Sửa ô nào có thay đổi rồi tải tệp lên. Dòng giữ nguyên thì không gửi; nhiệm vụ không có thay đổi thì ghi «Có» "
        "ở cột «Không có thay đổi».",
    ]
    if begun:
        above.append(f"{begun} báo cáo đã viết dở hoặc bị trả lại không có ở đây: viết tiếp ở «Việc của tôi».")
    before = _last_accepted(asked, today)
    labels = {column.name: getattr(column.cell, "label_of", None) for column in columns}
    rows = []
    for one in asked:
        last = before.get((one.task.pk, _day_of(one, today)))
        beside = [one.task.plan_name, str(one.cycle), say_day(one.cycle.due_on), last.results if last else ""]
        given = {
            name: label(value) if value and (label := labels[name]) else value for name, value in given_by(last).items()
        }
        said = {"task": one.task.code, "as_of": _day_of(one, today), "base": name_of_report(last.pk if last else None)}
        rows.append((beside, given | said))
    return FilledForm(above, BESIDE, rows)


def given_by(last: ProgressUpdate | None) -> dict[str, Any]:
    """What a row is filled with that goes on from a report; nothing of none."""
    return {name: getattr(last, name) for name in CARRIED_WHEN_UNCHANGED} if last else {}


def _day_of(one: Expected, today: date) -> date:
    return min(today, one.cycle.last_day)


def _last_accepted(asked: list[Expected], today: date) -> dict[tuple[int, date], ProgressUpdate]:
    """By task and day, a query for each day."""
    found: dict[tuple[int, date], ProgressUpdate] = {}
    for day in {_day_of(one, today) for one in asked}:
        tasks = Task.objects.filter(pk__in=[one.task.pk for one in asked if _day_of(one, today) == day])
        for update in ProgressUpdate.objects.latest_accepted(tasks, day):
            found[update.task_id, day] = update
    return found


def left_as_given(
    texts: dict[str, str], columns: list[ImportColumn], last: ProgressUpdate | None, *, is_own: bool
) -> str:
    """Why a row says nothing to send: each of its cells is as it was given out, by a form or a list; else nothing."""
    given = given_by(last)
    for column in columns:
        if column.name in OF_THE_ROW or (column.is_carried and column.name not in texts):
            continue
        try:
            said = column.cell.clean(texts.get(column.name, ""))
        except ValidationError:
            if column.name in texts or given.get(column.name):
                return ""
            said = None
        # What was done is asked anew by the form, and told by a list.
        is_told = column.name == "results" and last is not None and _is_same(said, last.results)
        if not is_told and not _is_same(said, given.get(column.name)):
            return ""
    if last is None:
        return "Chưa điền gì nên không gửi"
    same = f"Giữ nguyên như báo cáo số liệu đến ngày {say_day(last.as_of)} nên không gửi"
    return f"{same}; để báo cáo là không có thay đổi, ghi «Có» ở cột «Không có thay đổi»" if is_own else same


def _is_same(said: Any, given: Any) -> bool:
    """As a sheet tells it: an empty cell and strokes alone are nothing."""
    return _in_a_cell(said) == _in_a_cell(given)


def _in_a_cell(value: Any) -> Any:
    return None if value == "" or (isinstance(value, str) and is_nothing(value)) else value


def refuse_overtaken(base: int, update: ProgressUpdate) -> None:
    """Raise where the task was reported on since the form was filled: what it shows is no longer the last word."""
    last = update.last_accepted()
    if (last.pk if last else 0) != base:
        newer = f"BC-{last.pk}, số liệu đến ngày {say_day(last.as_of)}" if last else "không còn báo cáo nào"
        mend = "Tải lại biểu mẫu đã điền, hoặc danh sách."
        raise ValidationError({"base": f"Dòng này không điền theo báo cáo được tiếp nhận gần nhất ({newer}). {mend}"})
    sent = ProgressUpdate.objects.sent().filter(task=update.task, corrects=None)
    answer = sent.filter(cycle__first_day__lte=update.as_of, cycle__last_day__gte=update.as_of).order_by("-pk").first()
    if answer and update.cycle is None:
        state = answer.get_state_display().lower()
        raise ValidationError({"base": f"Kỳ này đã có báo cáo BC-{answer.pk}, {state}. Bỏ dòng này khỏi tệp."})
