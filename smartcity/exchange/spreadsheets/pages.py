"""The lists of the product's own pages as spreadsheets, each with the rows that its page shows under its filters."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from meetings.models import AssignmentState
from meetings.pages.directives.figures import Row
from meetings.pages.directives.views import chosen_board
from programme.models import DocumentKind, Programme
from smartcity.documents.forms import DocumentSearchForm
from smartcity.documents.views import found_documents
from smartcity.exchange.spreadsheets.changelists import ROWS_AT_ONCE
from smartcity.exchange.spreadsheets.downloads import download
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.columns import Column, Kind, Listing
from smartcity.lib.pages.day import AsOfForm
from tasks.expected import expected_of
from tasks.figures.programme_day import ROW_SETS, read_programmes
from tasks.pages.cycles.views import NO_LEAD, NOT_HANDED_IN, chosen_cycle, cycles_of
from tasks.pages.datasets.register import DatasetOnDay
from tasks.pages.datasets.views import chosen_register, chosen_rows
from tasks.pages.explanations.open_requests import lines
from tasks.pages.explanations.views import STATES, chosen_state, found_explanations
from tasks.pages.ledger.views import chosen_entries, task_names
from tasks.timeliness import TIMELINESS_LABELS

TASK_COLUMNS = [
    Column("STT", lambda row: row.plan.position, Kind.NUMBER),
    Column("Mã nhiệm vụ", lambda row: row.plan.task.code, width=14),
    Column("Nhiệm vụ", lambda row: row.plan.name, width=60),
    Column("Chủ trì", lambda row: row.lead.name if row.lead else "", width=36),
    Column("Chủ trì là giả định", lambda row: row.lead_is_assumed),
    Column("Giai đoạn", lambda row: str(row.plan.period or ""), width=18),
    Column("Hạn", lambda row: row.plan.due, Kind.DAY),
    Column("Hạn lấy theo giai đoạn", lambda row: row.plan.due_is_of_the_period),
    Column("Trạng thái", lambda row: row.status_label, width=22),
    Column("Thời hạn", lambda row: TIMELINESS_LABELS[row.timeliness], width=28),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER),
    Column("Tiến độ", lambda row: row.update and row.update.percent, Kind.PERCENT),
    Column("Số liệu báo cáo đến ngày", lambda row: row.update and row.update.as_of, Kind.DAY),
    Column("Nguồn", lambda row: str(row.update.document or "") if row.update else "", width=36),
]
DOCUMENT_COLUMNS = [
    Column("Số, ký hiệu", lambda document: str(document.code), width=20),
    Column("Loại", lambda document: document.get_kind_display(), width=18),
    Column("Ngày ban hành", lambda document: document.signed_on, Kind.DAY),
    Column("Ngày có hiệu lực", lambda document: document.effective_on, Kind.DAY),
    Column("Cơ quan ban hành", lambda document: str(document.issuer or document.publisher), width=36),
    Column("Trích yếu", lambda document: document.subject, width=60),
    Column("Người ký", lambda document: document.signer, width=24),
]

EXPECTED_COLUMNS = [
    Column("STT", lambda one: one.task.plan_position, Kind.NUMBER),
    Column("Mã nhiệm vụ", lambda one: one.task.code, width=14),
    Column("Nhiệm vụ", lambda one: one.task.plan_name, width=60),
    Column("Cơ quan", lambda one: one.task.lead_name or NO_LEAD, width=36),
    Column("Hạn nộp", lambda one: one.cycle.due_on, Kind.DAY),
    Column("Tình trạng", lambda one: one.answer.label, width=14),
    Column("Ngày nộp", lambda one: one.update.reported_on if one.is_handed_in else None, Kind.DAY),
]
EXPLANATION_COLUMNS = [
    Column("Ngày hỏi", lambda line: line.explanation.asked_on, Kind.DAY),
    Column("Người hỏi", lambda line: str(line.explanation.asked_by), width=24),
    Column("Nội dung yêu cầu", lambda line: line.explanation.question, width=60),
    Column("Đề án", lambda line: line.explanation.programme.code, width=16),
    Column("Nhiệm vụ", lambda line: line.explanation.task_name or "", width=36),
    Column("Nội dung trang nêu lúc hỏi", lambda line: line.explanation.shown, width=36),
    Column("Số liệu đến ngày", lambda line: line.explanation.as_of, Kind.DAY),
    Column("Cơ quan giải trình", lambda line: line.explanation.agency.label, width=36),
    Column("Hạn trả lời", lambda line: line.explanation.due_on, Kind.DAY),
    Column("Tình trạng", lambda line: line.label, width=18),
    Column("Kết luận", lambda line: line.explanation.verdict, width=60),
]
DATASET_COLUMNS = [
    Column("Cơ sở dữ liệu", lambda row: row.dataset.name, width=48),
    Column("Cơ quan", lambda row: row.dataset.agency.label, width=36),
    Column("Cơ quan hiện nay", lambda row: row.beside, width=36),
    Column("Danh mục", lambda row: row.dataset.get_listed_as_display(), width=18),
    Column("Chu kỳ cập nhật", lambda row: row.dataset.get_cadence_display(), width=18),
    Column("Xây dựng", lambda row: _seen(row, "Đã xây dựng" if row.is_built else "Chưa xây dựng"), width=18),
    Column("Cập nhật gần nhất", lambda row: row.latest and row.latest.last_updated_on, Kind.DAY),
    Column("Hạn cập nhật kế tiếp", lambda row: row.due_on, Kind.DAY),
    Column("Chậm cập nhật", lambda row: row.is_outdated),
    Column("Chia sẻ về IOC", lambda row: _seen(row, row.latest and row.latest.get_sharing_display()), width=18),
    Column("Ghi nhận", lambda row: row.latest and row.latest.as_of, Kind.DAY),
]
DIRECTIVE_COLUMNS = [
    Column("Ngày họp", lambda row: row.assignment.directive.conclusion.meeting.held_on, Kind.DAY),
    Column("Mục", lambda row: row.assignment.directive.label, width=8),
    Column("Nội dung giao", lambda row: row.assignment.directive.text, width=60),
    Column("Cơ quan", lambda row: row.assignment.agency.name, width=36),
    Column("Vai trò", lambda row: row.assignment.get_role_display(), width=14),
    Column("Loại hạn", lambda row: row.assignment.directive.get_due_kind_display(), width=24),
    Column("Thời hạn trong thông báo", lambda row: row.due_said, width=36),
    Column("Hạn đầu", lambda row: row.first_due_on, Kind.DAY),
    Column("Hạn hiện nay", lambda row: row.due_on, Kind.DAY),
    Column("Số lần gia hạn", lambda row: row.extensions, Kind.NUMBER),
    Column("Tình trạng", lambda row: row.label, width=28),
    Column("Số ngày chậm", lambda row: row.days_late or None, Kind.NUMBER),
    Column("Trả lời", lambda row: row.state_label or AssignmentState.CONFIRMED.label, width=24),
    Column("Hoàn thành ngày", lambda row: row.done_on, Kind.DAY),
]


def _seen(row: DatasetOnDay, words: str | None) -> str:
    """What was seen of a database: of one that nobody spoke of, that it is not known."""
    return "chưa có thông tin" if row.is_unknown else words or ""


def ledger_columns(names: dict[int, str]) -> list[Column]:
    """The columns of entries; ``names`` are those of their tasks."""
    return [
        Column("Ngày", lambda entry: entry.decided_on, Kind.DAY),
        Column("Nhiệm vụ", lambda entry: names[entry.task_id], width=60),
        Column("Loại", lambda entry: entry.get_kind_display(), width=24),
        Column("Năm ngân sách", lambda entry: entry.year, Kind.NUMBER),
        Column("Nguồn vốn", lambda entry: entry.get_source_display(), width=24),
        Column("Số tiền", lambda entry: entry.amount_vnd, Kind.MONEY),
        Column("Chứng từ", lambda entry: str(entry.document or ""), width=36),
        Column("Nội dung", lambda entry: entry.note, width=48),
        Column("Đính chính cho bút toán ngày", lambda entry: entry.corrects and entry.corrects.decided_on, Kind.DAY),
        Column("Đã đính chính ngày", lambda entry: entry.corrected_on, Kind.DAY),
    ]


def _asked_day(request) -> date:
    """The day that the address names, today where it names none.

    A page with a day that cannot be read says so above the rows of today; in a file nobody would see it.
    """
    form = AsOfForm(request.GET)
    if not form.is_valid():
        raise BadRequest("The day cannot be read.")
    return form.day()


@require_safe
@login_required
def programme_tasks_export(request, code, extension):
    """The task table of a programme as the page shows it, ``?ngay=…&loc=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    as_of = _asked_day(request)
    (day,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=as_of)
    filters = [day.name] if day.revision else [f"Ngày {say_day(as_of)} đề án chưa có hiệu lực"]
    if row_set.key != "tat-ca":
        filters.append(row_set.label)
    listing = Listing(
        f"Danh sách nhiệm vụ {programme.code}", TASK_COLUMNS, day.rows_of(row_set.key), as_of=as_of, filters=filters
    )
    return download(request, listing, extension)


