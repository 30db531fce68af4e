"""The page on which a person makes and revokes the address of their calendar, and the calendar itself."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from meetings.models import FeedAddress
from meetings.operations.calendar_feeds import make_address, reader_of, revoke_address
from meetings.pages.calendar.feed import feed_of
from programme.models import User
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.known.moment import PARAMETER, read_known, typed_moment

MAY = "meetings.add_feedaddress"
LONGEST = 64


@login_required
@permission_required(MAY, raise_exception=True)
def calendar_page(request):
    """Whether the person has an address; a new one is made here, and shown in the answer alone."""
    made = ""
    if request.method == "POST":
        made = request.build_absolute_uri(reverse("calendar_feed", args=[make_address(request.user)]))
    context = {"address": FeedAddress.objects.filter(user=request.user, revoked_at=None).first(), "made": made}
    response = render(request, "meetings/calendar/calendar_page.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@permission_required(MAY, raise_exception=True)
@require_POST
def calendar_revoke(request):
    """Close the address."""
    if revoke_address(request.user):
        messages.success(
            request, "Đã thu hồi địa chỉ lịch. Chương trình lịch nào dùng địa chỉ đó sẽ không đọc được nữa."
        )
    return redirect("calendar_page")


@require_safe
def calendar_feed(request, key):
    """The calendar that the key opens; any other key opens nothing."""
    user = reader_of(key) if len(key) <= LONGEST else None
    if user is None:
        raise Http404
    # In whose name it is read, for the log of access.
    request.reader = user
    try:
        content = _told(user, request)
    except ValueError as reason:
        return HttpResponse(str(reason), status=400, content_type="text/plain; charset=utf-8")
    etag = quote_etag(sha256(content).hexdigest())
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    # Kept by the calendar program, and asked about each time.
    response["Cache-Control"] = "private, no-cache"
    return response


def _told(user: User, request: HttpRequest) -> bytes:
    """The calendar, by what was known by the moment that the address may name; whose it is, is of the present."""
    site = request.build_absolute_uri("/").rstrip("/")
    typed = typed_moment(request.GET, PARAMETER)
    if not typed:
        return feed_of(user, site=site, today=known_today())
    with known_at(read_known(typed), reader=user):
        return feed_of(user, site=site, today=known_today())
