"""Which transfers of a duty hold on a day: read once, asked for many days."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from programme.models import CoordinationTransfer, Revision
from tasks.models import LeadTransfer, PlannedTask

AGENCIES = ("from_agency", "to_agency__province", "document")


class CoordinationTransfers:
    """The transfers of these programmes, by their keys; one query."""

    def __init__(self, programmes: Collection[int]):
        self._made: dict[int, list[CoordinationTransfer]] = defaultdict(list)
        transfers = CoordinationTransfer.objects.filter(programme__in=programmes).select_related(*AGENCIES)
        for transfer in transfers.order_by("effective_on", "pk"):
            self._made[transfer.programme_id].append(transfer)

    def of_programme(self, programme: int, *, on: date) -> CoordinationTransfer | None:
        """The act by which, on the day ``on``, another agency coordinates than the one that began."""
        held = [transfer for transfer in self._made[programme] if transfer.effective_on <= on]
        return held[-1] if held else None


class LeadTransfers:
    """The transfers of these tasks, by their keys; one query."""

    def __init__(self, tasks: Iterable[int]):
        self._made: dict[int, list[LeadTransfer]] = defaultdict(list)
        transfers = LeadTransfer.objects.filter(task__in=list(tasks)).select_related(*AGENCIES)
        for transfer in transfers.order_by("effective_on", "pk"):
            self._made[transfer.task_id].append(transfer)

    def of_task(self, plan: PlannedTask, in_force: Revision, *, on: date) -> LeadTransfer | None:
        """The act by which, on the day ``on``, another agency leads than the one that ``in_force`` plans."""
        by_then = [transfer for transfer in self._made[plan.task_id] if transfer.effective_on <= on]
        # As ``with_lead`` says it in SQL.
        begun = min(
            (one.effective_on for one in by_then if one.from_agency_id == plan.lead_agency_id), default=date.max
        )
        after = in_force.effective_on or date.max
        held = [one for one in by_then if one.effective_on > after or one.effective_on >= begun]
        return held[-1] if held else None
