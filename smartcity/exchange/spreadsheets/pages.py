"""The lists of the product's own pages as spreadsheets: the tasks of a programme on a day, the documents."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from programme.dates import say_day
from programme.models import DocumentKind, Programme
from smartcity.documents.forms import DocumentSearchForm
from smartcity.documents.views import found_documents
from smartcity.exchange.spreadsheets.changelists import ROWS_AT_ONCE
from smartcity.exchange.spreadsheets.columns import Column, Kind, Listing
from smartcity.exchange.spreadsheets.downloads import download
from smartcity.portfolio.figures import ROW_SETS, read_programmes
from smartcity.portfolio.forms import AsOfForm
from smartcity.portfolio.task_rows import TIMELINESS_LABELS

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


@require_safe
@login_required
def programme_tasks_export(request, code, extension):
    """The task table of a programme as the page shows it, ``?ngay=…&loc=…``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    as_of = AsOfForm(request.GET).day()
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
