"""The lists of the product's own pages as spreadsheets, each with the rows that its page shows under its filters."""

from dataclasses import replace
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from meetings.pages.directives.columns import DIRECTIVE_COLUMNS
from meetings.pages.directives.figures import NAMED, Row
from meetings.pages.directives.views import chosen_board
from programme.models import DocumentKind, Programme
from smartcity.audit.access.columns import ACCESS_COLUMNS
from smartcity.audit.access.views import asked_access, readers_alone
from smartcity.audit.changes.catching_up import catch_up_for_a_page
from smartcity.audit.changes.columns import CHANGE_COLUMNS
from smartcity.audit.changes.filters import ChangesForm
from smartcity.audit.changes.views import file_rows, name_of_record
from smartcity.documents.columns import DOCUMENT_COLUMNS
from smartcity.documents.filters import DocumentSearchForm
from smartcity.documents.views import found_documents
from smartcity.exchange.exports.downloads import download
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import Listing
from smartcity.lib.pages.day import AsOfForm
from smartcity.lib.pages.known.present_alone import present_alone
from smartcity.lib.records.sharing import Shared
from smartcity.portfolio.columns import PROGRAMME_COLUMNS, TASK_COLUMNS, TREND_COLUMNS
from smartcity.portfolio.portfolio import Portfolio, read_portfolio
from tasks.expected import expected_of
from tasks.figures.reading import FACETS_OF_CARDS, read_programmes, read_tasks_of
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.schedule import GROUPINGS, read_schedule, with_steps
from tasks.pages.cycles.agency_rows import by_agency
from tasks.pages.cycles.columns import REPORT_COLUMNS
from tasks.pages.cycles.views import NOT_HANDED_IN, chosen_cycle, chosen_reports, cycles_of
from tasks.pages.datasets.columns import DATASET_COLUMNS
from tasks.pages.datasets.views import chosen_register, chosen_rows
from tasks.pages.explanations.columns import EXPLANATION_COLUMNS
from tasks.pages.explanations.open_requests import lines
from tasks.pages.explanations.views import STATES, chosen_state, found_explanations
from tasks.pages.ledger.columns import ENTRY_COLUMNS, YEAR_COLUMNS
from tasks.pages.ledger.entries import read_ledger
from tasks.pages.ledger.portfolio_views import read_portfolio_money
from tasks.pages.ledger.views import chosen_entries, entries_of, task_names, with_task_names
from tasks.pages.ledger.year_money import MoneyTable, of_programme
from tasks.pages.schedule.columns import SCHEDULE_COLUMNS
from tasks.pages.schedule.views import asked_in


def _asked_day(request) -> date:
    """The day that the address names, today where it names none.

    A page with a day that cannot be read says so above the rows of today; in a file nobody would see it.
    """
    form = AsOfForm(request.GET)
    if not form.is_valid():
        raise BadRequest("The day cannot be read.")
    return form.day()


def _readable[F: Form](form: F) -> F:
    """A page says beside the field what it could not read; a file would hold more than was asked for."""
    if form.errors:
        raise BadRequest("The filter cannot be read.")
    return form


