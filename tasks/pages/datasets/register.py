"""The register of databases on a day: what each was last seen to be, since when, and which of them lag behind."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from programme.agency_successors import Successors, say_duty
from tasks.models import Dataset, DatasetObservation, Sharing


@dataclass(frozen=True)
class DatasetOnDay:
    """One database as it was known on the day ``as_of``; ``observations`` are those until then, newest first."""

    dataset: Dataset
    as_of: date
    observations: list[DatasetObservation]
    # What became of the agency that keeps it; empty while it works.
    beside: str = ""

    @property
    def latest(self) -> DatasetObservation | None:
        return self.observations[0] if self.observations else None

    @property
    def is_unknown(self) -> bool:
        """Whether nobody has recorded anything of it: not the same as not built."""
        return self.latest is None

    @property
    def is_not_built(self) -> bool:
        return self.latest is not None and not self.latest.is_built

    @property
    def is_built(self) -> bool:
        return self.latest is not None and self.latest.is_built

    @cached_property
    def due_on(self) -> date | None:
        """The last day on which the next update would be in time."""
        if self.latest is None or self.latest.last_updated_on is None:
            return None
        return self.dataset.due_after(self.latest.last_updated_on)

    @property
    def is_outdated(self) -> bool:
        """Whether the next update was due before the day."""
        return self.due_on is not None and self.due_on < self.as_of

    @property
    def is_update_unknown(self) -> bool:
        """Whether it is built and nobody recorded when it was last updated."""
        return self.latest is not None and self.latest.is_built and self.latest.last_updated_on is None

    @property
    def is_not_shared(self) -> bool:
        """Whether it is built and the operations centre does not get it; what is not built lags behind already."""
        return self._is_shared(Sharing.NONE)

    @property
    def is_shared_on_trial(self) -> bool:
        return self._is_shared(Sharing.PILOT)

    @property
    def is_shared(self) -> bool:
        return self._is_shared(Sharing.OFFICIAL)

    def _is_shared(self, how: Sharing) -> bool:
        return self.latest is not None and self.latest.is_built and self.latest.sharing == how

    @property
    def not_built_since(self) -> date | None:
        return self._since(lambda one: not one.is_built)

    @property
    def outdated_since(self) -> date | None:
        """The first day that was too late."""
        return self.due_on + timedelta(days=1) if self.due_on else None

    @property
    def not_shared_since(self) -> date | None:
        return self._since(lambda one: one.sharing == Sharing.NONE)

    def _since(self, holds: Callable[[DatasetObservation], bool]) -> date | None:
        """The day of the first of the latest observations that all say so."""
        since = None
        for one in self.observations:
            if not holds(one):
                break
            since = one.as_of
        return since


@dataclass(frozen=True)
class RegisterRows:
    """A count of the register and the rows behind it; ``since`` is what tells since when a row is in it."""

    key: str
    label: str
    attribute: str = ""
    since: str = ""

    @property
    def words(self) -> str:
        """The label inside a sentence."""
        return self.label[0].lower() + self.label[1:]

    def counts(self, row: DatasetOnDay) -> bool:
        return not self.attribute or getattr(row, self.attribute)


ROW_SETS = {
    row_set.key: row_set
    for row_set in [
        RegisterRows("tat-ca", "Tất cả"),
        RegisterRows("chua-xay-dung", "Chưa xây dựng", "is_not_built", "not_built_since"),
        RegisterRows("chua-cap-nhat", "Chưa cập nhật đúng hạn", "is_outdated", "outdated_since"),
        RegisterRows("chua-chia-se", "Chưa chia sẻ về IOC", "is_not_shared", "not_shared_since"),
        RegisterRows("chia-se-thi-diem", "Chia sẻ thí điểm", "is_shared_on_trial"),
        RegisterRows("chia-se-chinh-thuc", "Chia sẻ chính thức", "is_shared"),
        RegisterRows("khong-ro-cap-nhat", "Không rõ ngày cập nhật", "is_update_unknown"),
        RegisterRows("chua-co-thong-tin", "Chưa có thông tin", "is_unknown"),
    ]
}
# What the notice of 10/04/2024 asks to publish, in its order.
LAGGING = [ROW_SETS[key] for key in ("chua-xay-dung", "chua-cap-nhat", "chua-chia-se")]


@dataclass(frozen=True)
class Register:
    """The databases of the lists on a day."""

    rows: list[DatasetOnDay] = field(default_factory=list)

    def rows_of(self, row_set: RegisterRows) -> list[DatasetOnDay]:
        return [row for row in self.rows if row_set.counts(row)]

    def counts(self) -> list[tuple[RegisterRows, int]]:
        """How many rows each row set has, those without any left out, but for the three that must be published."""
        counted = [(row_set, len(self.rows_of(row_set))) for row_set in ROW_SETS.values()]
        return [(row_set, count) for row_set, count in counted if count or row_set in LAGGING]

    def lagging(self) -> list[tuple[RegisterRows, list[tuple[DatasetOnDay, date]]]]:
        """The three lists to publish; each row with the day since when it is in it."""
        return [(row_set, [(row, getattr(row, row_set.since)) for row in self.rows_of(row_set)]) for row_set in LAGGING]


@dataclass(frozen=True)
class MovedDataset:
    """A database that came into counts of the register since an earlier day, or left them; in words."""

    dataset: Dataset
    was: str
    now: str


@dataclass(frozen=True)
class RegisterMoved:
    """``marks`` have the label of each count, and how many came into it and left it."""

    marks: list[tuple[RegisterRows, int, int]]
    datasets: list[MovedDataset]


def register_moved(then: Register, now: Register) -> RegisterMoved:
    """What moved between two readings of the register."""
    was, is_now = ({row.dataset.pk: row for row in register.rows} for register in (then, now))
    marks, moved = [], []
    for row_set in ROW_SETS.values():
        before, after = ({pk for pk, row in rows.items() if row_set.counts(row)} for rows in (was, is_now))
        if before != after:
            marks.append((row_set, len(after - before), len(before - after)))
    for pk, row in {**was, **is_now}.items():
        said = [_say_counts(rows.get(pk)) for rows in (was, is_now)]
        if said[0] != said[1]:
            moved.append(MovedDataset(row.dataset, *said))
    return RegisterMoved(marks, moved)


def _say_counts(row: DatasetOnDay | None) -> str:
    if row is None:
        return "không có trong danh mục"
    return ", ".join(one.words for one in ROW_SETS.values() if one.attribute and one.counts(row)) or "đã xây dựng"


def read_register(datasets: Iterable[Dataset], *, as_of: date, today: date) -> Register:
    """These databases as they were known on the day ``as_of``.

    One query for the databases and one for what was seen of them, however many there are; one more for each
    generation of successors where agencies have ended.
    """
    found = list(datasets)
    seen: dict[int, list[DatasetObservation]] = defaultdict(list)
    known = DatasetObservation.objects.filter(dataset__in=[one.pk for one in found]).known(as_of)
    for observation in known.select_related("document"):
        seen[observation.dataset_id].append(observation)
    agencies = {one.agency_id: one.agency for one in found}
    successors = Successors(agencies.values(), today=today)
    beside = {pk: say_duty(agency, successors.say(agency), on=as_of) for pk, agency in agencies.items()}
    return Register([DatasetOnDay(one, as_of, seen[one.pk], beside[one.agency_id]) for one in found])
