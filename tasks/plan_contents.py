"""What one revision says of one task, in the words of its annex, and what another says differently."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from programme.models import Period, Revision
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneySource, say_money
from smartcity.lib.language.word_changes import Piece, changed_words
from tasks.models import Coordination, PlannedBudget, PlannedTask, Route
from tasks.planned_money import Mismatch, mismatches, total_vnd

NAME = "Tên"
# What a reader wants to know first of a task that is new to them.
FIRST_TOLD = ["Chủ trì", "Phối hợp", "Giai đoạn", "Hạn hoàn thành", "Hình thức", "Sản phẩm", "Kinh phí"]
# What is read of a plan's relations, wherever its contents are shown.
LOADED = ["task", "lead_agency", "lead_document", "basis_document", "period"]


@dataclass(frozen=True)
class Difference:
    """One thing that two revisions say differently; an empty side says nothing of it."""

    label: str
    old: str
    new: str

    @cached_property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        return changed_words(self.old, self.new)

    @property
    def old_pieces(self) -> list[Piece]:
        return self.pieces[0]

    @property
    def new_pieces(self) -> list[Piece]:
        return self.pieces[1]


@dataclass
class Contents:
    """A planned task with those who help and its money, by source and year, in đồng."""

    plan: PlannedTask
    coordinating: list[str] = field(default_factory=list)
    budgets: dict[tuple[str, int | None], int] = field(default_factory=dict)

    @property
    def vnd(self) -> int:
        return total_vnd(self.budgets)

    @property
    def said_budgets(self) -> str:
        return say_budgets(self.budgets)

    @property
    def mismatches(self) -> list[Mismatch]:
        return mismatches(self.budgets)

    @property
    def lead_id(self) -> int | None:
        return self.plan.lead_agency_id

    def says(self) -> dict[str, str]:
        """Each thing that the revision says of the task, by its label; the number in the list is not one of them."""
        plan = self.plan
        assumed = " (giả định)" if plan.lead_is_assumed else ""
        basis = " ".join(filter(None, [plan.basis_pinpoint, str(plan.basis_document or "")]))
        return {
            NAME: plan.name,
            "Lĩnh vực": plan.field,
            "Chủ trì": f"{plan.lead_agency.name}{assumed}" if plan.lead_agency else "",
            "Phối hợp": ", ".join(self.coordinating),
            "Giai đoạn": plan.period.label if plan.period else "",
            "Thời gian của giai đoạn": say_period(plan.period),
            "Bắt đầu": say_day(plan.start_on) if plan.start_on else "",
            "Hạn hoàn thành": say_day(plan.due_on) if plan.due_on else "",
            "Phạm vi": plan.scope,
            "Sản phẩm": plan.deliverable,
            "Hình thức": plan.get_route_display(),
            "Căn cứ": basis,
            "Kinh phí": say_budgets(self.budgets),
            "Căn cứ của giả định": plan.lead_ground,
            "Ghi chú": plan.note,
        }

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What there is to know first of the task, as far as the revision says it."""
        says = self.says()
        if self.plan.route == Route.UNDECIDED:
            says["Hình thức"] = ""
        return [(label, says[label]) for label in FIRST_TOLD if says[label]]

    def differences(self, new: "Contents") -> list[Difference]:
        """What ``new`` says differently."""
        old_says, new_says = self.says(), new.says()
        changed = [Difference(label, old_says[label], new_says[label]) for label in old_says]
        changed = [one for one in changed if one.old != one.new]
        if any(one.label == "Giai đoạn" for one in changed):
            # The label says it already; its days are told only where the label stayed.
            changed = [one for one in changed if one.label != "Thời gian của giai đoạn"]
        return changed


def say_period(period: Period | None) -> str:
    return f"{say_day(period.first_day)} – {say_day(period.last_day)}" if period else ""


def say_budgets(budgets: dict[tuple[str, int | None], int]) -> str:
    rows = sorted(budgets.items(), key=lambda row: (row[0][0], row[0][1] or 0))
    return "; ".join(
        f"{MoneySource(source).label}{f' năm {year}' if year else ''}: {say_money(vnd)}" for (source, year), vnd in rows
    )


def read_contents(
    revisions: Iterable[Revision], *, tasks: Collection[int] | None = None
) -> dict[int, dict[int, Contents]]:
    """The contents of each revision, by the key of the task, in the order of its list. Three queries.

    Of these ``tasks`` alone, if they are given.
    """
    wanted = [revision.pk for revision in revisions]
    plans = PlannedTask.objects.filter(revision__in=wanted)
    if tasks is not None:
        plans = plans.filter(task__in=tasks)
    found: dict[int, dict[int, Contents]] = {pk: {} for pk in wanted}
    by_plan: dict[int, Contents] = {}
    for plan in plans.select_related(*LOADED).order_by("position"):
        by_plan[plan.pk] = found[plan.revision_id][plan.task_id] = Contents(plan)
    helpers = Coordination.objects.filter(planned_task__in=plans.order_by())
    names: dict[int, list[str]] = defaultdict(list)
    for plan_id, name in helpers.order_by("agency__name").values_list("planned_task", "agency__name"):
        names[plan_id].append(name)
    for plan_id, told in names.items():
        by_plan[plan_id].coordinating = told
    money = PlannedBudget.objects.filter(planned_task__in=plans.order_by())
    for plan_id, source, year, vnd in money.values_list("planned_task", "source", "year", "amount_vnd"):
        by_plan[plan_id].budgets[source, year] = vnd
    return found
