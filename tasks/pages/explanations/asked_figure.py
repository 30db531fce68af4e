"""What a page says of a task or of a figure: what a leader saw when they asked, and where it is seen again."""

from dataclasses import dataclass

from django.urls import reverse

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group, say_money
from tasks.figures.programme_day import DeclaredBudget, ProgrammeOnDay
from tasks.figures.task_rows import TaskRow
from tasks.models import AskedFigure, Explanation

# The rows that a figure counts, and the words behind its number.
COUNTED = {
    AskedFigure.TOTAL: ("tat-ca", "nhiệm vụ"),
    AskedFigure.COMPLETE: ("hoan-thanh", "nhiệm vụ hoàn thành"),
    AskedFigure.NOT_COMPLETE: ("chua-hoan-thanh", "nhiệm vụ chưa hoàn thành"),
    AskedFigure.OVERDUE: ("han-open_overdue", "nhiệm vụ quá hạn"),
    AskedFigure.CARRIED_OVER: ("chuyen-tiep", "nhiệm vụ chuyển tiếp"),
    AskedFigure.PROPOSED_CARRY_OVER: ("de-nghi-chuyen-tiep", "nhiệm vụ đề nghị chuyển tiếp"),
}
UNKNOWN = "chưa có số liệu"


@dataclass(frozen=True)
class Askable:
    """A figure of the page, as it stands there, with the address at which a leader asks about it."""

    figure: AskedFigure
    text: str
    address: str


def askable_figures(day: ProgrammeOnDay) -> list[Askable]:
    """The figures that the programme's page shows on the day; none before the programme is in force."""
    if day.revision is None:
        return []
    counted = [figure for figure, (key, _) in COUNTED.items() if figure == AskedFigure.TOTAL or day.counts[key]]
    money = [AskedFigure.BUDGET, *([AskedFigure.BUDGET_PROPOSED] if day.proposed_budget else [])]
    return [
        Askable(figure, say_figure(figure, day), ask_address(figure, day))
        for figure in [*counted, *money, AskedFigure.ITEMISED, AskedFigure.DISBURSED]
    ]


def ask_address(figure: AskedFigure, day: ProgrammeOnDay) -> str:
    query = {"so-lieu": figure.value, "ngay": say_day(day.as_of)}
    return reverse("explanation_ask", args=[day.programme.code], query=query)


def say_figure(figure: AskedFigure, day: ProgrammeOnDay) -> str:
    """The figure as the page of the day has it: «8 nhiệm vụ quá hạn»."""
    if figure in COUNTED:
        key, words = COUNTED[figure]
        of_all = f"/{day.total}" if figure == AskedFigure.COMPLETE else ""
        return f"{day.counts[key]}{of_all} {words}"
    label = str(figure.label).lower()
    if figure in {AskedFigure.BUDGET, AskedFigure.BUDGET_PROPOSED}:
        return f"{label}: {_say_budget(day.declared if figure == AskedFigure.BUDGET else day.proposed_budget)}"
    vnd = day.itemised_vnd if figure == AskedFigure.ITEMISED else day.disbursed_vnd
    return f"{label}: {say_money(vnd) if vnd else UNKNOWN}"


def _say_budget(budget: DeclaredBudget | None) -> str:
    return f"{say_money(budget.vnd)} ({budget.kind_label.lower()})" if budget else UNKNOWN


def say_task(row: TaskRow | None) -> str:
    """The state of a task as its page has it: «Quá hạn, đang thực hiện, 50%, chậm 168 ngày»."""
    if row is None:
        return "không nằm trong đề án có hiệu lực ngày đó"
    said = [row.label]
    if row.status_label != row.label:
        said.append(row.status_label.lower())
    if row.percent is not None:
        said.append(f"{row.percent}%")
    if row.days_late:
        said.append(f"chậm {group(row.days_late)} ngày")
    return ", ".join(said)


def seen_at(explanation: Explanation) -> str:
    """The address at which what was asked about is seen, on the day of the question."""
    query = {"ngay": say_day(explanation.as_of)}
    if explanation.task_id:
        return reverse("task_detail", args=[explanation.task_id], query=query)
    if explanation.figure in COUNTED:
        query["loc"] = COUNTED[AskedFigure(explanation.figure)][0]
    return reverse("programme_detail", args=[explanation.programme.code], query=query)
