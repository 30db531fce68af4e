"""How far the tasks of the province came: reports of each, month by month, their steps and their money."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db.models import F

from programme.models import DocumentKind, LegalDocument, Programme, User
from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.simulation.ledger import keep_lines, opposite
from smartcity.simulation.places import Place
from smartcity.simulation.plans import BILLION
from smartcity.simulation.reports import Reporter
from smartcity.simulation.scale import Days
from smartcity.simulation.training.calendar import Calendar
from smartcity.simulation.training.stories import SILENT
from smartcity.simulation.training.story import Story
from smartcity.simulation.writing import GROUND, add_history, store
from tasks.models import BudgetEntry, Causes, ProgressUpdate, ReportingCycle, ReportingDuty, Status, Task, UpdateState
from tasks.operations.cycles import set_duty
from tasks.operations.route_steps import StepDates, finish_step, lay_out_route, plan_steps
from tasks.routes import TEMPLATES

# In full hundreds and tens of millions, as such sums are.
PLANNED_IN, PAID_IN = 10**8, 10**7
# What is reported on the way, from the beginning to what the story tells of today.
ON_THE_WAY = (
    "Đã thành lập tổ triển khai, khảo sát hiện trạng tại các đơn vị.",
    "Đã lập dự toán, trình thẩm định.",
    "Đã lựa chọn đơn vị thực hiện, ký hợp đồng.",
    "Đang cài đặt, tích hợp dữ liệu tại các đơn vị.",
    "Đang chạy thử, hoàn thiện theo góp ý của các đơn vị sử dụng.",
)
NEXT = "Tiếp tục thực hiện theo tiến độ; báo cáo kết quả ở kỳ sau."
CONCURRENCE = "Phân công, phối hợp giữa các đơn vị ở giai đoạn đầu chưa chặt chẽ."
PROPOSAL = "Đề nghị Ủy ban nhân dân tỉnh chỉ đạo các đơn vị liên quan phối hợp, sớm gỡ vướng."
CYCLES = 5


def report_all(programme: Programme, tasks: dict[Story, Task], place: Place, calendar: Calendar, *, by: User) -> None:
    cycles = _open_cycles(programme, calendar, by=by)
    reporter = Reporter(place, Days(calendar.begun.year, 3), Random(programme.code), by)  # noqa: S311
    accepted: list[ProgressUpdate] = []
    others: list[ProgressUpdate] = []
    for number, (story, task) in enumerate(tasks.items()):
        made = list(_reports_of(story, task, place, calendar, cycles, reporter))
        last = made[-1] if made else None
        if last and last.cycle == cycles[-1] and last.status != Status.COMPLETE and number % 3:
            others.append(made.pop())
        accepted += made
    reporter.keep_accepted(accepted)
    for number, update in enumerate(others):
        _leave_open(update, number, place)
    store(others)
    add_history(others, "+", by=F("author_id"), on=F("reported_on"))


def _open_cycles(programme: Programme, calendar: Calendar, *, by: User) -> list[ReportingCycle]:
    """The months for which reports are asked; those that are over, the oldest first."""
    duty = ReportingDuty(programme=programme, cadence=Cadence.MONTHLY, days_to_report=6)
    duty.first_day = calendar.first_of(1 - CYCLES)
    duty.note = "Chế độ báo cáo hằng tháng của tỉnh mẫu"
    set_duty(duty, by=by, today=calendar.today, reason=GROUND)
    return list(ReportingCycle.objects.filter(duty=duty, last_day__lt=calendar.today).order_by("last_day"))


def _reports_of(
    story: Story, task: Task, place: Place, calendar: Calendar, cycles: list[ReportingCycle], reporter: Reporter
) -> Iterator[ProgressUpdate]:
    if story.is_dropped:
        cycles = []
    done_on = calendar.done_on(story)
    first_day = calendar.begins(story)
    days: list[tuple[date, ReportingCycle | None]] = [
        (day, None) for day in _before(first_day, cycles, calendar, story)
    ]
    asked = cycles[:-3] if story.lead in SILENT else cycles
    days += [(one.last_day, one) for one in asked if one.last_day > first_day]
    if done_on:
        days = [(day, cycle) for day, cycle in days if day < done_on] + [(done_on + timedelta(days=6), None)]
    last = days[-1][0] if days else first_day
    agency = place.agency_called(story.lead)
    for day, cycle in days:
        share = (day - first_day).days / max((last - first_day).days, 1)
        update = ProgressUpdate(task=task, as_of=day, cycle=cycle, author=place.officers[agency.pk])
        update.reported_on = min(day + timedelta(days=2 + task.pk % 5), max(day, calendar.ago(1)))
        update.reviewer = place.clerk if agency == place.coordinating else None
        _tell(update, story, share, is_last=day == last, is_late=day > calendar.last_of(story.due))
        if update.status == Status.COMPLETE:
            update.completed_on, update.document = done_on, _proof(story, place, done_on or day, by=reporter.by)
        yield update


def _proof(story: Story, place: Place, on: date, *, by: User) -> LegalDocument:
    said = f"Phê duyệt kết quả nghiệm thu, đưa vào sử dụng: {story.name}"
    return place.issue(place.committee, DocumentKind.DECISION, "QĐ-UBND", said, on=on, by=by)


def _before(first_day: date, cycles: list[ReportingCycle], calendar: Calendar, story: Story) -> Iterator[date]:
    """Every other month before reports were asked for by cycles."""
    until = cycles[0].first_day if cycles else calendar.amended
    month = story.start + 1
    while (day := calendar.first_of(month) + timedelta(days=9)) < until:
        if day > first_day:
            yield day
        month += 2


def _tell(update: ProgressUpdate, story: Story, share: float, *, is_last: bool, is_late: bool) -> None:
    update.percent = story.reached if is_last else int(story.reached * share)
    update.results = story.said if is_last else ON_THE_WAY[min(int(share * len(ON_THE_WAY)), len(ON_THE_WAY) - 1)]
    update.next_steps = "" if is_last and story.reached == 100 else NEXT
    if is_last and story.reached == 100:
        update.status = Status.COMPLETE
    elif story.reached == 0:
        update.status, update.results, update.percent = Status.NOT_STARTED, story.said, 0
    elif story.is_suspended and share > 0.8:
        update.status = Status.SUSPENDED
    elif share < 0.25 and not is_last:
        update.status, update.percent = Status.PREPARING, None
    else:
        update.status = Status.IN_PROGRESS
    if story.why and (is_late or share > 0.7):
        update.obstacles, update.proposals = story.why, PROPOSAL
        update.causes, update.objective_cause = Causes.OBJECTIVE, story.why
        if is_late:
            update.causes, update.subjective_cause = Causes.BOTH, CONCURRENCE


def _leave_open(update: ProgressUpdate, number: int, place: Place) -> None:
    """Of the newest reports some wait, one was sent back, one is still written."""
    update.state, update.reviewer = UpdateState.SUBMITTED, None
    if number % 7 == 3:
        update.state, update.reviewer = UpdateState.RETURNED, place.coordinator
        update.return_reason = "Chưa nêu khối lượng hoàn thành trong kỳ; đề nghị bổ sung số liệu."
    elif number % 7 == 4:
        update.state = UpdateState.DRAFT


def pay_all(tasks: dict[Story, Task], place: Place, calendar: Calendar, *, random: Random) -> None:
    """A plan for each year and source, contracts and payments; one payment is corrected."""
    lines: list[BudgetEntry] = []
    for story, task in tasks.items():
        begun, until = calendar.begins(story), calendar.done_on(story) or calendar.today
        years = range(begun.year, until.year + 1)
        if not story.is_dropped and story.reached > 20:
            amount = sum(amount for _, amount in story.money) * BILLION * 92 // 100
            signed_on = min(begun + timedelta(days=75), calendar.ago(2))
            lines.append(_line(task, MoneyKind.CONTRACT, story.money[0][0], None, amount, signed_on))
        for source, amount in story.money:
            for year in [] if story.is_dropped else years:
                planned = amount * BILLION // max(len(years), 2) // PLANNED_IN * PLANNED_IN
                decided_on = date(year - 1, 12, 20)
                lines.append(_line(task, MoneyKind.YEAR_PLAN, source, year, planned, decided_on))
                lines += _payments(task, story, source, year, planned, calendar, random)
    keep_lines(lines, place)
    paid = [one for one in lines if one.kind == MoneyKind.DISBURSEMENT]
    keep_lines([opposite(one) for one in paid[4:5]], place)


def _payments(
    task: Task, story: Story, source: MoneySource, year: int, planned: int, calendar: Calendar, random: Random
) -> Iterator[BudgetEntry]:
    """Most of what the years before had; of this year, as far as the work came."""
    begun, until = calendar.begins(story) + timedelta(days=60), calendar.done_on(story) or calendar.ago(3)
    for number, (month, day, share) in enumerate(((6, 18, 35), (11, 12, 55)), start=1):
        on = date(year, month, day)
        if begun <= on <= until and story.reached:
            rate = share * (100 if year < calendar.today.year else min(story.reached + 20, 90)) // 100
            amount = planned * (rate - random.randint(0, 6)) // 100 // PAID_IN * PAID_IN
            line = _line(task, MoneyKind.DISBURSEMENT, source, year, amount, on)
            line.note = f"Thanh toán đợt {number} năm {year}"
            yield line


def _line(task: Task, kind: MoneyKind, source: MoneySource, year: int | None, amount: int, on: date) -> BudgetEntry:
    return BudgetEntry(task=task, kind=kind, source=source, year=year, amount_vnd=amount, decided_on=on)


def lay_out_steps(tasks: dict[Story, Task], calendar: Calendar, *, by: User) -> None:
    """The procedure of a few tasks that run, each step planned, done as far as the task came."""
    chosen = [(story, task) for story, task in tasks.items() if 20 <= story.reached < 100 and story.route in TEMPLATES]
    for story, task in chosen[:3]:
        steps = lay_out_route(task, route=story.route, by=by, today=calendar.today)
        first_day, last_day = calendar.begins(story), calendar.last_of(story.due)
        length = (last_day - first_day) / len(steps)
        ends = [first_day + length * (place + 1) for place in range(len(steps))]
        dates = [StepDates(step, end - length, end) for step, end in zip(steps, ends, strict=True)]
        plan_steps(task, dates, by=by, today=calendar.today, reason=GROUND)
        done = len(steps) * story.reached // 100
        for step, end in zip(steps[:done], ends, strict=False):
            on = min(end + timedelta(days=4), calendar.ago(2))
            finish_step(step, on=on, by=by, today=calendar.today, reason=GROUND)
