"""The page on which a report that was sent is taken back, while nobody has decided on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import too_late
from smartcity.lib.records.overtaken import Overtaken
from tasks.models import ProgressUpdate, UpdateState
from tasks.operations.withdrawing import say_settled, withdraw_update
from tasks.pages.reports.forms import WithdrawForm
from tasks.pages.reports.own_tasks import own_task
from tasks.pages.reports.report_page import page_of, say_now


def withdraw(request, site, pk):
    """Ask whether it is meant, then take the report back; its form is where one goes on."""
    update = get_object_or_404(ProgressUpdate.objects.visible_to(request.user).select_related("cycle__duty"), pk=pk)
    update.task = get_object_or_404(own_task(request.user, update.task_id))
    if update.state == UpdateState.DRAFT and not update.history.filter(state=UpdateState.SUBMITTED).exists():
        raise Http404
    form, status = WithdrawForm(request.POST if request.method == "POST" else None), 200
    if update.state != UpdateState.SUBMITTED:
        return too_late(request, page_of(update), [say_settled(update)], form)
    if form.is_valid():
        try:
            withdraw_update(update, by=request.user, today=known_today(), reason=form.cleaned_data["reason"])
        except Overtaken as refusal:
            return too_late(request, page_of(update), refusal.messages, form)
        except ValidationError as refusal:
            place_refusal(form, refusal)
        else:
            text = f"Đã thu hồi báo cáo BC-{update.pk} lúc {say_now()}. Báo cáo là bản nháp: sửa rồi gửi lại."
            messages.success(request, text)
            return redirect(page_of(update))
    if form.errors:
        status = 400
    context = {
        **site.each_context(request),
        "title": "Thu hồi báo cáo tiến độ",
        "update": update,
        "form": form,
        "back": page_of(update),
    }
    return TemplateResponse(request, "tasks/reports/withdraw.html", context, status=status)
