"""The page on which the Office urges for what meetings gave: the letter to each agency, to send and to paste."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from meetings.models import DirectiveUrging
from meetings.operations.urging import urge_to_answer
from meetings.urging_letters import Owed, late_for, letters_to
from programme.models import Agency
from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.records.signers import as_signed
from smartcity.lib.submissions.idempotency import nothing_saved
from tasks.operations.urging import Owing
from tasks.pages.urging.forms import UrgingForm, field_of
from tasks.pages.urging.so_far import WORDS, UrgedSoFar, counted
from tasks.pages.urging.views import MOST, letter_shown, reported_meanwhile, tell


@login_required
@permission_required("meetings.add_directiveurging", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def directive_urging(request):
    """What is late of whom, ``?co-quan=3`` narrows it to one agency; urge them all, or each in its way."""
    today, agency = known_today(), chosen_agency(request)
    found = {owing: late for owing, late in late_for(request.user, today=today).items() if agency in {None, owing[1]}}
    owed = dict(list(found.items())[:MOST])
    before = urged_of(owed)
    letters = letters_to(owed, by=request.user, today=today)
    form = UrgingForm(
        request.POST or None,
        letters=letters,
        urged_today={owing for owing, urged in before.items() if urged.was_on(today)},
    )
    board = reverse("directive_board")
    answered = reported_meanwhile(request, form)
    if answered:
        messages.info(request, f"Không còn việc quá hạn chưa trả lời, nên không đôn đốc nữa: {', '.join(answered)}.")
        if not letters:
            return nothing_saved(redirect(board))
    if form.is_valid():
        outcome = urge_to_answer(form.wanted(), by=request.user, now=now())
        if outcome.done:
            tell(request, outcome)
            return redirect(board)
        for owing, refusal in outcome.refused.items():
            place_refusal(form, type(refusal)({field_of(owing): refusal.messages}))
    context = {
        "form": form,
        "agency": agency,
        "shown": [letter_shown(letter, form, before) for letter in letters],
        "assignments": sum(len(letter.late) for letter in letters),
        "left_out": len(found) - len(owed),
    }
    return form_page(request, "meetings/urging/directive_urging.html", context, form)


def chosen_agency(request) -> Agency | None:
    """Raises ``Http404`` where the address names one that the person may not see, or none."""
    key = request.GET.get("co-quan", "")
    if not key:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 18):
        raise Http404
    return get_object_or_404(Agency.objects.visible_to(request.user), pk=key)


def urged_of(owed: Owed) -> dict[Owing, UrgedSoFar]:
    """How often each was urged already, and who did it last. Two queries."""
    urgings = DirectiveUrging.objects.filter(
        province__in={province.pk for province, _ in owed}, agency__in={agency.pk for _, agency in owed}
    )
    read = as_signed(urgings.defer(*WORDS), "by")
    return counted(((urging.province_id, urging.agency_id), urging) for urging in read)
