"""Who changed what: the history of a record, and what was removed of a kind. The admin has the addresses."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from programme.removed_records import removed_row, removed_rows
from smartcity.audit.timeline import actions, name_of, timeline
from smartcity.lib.forms.unsaved_input import say_removed
from smartcity.lib.pages.lists import page_of
from smartcity.lib.records.history import as_it_was
from smartcity.lib.records.signers import signers_then


def record_history(request, model_admin, object_id):
    """Who changed this record and what belongs to it, when, why, from what to what."""
    record, gone = model_admin.get_object(request, object_id), None
    if record is None:
        gone = removed_row(model_admin.model, object_id, request.user)
        if gone is None:
            raise Http404
        record = as_it_was(gone)
    if not model_admin.has_view_permission(request, record):
        raise PermissionDenied
    parts = [
        (inline.model, inline.fk_name or _key_to(inline.model, type(record)))
        for inline in model_admin.inlines
        if inline.in_history
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Lịch sử thay đổi",
        "opts": model_admin.opts,
        "record": name_of(gone) if gone else record,
        "row": record,
        "gone": say_removed(gone) if gone else "",
        "record_url": _page_of(model_admin, "changelist") if gone else _page_of(model_admin, "change", record.pk),
        "actions": actions(timeline(record, parts, reader=None if gone else request.user)),
    }
    return render(request, "smartcity/audit/record_history.html", context)


def removed_list(request, model_admin):
    """What was removed of this kind, for whoever audits; each leads to its history."""
    if not request.user.audits:
        raise Http404
    page = page_of(request, removed_rows(model_admin.model, request.user))
    signers_then(list(page))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Đã xóa: {model_admin.opts.verbose_name_plural}",
        "opts": model_admin.opts,
        "page": page,
        "rows": [(row, name_of(row), _page_of(model_admin, "history", row.id)) for row in page],
        "list_url": _page_of(model_admin, "changelist"),
    }
    return render(request, "smartcity/audit/removed_list.html", context)


def _page_of(model_admin, name: str, *args) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{name}", args=args)


def _key_to(model, owner) -> str:
    return next(field.name for field in model._meta.fields if field.related_model is owner)
