"""The pages on which a directive is linked with what it is about and what came of it, or such a record is made."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from meetings.models import Directive, DirectiveLink, LinkKind
from meetings.operations.directing import link_directive, unlink_directive
from meetings.pages.directives.linking.forms import (
    LinkForm,
    NewAmendmentForm,
    NewDocumentForm,
    NewTaskForm,
    UnlinkForm,
    drafts_of,
)
from meetings.pages.directives.links import link_new_amendment, link_new_document, link_new_task
from programme.models import Agency, Programme, User
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.forms.unsaved_input import removal_of, say_removed
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import too_late

# What is linked, as addresses have it.
ENDS = {"nhiem-vu": "task", "lan-dieu-chinh": "revision", "van-ban": "document"}


def may_link(user: User) -> bool:
    return user.has_perm("meetings.add_directivelink")


def linking(*also: str):
    """Let in who links directives and has the rights ``also``; the directive is of what they may see, or 404."""

    def decorate(view):
        @wraps(view)
        @login_required
        def wrapped(request, pk, **kwargs):
            visible = Directive.objects.visible_to(request.user).select_related("conclusion__meeting__province")
            directive = get_object_or_404(visible, pk=pk)
            if not (may_link(request.user) and request.user.has_perms(also)):
                raise PermissionDenied
            return view(request, directive, **kwargs)

        return wrapped

    return decorate


@linking()
def directive_link_add(request, directive, end):
    """Link an existing task, revision or document."""
    if end not in ENDS:
        raise Http404
    name = ENDS[end]
    form = LinkForm(request.POST or None, end=name, directive=directive, by=request.user)

    def link():
        given = form.cleaned_data
        kind = LinkKind(given["kind"])
        link_directive(directive, given[name], kind=kind, by=request.user, reason=given["note"])

    if form.is_valid() and attempt(form, link):
        messages.success(request, "Đã ghi liên kết.")
        return redirect(directive)
    return _page(request, directive, form, title="Liên kết với bản ghi đã có", button="Ghi liên kết")


@linking("programme.add_legaldocument")
def directive_document_add(request, directive):
    """Keep a new document and link it."""
    province = directive.conclusion.meeting.province_id
    form = NewDocumentForm(request.POST or None, by=request.user, province=province)

    def make():
        kind = LinkKind(form.cleaned_data["link_kind"])
        link_new_document(directive, form.instance, kind=kind, by=request.user, reason=_because_of(directive))

    if form.is_valid() and attempt(form, make):
        messages.success(request, f"Đã lập và liên kết {form.instance}.")
        return redirect(directive)
    return _page(request, directive, form, title="Lập văn bản mới", button="Lập và liên kết")


@linking("programme.add_revision")
def directive_revision_add(request, directive):
    """Begin an amendment of a programme and link it."""
    programmes = _coordinated(request.user, directive)
    form = NewAmendmentForm(request.POST or None, programmes=programmes, reason=_because_of(directive))

    def make():
        link_new_amendment(directive, by=request.user, **form.cleaned_data)

    if form.is_valid() and attempt(form, make):
        messages.success(request, "Đã lập và liên kết dự thảo điều chỉnh. Mở dự thảo ở phần liên kết để soạn.")
        return redirect(directive)
    return _page(request, directive, form, title="Soạn điều chỉnh đề án", button="Soạn và liên kết")


@linking("tasks.add_plannedtask")
def directive_task_add(request, directive):
    """Put a new task into a draft and link it."""
    programmes = _coordinated(request.user, directive)
    agencies = Agency.objects.visible_to(request.user).filter(province=directive.conclusion.meeting.province_id)
    drafts = drafts_of(programmes)
    form = NewTaskForm(request.POST or None, revisions=drafts, agencies=agencies.order_by("name", "pk"))

    def make():
        link_new_task(directive, by=request.user, reason=_because_of(directive), **form.cleaned_data)

    if form.is_valid() and attempt(form, make):
        messages.success(request, f"Đã thêm nhiệm vụ «{form.cleaned_data['name']}» vào dự thảo và liên kết.")
        return redirect(directive)
    note = "" if drafts.exists() else "Chưa có dự thảo nào. Soạn điều chỉnh đề án trước."
    return _page(request, directive, form, title="Thêm nhiệm vụ mới vào dự thảo", button="Thêm và liên kết", note=note)


@linking()
def directive_link_remove(request, directive, link):
    """Take a link out; the history keeps it."""
    links = directive.links.select_related("task__programme", "revision__programme", "document")
    gone = removal_of(DirectiveLink, id=link, directive=directive.pk)
    if gone is not None:
        return too_late(request, directive, [say_removed(gone)], UnlinkForm(request.POST or None))
    found = get_object_or_404(links, pk=link)
    form = UnlinkForm(request.POST or None)

    def remove():
        unlink_directive(found, by=request.user, **form.cleaned_data)

    if form.is_valid() and attempt(form, remove):
        messages.success(request, "Đã bỏ liên kết. Liên kết còn trong lịch sử.")
        return redirect(directive)
    note = f"{found.get_kind_display()}: {_name_of(found)}"
    return _page(request, directive, form, title="Bỏ liên kết", button="Bỏ liên kết", note=note)


def _name_of(link: DirectiveLink) -> str:
    return f"{link.revision.programme.code} · {link.revision.title}" if link.revision else str(link.end)


def _because_of(directive: Directive) -> str:
    """The reason of what is made for a directive, as its history tells it."""
    return f"Theo ý kiến chỉ đạo {directive.label}, cuộc họp ngày {say_day(directive.conclusion.meeting.held_on)}"


def _coordinated(user: User, directive: Directive):
    """The programmes of the directive's province for which the person speaks."""
    own = Programme.objects.visible_to(user).coordinated_by(user, known_today())
    return own.filter(province=directive.conclusion.meeting.province_id).order_by("code")


def _page(request, directive: Directive, form, **around):
    held_on = say_day(directive.conclusion.meeting.held_on)
    crumbs = [(f"Ý kiến chỉ đạo {directive.label}, cuộc họp ngày {held_on}", directive.get_absolute_url())]
    return record_page(request, form, crumbs=crumbs, about=directive.text, **around)
