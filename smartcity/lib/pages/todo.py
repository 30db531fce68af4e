"""One thing to do, as the first page of a person and their letter show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from smartcity.lib.language.money import group


@dataclass(frozen=True)
class Todo:
    """One thing to do, with its button; ``is_pressing`` says whether letters remind of it."""

    title: str
    detail: str
    url: str
    button: str = "Xem"
    days_late: int | None = None
    is_pressing: bool = True
    # How long it has waited for the person, where that is known.
    days_waited: int | None = None
    # What may be said of it while it is not done: where, and the words of its button.
    meanwhile: tuple[str, str] | None = None

    @property
    def tone(self) -> str:
        return "late" if (self.days_late or 0) > 0 else "wait"

    @property
    def time_left(self) -> str:
        if self.days_late is None:
            return ""
        if self.days_late > 0:
            return f"Quá hạn {group(self.days_late)} ngày"
        return f"Còn {group(-self.days_late)} ngày" if self.days_late else "Hạn hôm nay"

    @property
    def waited(self) -> str:
        if self.days_waited is None:
            return ""
        return f"Chờ {group(self.days_waited)} ngày" if self.days_waited > 0 else "Mới đến hôm nay"


class TodoSection(TextChoices):
    """Who waits for whom, in the order in which a person does it: first that for which others wait."""

    REVIEW = "cho-duyet", "Chờ tôi duyệt"
    DECISION = "cho-quyet-dinh", "Chờ quyết định"
    DO = "cho-lam", "Chờ tôi làm"
    DIRECTED = "toi-chi-dao", "Tôi đã chỉ đạo"
    LATE = "dang-cham", "Đang chậm, cần đôn đốc"


@dataclass(frozen=True)
class TodoGroup:
    """Jobs under one heading: a cycle, or what was sent back. Of very many, the first and where the rest is."""

    title: str
    jobs: list[Todo]
    section: TodoSection = TodoSection.DO
    left_out: int = 0
    all_at: str = ""
    # Where several of them are done at once, and what that is called.
    together: tuple[str, str] | None = None
    # Where they are had as a file, and brought back in.
    by_file: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        return len(self.jobs) + self.left_out


@dataclass(frozen=True)
class Section:
    """The groups of one section, with how many jobs they are."""

    section: TodoSection
    groups: list[TodoGroup]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.groups)


def sections_of(groups: Iterable[TodoGroup]) -> list[Section]:
    """The sections that have jobs, in their order; inside one, groups as they come."""
    found = list(groups)
    sections = [Section(section, [one for one in found if one.section == section]) for section in TodoSection]
    return [one for one in sections if one.groups]


def count_waiting(groups: Iterable[TodoGroup]) -> int:
    """How many jobs wait for the person; what others have yet to do does not."""
    of_others = {TodoSection.DIRECTED, TodoSection.LATE}
    return sum(one.count for one in sections_of(groups) if one.section not in of_others)
