"""What the programmes of the province decide: first, in an amendment, and in one that waits for the council."""

from datetime import date, timedelta

from programme.models import DocumentKind, Objective, Period, Programme, Revision, StepKind, User
from programme.operations.drafting import change_revision, draft_first_revision
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.history import user_action
from smartcity.simulation.places import Place
from smartcity.simulation.plans import BILLION, adopt
from smartcity.simulation.training.calendar import Calendar
from smartcity.simulation.training.stories import ProgrammeStory
from smartcity.simulation.training.story import Story
from smartcity.simulation.writing import GROUND, keep
from tasks.models import Coordination, PlannedBudget, PlannedTask, Task
from tasks.operations.copying import begin_amendment
from tasks.operations.deciding import take_step
from tasks.operations.drafting import change_planned_task, plan_task, remove_task

NOT_FITTING = "Nội dung đã được đưa vào dự án đầu tư khác, không trùng lặp nguồn vốn."
# The tasks that wait for more time and money from the council: so many months, and tỷ đồng.
ASKED_LATER, ASKED_MORE = 6, 12


def decide_programme(story: ProgrammeStory, place: Place, calendar: Calendar, *, by: User) -> tuple[Programme, dict]:
    """The programme with all its revisions; and its tasks, by their stories."""
    first_day = calendar.effective
    signed_on = first_day - timedelta(days=21)
    programme = Programme(province=place.province, code=story.code, coordinating_agency=place.coordinating)
    keep([programme], by=by, on=signed_on)
    named = f"{story.name} giai đoạn {first_day.year}–{calendar.today.year + 1}"
    first = [one for one in story.tasks if not one.is_added]
    revision = draft_first_revision(
        programme,
        name=named,
        declared_budget_vnd=_sum(first),
        declared_budget_kind=MoneyKind.ESTIMATE,
        by=by,
        change_reason=GROUND,
    )
    periods = keep(_periods(revision, calendar), by=by, on=signed_on)
    keep(_objectives(revision, story, calendar), by=by, on=signed_on)
    tasks = {one: Task(programme=programme, code=f"NV-{number:02d}") for number, one in enumerate(first, start=1)}
    keep(list(tasks.values()), by=by, on=signed_on)
    plans = keep(
        [_plan(revision, tasks[one], number, one, periods, place, calendar) for number, one in enumerate(first, 1)],
        by=by,
        on=signed_on,
    )
    keep([_helper(plan, place) for plan in plans if plan.position % 3], by=by, on=signed_on)
    keep(
        [
            PlannedBudget(planned_task=plan, source=source, amount_vnd=amount * BILLION)
            for plan, one in zip(plans, first, strict=True)
            for source, amount in one.money
        ],
        by=by,
        on=signed_on,
    )
    adopt(revision, place, on=signed_on, effective_on=first_day, by=by)
    if story.is_amended:
        tasks |= _amend(programme, story, place, calendar, by=by)
    if story.is_before_the_council:
        _propose(programme, story, place, calendar, by=by)
    return programme, tasks


def _sum(stories: list[Story]) -> int:
    return sum(amount for one in stories for _, amount in one.money) * BILLION


def _periods(revision: Revision, calendar: Calendar) -> list[Period]:
    return [
        Period(
            revision=revision,
            label=f"Giai đoạn {number} ({first_day.year}–{last_day.year})",
            first_day=first_day,
            last_day=last_day,
        )
        for number, (first_day, last_day) in enumerate(calendar.periods, start=1)
    ]


def _objectives(revision: Revision, story: ProgrammeStory, calendar: Calendar) -> list[Objective]:
    return [
        Objective(
            revision=revision,
            position=position,
            field=field,
            text=text,
            target=target,
            target_year=calendar.today.year + 1,
        )
        for position, (field, text, target) in enumerate(story.objectives, start=1)
    ]


def _plan(
    revision: Revision,
    task: Task,
    position: int,
    story: Story,
    periods: list[Period],
    place: Place,
    calendar: Calendar,
) -> PlannedTask:
    due_on = calendar.last_of(story.due if story.due_first is None else story.due_first)
    return PlannedTask(
        revision=revision,
        task=task,
        position=position,
        name=story.name,
        short_name=story.short,
        field=story.field,
        lead_agency=place.agency_called(story.lead),
        period=_period_of(due_on, periods),
        start_on=calendar.begins(story),
        due_on=due_on,
        route=story.route,
        deliverable="Hệ thống, sản phẩm được nghiệm thu, đưa vào sử dụng.",
    )


