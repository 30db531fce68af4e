"""The page of an agency: what it was before and after, what it has to do, and how that passes on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404, redirect, render

from meetings.pages.directives.figures import Wanted, read_board
from meetings.pages.meetings.compared import read_compared
from programme.agency_successors import Successors
from programme.models import Agency, AgencySuccession, CoordinationTransfer
from smartcity.agencies.duties import coordinated_by, led_by, still_open
from smartcity.agencies.explained import explain_duties
from smartcity.agencies.forms import TransferForm
from smartcity.agencies.moved_duties import moved_duties
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.compared_day import PARAMETER
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import too_late
from tasks.operations.transferring import transfer_duties

# Both kinds of act are one form; who may do one may do the other.
MAY_TRANSFER = ["programme.add_coordinationtransfer", "tasks.add_leadtransfer"]


@login_required
def agency_detail(request, pk):
    """One agency: its names before and after, and its duties on a day."""
    agency = visible_agency(request.user, pk)
    form = AsOfForm(request.GET)
    as_of, today = form.day(), known_today()
    related = AgencySuccession.objects.select_related(
        "predecessor__province", "successor__province", "document"
    ).order_by("effective_on", "function", "pk")
    before, after = related.filter(successor=agency), related.filter(predecessor=agency)
    visible = Agency.objects.visible_to(request.user)
    tasks = led_by(agency, on=as_of, user=request.user)
    explained, told = explain_duties(tasks, [*before, *after], as_of=as_of)
    for task in tasks:
        task.signed = told[task.told].text if task.told in told else ""  # type: ignore[attr-defined]
    programmes = coordinated_by(agency, on=as_of, user=request.user)
    provinces = [agency.province_id] if agency.province_id else None
    compared = read_compared(request.GET.get(PARAMETER, ""), as_of, request.user, provinces=provinces)
    context = day_context(form, compared) | {
        "agency": agency,
        "moved": moved_duties(agency, tasks, earlier=compared.day, later=as_of, user=request.user)
        if compared.day
        else [],
        "successors": Successors([agency], today=today).say(agency),
        "has_ended": agency.has_ended(as_of),
        "before": [(one, one.predecessor) for one in before],
        "after": [(one, one.successor) for one in after],
        "visible": set(visible.filter(inheritances__predecessor=agency).values_list("pk", flat=True))
        | set(visible.filter(successions__successor=agency).values_list("pk", flat=True)),
        "programmes": programmes,
        "directed": read_board(request.user, Wanted(agency=agency.pk), on=as_of),
        "tasks": tasks,
        "explained": explained,
        "may_transfer": request.user.has_perms(MAY_TRANSFER)
        and after.known(today).exists()
        and bool(programmes or still_open(tasks)),
    }
    return render(request, "smartcity/agencies/agency_detail.html", context, status=form_status(form, compared))


@login_required
@permission_required(MAY_TRANSFER, raise_exception=True)
def agency_transfer(request, pk):
    """Move the open duties of an agency to its recorded successor, from a day, by a document."""
    agency = visible_agency(request.user, pk)
    form = TransferForm(request.POST or None, agency=agency, user=request.user, today=known_today())
    transfers: list = []

    def transfer():
        given = form.cleaned_data
        transfers.extend(transfer_duties(from_agency=agency, by=request.user, today=known_today(), **given))

    if form.is_valid() and attempt(form, transfer):
        messages.success(request, say_transfers(transfers))
        return redirect(agency)
    if request.method == "POST" and not form.has_duties:
        return too_late(request, agency, [str(said) for told in form.errors.values() for said in told], form)
    return record_page(
        request,
        form,
        title=f"Chuyển giao việc của {agency}",
        button="Ghi chuyển giao",
        crumbs=[(str(agency), agency.get_absolute_url())],
        template="smartcity/agencies/agency_transfer.html",
        undone="Chưa chuyển giao được",
    )


def visible_agency(user, pk) -> Agency:
    agencies = Agency.objects.visible_to(user).select_related("province__merged_into", "province__merge_document")
    return get_object_or_404(agencies, pk=pk)


def say_transfers(transfers) -> str:
    programmes = [one.programme.code for one in transfers if isinstance(one, CoordinationTransfer)]
    tasks = [one.task.code for one in transfers if not isinstance(one, CoordinationTransfer)]
    moved = [f"đầu mối của {', '.join(programmes)}"] if programmes else []
    moved += [f"chủ trì {len(tasks)} nhiệm vụ ({', '.join(tasks)})"] if tasks else []
    first = transfers[0]
    return f"Đã chuyển giao sang {first.to_agency} từ ngày {say_day(first.effective_on)}: {'; '.join(moved)}."
