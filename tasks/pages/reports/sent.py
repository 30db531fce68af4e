"""«Tôi đã gửi»: the reports that a person sent, what became of each, and what may be done with it now."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from programme.models import User
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.signers import as_signed
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.pages.reports.report_page import correction_of, page_of
from tasks.task_names import with_task_name

# Older ones are found on the page of their task.
MOST = 10


@dataclass(frozen=True)
class SentReport:
    """``update`` knows ``task_name``; ``is_own``, whether its sender still reports on the task."""

    update: ProgressUpdate
    is_own: bool
    # The report that corrects it, waiting or accepted.
    correction: int | None

    @property
    def outcome(self) -> str:
        """«Chờ tiếp nhận», «Lê Thị Hoa trả lại: Thiếu minh chứng», «Đã tiếp nhận …»."""
        update = self.update
        if update.state == UpdateState.SUBMITTED:
            return "Chờ tiếp nhận"
        if update.state == UpdateState.RETURNED:
            return f"{update.reviewer} trả lại: {update.return_reason}"
        at = update.named_at.get("reviewer")  # type: ignore[attr-defined]
        whom = (
            f"{update.reviewer} tiếp nhận{f' lúc {say_moment(at)}' if at else ''}"
            if update.reviewer
            else "Đã tiếp nhận"
        )
        return f"{whom}; đã có báo cáo đính chính BC-{self.correction}" if self.correction else whom

    @property
    def may_withdraw(self) -> bool:
        return self.is_own and self.update.state == UpdateState.SUBMITTED

    @property
    def may_correct(self) -> bool:
        return self.is_own and self.update.state == UpdateState.ACCEPTED and self.correction is None

    @property
    def button(self) -> str:
        if self.may_withdraw:
            return "Thu hồi"
        if self.may_correct:
            return "Đính chính"
        return "Sửa và gửi lại" if self.is_own and self.update.state == UpdateState.RETURNED else "Xem"

    @property
    def url(self) -> str:
        """Where the ``button`` leads."""
        if self.may_withdraw:
            return reverse("admin:tasks_progressupdate_withdraw", args=[self.update.pk])
        return correction_of(self.update) if self.may_correct else page_of(self.update)


def read_sent(user: User, *, today: date, most: int = MOST) -> list[SentReport]:
    """What ``user`` sent, the last first. A constant number of queries."""
    corrections = ProgressUpdate.objects.sent().filter(corrects=OuterRef("pk")).order_by("state", "pk")
    reports = ProgressUpdate.objects.visible_to(user).filter(author=user).exclude(state=UpdateState.DRAFT)
    reports = with_task_name(reports, today).select_related("task__programme", "cycle__duty", "reviewer")
    reports = reports.annotate(
        correction=Subquery(corrections.values("pk")[:1]),
        is_own=Exists(Task.objects.filter(pk=OuterRef("task")).reported_by(user, today)),
    )
    found = as_signed(reports.order_by("-reported_on", "-pk")[:most], "reviewer", with_moments=True)
    return [SentReport(update, update.is_own, update.correction) for update in found]