def _period_of(day: date, periods: list[Period]) -> Period:
    return next(one for one in periods if day <= one.last_day)


def _helper(plan: PlannedTask, place: Place) -> Coordination:
    others = [one for one in place.departments[1:] if one.pk != plan.lead_agency_id]
    return Coordination(planned_task=plan, agency=others[plan.position % len(others)])


def _amend(programme: Programme, story: ProgrammeStory, place: Place, calendar: Calendar, *, by: User) -> dict:
    """Move what could not be done in time, drop and add; returns the tasks that it began."""
    on = calendar.amended - timedelta(days=18)
    draft = begin_amendment(programme, by=by, reason="Điều chỉnh thời hạn, bổ sung nhiệm vụ theo kết quả thực hiện")
    periods = list(draft.periods.order_by("first_day"))
    plans = {one.name: one for one in draft.planned_tasks.select_related("revision", "task")}
    begun: dict[Story, Task] = {}
    for one in story.tasks:
        if one.due_first is not None:
            due_on = calendar.last_of(one.due)
            period = _period_of(due_on, periods)
            change_planned_task(plans[one.name], due_on=due_on, period=period, by=by, change_reason=GROUND)
        elif one.is_dropped:
            remove_task(plans[one.name], reason=NOT_FITTING, by=by)
        elif one.is_added:
            due_on = calendar.last_of(one.due)
            begun[one] = plan_task(
                draft,
                name=one.name,
                code=f"NV-{len(plans) + len(begun) + 1:02d}",
                short_name=one.short,
                field=one.field,
                lead_agency=place.agency_called(one.lead),
                period=_period_of(due_on, periods),
                start_on=calendar.begins(one),
                due_on=due_on,
                route=one.route,
                budgets=[{"source": source, "amount_vnd": amount * BILLION} for source, amount in one.money],
                by=by,
                change_reason=GROUND,
            ).task
    declared = _sum([one for one in story.tasks if not one.is_dropped])
    change_revision(draft, declared_budget_vnd=declared, by=by, change_reason=GROUND)
    take_step(draft, StepKind.SUBMITTED, on=on - timedelta(days=10), by=by, today=on, reason=GROUND)
    adopt(draft, place, on=on, effective_on=calendar.amended, by=by)
    return begun


def _propose(programme: Programme, story: ProgrammeStory, place: Place, calendar: Calendar, *, by: User) -> None:
    """Lay before the council what asks for more time and money: what is late today."""
    on = calendar.ago(20)
    said = f"Trình điều chỉnh {story.name}: lùi thời hạn, bổ sung kinh phí"
    submission = place.issue(place.committee, DocumentKind.SUBMISSION, "TTr-UBND", said, on=on, by=by)
    late = [one for one in story.tasks if one.due < 0 and one.reached < 100 and not one.is_dropped]
    with user_action(document=submission):
        draft = begin_amendment(programme, by=by, reason="Lùi thời hạn, bổ sung kinh phí các nhiệm vụ chậm")
        periods = list(draft.periods.order_by("first_day"))
        plans = {one.name: one for one in draft.planned_tasks.select_related("revision", "task")}
        more = (draft.declared_budget_vnd or 0) + len(late) * ASKED_MORE * BILLION
        change_revision(draft, declared_budget_vnd=more, by=by, change_reason=GROUND)
        for one in late:
            due_on = calendar.last_of(one.due + ASKED_LATER)
            change_planned_task(
                plans[one.name],
                due_on=due_on,
                period=_period_of(due_on, periods),
                budgets=[
                    {"source": source, "amount_vnd": (amount + (0 if place_in else ASKED_MORE)) * BILLION}
                    for place_in, (source, amount) in enumerate(one.money)
                ],
                by=by,
                change_reason=GROUND,
            )
    take_step(draft, StepKind.SUBMITTED, on=on, document=submission, by=by, today=calendar.today, reason=GROUND)
