"""One thing to do, as the first page of a person and their letter show it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Todo:
    """One thing to do, with its one button; ``is_pressing`` says whether letters remind of it."""

    title: str
    detail: str
    url: str
    button: str = "Xem"
    days_late: int | None = None
    is_pressing: bool = True

    @property
    def tone(self) -> str:
        return "late" if (self.days_late or 0) > 0 else "wait"

    @property
    def time_left(self) -> str:
        if self.days_late is None:
            return ""
        if self.days_late > 0:
            return f"Quá hạn {self.days_late} ngày"
        return f"Còn {-self.days_late} ngày" if self.days_late else "Hạn hôm nay"


@dataclass(frozen=True)
class TodoGroup:
    """Jobs under one heading: a cycle, or what was sent back. Of very many, the first and where the rest is."""

    title: str
    jobs: list[Todo]
    left_out: int = 0
    all_at: str = ""
    # Where several of them are done at once, and what that is called.
    together: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        return len(self.jobs) + self.left_out
