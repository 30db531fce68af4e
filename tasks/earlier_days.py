"""What is derived of tasks on days, as it was known at earlier moments: by the same rules, from what was known then."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from programme.models import Period, Revision, RevisionStep
from smartcity.lib.log.known.derivations import DERIVATIONS, Derivation
from tasks.models import (
    BudgetEntry,
    PaidDay,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    ProposedMove,
    RevisionCounts,
    TaskDay,
    TaskLineage,
)
from tasks.payments import paid
from tasks.proposed_moves import proposed_moves
from tasks.stretches import counts, read_sources, stretches

# What the days are derived from, and how each leads to its programme.
SOURCES: dict[Any, str] = {
    Revision: "programme_id",
    RevisionStep: "revision__programme",
    Period: "revision__programme",
    PlannedTask: "revision__programme",
    PlannedBudget: "planned_task__revision__programme",
    TaskLineage: "revision__programme",
    ProgressUpdate: "task__programme",
    BudgetEntry: "task__programme",
}


def keep_earlier_days() -> None:
    DERIVATIONS.append(Derivation((TaskDay, RevisionCounts, ProposedMove, PaidDay), _programmes, _rows))


def _programmes(sealed: Callable[[Any], QuerySet]) -> Iterator[int | None]:
    for model, path in SOURCES.items():
        yield from sealed(model).order_by().values_list(path, flat=True).distinct()


def _rows(programmes: Sequence[int]) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    for programme in programmes:
        sources = read_sources(programme)
        yield from ((programme, TaskDay, stretch._asdict()) for stretch in stretches(sources))
        yield from ((programme, RevisionCounts, of_revision._asdict()) for of_revision in counts(sources))
        yield from ((programme, ProposedMove, move._asdict()) for move in proposed_moves(programme))
        yield from ((programme, PaidDay, one._asdict()) for one in paid(programme))
