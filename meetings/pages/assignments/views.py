"""The pages of one directive and of one agency's part in it: what was said, and the form for what is said next."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from meetings.models import Answer, Assignment, Directive, Extension
from meetings.operations.answering import (
    answer_assignment,
    confirm_answer,
    reopen_assignment,
    report_period,
    return_answer,
)
from meetings.operations.extending import decide_extension, request_extension, why_nothing_to_extend
from meetings.operations.progressing import update_progress
from meetings.pages.assignments.actions import (
    MAY_ANSWER,
    MAY_ASK_FOR_TIME,
    MAY_DECIDE,
    MAY_REOPEN,
    MAY_REVIEW,
    Availability,
    action_at,
    availability_of,
)
from meetings.pages.assignments.forms import (
    AssignmentAnswerForm,
    AssignmentReopenForm,
    ConfirmForm,
    DecideForm,
    ExtensionForm,
    PeriodicReportForm,
    ProgressForm,
    ReturnForm,
)
from meetings.pages.assignments.on_day import assignments_on_day
from meetings.pages.directives.figures import Wanted
from meetings.pages.directives.linking.views import may_link
from meetings.pages.directives.links import links_of
from meetings.pages.directives.moved_parts import read_marks_of_each
from meetings.pages.meetings.compared import read_compared
from programme.models import User
from programme.page_citations import citations_in, texts_of
from programme.removed_records import or_its_history
from programme.rights import CONFIRM
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.compared_day import PARAMETER
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.pages.thread import Action
from smartcity.lib.submissions.idempotency import nothing_saved

READS = ("conclusion__meeting__province", "conclusion__meeting__notice__issuer")
WAITS_FOR = ("due_document__issuer", "due_revision__programme")


@login_required
@or_its_history(Directive)
def directive_detail(request, pk):
    """One directive on a day: its due, who has to do it and how far each is, what was said of it."""
    day_form, today = AsOfForm(request.GET), known_today()
    as_of = day_form.day()
    visible = Directive.objects.visible_to(request.user).with_due(as_of).select_related(*READS, *WAITS_FOR)
    directive = get_object_or_404(visible, pk=pk)
    meeting = directive.conclusion.meeting
    assignments = directive.assignments.on_day(as_of).select_related("agency__province")
    for one in assignments:
        one.directive = directive
    rows = assignments_on_day(
        sorted(assignments, key=lambda one: (one.role != "lead", one.agency.name, one.pk)), as_of=as_of, today=today
    )
    entries = sorted((entry for row in rows for entry in row.entries), key=lambda entry: (entry.on, entry.at))
    provinces = [meeting.province_id]
    compared = read_compared(request.GET.get(PARAMETER, ""), as_of, request.user, provinces=provinces)
    marks = (
        read_marks_of_each(request.user, Wanted(), "pk", since=compared.day, on=as_of, directive=pk)
        if compared.day
        else {}
    )
    context = day_context(day_form, compared)
    context |= {
        "directive": directive,
        "moved": [(row.assignment, marks[row.assignment.pk]) for row in rows if row.assignment.pk in marks],
        "meeting": meeting,
        "rows": rows,
        "entries": entries,
        "extended": sum(row.extensions for row in rows),
        "linked": links_of(directive, on=as_of),
        "may_link": may_link(request.user),
        "findings": directive.findings.select_related("body").order_by("pk"),
        "may_find": request.user.has_perm("meetings.add_finding"),
        "is_withdrawn": directive.withdrawn_on is not None and directive.withdrawn_on <= as_of,
        "why_withdrawn": why_withdrawn(directive),
        "is_given": meeting.is_concluded and meeting.held_on <= as_of,
        "citations": citations_in(
            [directive.text, directive.note, *[entry.text for entry in entries]],
            user=request.user,
            province=meeting.province,
            kept_day=context["kept_day"],
        ),
    }
    return render(request, "meetings/directives/directive_detail.html", context, status=form_status(day_form, compared))


def why_withdrawn(directive: Directive) -> str:
    """The reason that was given when the directive was withdrawn."""
    if directive.withdrawn_on is None:
        return ""
    change = directive.history.filter(withdrawn_on=directive.withdrawn_on).order_by("history_id").first()
    return (change and change.history_change_reason) or ""


@login_required
@or_its_history(Assignment)
def assignment_detail(request, pk):
    """One agency's part: the thread, and below it the form that the person most likely came for."""
    assignment = find_assignment(request.user, pk)
    standing = availability_of(assignment, request.user, today=known_today())
    form = new_form(standing.actions[0].key, standing) if standing.actions else None
    return _thread_page(request, assignment, standing, form=form)


