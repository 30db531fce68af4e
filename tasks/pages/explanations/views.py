"""The pages of explanations: asking, the thread until it is closed, the list."""

from datetime import date
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from programme.agency_successors import Successors, say_duty
from programme.models import Agency, Programme, User
from programme.page_citations import citations_in
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.day import AsOfForm, day_context
from smartcity.lib.pages.lists import page_of
from smartcity.lib.pages.record_page import form_page
from tasks.figures.reading import read_programmes
from tasks.models import AskedFigure, Explanation, ExplanationState, Task
from tasks.operations.explaining import (
    agency_to_ask,
    answer_explanation,
    ask_again,
    ask_explanation,
    close_explanation,
)
from tasks.pages.explanations.asked_figure import say_figure, say_task, seen_at
from tasks.pages.explanations.columns import EXPLANATION_COLUMNS
from tasks.pages.explanations.forms import AskAgainForm, AskForm, ExplanationAnswerForm, ExplanationCloseForm
from tasks.pages.explanations.open_requests import lines
from tasks.pages.explanations.thread import MAY_ASK, MAY_REPLY, action_at, entries_of
from tasks.task_names import named, with_task_name

# The filters of the list, as addresses have them.
STATES = {
    "chua-ket-thuc": ("Chưa kết thúc", ~Q(state=ExplanationState.CLOSED)),
    "cho-tra-loi": ("Chờ trả lời", Q(state=ExplanationState.OPEN)),
    "da-tra-loi": ("Đã trả lời", Q(state=ExplanationState.ANSWERED)),
    "da-ket-thuc": ("Đã kết thúc", Q(state=ExplanationState.CLOSED)),
    "tat-ca": ("Tất cả", Q()),
}


@login_required
def explanation_list(request):
    """The requests that the user may see, by state; at first those not closed."""
    chosen = chosen_state(request)
    visible = Explanation.objects.visible_to(request.user)
    counts = visible.aggregate(**{key: Count("pk", filter=state) for key, (_, state) in STATES.items()})
    page = page_of(request, found_explanations(chosen, request.user))
    context = day_context(AsOfForm(request.GET)) | {
        "page": page,
        "lines": lines(page, request.user, today=known_today()),
        "headings": headings_of(EXPLANATION_COLUMNS),
        "filters": [(key, label, counts[key]) for key, (label, _) in STATES.items()],
        "chosen": chosen,
    }
    return render(request, "tasks/explanations/explanation_list.html", context)


def chosen_state(request) -> str:
    """The key of ``STATES`` that the address names. Raises ``Http404`` where there is none of that name."""
    chosen = request.GET.get("tinh-trang", "chua-ket-thuc")
    if chosen not in STATES:
        raise Http404
    return chosen


def found_explanations(chosen: str, user: User) -> QuerySet[Explanation]:
    """The requests of that state that the user may see, the newest first, each with its ``task_name``."""
    found = Explanation.objects.visible_to(user).filter(STATES[chosen][1])
    return with_task_name(found.loaded().order_by("-asked_on", "-pk"), known_today())


@login_required
def explanation_ask(request, code):
    """Ask about a figure of the programme: ``?so-lieu=overdue&ngay=16/06/2023``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("province"), code=code)
    figure = request.GET.get("so-lieu", "")
    if figure not in AskedFigure.values:
        raise Http404
    return _ask(request, programme, figure=AskedFigure(figure))


@login_required
def task_explanation_ask(request, pk):
    """Ask about a task as it was on a day."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("programme__province"), pk=pk)
    return _ask(request, task.programme, task=task)


