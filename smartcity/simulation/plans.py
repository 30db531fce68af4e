"""What simulated programmes decide: a first revision, an amendment, and in some a second one before the council.

Tasks and plans are stored in bulk; each act (adopted, split, merged, carried over, handed over) is its operation.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from programme.models import (
    DocumentKind,
    LegalDocument,
    Objective,
    Period,
    PeriodKind,
    Programme,
    Revision,
    StepKind,
    User,
)
from programme.operations.drafting import change_parts, draft_first_revision
from smartcity.lib.language.money import MoneySource
from smartcity.lib.records.history import user_action
from smartcity.simulation.places import Place
from smartcity.simulation.scale import Days, Scale
from smartcity.simulation.writing import GROUND, keep
from tasks.models import Coordination, PlannedBudget, PlannedTask, Route, Task, with_lead
from tasks.operations.copying import begin_amendment
from tasks.operations.deciding import take_step
from tasks.operations.drafting import (
    carry_over,
    change_planned_task,
    merge_tasks,
    plan_task,
    remove_task,
    split_task,
)
from tasks.operations.transferring import transfer_duties

BILLION = 10**9
FIELDS = ["Chính quyền số", "Giao thông", "Y tế", "Giáo dục", "An ninh, trật tự", "Môi trường", "Du lịch", "Đô thị"]
WORK = [
    "Xây dựng cơ sở dữ liệu dùng chung về",
    "Triển khai hệ thống thông tin quản lý",
    "Lắp đặt hệ thống cảm biến, camera giám sát",
    "Nâng cấp hạ tầng kết nối phục vụ",
    "Đào tạo, tập huấn cán bộ về",
    "Thuê dịch vụ vận hành nền tảng",
    "Xây dựng trung tâm điều hành về",
]
SUBJECTS = [
    "dân cư",
    "đất đai",
    "giao thông",
    "bệnh viện",
    "trường học",
    "nước sạch",
    "du lịch",
    "doanh nghiệp",
    "lưu trữ",
]


@dataclass(frozen=True)
class Stretch:
    """A task, who reports on it, and the days between which it is planned; what a revision ends is never complete."""

    task: Task
    officer: User
    first: date
    last: date
    ends_open: bool = False


def begin_programme(place: Place, scale: Scale, *, random: Random, by: User) -> tuple[Programme, list[Stretch]]:
    """The programme with its first revision, in force; and its tasks, of which the last ones will be replaced."""
    days = scale.days
    signed_on = days.first - timedelta(days=20)
    programme = Programme(province=place.province, code=place.province.code.upper())
    programme.coordinating_agency = place.coordinating
    keep([programme], by=by, on=signed_on)
    name = f"Đề án phát triển đô thị thông minh {place.province.name}"
    revision = draft_first_revision(programme, name=name, by=by, change_reason=GROUND)
    periods = keep(_periods(revision, days), by=by, on=signed_on)
    keep(_objectives(revision, days), by=by, on=signed_on)
    codes = [f"NV-{number:03d}" for number in range(1, scale.tasks + 1)]
    tasks = keep([Task(programme=programme, code=code) for code in codes], by=by, on=signed_on)
    plans = keep(
        [_plan(revision, task, number, periods, place, random) for number, task in enumerate(tasks, start=1)],
        by=by,
        on=signed_on,
    )
    keep([part for plan in plans for part in _helpers(plan, place, random)], by=by, on=signed_on)
    keep([part for plan in plans for part in _budgets(plan, days, random)], by=by, on=signed_on)
    adopt(revision, place, on=signed_on, effective_on=days.first, by=by)
    officers = [place.officers[plan.lead_agency_id or 0] for plan in plans]
    going_on = scale.tasks - 4 * scale.replaced
    return programme, [
        Stretch(task, officer, days.first, days.last)
        if place_in_plan < going_on
        else Stretch(task, officer, days.first, days.halfway, ends_open=True)
        for place_in_plan, (task, officer) in enumerate(zip(tasks, officers, strict=True))
    ]


def _periods(revision: Revision, days: Days) -> list[Period]:
    first = f"{days.first.year}–{days.halfway.year}"
    second = f"{days.amended.year}–{days.last.year}"
    return [
        Period(revision=revision, label=f"Giai đoạn 1 ({first})", first_day=days.first, last_day=days.halfway),
        Period(revision=revision, label=f"Giai đoạn 2 ({second})", first_day=days.amended, last_day=days.last),
    ]


def _objectives(revision: Revision, days: Days) -> list[Objective]:
    return [
        Objective(
            revision=revision,
            position=position,
            field=field,
            text=f"Hoàn thành việc chuyển đổi số trong lĩnh vực {field.lower()}.",
            target=f"{50 + 5 * position}%",
            target_year=days.last.year,
        )
        for position, field in enumerate(FIELDS, start=1)
    ]


def _plan(
    revision: Revision, task: Task, number: int, periods: list[Period], place: Place, random: Random
) -> PlannedTask:
    period = random.choice(periods)
    # Most are due with their period, as most documents have it.
    own_day = random.random() < 0.3
    due_on = period.first_day + timedelta(days=random.randint(60, (period.last_day - period.first_day).days))
    return PlannedTask(
        revision=revision,
        task=task,
        position=number,
        name=f"{random.choice(WORK)} {random.choice(SUBJECTS)} (hạng mục {number})",
        field=random.choice(FIELDS),
        lead_agency=random.choice(place.departments),
        period=period,
        due_on=due_on if own_day else None,
        route=random.choice(Route.values),
        deliverable="Hệ thống đã nghiệm thu, đưa vào sử dụng.",
    )


def _helpers(plan: PlannedTask, place: Place, random: Random) -> list[Coordination]:
    others = [agency for agency in place.departments[1:] if agency.pk != plan.lead_agency_id]
    return [Coordination(planned_task=plan, agency=agency) for agency in random.sample(others, random.randint(0, 2))]


def _budgets(plan: PlannedTask, days: Days, random: Random) -> list[PlannedBudget]:
    sources = random.sample([MoneySource.PROVINCE, MoneySource.CENTRAL, MoneySource.PRIVATE], random.randint(1, 2))
    return [
        PlannedBudget(planned_task=plan, source=source, year=year, amount_vnd=random.randint(1, 60) * BILLION)
        for source, year in zip(sources, [None, days.last.year], strict=False)
    ]


def adopt(revision: Revision, place: Place, *, on: date, effective_on: date, by: User) -> LegalDocument:
    said = f"Thông qua {revision.name}" if revision.base is None else f"Điều chỉnh {revision.name}"
    resolution = place.issue(place.council, DocumentKind.RESOLUTION, "NQ-HĐND", said, on=on, by=by)
    take_step(
        revision,
        StepKind.ADOPTED,
        on=on,
        document=resolution,
        effective_on=effective_on,
        by=by,
        today=on,
        reason=GROUND,
    )
    return resolution


def amend(programme: Programme, place: Place, scale: Scale, *, by: User) -> list[Stretch]:
    """Adopt a second revision: what is open goes on in the next period. Returns the tasks that it began.

    The tasks that it splits, merges and takes out are the last ones, so that few others are numbered anew.
    """
    days, on = scale.days, scale.days.halfway - timedelta(days=15)
    draft = begin_amendment(programme, by=by, reason="Điều chỉnh theo kết quả giai đoạn 1")
    later = Period(
        label=f"Định hướng đến năm {days.later.year}",
        first_day=days.last + timedelta(days=1),
        last_day=days.later,
        kind=PeriodKind.ORIENTATION,
    )
    change_parts(draft, keep=[later], by=by, change_reason=GROUND)
    known = set(draft.planned_tasks.values_list("task", flat=True))
    _replace_last(draft, place, scale, on=on, by=by)
    second = draft.periods.get(first_day=days.amended)
    carry_over(draft, period=second, by=by, today=on)
    take_step(draft, StepKind.SUBMITTED, on=on - timedelta(days=5), by=by, today=on, reason=GROUND)
    adopt(draft, place, on=on, effective_on=days.amended, by=by)
    begun = draft.planned_tasks.exclude(task__in=known).select_related("task").order_by("position")
    return [Stretch(plan.task, place.officers[plan.lead_agency_id or 0], days.amended, days.last) for plan in begun]


def _replace_last(draft: Revision, place: Place, scale: Scale, *, on: date, by: User) -> None:
    count = scale.replaced
    rows = list(draft.planned_tasks.select_related("revision", "task").order_by("position"))[-4 * count :]
    split, merged, removed = rows[:count], rows[count : 3 * count], rows[3 * count :]
    for plan in reversed(removed):
        remove_task(plan, reason="Không còn phù hợp với quy hoạch mới.", by=by)
    for left, right in zip(merged[::2], merged[1::2], strict=True):
        name = f"{left.name}, gộp với hạng mục {right.position}"
        merge_tasks([left, right], name=name, code=f"{left.task.code}-G", by=by, today=on, reason="Gộp để triển khai")
    for plan in split:
        parts = [{"name": f"{plan.name}, phần {part}", "code": f"{plan.task.code}-{part}"} for part in (1, 2)]
        split_task(plan, parts=parts, by=by, today=on, reason="Tách theo nguồn vốn")
    second = draft.periods.get(first_day=scale.days.amended)
    for number in range(1, count + 1):
        plan_task(
            draft,
            name=f"Nhiệm vụ bổ sung thứ {number} về đô thị thông minh",
            code=f"NV-BS-{number:02d}",
            lead_agency=place.departments[1 + number % (len(place.departments) - 1)],
            period=second,
            budgets=[{"source": MoneySource.PROVINCE, "amount_vnd": 5 * BILLION}],
            by=by,
            change_reason=GROUND,
        )


def hand_over(programme: Programme, place: Place, *, days: Days, by: User) -> None:
    """Pass the duties of the agency that ended to the one that goes on with its work."""
    on = days.handed_over
    said = f"Chuyển giao nhiệm vụ của {place.ending.name}"
    decision = place.issue(place.committee, DocumentKind.DECISION, "QĐ-UBND", said, on=on, by=by)
    led = with_lead(Task.objects.planned(on), on, plan="plans__").filter(programme=programme, lead_id=place.ending.pk)
    tasks = list(led.order_by("pk"))
    if tasks:
        transfer_duties(
            from_agency=place.ending,
            to_agency=place.heir,
            on=on,
            document=decision,
            tasks=tasks,
            by=by,
            today=on,
            reason=GROUND,
        )


def propose_again(programme: Programme, place: Place, *, days: Days, by: User) -> None:
    """Lay a third revision before the council, which has yet to decide on it."""
    on = days.proposed
    said = "Trình điều chỉnh đề án phát triển đô thị thông minh"
    submission = place.issue(place.committee, DocumentKind.SUBMISSION, "TTr-UBND", said, on=on, by=by)
    with user_action(document=submission):
        draft = begin_amendment(programme, by=by, reason="Bổ sung kinh phí, lùi thời hạn")
        later = draft.periods.get(last_day=days.later)
        for plan in draft.planned_tasks.select_related("revision").order_by("position")[:3]:
            change_planned_task(
                plan,
                period=later,
                due_on=None,
                budgets=[{"source": MoneySource.PROVINCE, "amount_vnd": 90 * BILLION}],
                by=by,
                change_reason=GROUND,
            )
    take_step(draft, StepKind.SUBMITTED, on=on, document=submission, by=by, today=on, reason=GROUND)