def acting(needed: str, key: str, *, of: Callable[[User, int], Assignment], done: str):
    """A page with the thread and one form below it; ``view`` says what happens with what was typed.

    ``of`` finds the assignment that the address speaks of. An agency that has no part in it finds nothing there.
    """

    def decorate(view):
        @wraps(view)
        @login_required
        def wrapped(request, pk):
            if not request.user.has_perm(needed):
                raise PermissionDenied
            today = known_today()
            assignment = of(request.user, pk)
            standing = availability_of(assignment, request.user, today=today)
            if request.method != "POST":
                if not standing.may(key):
                    messages.warning(request, why_not(key, assignment, standing, request.user))
                    return nothing_saved(redirect(assignment))
                return _thread_page(request, assignment, standing, form=new_form(key, standing), key=key)
            form = new_form(key, standing, request.POST, request.FILES)
            if form.is_valid() and attempt(form, lambda: view(request, pk, today, **form.cleaned_data)):
                messages.success(request, done)
                return redirect(assignment)
            # What somebody else did meanwhile is in the thread above the form.
            assignment = of(request.user, pk)
            standing = availability_of(assignment, request.user, today=today)
            return _thread_page(request, assignment, standing, form=form, key=key)

        return wrapped

    return decorate


def find_assignment(user: User, pk: int) -> Assignment:
    """The assignment as it stands today; raises ``Http404`` if the person may not see it."""
    visible = Assignment.objects.visible_to(user).on_day(known_today())
    reads = [f"directive__{path}" for path in (*READS, *WAITS_FOR)]
    return get_object_or_404(visible.select_related("agency__province", *reads), pk=pk)


def find_own(user: User, pk: int) -> Assignment:
    """One that the person answers for; to others it is as if it were not there."""
    if not Assignment.objects.answerable_by(user, known_today()).filter(pk=pk).exists():
        raise Http404
    return find_assignment(user, pk)


def find_of_answer(user: User, pk: int) -> Assignment:
    return find_assignment(user, get_object_or_404(Answer.objects.visible_to(user), pk=pk).assignment_id)


def find_of_extension(user: User, pk: int) -> Assignment:
    return find_assignment(user, get_object_or_404(Extension.objects.visible_to(user), pk=pk).assignment_id)


@acting(MAY_ANSWER, "answer", of=find_own, done="Đã gửi báo cáo hoàn thành, chờ Văn phòng xác nhận.")
def assignment_answer(request, pk: int, today: date, **typed: Any):
    """Report that the agency's part is done."""
    answer_assignment(Assignment(pk=pk), by=request.user, today=today, **typed)


@acting(MAY_ANSWER, "period", of=find_own, done="Đã gửi báo cáo kỳ.")
def assignment_period(request, pk: int, today: date, **typed: Any):
    """Report how it stands in one period."""
    report_period(Assignment(pk=pk), by=request.user, today=today, **typed)


@acting(MAY_ANSWER, "progress", of=find_own, done="Đã cập nhật tiến độ.")
def assignment_progress(request, pk: int, today: date, **typed: Any):
    """Say how far it is."""
    update_progress(Assignment(pk=pk), by=request.user, today=today, **typed)


@acting(MAY_ASK_FOR_TIME, "extend", of=find_own, done="Đã gửi đề nghị gia hạn, chờ Văn phòng quyết định.")
def extension_request(request, pk: int, today: date, **typed: Any):
    """Ask for more time."""
    request_extension(Assignment(pk=pk), by=request.user, today=today, **typed)


@acting(MAY_REVIEW, "confirm", of=find_of_answer, done="Đã xác nhận hoàn thành.")
def answer_confirm(request, pk: int, today: date):
    """Take it as done."""
    answer = Answer.objects.select_related("assignment").get(pk=pk)
    confirm_answer(answer, by=request.user, today=today)


@acting(MAY_REVIEW, "return", of=find_of_answer, done="Đã trả lại; việc coi như chưa hoàn thành.")
def answer_return(request, pk: int, today: date, *, reason: str):
    """Send it back with a reason."""
    answer = Answer.objects.select_related("assignment").get(pk=pk)
    return_answer(answer, reason=reason, by=request.user, today=today)


