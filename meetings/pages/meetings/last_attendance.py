"""Who took part in the meeting before, put into the rows of a form that is still being filled in."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.db.models import Count, OrderBy, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from meetings.models import Attendance, Meeting, order_of_meetings
from meetings.pages.meetings.row_forms import ATTENDANCE
from programme.agency_successors import Successors, describe_successors
from programme.models import Agency
from smartcity.lib.language.dates import read_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.submissions.drafts import keep_draft
from smartcity.lib.submissions.idempotency import nothing_saved
from smartcity.lib.submissions.payload import payload_of

SAID_BY = ("agency", "person", "title", "site")


def copy_attendance(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show the form again with those rows in it and with all that was typed; nothing is saved."""
    typed = payload_of(request)
    if typed is None:
        # Sent without a token, by nothing of ours: there is no form to come back to.
        return nothing_saved(redirect(request.get_full_path()))
    data = typed.as_data()
    on = _day_typed(data) or meeting.held_on or known_today()
    before = _meeting_before(meeting, on, data.getlist("programmes"), request.user)
    if before is None:
        messages.info(request, "Chưa có cuộc họp nào trước đó có ghi thành phần dự họp.")
    else:
        rows = list(before.attendances.select_related("agency__province").order_by("position"))
        copied = _fill(data, rows, on)
        day = f"{before.held_on:%d/%m/%Y}"
        messages.info(request, f"Đã chép {copied} dòng thành phần của cuộc họp ngày {day}. Kiểm tra rồi lưu.")
        for sentence in _say_ended((row.agency for row in rows if row.agency), on):
            messages.warning(request, sentence)
    keep_draft(request, typed.with_data(data, asked=ATTENDANCE))
    return nothing_saved(redirect(typed.address))


def _day_typed(data: QueryDict) -> date | None:
    try:
        return read_day(data.get("held_on", ""))
    except ValueError:
        return None


def _meeting_before(meeting: Meeting, on: date, programmes: list[str], user) -> Meeting | None:
    """The last one of the province that says who was there; one about the same programmes before all others."""
    keys = [int(key) for key in programmes if key.isascii() and key.isdigit() and len(key) < 18]
    found = Meeting.objects.visible_to(user).filter(province=meeting.province, held_on__lte=on).exclude(pk=meeting.pk)
    shared = Count("about", filter=Q(about__programme__in=keys))
    return found.filter(attendances__isnull=False).annotate(shared=shared).order_by(*_order(keys)).first()


def _order(keys: list[int]) -> list[str | OrderBy]:
    return [*(["-shared"] if keys else []), *order_of_meetings(newest_first=True)]


def _fill(data: QueryDict, rows: list[Attendance], on: date) -> int:
    """Put each row into the first that is still empty; who stands there already is not named twice."""
    total = f"{ATTENDANCE}-TOTAL_FORMS"
    said = data.get(total, "")
    count = min(int(said), 1000) if said.isdecimal() else 0
    typed = [_said(data, number) for number in range(count)]
    free = [number for number, one in enumerate(typed) if not any(one) and not data.get(_name(number, "id"))]
    copied = 0
    for row in rows:
        has_ended = row.agency is not None and row.agency.has_ended(on)
        if has_ended and not row.person:
            # «đại diện» of an agency that is no more is nobody.
            continue
        agency = str(row.agency_id) if row.agency and not has_ended else ""
        who = (agency, row.person, row.title, row.site)
        if who in typed or not any(who[:3]):
            continue
        if free:
            number = free.pop(0)
        else:
            number, count = count, count + 1
        for name, value in zip((*SAID_BY, "role", "is_present"), (*who, row.role, "on"), strict=True):
            data[_name(number, name)] = value
        copied += 1
    data[total] = str(count)
    return copied


def _said(data: QueryDict, number: int) -> tuple[str, ...]:
    return tuple(data.get(_name(number, name), "").strip() for name in SAID_BY)


def _name(number: int, field: str) -> str:
    return f"{ATTENDANCE}-{number}-{field}"


def _say_ended(agencies: Iterable[Agency], on: date) -> list[str]:
    ended = {one.pk: one for one in agencies if one.has_ended(on)}
    successors = Successors(ended.values(), today=on)
    return [
        f"Không chép {one}: {describe_successors(one, successors, today=on)}. Chọn cơ quan dự họp thay, nếu có."
        for one in ended.values()
    ]
