"""The pages on which reports that were sent are accepted or sent back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse

from programme.models import Membership
from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import too_late
from smartcity.lib.records.signers import as_signed
from tasks.models import ProgressUpdate, Task, UpdateState, evidence_of
from tasks.operations.report_rules import questions_about
from tasks.operations.reviewing import (
    UpdateNotWaiting,
    UpdateSentAnew,
    accept_update,
    accept_updates,
    return_update,
    say_decided,
)
from tasks.pages.reports.difference import difference
from tasks.pages.reports.forms import ChosenForm, ReviewForm
from tasks.pages.reports.returns import changed_since, read_wordings
from tasks.task_names import with_task_name

# Of what a browser sends as keys, longer ones are none.
LONGEST_KEY = 19


def _reviewable(user):
    return _told(ProgressUpdate.objects.reviewable_by(user, known_today()))


def _to_decide(user):
    """What waits for the person, and what a colleague was quicker to decide: they are told so, not that it is gone."""
    today = known_today()
    waiting = ProgressUpdate.objects.reviewable_by(user, today)
    colleagues = Membership.objects.colleagues_of(user, today)
    decided = ProgressUpdate.objects.visible_to(user).filter(reviewer__in=colleagues)
    return _told(ProgressUpdate.objects.filter(Q(pk__in=waiting.values("pk")) | Q(pk__in=decided.values("pk"))))


def _taken_back(user, keys):
    """Those of the reports that waited for the person until their author's side took them back."""
    was_sent = ProgressUpdate.history.filter(id=OuterRef("pk"), state=UpdateState.SUBMITTED)
    drafts = ProgressUpdate.objects.filter(Exists(was_sent), pk__in=keys, state=UpdateState.DRAFT)
    return _told(drafts.falling_to(user, known_today()))


def _told(rows):
    today = known_today()
    rows = with_task_name(rows, today).select_related(
        "task__programme", "author", "reviewer", "cycle__duty", "document", "corrects__document"
    )
    return rows.prefetch_related(evidence_of())


def review(request, site, pk):
    """Show what one report changes, and accept it or send it back; then the next one."""
    form, status = ReviewForm(request.POST if request.method == "POST" else None), 200
    update = _to_decide(request.user).filter(pk=pk).first()
    if update is None:
        # What its author writes in it now is not for the reviewer to read.
        draft = get_object_or_404(_taken_back(request.user, [pk]))
        return too_late(request, "admin:index", [say_decided(draft)], form)
    as_signed([update])
    if request.method != "POST" and update.state != UpdateState.SUBMITTED:
        messages.info(request, say_decided(update))
        return redirect("admin:tasks_progressupdate_change", update.pk)
    if request.method == "POST" and form.is_valid():
        try:
            return _decide(request, update, form.cleaned_data)
        except ValidationError as refusal:
            status = 409 if isinstance(refusal, UpdateNotWaiting | UpdateSentAnew) else 400
            place_refusal(form, _beside_reason(refusal))
    elif form.errors:
        status = 400
    context = {**site.each_context(request), **_reviewed(update), **_in_turn(request.user, update), "form": form}
    return TemplateResponse(request, "tasks/reports/review.html", context, status=status)


def _reviewed(update: ProgressUpdate) -> dict:
    """What the report changes, and how it came to say it."""
    before = update.corrects or update.last_accepted()
    wordings = read_wordings([update])
    returns = wordings.returns[update.pk]
    return {
        "title": "Xem xét báo cáo tiến độ",
        "update": update,
        "before": before,
        "version": wordings.versions[update.pk],
        "returns": returns,
        "since": changed_since(update, returns[-1]) if returns else [],
        "lines": difference(before, update),
        "missing": [file.name for file in update.files if not file.is_there],
        "questions": questions_about(update) if update.state == UpdateState.SUBMITTED else [],
    }


def _in_turn(user, update: ProgressUpdate) -> dict:
    """Where the report stands among those that wait, and which one comes after it."""
    keys = _waiting_keys(user)
    return {"others": sum(key != update.pk for _, key in keys), "next_url": _after(keys, update)}


def _waiting_keys(user) -> list[tuple]:
    """The day and key of each report that waits for the person, in the order in which their work lists them."""
    waiting = ProgressUpdate.objects.reviewable_by(user, known_today()).order_by("as_of", "pk")
    return list(waiting.values_list("as_of", "pk"))


def _after(keys: list[tuple], update: ProgressUpdate) -> str:
    """The address of the report that comes after this one, from the last on to the first; of none, nothing."""
    others = [key for key in keys if key[1] != update.pk]
    following = [key for key in others if key > (update.as_of, update.pk)] or others
    return reverse("admin:tasks_progressupdate_review", args=[following[0][1]]) if following else ""


