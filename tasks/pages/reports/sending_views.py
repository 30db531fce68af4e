"""The page that shows what a report changes before it is sent, with the button that sends it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from tasks.models import ProgressUpdate
from tasks.operations.reporting import UpdateRewritten, refuse_unplanned, refuse_unsendable, submit_update
from tasks.operations.reviewing import say_who_accepts
from tasks.pages.reports.difference import difference
from tasks.pages.reports.forms import SendForm
from tasks.pages.reports.own_tasks import own_task
from tasks.pages.reports.report_page import page_of, say_now, status_of_refusal
from tasks.pages.reports.unsaved_input import say_done, typed_in_vain


def check(request, site, pk):
    """What the report changes, before it is sent; the button that sends it."""
    update = _to_send(request, pk)
    if not update.is_open and request.method == "POST":
        return typed_in_vain(request, update.task, say_done(update, request.user), page_of(update))
    if not update.is_open:
        messages.info(request, f"Báo cáo này {update.get_state_display().lower()}, không cần gửi lại.")
        return redirect("admin:index")
    form, status = SendForm(request.POST if request.method == "POST" else None, update=update), 200
    refusals: list[str] = []
    if not form.is_valid():
        refusals = _why_not_sent(update)
    else:
        seen = form.cleaned_data["seen"] or 0
        try:
            sent = submit_update(update, by=request.user, today=known_today(), confirmed=form.confirmed, seen=seen)
            sent.task = update.task
            messages.success(request, _sent(sent))
            return redirect("admin:index")
        except UpdateRewritten as refusal:
            refusals, status = refusal.messages, status_of_refusal(refusal)
            # What was confirmed was said of the wording before.
            update = _to_send(request, pk)
            form = SendForm(update=update)
        except ValidationError as refusal:
            refusals, status = refusal.messages, status_of_refusal(refusal)
    before = update.corrects or update.last_accepted()
    context = {
        **site.each_context(request),
        "title": "Kiểm tra trước khi gửi",
        "update": update,
        "before": before,
        "lines": difference(before, update),
        "form": form,
        "refusals": refusals,
        "newer": update.corrects.correction_that_stands() if update.corrects and refusals else None,
        "change_url": page_of(update),
    }
    status = 400 if form.errors else status
    return TemplateResponse(request, "tasks/reports/check.html", context, status=status)


def _to_send(request, pk) -> ProgressUpdate:
    update = get_object_or_404(ProgressUpdate.objects.select_related("cycle__duty", "corrects__document"), pk=pk)
    update.task = get_object_or_404(own_task(request.user, update.task_id))
    return update


def _why_not_sent(update: ProgressUpdate) -> list[str]:
    """What sending would refuse of a draft that was kept before it was fit."""
    try:
        # It is one's own task.
        refuse_unplanned(update, planned_on=known_today())
        refuse_unsendable(update)
    except ValidationError as refusal:
        return refusal.messages
    return []


def _sent(update: ProgressUpdate) -> str:
    return (
        f"Đã gửi báo cáo số liệu đến ngày {say_day(update.as_of)} lúc {say_now()} (mã BC-{update.pk}). "
        f"{say_who_accepts(update, known_today())}"
    )
