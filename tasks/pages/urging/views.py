"""The page on which late reports are urged for: the letter to each agency, ready to send and to paste elsewhere."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.forms import BoundField
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from programme.models import Agency, Programme
from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.language.text import sort_key
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.submissions.idempotency import nothing_saved
from tasks.models import ReportingCycle, UrgingWay
from tasks.operations.urging import Letter, Outcome, of_cycle, urge, urgeable_by
from tasks.pages.urging.forms import UrgingForm, field_of
from tasks.pages.urging.so_far import UrgedSoFar, urged_of
from tasks.urging_letters import Owed, letters_to

FIELD_OF_AGENCY = re.compile(r"cach-[0-9]{1,17}-([0-9]{1,17})")
# Letters on a page; who urges more at once narrows them by programme.
MOST = 50


@dataclass(frozen=True)
class Narrowed:
    """What the address asks for: one programme, one of its cycles, one agency; nothing is everything."""

    programme: Programme | None
    cycle: ReportingCycle | None
    agency: Agency | None

    def among(self, owed: Owed) -> Owed:
        chosen = of_cycle(owed, self.cycle.pk if self.cycle else None)
        return {
            (programme, agency): late
            for (programme, agency), late in chosen.items()
            if self.programme in {None, programme} and self.agency in {None, agency}
        }


@dataclass(frozen=True)
class LetterShown:
    """One letter of the page with its field, and what was done before."""

    letter: Letter
    field: BoundField
    before: UrgedSoFar | None


@login_required
@permission_required("tasks.add_urging", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def urging_send(request):
    """What is late of whom, ``?de-an=BRVT-DTTM&ky=7&co-quan=3`` narrows it; urge them all, or each in its way."""
    today, narrowed = known_today(), narrowed_by(request)
    cycle = narrowed.cycle.pk if narrowed.cycle else None
    found = narrowed.among(urgeable_by(request.user, today=today))
    owed = dict(list(found.items())[:MOST])
    before = urged_of([(programme.pk, agency.pk) for programme, agency in owed], cycle)
    letters = letters_to(owed, by=request.user, today=today)
    form = UrgingForm(
        request.POST or None,
        letters=letters,
        urged_today={owing for owing, urged in before.items() if urged.was_on(today)},
    )
    reported = reported_meanwhile(request, form)
    if reported:
        told = f"Không còn báo cáo quá hạn, nên không đôn đốc nữa: {', '.join(reported)}."
        messages.info(request, told)
        if not letters:
            return nothing_saved(redirect(back_from(narrowed, request)))
    if form.is_valid():
        outcome = urge(form.wanted(), cycle=cycle, by=request.user, now=now())
        if outcome.done:
            tell(request, outcome)
            return redirect(back_from(narrowed, request))
        for owing, refusal in outcome.refused.items():
            place_refusal(form, type(refusal)({field_of(owing): refusal.messages}))
    shown = [letter_shown(letter, form, before) for letter in letters]
    context = {
        "form": form,
        "narrowed": narrowed,
        "shown": shown,
        "reports": sum(len(letter.late) for letter in letters),
        "left_out": len(found) - len(owed),
        "back": back_from(narrowed, request),
    }
    return form_page(request, "tasks/urging/urging_send.html", context, form)


def narrowed_by(request) -> Narrowed:
    """Raises ``Http404`` where the address names what the person may not see, or what is none."""
    query, user = request.GET, request.user
    code, cycle, agency = query.get("de-an", ""), query.get("ky", ""), query.get("co-quan", "")
    for key in (cycle, agency):
        if key and not (key.isascii() and key.isdecimal() and len(key) < 18):
            raise Http404
    cycles = ReportingCycle.objects.visible_to(user).select_related("duty")
    return Narrowed(
        programme=get_object_or_404(Programme.objects.visible_to(user), code=code) if code else None,
        cycle=get_object_or_404(cycles, pk=cycle) if cycle else None,
        agency=get_object_or_404(Agency.objects.visible_to(user), pk=agency) if agency else None,
    )


def reported_meanwhile(request, form: UrgingForm) -> list[str]:
    """The names of those who were to be urged when the page was opened, and owe nothing by now."""
    chosen = {name for name, way in request.POST.items() if way and name not in form.fields}
    keys = {int(named[1]) for name in chosen if (named := FIELD_OF_AGENCY.fullmatch(name))}
    found = Agency.objects.visible_to(request.user).filter(pk__in=keys) if keys else []
    return sorted((agency.name for agency in found), key=sort_key)


def back_from(narrowed: Narrowed, request) -> str:
    """Where one came from: the cycle; without one, the rest of what is late."""
    if narrowed.programme and narrowed.cycle:
        return f"{reverse('cycle_detail', args=[narrowed.programme.code])}?ky={narrowed.cycle.pk}"
    return request.get_full_path()


def tell(request, outcome: Outcome) -> None:
    """What was done, in one sentence for each way; and what was not, each with the reason."""
    sent = [urging for urging in outcome.done if urging.way == UrgingWay.EMAIL]
    noted = [urging for urging in outcome.done if urging.way != UrgingWay.EMAIL]
    if sent:
        messages.success(request, f"Đã gửi thư đôn đốc {len(sent)} cơ quan: {_names(sent)}.")
    if noted:
        messages.success(request, f"Đã ghi đôn đốc bằng cách khác {len(noted)} cơ quan: {_names(noted)}.")
    for refusal in outcome.refused.values():
        messages.error(request, " ".join(refusal.messages))


def _names(urgings: list[Any]) -> str:
    return ", ".join(urging.agency.name for urging in urgings)


def letter_shown(letter: Letter, form: UrgingForm, before: dict) -> LetterShown:
    return LetterShown(letter, form[field_of(letter.owing)], before.get(letter.owing))
