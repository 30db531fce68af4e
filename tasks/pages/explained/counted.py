"""How a figure that counts tasks explains itself: on the programme's page, on the list of tasks, on the task's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from programme.models import Revision
from smartcity.lib.language.money import group
from smartcity.lib.pages.explained import Explained, Rule, each_once
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.row_sets import ROW_SETS, RowSet
from tasks.figures.rules import OUT_OF_FORCE, UNREPORTED, WAITING
from tasks.figures.task_rows import TaskRow
from tasks.models import AskedFigure, Explanation
from tasks.pages.explained.told import Told, read_told
from tasks.pages.explanations.asked_figure import COUNTED
from tasks.pages.stated.on_day import ROWS_OF, set_beside
from tasks.timeliness import Timeliness

# What is asked about a figure is told, the newest first, up to so many.
REQUESTS = 5
ASKED = {key: figure for figure, (key, _) in COUNTED.items()}
STATED = set(ROWS_OF.values())
PROPOSED = "de-nghi-chuyen-tiep"


def explain_rows(
    day: ProgrammeOnDay, row_set: RowSet, rows: Sequence[TaskRow], *, is_of_a_page: bool
) -> tuple[Explained, list[TaskRow]]:
    """The figure of a programme, and its rows with who entered and accepted each. Four queries at the most."""
    told, asked = read_told((row.told for row in rows), _asked([day.programme.pk], row_set.key))
    acts: list[Any] = [day.revision and day.revision.document]
    if row_set.key == PROPOSED or row_set.value == "wait":
        acts.append(day.pending_step and day.pending_step.document)
    stated = [set_beside(one, day) for one in day.stated_on_day if ROWS_OF.get(one.measure) == row_set.key]  # type: ignore[call-overload]
    explained = Explained(
        day.as_of,
        [("", row_set.rule)],
        title=f"{row_set.label}: {day.counts[row_set.key]}",
        documents=each_once([*acts, *(row.document for row in rows)]),
        stated=stated if row_set.key in STATED else None,
        asked=asked if row_set.key in ASKED else None,
        is_of_a_page=is_of_a_page,
        **_people(told.values()),
    )
    return explained, [replace(row, signed=told[row.told].text if row.told in told else "") for row in rows]


def explain_list(
    key: str, rows: Collection[TaskRow | None], programmes: Collection[int], *, count: int, today: date
) -> tuple[Explained, dict[int, Told]]:
    """A figure over several programmes, whose rows are of these; with what is told of each report. Five queries.

    Of no programmes only the rule is told.
    """
    figure = ROW_SETS.get(key)
    label, rule = (figure.label, figure.rule) if figure else ("Không còn hoặc chưa có hiệu lực", OUT_OF_FORCE)
    if not programmes:
        return Explained(today, [("", rule)], title=f"{label}: {group(count)}"), {}
    told, asked = read_told((row.told for row in rows if row), _asked(programmes, key))
    in_force = Revision.objects.in_force(today).filter(programme__in=programmes).select_related("document")
    # What is out of force rests on no act in force.
    acts = [revision.document for revision in in_force.order_by("programme__code")] if figure else []
    explained = Explained(
        today,
        [("", rule)],
        title=f"{label}: {group(count)}",
        documents=each_once([*acts, *(one.document for one in told.values())]),
        asked=asked if key in ASKED else None,
        is_of_a_page=figure is not None and count > len(rows),
        **_people(told.values()),
    )
    return explained, told


def explain_programmes(days: Sequence[ProgrammeOnDay], as_of: date, *, rate: Rule) -> Explained:
    """The figures over programmes, by what their page has read: no query. Each opens rows that tell of people.

    ``rate`` is how the one of payments is found.
    """
    rules = [
        ("Quá hạn", ROW_SETS[f"han-{Timeliness.OPEN_OVERDUE}"].rule),
        ("Hoàn thành", ROW_SETS["hoan-thanh"].rule),
        ("Giải ngân", rate),
        ("Chờ quyết định", WAITING),
        ("Chưa báo cáo", UNREPORTED),
    ]
    acts = [day.revision.document for day in days if day.revision]
    return Explained(as_of, rules, documents=each_once(acts))


def explain_task(row: TaskRow, act: Any, reports: Iterable[Any], asked: Sequence[Any]) -> Explained:
    """How the page of a task knows its state and its days late, by what it has read: no query.

    ``act`` is the revision in force; ``reports`` those that were accepted, of which the last counts.
    """
    rules: list[tuple[str, Rule]] = [("Thực hiện", ROW_SETS[f"trang-thai-{row.status}"].rule)]
    rules.append(("So với hạn", ROW_SETS[f"han-{row.timeliness}"].rule))
    if row.is_proposed:
        rules.append(("Đề nghị", ROW_SETS[PROPOSED].rule))
    elif row.is_carried_over:
        rules.append(("Chuyển tiếp", ROW_SETS["chuyen-tiep"].rule))
    counts = [report.update for report in reports if report.update.pk == row.told]
    return Explained(
        row.as_of,
        rules,
        title=row.label if row.label == row.status_label else f"{row.label}, {row.status_label.lower()}",
        documents=each_once([act.document, *(update.document for update in counts)]),
        entered=[str(update.author) for update in counts],
        accepted=[str(update.reviewer) for update in counts if update.reviewer],
        asked=asked,
    )


def _asked(programmes: Collection[int], key: str) -> Any:
    figure: AskedFigure | None = ASKED.get(key)
    if figure is None:
        return Explanation.objects.none()
    return Explanation.objects.filter(programme__in=programmes, figure=figure).order_by("-asked_on", "-pk")[:REQUESTS]


def _people(told: Iterable[Told]) -> dict[str, list[str]]:
    each = list(told)
    return {
        "entered": each_once(one.entered for one in each),
        "accepted": each_once(one.accepted or "theo văn bản đã công bố, không qua tiếp nhận" for one in each),
    }
