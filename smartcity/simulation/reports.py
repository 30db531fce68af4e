"""What simulated agencies report of their tasks, and how it moves from one report to the next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched
from random import Random

from django.db.models import BigIntegerField, F, Value

from programme.models import DocumentKind, LegalDocument, User
from smartcity.simulation.places import Place
from smartcity.simulation.plans import Stretch
from smartcity.simulation.scale import Days, spread
from smartcity.simulation.writing import ROWS, add_history, store
from tasks.models import Causes, ProgressUpdate, Status, Task, UpdateState

CORRECTED, FALLING, STALLED = 0.1, 0.02, 0.25
RESULTS = [
    "Đã hoàn thành khảo sát, lập hồ sơ thiết kế.",
    "Đã lựa chọn nhà thầu, ký hợp đồng.",
    "Đã cài đặt, tích hợp dữ liệu tại các đơn vị.",
    "Đã đào tạo, chuyển giao cho các đơn vị sử dụng.",
    "Đang chạy thử nghiệm, hoàn thiện theo góp ý.",
]
OBSTACLES = ["Chưa được bố trí đủ vốn.", "Vướng mắc về định mức, đơn giá.", "Thiếu cán bộ chuyên trách.", ""]


@dataclass
class Reporter:
    """Makes the accepted reports of one programme's tasks; what is complete is proven by the decision of its year."""

    place: Place
    days: Days
    random: Random
    by: User
    _proofs: dict[int, LegalDocument] = field(default_factory=dict)

    def report(self, stretches: Iterable[Stretch], count: int) -> None:
        """Store ``count`` reports of each task, all of them accepted; in some tasks the last but one is corrected."""
        for some in batched(stretches, max(1, ROWS // count)):
            made = [(stretch, self._reports_of(stretch, count)) for stretch in some]
            self.keep_accepted([update for _, updates in made for update in updates])
            self.keep_accepted([self._correction(updates) for _, updates in made if len(updates) < count])

    def leave_waiting(self, stretches: Iterable[Stretch]) -> None:
        """Of the tasks that are not complete one in ten has a report that waits, and another one a draft."""
        on = self.days.last
        tasks = {stretch.task.pk: stretch for stretch in stretches}
        complete = ProgressUpdate.objects.complete_tasks(Task.objects.filter(pk__in=tasks), on)
        going_on = [stretch for key, stretch in tasks.items() if key not in complete]
        updates = [
            ProgressUpdate(
                task=stretch.task,
                as_of=on - timedelta(days=3),
                reported_on=on,
                status=Status.IN_PROGRESS,
                results=RESULTS[-1],
                author=stretch.officer,
                state=state,
            )
            for state, some in ((UpdateState.SUBMITTED, going_on[::10]), (UpdateState.DRAFT, going_on[1::10]))
            for stretch in some
        ]
        store(updates)
        add_history(updates, "+", by=F("author_id"), on=F("reported_on"))

    def _reports_of(self, stretch: Stretch, count: int) -> list[ProgressUpdate]:
        """Without the correction that comes after, where one report is to be corrected."""
        is_corrected = count > 2 and self.random.random() < CORRECTED
        # The last days are left to those who accept.
        days = spread(stretch.first, stretch.last - timedelta(days=10), count - is_corrected, self.random)
        life = list(lived(len(days), may_complete=not stretch.ends_open, random=self.random))
        completed_on = self._completed_on([day for day, (status, _) in zip(days, life, strict=True) if _done(status)])
        updates, before = [], None
        for day, (status, percent) in zip(days, life, strict=True):
            update = ProgressUpdate(
                task=stretch.task,
                as_of=day,
                reported_on=day + timedelta(days=self.random.randint(1, 5)),
                status=status,
                percent=percent,
                results=self.random.choice(RESULTS),
                author=stretch.officer,
            )
            self._explain(update, before)
            if _done(status):
                update.document, update.completed_on = self._proof(day), completed_on
            updates.append(update)
            before = percent
        return updates

    def _completed_on(self, complete: list[date]) -> date | None:
        """Of one in four nobody knows the day."""
        if not complete or self.random.random() < 0.25:
            return None
        return complete[0] - timedelta(days=self.random.randint(0, 5))

    def _explain(self, update: ProgressUpdate, before: int | None) -> None:
        if before is not None and update.percent is not None and update.percent < before:
            update.percent_reason = "Phạm vi được điều chỉnh, tính lại khối lượng."
        if update.status == Status.SUSPENDED or (not _done(update.status) and self.random.random() < STALLED):
            update.causes = self.random.choice(Causes.values)
            update.obstacles = self.random.choice(OBSTACLES)
            if update.causes != Causes.SUBJECTIVE:
                update.objective_cause = "Chờ hướng dẫn của trung ương."
            if update.causes != Causes.OBJECTIVE:
                update.subjective_cause = "Phối hợp giữa các đơn vị chưa chặt chẽ."

    def _correction(self, updates: list[ProgressUpdate]) -> ProgressUpdate:
        """What takes the place of the last but one, and says the same with its results in full."""
        wrong = updates[-2]
        names = ["task", "as_of", "status", "percent", "percent_reason", "completed_on", "document", "author"]
        right = ProgressUpdate(**{name: getattr(wrong, name) for name in names}, corrects=wrong)
        right.reported_on = wrong.reported_on + timedelta(days=2)
        right.results = f"{wrong.results} Bổ sung số liệu còn thiếu."
        return right

    def _proof(self, day: date) -> LegalDocument:
        if day.year not in self._proofs:
            on = max(self.days.first, date(day.year, 1, 1))
            said = f"Phê duyệt kết quả nghiệm thu các nhiệm vụ năm {day.year}"
            committee = self.place.committee
            self._proofs[day.year] = self.place.issue(
                committee, DocumentKind.DECISION, "QĐ-UBND", said, on=on, by=self.by
            )
        return self._proofs[day.year]

    def keep_accepted(self, updates: list[ProgressUpdate]) -> None:
        """Store reports as accepted, each with the two rows of history that it has when it is sent and accepted."""
        for update in updates:
            update.state, update.reviewer = UpdateState.ACCEPTED, update.reviewer or self.place.coordinator
        store(updates)
        as_sent = {"state": Value(UpdateState.SUBMITTED.value), "reviewer_id": Value(None, BigIntegerField())}
        add_history(updates, "+", by=F("author_id"), on=F("reported_on"), then=as_sent)
        accepted_on = F("reported_on") + Value(timedelta(days=1))
        add_history(updates, "~", by=F("reviewer_id"), on=accepted_on)


def lived(count: int, *, may_complete: bool, random: Random) -> Iterator[tuple[Status, int | None]]:
    """So many states of one task in a row, each of which may follow the one before (``ALLOWED_MOVES``)."""
    ends = random.choices(
        [Status.COMPLETE, Status.IN_PROGRESS, Status.SUSPENDED, Status.PREPARING, Status.NOT_STARTED],
        [45 if may_complete else 0, 33, 7, 10, 5],
    )[0]
    prepared, begun = sorted(random.randint(0, count // 3) for _ in range(2))
    done = random.randint(max(begun + 1, count // 3), count) if ends == Status.COMPLETE else count
    stopped = random.randint(begun, count) if ends == Status.SUSPENDED else count
    percent = 0
    for place in range(count):
        if place < prepared or ends == Status.NOT_STARTED:
            yield Status.NOT_STARTED, random.choice([0, None])
        elif place < begun or ends == Status.PREPARING:
            yield Status.PREPARING, None
        elif place >= done:
            yield Status.COMPLETE, 100
        elif place >= stopped:
            yield Status.SUSPENDED, percent
        else:
            reached = 95 * (place + 1 - begun) // (done - begun)
            percent = max(reached - 15, 0) if random.random() < FALLING else reached
            yield Status.IN_PROGRESS, percent


def _done(status: str) -> bool:
    return status == Status.COMPLETE
