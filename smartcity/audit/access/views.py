"""The page of the log of access, for who audits and who keeps accounts."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from smartcity.audit.access.columns import ACCESS_COLUMNS
from smartcity.audit.access.filters import AccessFilterForm
from smartcity.audit.access.models import AccessEntry, AccessEntryQuerySet, reads_access
from smartcity.audit.access.pruning import kept_since
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.known.present_alone import present_alone
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE

# The row after which the page begins: a page is found by a key, however far back it is.
AFTER = "sau"


def readers_alone(view):
    @wraps(view)
    def of_readers(request, *args, **kwargs):
        if not reads_access(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return of_readers


@require_safe
@login_required
@readers_alone
@present_alone
def access_list(request):
    """Who came in, was refused or took something out, newest first, a page at a time."""
    form, rows = asked_access(request)
    status = 200 if form.is_valid() else 400
    found = list(_after(rows, request.GET.get(AFTER, ""))[: ROWS_ON_A_PAGE + 1])
    shown = found[:ROWS_ON_A_PAGE]
    context = {
        "form": form,
        "rows": shown,
        "headings": headings_of(ACCESS_COLUMNS),
        "older": shown[-1].pk if len(found) > len(shown) else None,
        "is_later_page": AFTER in request.GET,
        "searched": bool(form.chosen()),
        "kept_months": settings.ACCESS_KEPT_MONTHS,
        "kept_since": kept_since(now()),
        "sees_all": request.user.sees_every_province,
    }
    return render(request, "smartcity/audit/access/access_list.html", context, status=status)


def asked_access(request) -> tuple[AccessFilterForm, AccessEntryQuerySet]:
    """What the address asks for of what the reader may read, with whom it names."""
    form = AccessFilterForm(request.GET, user=request.user)
    rows = form.narrowed(AccessEntry.objects.visible_to(request.user))
    return form, rows.select_related("user", "account").newest_first()


def _after(rows: AccessEntryQuerySet, key: str) -> AccessEntryQuerySet:
    """The rows after the one with this key; from the first, where there is none, or it has been removed."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return rows
    last = AccessEntry.objects.filter(pk=key).values_list("at", flat=True).first()
    return rows.filter(at__lte=last).filter(Q(at__lt=last) | Q(pk__lt=key)) if last else rows