@require_safe
@login_required
def document_list_export(request, extension):
    """The list of documents as the page shows it, ``?tim=…&loai=…``."""
    form = DocumentSearchForm(request.GET)
    documents = found_documents(form, request.user)
    filters = [f"Tìm: {form.typed('tim')}"] if form.typed("tim") else []
    if form.typed("loai"):
        filters.append(f"Loại: {DocumentKind(form.typed('loai')).label}")
    listing = Listing(
        "Danh sách văn bản", DOCUMENT_COLUMNS, documents.iterator(chunk_size=ROWS_AT_ONCE), filters=filters
    )
    return download(request, listing, extension)


@require_safe
@login_required
def cycle_export(request, code, extension):
    """The reports that a cycle expects, ``?ky=…``; with ``&loc=chua-nop`` those that nobody has handed in."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = localdate()
    cycle = chosen_cycle(cycles_of(programme), request.GET.get("ky", ""), today)
    if cycle is None:
        raise Http404
    reports, filters = expected_of(cycle, today=today), [f"{cycle}, hạn nộp {say_day(cycle.due_on)}"]
    if request.GET.get("loc") == NOT_HANDED_IN:
        reports = [one for one in reports if not one.is_handed_in]
        filters.append("Chưa nộp, kể cả bị trả lại")
    listing = Listing(f"Kỳ báo cáo {programme.code}", EXPECTED_COLUMNS, reports, filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def ledger_export(request, code, extension):
    """The entries that the page of the ledger shows, ``?ngay=…&nam=…&loai=…&nguon=…&nhiem-vu=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    as_of = _asked_day(request)
    names = task_names(programme, as_of)
    form, entries = chosen_entries(request, programme, as_of, names)
    listing = Listing(
        f"Bút toán kinh phí {programme.code}",
        ledger_columns(names),
        entries.iterator(chunk_size=ROWS_AT_ONCE),
        as_of=as_of,
        filters=form.chosen_words(),
    )
    return download(request, listing, extension)