@permission_required(MAY_ASK, raise_exception=True)
def _ask(request, programme: Programme, *, task: Task | None = None, figure: AskedFigure | None = None):
    today, day_form = known_today(), AsOfForm(request.GET)
    if not day_form.is_valid():
        raise Http404
    as_of = day_form.day()
    (day,) = read_programmes([programme], as_of=as_of)
    shown = say_figure(figure, day) if figure else say_task(day.row_of(task) if task else None)
    answers = agency_to_ask(programme, task, as_of=as_of, today=today)
    now = Successors([answers], today=today).say(answers)
    beside = say_duty(answers, now, on=today)
    provinces = [province.pk for province in programme.province.carried_on_in]
    form = AskForm(
        request.POST or None,
        initial={"agency": answers},
        shown=shown,
        agencies=Agency.objects.filter(province__in=provinces).order_by("name", "pk"),
        whose=f"Chọn sẵn cơ quan giữ việc này: {answers}{f' ({beside})' if beside else ''}.",
    )
    about = {"task": task, "figure": figure or "", "as_of": as_of, "by": request.user, "today": today}
    made: list[Explanation] = []
    if form.is_valid() and attempt(form, lambda: made.append(ask_explanation(programme, **form.cleaned_data, **about))):
        messages.success(request, f"Đã gửi yêu cầu đến {made[0].agency}.")
        return redirect(made[0])
    context = day_context(day_form) | {
        "programme": programme,
        "task": named(Task.objects.filter(pk=task.pk), today).get() if task else None,
        "shown": shown,
        "form": form,
        "cancel": seen_at(Explanation(programme=programme, task=task, figure=figure or "", as_of=as_of)),
    }
    return form_page(request, "tasks/explanations/explanation_ask.html", context, form)


@login_required
def explanation_detail(request, pk):
    """One request: what was asked, what was said in order of time, how it ended."""
    return _thread_page(request, find_explanation(request, pk))


def replying(needed: str, key: str, *, done: str):
    """A page with the thread and one form below it; ``view`` says which form, and what it does."""

    def decorate(view):
        @wraps(view)
        @login_required
        def wrapped(request, pk):
            explanation = find_explanation(request, pk)
            if not request.user.has_perm(needed):
                raise PermissionDenied
            form, act = view(request, explanation, known_today())
            if request.method != "POST" and explanation.is_closed:
                messages.warning(request, f"{explanation.closed_by} đã kết thúc yêu cầu này.")
                return redirect(explanation)
            if form.is_valid() and attempt(form, act):
                messages.success(request, done)
                return redirect(explanation)
            # What somebody else wrote meanwhile is in the thread above the form.
            return _thread_page(request, find_explanation(request, pk), form=form, key=key)

        return wrapped

    return decorate


@replying(MAY_REPLY, "answer", done="Đã gửi trả lời.")
def explanation_answer(request, explanation: Explanation, today: date):
    """Answer for the agency asked."""
    if not Explanation.objects.answerable_by(request.user, today).filter(pk=explanation.pk).exists():
        raise PermissionDenied
    form = ExplanationAnswerForm(request.POST or None, label_suffix="")
    return form, lambda: answer_explanation(explanation, by=request.user, today=today, **form.cleaned_data)


@replying(MAY_ASK, "ask_again", done="Đã gửi câu hỏi thêm.")
def explanation_ask_again(request, explanation: Explanation, today: date):
    """Ask further."""
    form = AskAgainForm(request.POST or None, label_suffix="")
    return form, lambda: ask_again(explanation, by=request.user, today=today, **form.cleaned_data)


@replying(MAY_ASK, "close", done="Đã kết thúc yêu cầu giải trình.")
def explanation_close(request, explanation: Explanation, today: date):
    """Close the matter."""
    form = ExplanationCloseForm(request.POST or None, label_suffix="")
    return form, lambda: close_explanation(explanation, by=request.user, today=today, **form.cleaned_data)


def find_explanation(request, pk: int) -> Explanation:
    """The request; raises ``Http404`` if the person may not see it."""
    visible = Explanation.objects.visible_to(request.user).loaded().select_related("programme__province")
    return get_object_or_404(with_task_name(visible, known_today()), pk=pk)


def _thread_page(request, explanation: Explanation, *, form: forms.Form | None = None, key: str = ""):
    today = known_today()
    [line] = lines([explanation], request.user, today=today)
    entries = entries_of(explanation)
    holds = Explanation.objects.with_holder(today).filter(pk=explanation.pk).values("holder_id")
    holder = Agency.objects.select_related("province").get(pk__in=holds)
    context = day_context(AsOfForm(request.GET))
    context |= {
        "explanation": explanation,
        "line": line,
        "entries": entries,
        "holder": holder,
        "beside": say_duty(holder, Successors([holder], today=today).say(holder), on=today),
        "seen_at": seen_at(explanation),
        "form": form,
        "action": action_at(key, explanation) if key else None,
        "citations": citations_in(
            [entry.text for entry in entries],
            user=request.user,
            province=explanation.programme.province,
            kept_day="",
        ),
    }
    return form_page(request, "tasks/explanations/explanation_detail.html", context, *([form] if form else []))