@require_safe
@login_required
def programme_tasks_export(request, code, extension):
    """The task table of a programme as the page shows it, ``?ngay=…&loc=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    as_of = _asked_day(request)
    (day,) = read_programmes([programme], as_of=as_of)
    filters = [day.name] if day.revision else [f"Ngày {say_day(as_of)} đề án chưa có hiệu lực"]
    if row_set.key != "tat-ca":
        filters.append(row_set.label)
    listing = Listing(
        f"Danh sách nhiệm vụ {programme.code}",
        TASK_COLUMNS,
        day.rows_of(row_set.key, is_for_a_file=True),
        as_of=as_of,
        filters=filters,
    )
    return download(request, listing, extension)


@require_safe
@login_required
def schedule_export(request, code, extension):
    """The schedule of a programme, all rows of it, ``?ngay=…&nhom=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    as_of, grouping = _asked_day(request), asked_in(request.GET).grouping
    [day] = read_tasks_of([programme], as_of=as_of)
    rows = with_steps(read_schedule(day, grouping=grouping).in_order, day)
    filters = [day.name] if day.revision else [f"Ngày {say_day(as_of)} đề án chưa có hiệu lực"]
    filters.append(f"Nhóm theo: {GROUPINGS[grouping].label.lower()}")
    listing = Listing(f"Tiến độ {programme.code}", SCHEDULE_COLUMNS, rows, as_of=as_of, filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def portfolio_export(request, extension):
    """The programmes that the person sees beside each other, ``?ngay=…``, as the first page has them; all of them."""
    listing = Listing("Các đề án", PROGRAMME_COLUMNS, _portfolio(request).lines, as_of=_asked_day(request))
    return download(request, listing, extension)


@require_safe
@login_required
def portfolio_trend_export(request, extension):
    """How far all of them were through two years, ``?ngay=…``."""
    listing = Listing("Diễn biến 24 tháng", TREND_COLUMNS, _portfolio(request).trend, as_of=_asked_day(request))
    return download(request, listing, extension)


def _portfolio(request) -> Portfolio:
    programmes = Programme.objects.visible_to(request.user).loaded()
    days = read_programmes(programmes, as_of=_asked_day(request), facets=FACETS_OF_CARDS)
    portfolio = read_portfolio(days, None, sorting=request.GET.get("xep", ""))
    if portfolio is None:
        raise Http404
    return portfolio


@require_safe
@login_required
def document_list_export(request, extension):
    """The list of documents as the page shows it, ``?tim=…&loai=…``."""
    form = _readable(DocumentSearchForm(request.GET))
    documents = found_documents(form, request.user)
    filters = [f"Tìm: {form.typed('tim')}"] if form.typed("tim") else []
    if form.typed("loai"):
        filters.append(f"Loại: {DocumentKind(form.typed('loai')).label}")
    listing = Listing("Danh sách văn bản", DOCUMENT_COLUMNS, Shared("issuer").read(documents), filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def cycle_export(request, code, extension):
    """The reports of a cycle that its page shows, ``?ky=…&tra-loi=…&co-quan=…``.

    With ``&loc=chua-nop`` those that nobody has handed in.
    """
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = known_today()
    cycle = chosen_cycle(cycles_of(programme), request.GET.get("ky", ""), today)
    if cycle is None:
        raise Http404
    reports, filters = expected_of(cycle, today=today), [f"{cycle}, hạn nộp {say_day(cycle.due_on)}"]
    if request.GET.get("loc") == NOT_HANDED_IN:
        reports = [report for report in reports if not report.is_handed_in]
        filters.append("Chưa nộp, kể cả bị trả lại")
    else:
        reports, chosen = chosen_reports(request.GET, reports, by_agency(reports) if "co-quan" in request.GET else [])
        filters += chosen
    listing = Listing(f"Kỳ báo cáo {programme.code}", REPORT_COLUMNS, reports, filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def ledger_export(request, code, extension):
    """The entries that the page of the ledger shows, ``?ngay=…&nam=…&loai=…&nguon=…&nhiem-vu=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    as_of = _asked_day(request)
    names = task_names(programme, as_of)
    form, entries = chosen_entries(request, as_of, names)
    listing = Listing(
        f"Bút toán kinh phí {programme.code}",
        ENTRY_COLUMNS,
        with_task_names(Shared("document", "corrects").read(entries), names),
        as_of=as_of,
        filters=form.chosen_words(),
    )
    return download(request, listing, extension)


@require_safe
@login_required
def ledger_years_export(request, code, extension):
    """What was planned and paid of each budget year and source, ``?ngay=…``, as the page of the ledger has it."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    as_of = _asked_day(request)
    ledger = read_ledger(entries_of(task_names(programme, as_of)), as_of=as_of)
    rows = MoneyTable(of_programme(ledger.cells)).rows
    title = f"Kinh phí theo năm, nguồn vốn {programme.code}"
    return download(request, Listing(title, YEAR_COLUMNS, rows, as_of=as_of), extension)


@require_safe
@login_required
def portfolio_money_export(request, extension):
    """The same of all programmes together that the person may see, ``?ngay=…``."""
    as_of = _asked_day(request)
    rows = read_portfolio_money(request.user, as_of=as_of).rows
    listing = Listing("Kinh phí các đề án theo năm, nguồn vốn", YEAR_COLUMNS, rows, as_of=as_of)
    return download(request, listing, extension)


@require_safe
@login_required
def explanation_list_export(request, extension):
    """The requests for an explanation that the page lists, ``?tinh-trang=…``."""
    chosen = chosen_state(request)
    rows = lines(found_explanations(chosen, request.user), request.user, today=known_today())
    listing = Listing("Yêu cầu giải trình", EXPLANATION_COLUMNS, rows, filters=[f"Tình trạng: {STATES[chosen][0]}"])
    return download(request, listing, extension)


@require_safe
@login_required
def dataset_list_export(request, extension):
    """The register of databases on a day, ``?ngay=…&danh-muc=…&co-quan=…&loc=…``."""
    as_of, row_set = _asked_day(request), chosen_rows(request)
    form, register = chosen_register(request, as_of)
    _readable(form)
    filters = form.chosen_words() + ([row_set.label] if row_set.attribute else [])
    listing = Listing("Cơ sở dữ liệu", DATASET_COLUMNS, register.rows_of(row_set), as_of=as_of, filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def directive_board_export(request, extension):
    """What meetings gave as the board shows it, ``?ngay=…&co-quan=…&tinh-trang=…`` and its other filters."""
    as_of = _asked_day(request)
    form, board, standing = chosen_board(request, as_of)
    _readable(form)
    rows = (Row(one, as_of) for one in Shared(*NAMED).read(board.rows(standing)))
    filters = form.chosen_words() + ([f"Tình trạng: {standing.label}"] if standing.key else [])
    return download(request, Listing("Chỉ đạo", DIRECTIVE_COLUMNS, rows, as_of=as_of, filters=filters), extension)


@require_safe
@login_required
@readers_alone
@present_alone
def access_list_export(request, extension):
    """The log of access under the page's filters; that it was taken out is a row of it."""
    form, rows = asked_access(request)
    _readable(form)
    listing = Listing(
        title="Nhật ký truy cập",
        columns=ACCESS_COLUMNS,
        rows=rows.iterator(chunk_size=2_000),
        filters=form.chosen_words(),
    )
    return download(request, listing, extension)


@require_safe
@login_required
def change_log_export(request, extension):
    """The changes that the page shows, all pages of them, with the filters that its address has."""
    catch_up_for_a_page()
    form = ChangesForm(request.GET, request.user)
    wanted = form.wanted()
    if wanted is None:
        raise BadRequest("The filter cannot be read.")
    filters = form.chosen_words()
    if wanted.record:
        filters.append(f"Lịch sử của: {name_of_record(request.user, wanted) or request.GET['ban-ghi']}")
    listing = Listing(
        "Nhật ký thay đổi", CHANGE_COLUMNS, file_rows(request.user, replace(wanted, before=None)), filters=filters
    )
    return download(request, listing, extension)
