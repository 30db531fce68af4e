"""The pages of findings: the list, one finding with what became of it, and the forms that change it."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from meetings.models import Directive, Finding, FindingState
from meetings.operations import findings as operations
from meetings.pages.findings.forms import (
    FindingAnswerForm,
    FindingCloseForm,
    FindingForm,
    FindingReopenForm,
    SearchForm,
)
from meetings.pages.findings.thread import STATE_TONES, actions_on, entries_of
from programme.document_choice import documents_for
from programme.models import Agency, Province
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.lists import page_of
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import tell_merged


@login_required
def finding_list(request):
    """The findings that the user may see, the newest first."""
    visible = Finding.objects.visible_to(request.user)
    form = SearchForm(
        request.GET,
        bodies=Agency.objects.filter(findings_made__in=visible).distinct().order_by("name", "pk"),
        agencies=Agency.objects.filter(findings_to_answer__in=visible).distinct().order_by("name", "pk"),
    )
    found = visible.filter(**form.chosen()).select_related("body", "agency", "document").order_by("-pk")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "rows": [(finding, STATE_TONES[FindingState(finding.state)]) for finding in page],
        "searched": bool(form.chosen()),
    }
    return render(request, "meetings/findings/finding_list.html", context)


@login_required
def finding_detail(request, pk):
    """One finding: what it says, what it concerns, what was answered."""
    finding = find_finding(request, pk)
    context = {
        "finding": finding,
        "directive": finding.directive_told_to(request.user),
        "tone": STATE_TONES[FindingState(finding.state)],
        "entries": entries_of(finding),
        "actions": actions_on(finding, request.user, today=known_today()),
    }
    return render(request, "meetings/findings/finding_detail.html", context)


@login_required
@permission_required("meetings.add_finding", raise_exception=True)
def finding_add(request):
    """Enter a finding of the user's province; ``?chi-dao=`` names the directive that speaks of it."""
    province = Province.objects.filter(pk=request.user.province_id).first()
    if province is None:
        raise PermissionDenied
    named = request.GET.get("chi-dao", "")
    directive = Directive.objects.visible_to(request.user).filter(pk=named if named.isdecimal() else None).first()
    form = FindingForm(request.POST or None, instance=Finding(province=province, directive=directive), by=request.user)
    if form.is_valid() and attempt(form, lambda: operations.record_finding(form.instance, by=request.user)):
        messages.success(request, "Đã ghi kiến nghị.")
        return redirect(form.instance)
    return _form_page(request, form, title="Ghi kiến nghị", button="Ghi kiến nghị")


@login_required
@permission_required("meetings.change_finding", raise_exception=True)
@transaction.atomic
def finding_change(request, pk):
    """Change what a finding says."""
    finding = find_finding(request, pk)
    if request.user.province_id != finding.province_id:
        raise PermissionDenied
    if request.method == "POST":
        # Before what was typed is compared with what is stored.
        Finding.objects.select_for_update().get(pk=pk)
    form = FindingForm(request.POST or None, instance=find_finding(request, pk), by=request.user)

    def change():
        operations.change_finding(form.instance, by=request.user, reason=form.cleaned_data["change_reason"])

    if form.is_valid() and attempt(form, change):
        messages.success(request, "Đã lưu kiến nghị.")
        tell_merged(request, form)
        return redirect(finding)
    return _form_page(request, form, finding=finding, title="Sửa kiến nghị")


def acting(view):
    """A page with one form about a finding; ``view`` says which form, and what it does."""

    @wraps(view)
    @login_required
    def wrapped(request, pk):
        finding = find_finding(request, pk)
        form, act, title, done = view(request, finding)
        if form.is_valid() and attempt(form, act):
            messages.success(request, done)
            return redirect(finding)
        return _form_page(request, form, finding=finding, title=title, button=title)

    return wrapped


@acting
def finding_answer(request, finding):
    """Answer for the agency concerned; for anybody else there is no such page."""
    today = known_today()
    if not operations.answers_for(request.user, finding, today):
        raise Http404
    documents = documents_for(request.user).cited_in(finding.province)
    form = FindingAnswerForm(request.POST or None, documents=documents, by=request.user, initial={"answered_on": today})

    def answer():
        operations.answer_finding(finding, by=request.user, today=today, **form.cleaned_data)

    return form, answer, "Gửi giải trình", "Đã gửi giải trình."


@acting
def finding_close(request, finding):
    """Take as done what was answered."""
    _refuse_unless_keeper(request)
    today = known_today()
    form = FindingCloseForm(request.POST or None, initial={"closed_on": today})

    def close():
        operations.close_finding(finding, by=request.user, today=today, **form.cleaned_data)

    return form, close, "Ghi là thực hiện xong", "Đã ghi kiến nghị là thực hiện xong."


@acting
def finding_reopen(request, finding):
    """Ask for a new answer."""
    _refuse_unless_keeper(request)
    form = FindingReopenForm(request.POST or None)

    def reopen():
        operations.reopen_finding(finding, by=request.user, today=known_today(), **form.cleaned_data)

    return form, reopen, "Mở lại kiến nghị", "Đã mở lại. Nội dung giải trình trước còn ở dưới."


def find_finding(request, pk: int) -> Finding:
    """The finding; raises ``Http404`` if the person may not see it."""
    joined = ("province", "body", "agency", "document", "source", "answer_document", "task__programme")
    visible = Finding.objects.visible_to(request.user).select_related(*joined)
    return get_object_or_404(visible, pk=pk)


def _refuse_unless_keeper(request) -> None:
    if not request.user.has_perm("meetings.change_finding"):
        raise PermissionDenied


def _form_page(request, form, *, finding: Finding | None = None, **around):
    crumbs = [("Kiến nghị kiểm toán, thanh tra", reverse("finding_list"))]
    if finding:
        crumbs.append((finding.subject, finding.get_absolute_url()))
        around["about"] = finding.asks
    return record_page(request, form, crumbs=crumbs, **around)