@acting(MAY_DECIDE, "decide", of=find_of_extension, done="Đã ghi quyết định về đề nghị gia hạn.")
def extension_decide(request, pk: int, today: date, **typed: Any):
    """Grant more time, or refuse it."""
    extension = Extension.objects.select_related("assignment").get(pk=pk)
    decide_extension(extension, by=request.user, today=today, **typed)


@acting(MAY_REOPEN, "reopen", of=find_assignment, done="Đã mở lại; việc trở lại chưa hoàn thành.")
def assignment_reopen(request, pk: int, today: date, *, reason: str):
    """Undo a confirmation that was a mistake."""
    reopen_assignment(Assignment(pk=pk), reason=reason, by=request.user, today=today)


def new_form(key: str, standing: Availability, data=None, files=None) -> forms.Form:
    """The form of one action, with what was typed into it, if anything was."""
    given: dict[str, Any] = {"label_suffix": ""}
    if key == "answer" and standing.returned and standing.returned.done_on:
        # Sent back to be completed: it is not written anew.
        given["initial"] = {"text": standing.returned.text, "done_on": say_day(standing.returned.done_on)}
    if key == "period":
        # The newest first: it is the one that is written now.
        given["missing"] = standing.missing[::-1]
    if key == "progress":
        given |= {"last": standing.progress, "today": known_today()}
    if key == "decide":
        given["asked_due_on"] = standing.extension.asked_due_on if standing.extension else known_today()
    kinds: dict[str, type[forms.Form]] = {
        "answer": AssignmentAnswerForm,
        "period": PeriodicReportForm,
        "progress": ProgressForm,
        "extend": ExtensionForm,
        "confirm": ConfirmForm,
        "return": ReturnForm,
        "decide": DecideForm,
        "reopen": AssignmentReopenForm,
    }
    return kinds[key](data, files, **given)


def why_not(key: str, assignment: Assignment, standing: Availability, user: User) -> str:
    """What to tell somebody who opens the page of an action that is not possible now."""
    if key in {"confirm", "return"} and standing.answer and standing.answer.author == user:
        return "Bạn là người gửi trả lời này nên một người khác của Văn phòng xác nhận hoặc trả lại."
    if key == "confirm" and standing.extension:
        return "Cơ quan đang xin gia hạn việc này. Quyết định đề nghị gia hạn trước, rồi xác nhận."
    if key == "decide" and standing.extension and standing.extension.requested_by == user:
        return "Bạn là người xin gia hạn nên một người khác của Văn phòng quyết định."
    if key == "extend" and assignment.due_then is None:  # type: ignore[attr-defined]
        return why_nothing_to_extend(assignment)
    state = assignment.get_state_display().lower()
    return f"Việc này đang ở tình trạng «{state}» nên không làm bước đó được. Những gì làm được lúc này ở bên dưới."


def say_what_follows(action: Action | None, standing: Availability) -> str:
    """What a form without fields does."""
    if not (action and action.key == "confirm" and standing.answer and standing.answer.done_on):
        return ""
    return f"Việc được ghi là hoàn thành ngày {say_day(standing.answer.done_on)}. Sau đó cơ quan không gửi thêm được."


def _thread_page(
    request, assignment: Assignment, standing: Availability, *, form: forms.Form | None = None, key: str = ""
):
    """The page of an action (``key``), or that of the assignment with the form of the first one."""
    today = known_today()
    [row] = assignments_on_day([assignment], as_of=today, today=today)
    action = action_at(key, request.path) if key else standing.actions[0] if standing.actions else None
    directive = assignment.directive
    context = day_context(AsOfForm(request.GET))
    context |= {
        "assignment": assignment,
        "directive": directive,
        "meeting": directive.conclusion.meeting,
        "row": row,
        "form": form,
        "action": action,
        "others": [] if key else standing.actions[1:],
        "cancel": assignment.get_absolute_url() if key else "",
        "hint": say_what_follows(action, standing),
        "is_own": request.user.may(CONFIRM, "meetings.answer")
        and standing.answer is not None
        and standing.answer.author == request.user,
        "citations": citations_in(
            [*texts_of([directive], "text"), *[entry.text for entry in row.entries]],
            user=request.user,
            province=directive.conclusion.meeting.province,
            kept_day="",
        ),
    }
    return form_page(request, "meetings/assignments/assignment_detail.html", context, *([form] if form else []))
