"""The pages of shared and open databases: the register on a day, who lags behind, one database."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from programme.models import Agency
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.compared_day import PARAMETER, read_compared_day
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.records.signers import as_signed
from tasks.models import Dataset, DatasetObservation
from tasks.operations.datasets import observe_dataset
from tasks.pages.datasets.columns import DATASET_COLUMNS
from tasks.pages.datasets.filters import RegisterForm
from tasks.pages.datasets.forms import ObservationForm
from tasks.pages.datasets.register import ROW_SETS, Register, RegisterRows, read_register, register_moved


@login_required
def dataset_list(request):
    """The register on a day; ``?loc=`` shows the rows behind one of its counts, the other filters narrow all of it."""
    row_set, day_form = chosen_rows(request), AsOfForm(request.GET)
    as_of = day_form.day()
    form, register = chosen_register(request, as_of)
    compared = read_compared_day(request.GET.get(PARAMETER, ""), as_of)
    moved = register_moved(chosen_register(request, compared.day)[1], register) if compared.day else None
    context = day_context(day_form, compared) | {
        "moved": moved,
        "form": form,
        "filtered": bool(form.chosen()),
        "register": register,
        "counts": register.counts(),
        "lagging": register.lagging(),
        "row_set": row_set,
        "rows": register.rows_of(row_set),
        "headings": headings_of(DATASET_COLUMNS),
    }
    return render(request, "tasks/datasets/dataset_list.html", context, status=form_status(day_form, compared))


def chosen_rows(request) -> RegisterRows:
    """The count whose rows the address asks for. Raises ``Http404`` where there is none of that name."""
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    return row_set


def chosen_register(request, as_of: date) -> tuple[RegisterForm, Register]:
    """The register on the day, narrowed to the list and the agency that the address names, and the form of these."""
    visible = Dataset.objects.visible_to(request.user)
    agencies = Agency.objects.filter(pk__in=visible.values("agency")).order_by("name", "pk")
    form = RegisterForm(request.GET, agencies=agencies)
    datasets = visible.listed(as_of).select_related("agency__province").order_by("agency__name", "name", "pk")
    if form.typed("danh-muc"):
        datasets = datasets.filter(listed_as=form.typed("danh-muc"))
    if form.typed("co-quan"):
        datasets = datasets.filter(agency=form.typed("co-quan"))
    return form, read_register(datasets, as_of=as_of, today=known_today())


@login_required
def dataset_detail(request, pk):
    """One database: what was seen of it in order of time, and for those who keep it the form for what is seen next."""
    visible = Dataset.objects.visible_to(request.user).select_related("agency__province", "document", "province")
    dataset = get_object_or_404(visible, pk=pk)
    day_form, today = AsOfForm(request.GET), known_today()
    as_of = day_form.day()
    may_observe = Dataset.objects.observable_by(request.user, today).filter(pk=dataset.pk).exists()
    if request.method == "POST" and not may_observe:
        raise PermissionDenied
    form = None
    if may_observe:
        seen = DatasetObservation(dataset=dataset, recorded_by=request.user, recorded_on=today)
        last = dataset.observations.known(today).first()
        form = ObservationForm(request.POST or None, instance=seen, user=request.user, last=last)
        if form.is_valid() and attempt(form, lambda: observe_dataset(form.instance, by=request.user, today=today)):
            messages.success(request, f"Đã ghi tình trạng ngày {say_day(form.instance.as_of)}.")
            return redirect(dataset)
    [row] = read_register([dataset], as_of=as_of, today=today).rows
    context = day_context(day_form) | {
        "dataset": dataset,
        "row": row,
        "observations": as_signed(dataset.observations.known(as_of).select_related("document", "recorded_by")),
        "form": form,
        "may_change": request.user.has_perm("tasks.change_dataset")
        and Dataset.objects.registrable_by(request.user, today).filter(pk=dataset.pk).exists(),
    }
    return form_page(request, "tasks/datasets/dataset_detail.html", context, *([form] if form else []))
