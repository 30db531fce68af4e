"""The pages of documents: the list, one document with what it rests on, its number when it gets one."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from programme.document_relations import relations_of
from programme.models import LegalDocument
from programme.operations.documents import issue_document
from programme.page_citations import citations_in
from smartcity.documents.columns import DOCUMENT_COLUMNS
from smartcity.documents.filters import DocumentSearchForm
from smartcity.documents.forms import IssueForm
from smartcity.documents.graph import graph_of
from smartcity.documents.uses import uses_of
from smartcity.lib.admin import SAME_RECORD
from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.log.refusals import is_unrecorded
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.day import AsOfForm, day_context
from smartcity.lib.pages.lists import page_of
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import tell_merged, too_late
from smartcity.lib.records.overtaken import Overtaken, say_recorded


@login_required
def document_list(request):
    """The documents that the user may see: those that wait for their number first, then the newest."""
    form = DocumentSearchForm(request.GET)
    context = day_context(AsOfForm(request.GET)) | {
        "form": form,
        "page": page_of(request, found_documents(form, request.user)),
        "headings": headings_of(DOCUMENT_COLUMNS),
        "searched": bool(form.chosen()),
    }
    return render(request, "smartcity/documents/document_list.html", context)


def found_documents(form: DocumentSearchForm, user):
    """What the search finds of the documents that the user may see, in the order of the list."""
    documents = LegalDocument.objects.visible_to(user).mentioning(form.typed("tim"))
    if form.typed("loai"):
        documents = documents.filter(kind=form.typed("loai"))
    return documents.select_related("issuer").newest_first()


@login_required
def document_detail(request, pk):
    """One document: what it is, what it does to others and they to it, and what rests on it."""
    document = get_object_or_404(visible_documents(request.user), pk=pk)
    relations = relations_of(document, request.user)
    context = day_context(AsOfForm(request.GET))
    context |= {
        "document": document,
        "relations": relations,
        "graph": graph_of(document, relations, request.user),
        "uses": uses_of(document, request.user),
        "may_change": may_change(request.user, document),
        "citations": citations_in(
            [document.subject, document.note],
            user=request.user,
            province=document.province,
            kept_day=context["kept_day"],
        ),
    }
    return render(request, "smartcity/documents/document_detail.html", context)


@login_required
@permission_required("programme.change_legaldocument", raise_exception=True)
@transaction.atomic
def document_issue(request, pk):
    """Give a document the number and day that it was issued with."""
    documents = visible_documents(request.user)
    # Two people giving numbers at once take turns; the second is told of the first.
    document = get_object_or_404(documents.select_for_update(of=["self"]) if request.POST else documents, pk=pk)
    if not may_change(request.user, document):
        raise PermissionDenied
    if not document.awaits_its_number:
        said = f"{document} đã có số. {say_recorded(document.history)} Muốn đính chính thì bấm «Sửa văn bản»."
        filled = [IssueForm(request.POST, instance=copy(document))] if request.method == "POST" else []
        return too_late(request, document, [said], *filled)
    form = IssueForm(request.POST or None, instance=copy(document))
    if request.method == "POST" and form.is_valid() and issued(form, by=request.user):
        messages.success(request, "Đã ghi số và ngày ban hành.")
        tell_merged(request, form)
        return redirect(document)
    return record_page(
        request,
        form,
        title="Ghi số, ngày ban hành",
        button="Ghi số",
        crumbs=[("Văn bản", reverse("document_list")), (str(document), document.get_absolute_url())],
        about=document.subject,
        note="Các quan hệ, bước trình và báo cáo đã dẫn văn bản này vẫn giữ nguyên.",
        **day_context(AsOfForm(request.GET)),
    )


def issued(form: IssueForm, *, by) -> bool:
    """Whether the operation let it pass; what it refuses is shown in the form."""
    given = form.cleaned_data
    try:
        issue_document(
            form.instance,
            **{name: given[name] for name in ("code", "signed_on", "effective_on", "signer")},
            reason=given["change_reason"],
            by=by,
            today=known_today(),
        )
    except ValidationError as refusal:
        place_refusal(form, refusal)
    except IntegrityError as error:
        if is_unrecorded(error):
            raise
        place_refusal(form, Overtaken(SAME_RECORD))
    return not form.errors


def visible_documents(user):
    return LegalDocument.objects.visible_to(user).select_related("issuer", "province", "file")


def may_change(user, document: LegalDocument) -> bool:
    return user.has_perm("programme.change_legaldocument") and document.is_kept_by(user)
