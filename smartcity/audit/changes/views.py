"""The timeline of all changes, and one act with all that it touched."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartcity.audit.changes.catching_up import catch_up_for_a_page
from smartcity.audit.changes.columns import FileRow
from smartcity.audit.changes.filters import ChangesForm, Wanted
from smartcity.audit.changes.finding import find
from smartcity.audit.changes.lines import lines_of
from smartcity.audit.changes.readable import ReadableChanges, in_reach
from smartcity.audit.changes.touched import model_named
from smartcity.audit.changes.weighing import telling_first
from smartcity.audit.words import names_in, subject_of

ON_A_PAGE = 100
IN_A_FILE_AT_ONCE = 200


@require_safe
@login_required
def change_log(request):
    """All changes that the person may read, narrowed by what the address names; the last ones first."""
    is_complete = catch_up_for_a_page()
    form = ChangesForm(request.GET, request.user)
    wanted = form.wanted()
    reading = ReadableChanges(request.user)
    found = find(reading, wanted) if wanted else None
    form.read_back()
    context = {
        "form": form,
        "asked": [form[name] for name in form.fields if name not in {"ban-ghi", "truoc"}],
        "wrong": [*form["ban-ghi"].errors, *form["truoc"].errors] if wanted is None else [],
        "is_narrowed": wanted is not None and (bool(form.chosen_words()) or wanted.record is not None),
        "record": name_of_record(request.user, wanted) if wanted and wanted.record else "",
        "found": found,
        "lines": lines_of(reading, found.acts) if found else [],
        "before": wanted.before if wanted else None,
        "is_complete": is_complete,
    }
    return render(request, "smartcity/audit/change_log.html", context, status=200 if wanted else 400)


@require_safe
@login_required
def change_act(request, place):
    """One act, all of it that the person may read, ``?sau=NUMBER``."""
    catch_up_for_a_page()
    after = request.GET.get("sau", "0")
    if not (after.isascii() and after.isdecimal()) or int(after) >= 2**63:
        raise Http404
    rows = in_reach(request.user).filter(place=place, number__gt=int(after)).order_by("number", "pk")
    changes = list(rows[: ON_A_PAGE + 1])
    has_more, changes = len(changes) > ON_A_PAGE, changes[:ON_A_PAGE]
    last = changes[-1].number if changes else 0
    reading = ReadableChanges(request.user)
    act = {place: reading.of(changes)}
    # What stands on several pages goes by number.
    lines = lines_of(reading, act if after != "0" or has_more else telling_first(act), shown=None)
    if not lines and not has_more:
        raise Http404
    context = {"line": lines[0] if lines else None, "place": place, "next_after": last if has_more else None}
    context["after"] = int(after)
    return render(request, "smartcity/audit/change_act.html", context)


def file_rows(reader: Any, wanted: Wanted) -> Iterator[FileRow]:
    """All that is asked for and may be read, a few acts at a time."""
    before = wanted.before
    while True:
        reading = ReadableChanges(reader)
        found = find(reading, replace(wanted, before=before), lines=IN_A_FILE_AT_ONCE, whole=True)
        for line in lines_of(reading, found.acts, shown=None):
            for touched in line.touched:
                yield FileRow(line, touched)
        if found.next_before is None:
            return
        before = found.next_before


def name_of_record(reader: Any, wanted: Wanted) -> str:
    """What the record of this history is called, or was at the end; nothing where the reader may not read it."""
    kind, key = wanted.record or ("", 0)
    rows = in_reach(reader).filter(record_kind=kind, record_id=key).order_by("-number")
    # A report that was sent stands here twice: as its agency reads it, and as others do.
    changes = ReadableChanges(reader).of(list(rows[:2]))
    if not changes:
        return ""
    row = model_named(kind).history.filter(history_id=changes[0].history_id).first()
    return subject_of(row, names_in([row], ReadableChanges(reader))) if row else ""