@require_safe
@login_required
def explanation_list_export(request, extension):
    """The requests for an explanation that the page lists, ``?tinh-trang=…``."""
    chosen = chosen_state(request)
    rows = lines(found_explanations(chosen, request.user), request.user, today=localdate())
    listing = Listing("Yêu cầu giải trình", EXPLANATION_COLUMNS, rows, filters=[f"Tình trạng: {STATES[chosen][0]}"])
    return download(request, listing, extension)


@require_safe
@login_required
def dataset_list_export(request, extension):
    """The register of databases on a day, ``?ngay=…&danh-muc=…&co-quan=…&loc=…``."""
    as_of, row_set = _asked_day(request), chosen_rows(request)
    form, register = chosen_register(request, as_of)
    filters = form.chosen_words() + ([row_set.label] if row_set.attribute else [])
    listing = Listing("Cơ sở dữ liệu", DATASET_COLUMNS, register.rows_of(row_set), as_of=as_of, filters=filters)
    return download(request, listing, extension)


@require_safe
@login_required
def directive_board_export(request, extension):
    """What meetings gave as the board shows it, ``?ngay=…&co-quan=…&tinh-trang=…`` and its other filters."""
    as_of = _asked_day(request)
    form, board, standing = chosen_board(request, as_of)
    if form.errors:
        raise BadRequest("The words to look for are too many.")
    rows = (Row(one, as_of) for one in board.rows(standing).iterator(chunk_size=ROWS_AT_ONCE))
    filters = form.chosen_words() + ([f"Tình trạng: {standing.label}"] if standing.key else [])
    return download(request, Listing("Chỉ đạo", DIRECTIVE_COLUMNS, rows, as_of=as_of, filters=filters), extension)
