"""The pages on which a file is brought in: where to, sent, checked, confirmed, and what became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST, require_safe

from programme.models import Programme, Revision, RevisionState, User
from smartcity.exchange.exports.downloads import TYPES, as_attachment, download, known_words
from smartcity.exchange.imports import operations
from smartcity.exchange.imports.blank import write_form
from smartcity.exchange.imports.deadline import for_seconds
from smartcity.exchange.imports.filled_reports import asked_without_draft, fill_form
from smartcity.exchange.imports.forms import UndoForm, UploadForm
from smartcity.exchange.imports.kinds import Importer
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind
from smartcity.exchange.imports.progress_updates import say_receiver
from smartcity.exchange.imports.undoing import may_undo, undo_file, what_stands_on
from smartcity.lib.forms.record_forms import place_refusal
from smartcity.lib.log.known.marks import current, known_today
from smartcity.lib.pages.columns import Column, Listing
from smartcity.lib.pages.known.present_alone import present_alone
from smartcity.lib.pages.lists import page_of
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import too_late
from smartcity.lib.records.signers import as_signed
from tasks.admin.task_filters import OWN, PROGRAMME, SCOPE
from tasks.models import ReportingCycle, Task

# As addresses say it.
SLUGS = {
    "noi-dung-nhiem-vu": ImportKind.PLANNED_TASKS,
    "kinh-phi": ImportKind.LEDGER,
    "bao-cao-tien-do": ImportKind.UPDATES,
}
SLUG_OF = {kind: slug for slug, kind in SLUGS.items()}
# For how long one request reads or checks before it shows how far it is.
SECONDS_OF_READING = 1
SECONDS_OF_CHECKING = 2
# Digits beyond which nothing is a key.
LONGEST_KEY = 12
# In which each request of the page brings the file on.
COMING_ON = {FileState.READING, FileState.CHECKING}
ERROR_COLUMNS = [
    Column("Dòng", lambda row: row[0]),
    Column("Cột", lambda row: row[1], width=28),
    Column("Giá trị", lambda row: row[2], width=40),
    Column("Vì sao không nhập được", lambda row: row[3], width=60),
]
TONES = {
    FileState.APPLIED: "good",
    FileState.REFUSED: "late",
    FileState.CHECKED: "wait",
    FileState.CANCELLED: "idle",
    FileState.UNDONE: "idle",
    FileState.READING: "run",
    FileState.CHECKING: "run",
    FileState.APPLYING: "run",
}


@require_safe
@login_required
def imported_file_start(request):
    """Where the person may bring rows in, and the files that were brought in last."""
    operations.cancel_interrupted()
    files = ImportedFile.objects.visible_to(request.user).light().select_related("programme", "uploaded_by", "revision")
    context = {"places": places_of(request.user), "files": as_signed(files.order_by("-uploaded_at", "-pk")[:20])}
    return render(request, "smartcity/imports/imported_file_start.html", context)


def places_of(user: User) -> list[tuple[str, str, str]]:
    """Title, what it is of, and address of each place that the person may bring rows into."""
    today = localdate()
    places = []
    coordinated = Programme.objects.coordinated_by(user, today)
    if user.has_perm("tasks.add_plannedtask"):
        drafts = Revision.objects.filter(state=RevisionState.DRAFT, programme__in=coordinated.values("pk"))
        for draft in drafts.select_related("programme").order_by("programme__code", "number"):
            places.append(("Nội dung nhiệm vụ", f"dự thảo {draft.title}, {draft.programme.code}", address(draft)))
    if user.has_perm("tasks.add_budgetentry"):
        for programme in coordinated.order_by("code"):
            places.append(("Kinh phí thực tế", programme.code, upload_address(ImportKind.LEDGER, programme)))
    if user.has_perm("tasks.add_progressupdate"):
        own = Task.objects.reportable_by(user, today)
        for programme in Programme.objects.filter(tasks__in=own.values("pk")).distinct().order_by("code"):
            places.append(("Báo cáo tiến độ", programme.code, upload_address(ImportKind.UPDATES, programme)))
    return places


def address(draft: Revision) -> str:
    return upload_address(ImportKind.PLANNED_TASKS, draft.programme, draft.number)


def upload_address(kind: ImportKind, programme: Programme, number: int | None = None) -> str:
    place = [SLUG_OF[kind], programme.code, *([number] if number else [])]
    return reverse("imported_file_upload", args=place)


def find_importer(user: User, slug: str, code: str, number: int | None) -> Importer:
    """What reads such rows for that place; raises ``Http404`` or ``PermissionDenied``."""
    kind = SLUGS.get(slug)
    if kind is None or (kind == ImportKind.PLANNED_TASKS) != (number is not None):
        raise Http404
    programme = get_object_or_404(Programme.objects.visible_to(user).select_related("province"), code=code)
    revision = None
    if number is not None:
        revision = get_object_or_404(programme.revisions.select_related("programme__province"), number=number)
    importer = operations.IMPORTERS[kind](programme, revision, by=user, today=localdate())
    if not user.has_perm(importer.permission):
        raise PermissionDenied
    try:
        importer.refuse_unless_allowed()
    except ValidationError:
        raise PermissionDenied from None
    return importer


@login_required
def imported_file_upload(request, slug, code, number=None):
    """Send a file to be checked."""
    importer = find_importer(request.user, slug, code, number)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            file = operations.receive_file(
                sent["file"].read(),
                name=sent["file"].name,
                importer=importer,
                repeated=sent["repeated"],
                again=sent["again"],
                by=request.user,
                at=now(),
                goes_on=for_seconds(SECONDS_OF_READING),
            )
            return redirect(file)
        except ValidationError as refusal:
            # All of it is about the file, except for the question whether it is meant a second time.
            again = getattr(refusal, "code", "") == "again"
            sent["file"].is_sound = again
            place_refusal(form, ValidationError({"again" if again else "file": refusal.messages}))
    programme, revision = importer.programme, importer.revision
    is_of_reports = SLUGS[slug] == ImportKind.UPDATES
    return record_page(
        request,
        form,
        title=f"Nhập {SLUGS[slug].label.lower()} từ tệp",
        button="Tải lên và kiểm tra",
        crumbs=[
            (programme.code, programme.get_absolute_url()),
            *([(revision.title, revision.get_absolute_url())] if revision else []),
            ("Nhập từ tệp", reverse("imported_file_start")),
        ],
        template="smartcity/imports/imported_file_upload.html",
        about="Chưa có gì được ghi khi tải lên: hệ thống kiểm tra từng dòng, bạn xem lại rồi mới xác nhận.",
        undone="Chưa tải lên được",
        blank=reverse("imported_file_blank", args=[slug, code, *([number] if number else [])]),
        filled=reverse("imported_file_filled", args=[code]) if is_of_reports else "",
        tasks_at=reverse("admin:tasks_task_changelist", query={PROGRAMME: code, SCOPE: OWN}) if is_of_reports else "",
        columns=importer.asked_columns,
    )


@require_safe
@login_required
def imported_file_blank(request, slug, code, number=None):
    """The form to fill in."""
    importer = find_importer(request.user, slug, code, number)
    title = f"Biểu mẫu nhập {SLUGS[slug].label.lower()} {code}"
    form = write_form(importer.asked_columns, title=title, above=request.user.simulated_note)
    response = FileResponse(form, content_type=TYPES["xlsx"])
    return as_attachment(response, f"{title}.xlsx")


@require_safe
@login_required
def imported_file_filled(request, code):
    """The form of reports filled with what is asked of the person: of one cycle, where the address names it, or all."""
    importer = find_importer(request.user, SLUG_OF[ImportKind.UPDATES], code, None)
    key, cycle = request.GET.get("ky", ""), None
    if key:
        cycles = ReportingCycle.objects.filter(duty__programme=importer.programme).select_related("duty")
        cycle = get_object_or_404(cycles, pk=key) if key.isdecimal() and len(key) < LONGEST_KEY else None
        if cycle is None:
            raise Http404
    today = known_today()
    asked, begun = asked_without_draft(request.user, importer.programme, today=today, cycle=cycle)
    if not asked:
        where = "Các báo cáo đã viết dở hoặc bị trả lại thì viết tiếp ở «Việc của tôi»." if begun else ""
        messages.info(request, f"Không còn báo cáo nào phải nộp để điền vào biểu mẫu. {where}".strip())
        return redirect(upload_address(ImportKind.UPDATES, importer.programme))
    filled = fill_form(importer.asked_columns, asked, begun=begun, programme=importer.programme, today=today)
    title = f"Báo cáo phải nộp {code} {today:%d-%m-%Y}"
    form = write_form(importer.asked_columns, title=title, filled=filled, above=request.user.simulated_note)
    response = FileResponse(form, content_type=TYPES["xlsx"])
    return as_attachment(response, f"{title}{known_words()}.xlsx")


@require_safe
@login_required
def imported_file_detail(request, pk):
    """A file as far as it has come. While it is checked, each request checks on and the page follows by itself."""
    operations.cancel_interrupted()
    file = get_object_or_404(visible_files(request.user), pk=pk)
    own = file.uploaded_by_id == request.user.pk
    # At an earlier moment it stays as far as it was then.
    goes_on = current.get() is None
    if goes_on and file.state in COMING_ON and own:
        seconds = SECONDS_OF_READING if file.state == FileState.READING else SECONDS_OF_CHECKING
        operations.check_next_rows(file, today=localdate(), goes_on=for_seconds(seconds))
        file = visible_files(request.user).get(pk=pk)
    shown = [one for one in file.findings if one["errors"]] if file.state == FileState.REFUSED else file.findings
    [file] = as_signed([file])
    context = {
        "file": file,
        "own": own,
        "goes_on": goes_on,
        "tone": TONES[file.state],
        "page": page_of(request, shown or file.findings),
        "new": sum(not (one["errors"] or one["skipped"] or one.get("adds_to")) for one in file.findings),
        "skipped": sum(
            bool(one["skipped"]) and not (one.get("aside") or one.get("untouched")) for one in file.findings
        ),
        "untouched": sum(bool(one.get("untouched")) for one in file.findings),
        "aside": sum(bool(one.get("aside")) for one in file.findings),
        "wrong": sum(bool(one["errors"]) for one in file.findings),
        "doubtful": sum(bool(one["notes"]) for one in file.findings),
        "noun": operations.IMPORTERS[file.kind].noun,
        # What is confirmed leaves the house at once.
        "receiver": say_receiver(file.programme, file.uploaded_by, known_today())
        if file.kind == ImportKind.UPDATES and file.state == FileState.CHECKED
        else "",
        "may_undo": may_undo(file, request.user, localdate()),
        "again": upload_address(ImportKind(file.kind), file.programme, file.revision and file.revision.number),
    }
    response = render(request, "smartcity/imports/imported_file_detail.html", context)
    if goes_on and ((file.state in COMING_ON and own) or file.state == FileState.APPLYING):
        response["Refresh"] = "1"
    return response


def visible_files(user: User):
    files = ImportedFile.objects.visible_to(user).defer("content", "rows")
    return files.select_related("programme__province", "revision__programme__province", "uploaded_by")


@require_POST
@login_required
def imported_file_apply(request, pk):
    """Write the rows of a checked file."""
    file = get_object_or_404(visible_files(request.user), pk=pk)
    try:
        file = operations.apply_file(file, by=request.user, today=localdate())
        noun = operations.IMPORTERS[file.kind].noun
        messages.success(request, f"Đã nhập {file.written_count} {noun} từ tệp “{file.name}”.")
    except ValidationError as refusal:
        if file.state != FileState.REFUSED:
            # It was good when its page was opened: somebody, or the same person, was quicker.
            return too_late(
                request, reverse("imported_file_detail", args=[pk]), refusal.messages, title="Chưa nhập tệp"
            )
        for sentence in refusal.messages:
            messages.error(request, sentence)
    return redirect("imported_file_detail", pk)


@require_POST
@login_required
def imported_file_cancel(request, pk):
    """Give the file up."""
    file = get_object_or_404(visible_files(request.user), pk=pk)
    try:
        operations.cancel_file(file, by=request.user)
        messages.success(request, "Đã hủy. Không dòng nào được nhập.")
    except ValidationError as refusal:
        return too_late(request, reverse("imported_file_detail", args=[pk]), refusal.messages, title="Chưa hủy tệp")
    return redirect("imported_file_detail", pk)


WHAT_UNDOING_DOES = {
    ImportKind.UPDATES: "Mọi báo cáo của tệp được thu hồi, trở lại thành bản nháp của đơn vị.",
    ImportKind.LEDGER: "Mỗi bút toán của tệp có thêm một bút toán ngược dấu, cùng ngày. Không bút toán nào bị xóa.",
    ImportKind.PLANNED_TASKS: "Mọi nhiệm vụ của tệp được đưa ra khỏi dự thảo; lịch sử vẫn giữ từng nhiệm vụ.",
}


@login_required
def imported_file_undo(request, pk):
    """Ask why, then undo all that a file wrote; where something stands on it, say what."""
    file = get_object_or_404(visible_files(request.user), pk=pk)
    today, page = localdate(), reverse("imported_file_detail", args=[pk])
    form = UndoForm(request.POST or None)
    if file.state == FileState.APPLIED and not may_undo(file, request.user, today):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            undo_file(file, by=request.user, today=today, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            return too_late(request, page, refusal.messages, form, title="Chưa hoàn tác")
        messages.success(request, f"Đã hoàn tác lần nhập tệp “{file.name}”.")
        return redirect(page)
    if request.method != "POST" and file.state != FileState.APPLIED:
        return too_late(request, page, [f"Tệp này {file.get_state_display().lower()}."], title="Chưa hoàn tác")
    standing = what_stands_on(file) if file.state == FileState.APPLIED else []
    noun = operations.IMPORTERS[file.kind].noun
    return record_page(
        request,
        form,
        title=f"Hoàn tác lần nhập {file.written_count} {noun}",
        button="" if standing else "Hoàn tác lần nhập",
        crumbs=[
            (file.programme.code, file.programme.get_absolute_url()),
            ("Nhập từ tệp", reverse("imported_file_start")),
            (file.name, page),
        ],
        about=WHAT_UNDOING_DOES[ImportKind(file.kind)],
        undone="Chưa hoàn tác",
        refusal=" ".join(standing),
    )


@require_safe
@login_required
@present_alone
def imported_file_errors(request, pk, extension):
    """The rows that cannot be taken: row, column, value and reason."""
    file = get_object_or_404(visible_files(request.user), pk=pk)
    rows = ([one["row"], *error] for one in file.findings for error in one["errors"])
    return download(request, Listing(f"Lỗi của tệp {file.name.rpartition('.')[0]}", ERROR_COLUMNS, rows), extension)


@require_safe
@login_required
def imported_file_content(request, pk):
    """The file as it was sent."""
    file = get_object_or_404(ImportedFile.objects.visible_to(request.user).defer("rows", "findings"), pk=pk)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    return as_attachment(response, file.name)
