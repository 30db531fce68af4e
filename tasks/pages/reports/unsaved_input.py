"""What became of a report or its task while somebody wrote: who did what, and what was typed in vain."""

from django.db.models import Q

from programme.models import Programme, Revision, RevisionState, RevisionStep
from smartcity.lib.forms.merging import say_moment
from smartcity.lib.forms.unsaved_input import KEPT, typed_words
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import unsaved_page
from smartcity.lib.records.signers import signer_of
from tasks.models import LeadTransfer, PlannedTask, ProgressUpdate, RouteStep, Task, UpdateState, with_lead
from tasks.pages.reports.forms import ReportForm

DONE = {
    UpdateState.SUBMITTED: "gửi",
    UpdateState.ACCEPTED: "tiếp nhận",
    UpdateState.RETURNED: "trả lại",
    UpdateState.DRAFT: "lưu nháp",
}


def who_did(update: ProgressUpdate, reader) -> str:
    """Who brought the report to where it is, and when: «Lê A gửi lúc 10:05 ngày 03/04/2024»."""
    last = update.history.select_related("history_user").latest("history_id")
    who = "chính bạn" if last.history_user == reader else signer_of(last)
    return f"{who} {DONE[UpdateState(update.state)]} lúc {say_moment(last.history_date)}"


def say_done(update: ProgressUpdate, reader) -> str:
    """Why the report can be changed no more."""
    accepted = update.state == UpdateState.ACCEPTED
    advice = "Muốn sửa thì lập báo cáo đính chính." if accepted else "Muốn sửa thì thu hồi báo cáo đã gửi."
    return f"Báo cáo này đã được {who_did(update, reader)}; không sửa được nữa. {advice}"


def say_answered(update: ProgressUpdate) -> str:
    """Why the cycle of a report that was sent asks for no other one."""
    accepted = "đã tiếp nhận; muốn sửa thì lập báo cáo đính chính"
    how = accepted if update.state == UpdateState.ACCEPTED else "đang chờ tiếp nhận; muốn sửa thì thu hồi báo cáo đó"
    return f"{update.cycle} đã có báo cáo BC-{update.pk}, {how}."


def reported_before(user, task: Task) -> bool:
    """Whether the task was the agency's to report on, by a plan or a transfer, though it may be no more."""
    if not (user.agency_id and user.reports):
        return False
    own = Q(lead_agency=user.agency_id)
    if Programme.objects.coordinated_by(user, known_today()).filter(pk=task.programme_id).exists():
        own |= Q(lead_agency=None)
    planned = PlannedTask.objects.filter(own, task=task, revision__state=RevisionState.ADOPTED)
    moved = LeadTransfer.objects.filter(Q(from_agency=user.agency_id) | Q(to_agency=user.agency_id), task=task)
    return planned.exists() or moved.exists()


def say_taken(task: Task) -> str:
    """Who recorded the act by which the task is no longer the agency's to report on."""
    today = known_today()
    in_force = Revision.objects.in_force(today).filter(programme=task.programme_id)
    plan = with_lead(PlannedTask.objects.filter(task=task, revision__in=in_force), today).first()
    transfer = LeadTransfer.objects.filter(pk=plan.moved_by).first() if plan and plan.moved_by else None
    if transfer:
        row = transfer.history.select_related("history_user").earliest("history_id")
        return (
            f"{signer_of(row)} đã ghi nhận chuyển giao chủ trì lúc {say_moment(row.history_date)}: từ ngày "
            f"{say_day(transfer.effective_on)} nhiệm vụ này do {transfer.to_agency} chủ trì và báo cáo."
        )
    revision = in_force.first()
    if revision is None:
        return "Không có lần ban hành nào của đề án đang có hiệu lực, nên nhiệm vụ này không còn phải báo cáo."
    change = "giao nhiệm vụ này cho đơn vị khác" if plan else "không còn nhiệm vụ này"
    row = RevisionStep.history.filter(revision=revision.pk).select_related("history_user").latest("history_id")
    return (
        f"{signer_of(row)} đã ghi nhận «{row.get_kind_display()}» lúc {say_moment(row.history_date)}: "
        f"{revision.title} {change}."
    )


def typed_in_vain(request, task: Task, sentence: str, back: str):
    """The answer to a report that cannot be kept any more, with everything that was typed, to be copied."""
    return unsaved_page(request, back, f"{sentence} {KEPT}", _words(request, task), title="Báo cáo chưa lưu được")


def _words(request, task: Task) -> list[tuple[str, str]]:
    today = known_today()
    steps = RouteStep.objects.open_steps(task, today)
    form = ReportForm(request.POST, instance=ProgressUpdate(task=task), user=request.user, today=today, steps=steps)
    files = ", ".join(file.name for file in request.FILES.getlist("files"))
    return typed_words(form) + ([("Tệp đã chọn (chưa lưu, cần chọn lại)", files)] if files else [])