def _decide(request, update: ProgressUpdate, answer: dict):
    given = {"by": request.user, "today": known_today(), "seen": answer["seen"] or 0, "reason": answer["reason"]}
    if "_return" in request.POST:
        return_update(update, **given)
        text = f"Đã trả lại báo cáo cho {update.author}, kèm lý do."
    elif "_accept" in request.POST:
        accept_update(update, **given)
        text = f"Đã tiếp nhận báo cáo của {update.author}. Số liệu của đề án đã tính báo cáo này."
    else:
        raise PermissionDenied
    keys = _waiting_keys(request.user)
    messages.success(request, f"{text} Còn {len(keys)} báo cáo chờ bạn; đây là báo cáo tiếp theo." if keys else text)
    return redirect(_after(keys, update) or "admin:index")


def _beside_reason(refusal: ValidationError) -> ValidationError:
    """The refusal of an empty reason stands beside the reason, whatever the field of the record is called."""
    if not hasattr(refusal, "error_dict"):
        return refusal
    errors = [error for found in refusal.error_dict.values() for error in found]
    return ValidationError([_moved(error) for error in errors])


def _moved(error: ValidationError) -> ValidationError:
    # Of several messages at once, Django drops the code.
    return ValidationError(" ".join(error.messages), code="reason" if error.code == "return_reason" else error.code)


def accept_many(request, site):
    """All reports that wait for the person, what each changes, and one button for those that are chosen."""
    updates = as_signed(_reviewable(request.user).order_by("as_of", "pk"))
    decided = _decided_meanwhile(request, updates)
    data = request.POST if request.method == "POST" else None
    form, status = ChosenForm(data, updates=[*updates, *decided]), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _accept_chosen(request, form, updates, decided)
        except ValidationError as refusal:
            place_refusal(form, refusal)
            status = 409
    elif form.errors:
        status = 400
    tasks = Task.objects.filter(pk__in={update.task_id for update in updates})
    context = {
        **site.each_context(request),
        "title": "Tiếp nhận nhiều báo cáo",
        "form": form,
        "rows": _rows(updates, tasks),
        "marked": set(request.POST.getlist("chosen")),
    }
    return render(request, "tasks/reports/accept_many.html", context, status=status)


def _decided_meanwhile(request, updates: list[ProgressUpdate]) -> list[ProgressUpdate]:
    """Those of the ticked reports that a colleague was quicker to decide, or that were taken back."""
    ticked = {int(key) for key in request.POST.getlist("chosen") if key.isdecimal() and len(key) < LONGEST_KEY}
    gone = ticked - {update.pk for update in updates}
    if not gone:
        return []
    decided = _to_decide(request.user).filter(pk__in=gone).order_by("as_of", "pk")
    return [*decided, *_taken_back(request.user, gone).order_by("as_of", "pk")]


def _accept_chosen(request, form: ChosenForm, updates: list[ProgressUpdate], decided: list[ProgressUpdate]):
    if decided:
        told = [ValidationError(f"«{update.task_name}»: {say_decided(update)}") for update in decided]
        advice = "Chưa tiếp nhận báo cáo nào. Các báo cáo khác vẫn được đánh dấu: bấm lần nữa để tiếp nhận."
        raise ValidationError([*told, ValidationError(advice)])
    chosen = [update for update in updates if update.pk in form.seen]
    accept_updates(chosen, by=request.user, today=known_today(), seen=form.seen)
    messages.success(request, f"Đã tiếp nhận {len(chosen)} báo cáo. Số liệu của đề án đã tính các báo cáo này.")
    return redirect("admin:index")


def _rows(updates: list[ProgressUpdate], tasks) -> list[dict]:
    """Each report with the lines that it changes and the version on the page, in a fixed number of queries."""
    wordings = read_wordings(updates)
    counting = ProgressUpdate.objects.counting().filter(task__in=tasks).select_related("document")
    by_task: dict[int, list[ProgressUpdate]] = {}
    for before in counting:
        by_task.setdefault(before.task_id, []).append(before)
    rows = []
    for update in updates:
        earlier = (one for one in by_task.get(update.task_id, []) if one.as_of <= update.as_of)
        before = update.corrects or next(earlier, None)
        rows.append(
            {
                "update": update,
                "before": before,
                "lines": [line for line in difference(before, update) if line.changed],
                "returns": wordings.returns[update.pk],
                "version": wordings.versions[update.pk],
            }
        )
    return rows
