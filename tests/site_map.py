"""Every address of the site that answers GET, each with one record and the role that opens it most.

What is listed grows from the address patterns and from the admin's registry: a page without an entry is named by
``forgotten()``. For tests, for pictures of pages, for measuring.

    python -m tests.site_map            prints «role path» of each page of a loaded database
    python -m tests.site_map --fill     first adds to the demonstration one of what it has none of
    python -m tests.site_map --names    prints behind each page the name of its pattern
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")
    django.setup()

from django.contrib import admin
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver, reverse

from meetings.models import Answer, Assignment, Conclusion, Directive, Extension, Finding, FindingState, Meeting
from programme.models import Agency, LegalDocument, Revision, StatedFigure, StoredFile, User
from smartcity.audit.changes.catching_up import catch_up
from smartcity.audit.changes.models import OF_NONE, LoggedChange
from smartcity.exchange.imports.models import FileState, ImportedFile
from tasks.models import Dataset, Explanation, ProgressUpdate, RouteStep, Task, UpdateState
from tests import one_of_each

PROVINCE, CODE, OLDER_DRAFT = "ba-ria-vung-tau", "BRVT-DTTM", one_of_each.MOVED_ON
NOBODY = ""


@dataclass(frozen=True)
class Entry:
    """One address: by the name of its pattern, opened as ``role`` (an account of the demonstration; empty: nobody)."""

    name: str
    role: str
    path: str
    is_page: bool = True


@dataclass(frozen=True)
class Shown:
    """Who opens the pages of a pattern most, and with what in the address."""

    role: str
    args: Callable[[], list] = list
    query: dict[str, str] | None = None


def first_act() -> list:
    """The first that anybody did, which loaded what everybody reads."""
    catch_up()
    return [LoggedChange.objects.filter(province=OF_NONE, is_simulated=False).order_by("place")[0].place]


def of(records, **chosen) -> Callable[[], list]:
    """The key of one record, chosen when it is asked for."""
    return lambda: [records.filter(**chosen).order_by("pk").values_list("pk", flat=True)[0]]


def said(*args) -> Callable[[], list]:
    return lambda: list(args)


def draft(**task) -> Callable[[], list]:
    """The open draft of the programme; with ``task``, one that it plans too."""

    def found():
        revision = Revision.objects.get(programme__code=CODE, state="draft")
        planned = revision.planned_tasks.filter(**task).order_by("position")
        return [CODE, revision.number, *(planned.values_list("task", flat=True)[:1] if task else [])]

    return found


def stated() -> list:
    return [CODE, StatedFigure.objects.filter(programme__code=CODE).order_by("pk")[0].pk]


def version() -> list:
    return [Meeting.objects.filter(version=1, versions__isnull=False).order_by("pk")[0].pk, 1]


def linked() -> list:
    [directive] = Directive.objects.filter(links__isnull=False).order_by("pk")[:1]
    return [directive.pk, directive.links.first().pk]


def closed_step() -> list:
    [step] = RouteStep.objects.filter(done_on__isnull=False).order_by("pk")[:1]
    return [step.task_id, step.pk]


TASK = of(Task.objects, programme__code=CODE, code="NV-10")
OPEN_MEETING = of(Meeting.objects, title=one_of_each.PLANNED)
OPEN_CONCLUSION = of(Conclusion.objects, meeting__title=one_of_each.PLANNED)
OPEN_DIRECTIVE = of(Directive.objects, conclusion__meeting__title=one_of_each.PLANNED)
GIVEN = of(Directive.objects, conclusion__meeting__title=one_of_each.HELD, withdrawn_on=None)
OWN_PART = of(
    Assignment.objects,
    directive__conclusion__meeting__title=one_of_each.HELD,
    agency__short_name="Công an tỉnh",
    state="open",
)
FILE = of(ImportedFile.objects, programme__code=CODE, state=FileState.CHECKED)

# The project's own pages, by the name of their pattern.
PAGES = {
    "home": Shown("lanh-dao"),
    "programme_detail": Shown("lanh-dao", said(CODE)),
    "portfolio_money": Shown("lanh-dao"),
    "change_log": Shown("kiem-toan"),
    "change_act": Shown("kiem-toan", first_act),
    "change_list": Shown("lanh-dao", query={"so-voi": "01/01/2023"}),
    "learned_list": Shown("kiem-toan", query={"biet-truoc": "01/01/2023", "ngay": "16/06/2023"}),
    "revision_compare": Shown("lanh-dao", said(CODE)),
    "revision_begin": Shown("dau-moi", said(CODE)),
    "revision_first": Shown("dau-moi", said(one_of_each.NEW)),
    "revision_detail": Shown("dau-moi", draft()),
    "revision_edit": Shown("dau-moi", draft()),
    "revision_periods": Shown("dau-moi", draft()),
    "revision_objectives": Shown("dau-moi", draft()),
    "revision_carry_over": Shown("dau-moi", draft()),
    "revision_step": Shown("dau-moi", draft()),
    "revision_rebase": Shown("dau-moi", said(OLDER_DRAFT, 3)),
    "planned_task_add": Shown("dau-moi", draft()),
    "planned_task_merge": Shown("dau-moi", draft()),
    "planned_task_edit": Shown("dau-moi", draft(position__gt=0)),
    "planned_task_split": Shown("dau-moi", draft(position__gt=0)),
    "planned_task_remove": Shown("dau-moi", draft(position__gt=0)),
    "stated_figures": Shown("lanh-dao", said(CODE)),
    "stated_figure_note": Shown("dau-moi", stated),
    "cycle_detail": Shown("dau-moi", said(CODE)),
    "programme_ledger": Shown("lanh-dao", said(CODE)),
    "programme_schedule": Shown("lanh-dao", said(CODE)),
    "portfolio_schedule": Shown("lanh-dao"),
    "document_list": Shown("van-phong"),
    "document_detail": Shown("van-phong", of(LegalDocument.objects, province__code=PROVINCE)),
    "document_issue": Shown("van-phong", of(LegalDocument.objects, province__code=PROVINCE, number=None, kind="plan")),
    "meeting_list": Shown("van-phong"),
    "meeting_add": Shown("van-phong"),
    "meeting_detail": Shown("van-phong", OPEN_MEETING),
    "meeting_remove": Shown("van-phong", OPEN_MEETING),
    "meeting_change": Shown("van-phong", OPEN_MEETING),
    "meeting_notice": Shown("van-phong", of(Meeting.objects, province__code=PROVINCE, version=1)),
    "meeting_conclude": Shown("van-phong", OPEN_MEETING),
    "meeting_version": Shown("van-phong", version),
    "conclusion_add": Shown("van-phong", OPEN_MEETING),
    "conclusion_change": Shown("van-phong", OPEN_CONCLUSION),
    "conclusion_move": Shown("van-phong", OPEN_CONCLUSION),
    "conclusion_remove": Shown("van-phong", OPEN_CONCLUSION),
    "directive_add": Shown("van-phong", OPEN_CONCLUSION),
    "directive_change": Shown("van-phong", OPEN_DIRECTIVE),
    "directive_move": Shown("van-phong", OPEN_DIRECTIVE),
    "directive_remove": Shown("van-phong", OPEN_DIRECTIVE),
    "directive_withdraw": Shown("van-phong", GIVEN),
    "directive_resume": Shown("van-phong", of(Directive.objects, withdrawn_on__isnull=False)),
    "directive_resolve": Shown("van-phong", of(Directive.objects, text=one_of_each.WAITS_FOR_ITS_DAY)),
    "explanation_list": Shown("lanh-dao"),
    "explanation_detail": Shown("lanh-dao", of(Explanation.objects, task__code="NV-10")),
    "explanation_answer": Shown("chuyen-vien", of(Explanation.objects, task__code="NV-10")),
    "explanation_ask_again": Shown("lanh-dao", of(Explanation.objects, task__code="NV-10")),
    "explanation_close": Shown("lanh-dao", of(Explanation.objects, task__code="NV-10")),
    "urging_send": Shown("dau-moi"),
    "explanation_ask": Shown("lanh-dao", said(CODE), {"so-lieu": "overdue"}),
    "task_explanation_ask": Shown("lanh-dao", of(Task.objects, programme__code=CODE, code="NV-05")),
    "dataset_list": Shown("lanh-dao"),
    "dataset_detail": Shown("dau-moi", of(Dataset.objects, province__code=PROVINCE)),
    "directive_board": Shown("lanh-dao"),
    "directive_urging": Shown("van-phong"),
    "directive_matrix": Shown("lanh-dao"),
    "directive_league": Shown("lanh-dao"),
    "directive_detail": Shown("lanh-dao", GIVEN),
    "assignment_detail": Shown("chuyen-vien", OWN_PART),
    "assignment_answer": Shown("chuyen-vien", OWN_PART),
    "assignment_period": Shown(
        "chuyen-vien", of(Assignment.objects, directive__text=one_of_each.EACH_MONTH, agency__short_name="Công an tỉnh")
    ),
    "assignment_progress": Shown("chuyen-vien", OWN_PART),
    "extension_request": Shown("chuyen-vien", OWN_PART),
    "assignment_reopen": Shown("van-phong", of(Assignment.objects, state="confirmed")),
    "answer_confirm": Shown("van-phong", of(Answer.objects, assignment__state="answered")),
    "answer_return": Shown("van-phong", of(Answer.objects, assignment__state="answered")),
    "extension_decide": Shown("van-phong", of(Extension.objects, state="waiting")),
    "calendar_page": Shown("chuyen-vien"),
    "finding_list": Shown("kiem-toan"),
    "finding_add": Shown("van-phong"),
    "evidence_page": Shown("kiem-toan", query={"de-an": CODE}),
    "finding_detail": Shown("kiem-toan", of(Finding.objects, province__code=PROVINCE)),
    "finding_change": Shown("van-phong", of(Finding.objects, province__code=PROVINCE)),
    "finding_answer": Shown("chuyen-vien", of(Finding.objects, agency__short_name="Công an tỉnh")),
    "finding_close": Shown("van-phong", of(Finding.objects, state=FindingState.ANSWERED)),
    "finding_reopen": Shown("van-phong", of(Finding.objects, state=FindingState.ANSWERED)),
    "directive_document_add": Shown("dau-moi", GIVEN),
    "directive_revision_add": Shown("dau-moi", GIVEN),
    "directive_task_add": Shown("dau-moi", GIVEN),
    "directive_link_remove": Shown("dau-moi", linked),
    "directive_link_add": Shown("dau-moi", lambda: [*GIVEN(), "nhiem-vu"]),
    "task_detail": Shown("chuyen-vien", TASK),
    "route_steps": Shown("chuyen-vien", TASK),
    "route_step_add": Shown("chuyen-vien", TASK),
    "route_step_reopen": Shown("chuyen-vien", closed_step),
    "agency_detail": Shown("lanh-dao", of(Agency.objects, province__code=PROVINCE, short_name="Công an tỉnh")),
    "agency_transfer": Shown("quan-tri", of(Agency.objects, province__code=PROVINCE, short_name="Sở TT&TT")),
    "search": Shown("chuyen-vien", query={"q": "dữ liệu"}),
    "sign_in": Shown(NOBODY),
    "access_list": Shown("kiem-toan"),
    "who_may_do_what": Shown("chuyen-vien"),
    "guide_contents": Shown("chuyen-vien"),
    "guide_page": Shown("chuyen-vien", said("chuyen-vien")),
    "imported_file_start": Shown("dau-moi"),
    "imported_file_detail": Shown("dau-moi", FILE),
    "imported_file_undo": Shown("dau-moi", of(ImportedFile.objects, programme__code=CODE, state=FileState.APPLIED)),
    "imported_file_upload": Shown("dau-moi", lambda: ["noi-dung-nhiem-vu", *draft()()]),
    "admin:index": Shown("dau-moi"),
    "admin:password_change": Shown("chuyen-vien"),
    "admin:password_change_done": Shown("chuyen-vien"),
    "admin:tasks_progressupdate_accept_many": Shown("dau-moi"),
    "admin:tasks_progressupdate_check": Shown(
        "chuyen-vien", of(ProgressUpdate.objects, state=UpdateState.DRAFT, author__username="chuyen-vien")
    ),
    "admin:tasks_progressupdate_withdraw": Shown(
        "chuyen-vien", of(ProgressUpdate.objects, state=UpdateState.SUBMITTED, task__code="NV-10")
    ),
    "admin:tasks_progressupdate_review": Shown(
        "dau-moi", of(ProgressUpdate.objects, state=UpdateState.SUBMITTED, task__programme__code=CODE)
    ),
}
# Some look another way with another record, or with what the address asks for.
VARIANTS = [
    ("home", Shown("quan-tri")),
    ("guide_page", Shown("van-phong", said("hop-chi-dao"))),
    ("admin:index", Shown("quan-tri")),
    ("who_may_do_what", Shown("kiem-toan")),
    ("programme_detail", Shown("lanh-dao", said(CODE), {"ngay": "16/06/2023", "loc": "hoan-thanh"})),
    ("programme_detail", Shown("lanh-dao", said(CODE), {"ngay": "30/06/2024", "so-voi": "cuoc-hop-truoc"})),
    ("home", Shown("lanh-dao", query={"ngay": "30/06/2024", "so-voi": "01/01/2023"})),
    ("revision_compare", Shown("lanh-dao", said(CODE), {"tu": "1", "den": "2"})),
    ("revision_detail", Shown("lanh-dao", said(CODE, 2))),
    ("meeting_detail", Shown("lanh-dao", of(Meeting.objects, title=one_of_each.HELD))),
    ("meeting_detail", Shown("dau-moi", of(Meeting.objects, province__code=PROVINCE, held_on="2024-04-10"))),
    ("directive_board", Shown("van-phong", query={"ngay": "15/04/2024"})),
    ("task_detail", Shown("dau-moi", of(Task.objects, programme__code=CODE, code="NV-05"))),
    ("cycle_detail", Shown("dau-moi", said(CODE), {"loc": "chua-nop"})),
    ("programme_schedule", Shown("lanh-dao", said(CODE), {"ngay": "16/06/2023", "xem": "bang"})),
    ("portfolio_schedule", Shown("kiem-toan", query={"xem": "bang"})),
    ("programme_schedule", Shown("lanh-dao", said(CODE), {"thu-phong": "tuan", "nhom": "giai-doan"})),
    ("search", Shown("lanh-dao")),
    ("search", Shown("kiem-toan", query={"q": "dữ liệu", "loai": "nhiem-vu"})),
    ("admin:index", Shown("lanh-dao")),
    ("admin:index", Shown("chuyen-vien")),
    ("admin:tasks_budgetentry_add", Shown("dau-moi", query={"corrects": "1"})),
]
# What is read too but is no page: files, and answers for programs.
FILES = {
    "programme_tasks_export": Shown("lanh-dao", said(CODE, "xlsx")),
    "cycle_export": Shown("dau-moi", said(CODE, "xlsx")),
    "ledger_export": Shown("lanh-dao", said(CODE, "xlsx")),
    "schedule_export": Shown("lanh-dao", said(CODE, "xlsx")),
    "ledger_years_export": Shown("lanh-dao", said(CODE, "csv")),
    "portfolio_money_export": Shown("lanh-dao", said("csv")),
    "portfolio_export": Shown("lanh-dao", said("csv")),
    "portfolio_trend_export": Shown("lanh-dao", said("csv")),
    "explanation_list_export": Shown("lanh-dao", said("xlsx")),
    "dataset_list_export": Shown("lanh-dao", said("xlsx")),
    "directive_board_export": Shown("lanh-dao", said("csv")),
    "document_list_export": Shown("van-phong", said("csv")),
    "access_list_export": Shown("kiem-toan", said("csv")),
    "evidence_package": Shown("kiem-toan", query={"de-an": CODE}),
    "change_log_export": Shown("kiem-toan", said("csv")),
    "stored_file": Shown("van-phong", of(StoredFile.objects, name=one_of_each.FILE)),
    "imported_file_errors": Shown("dau-moi", lambda: [*FILE(), "csv"]),
    "imported_file_content": Shown("dau-moi", FILE),
    "imported_file_filled": Shown("chuyen-vien", said(CODE)),
    "imported_file_blank": Shown("dau-moi", said("kinh-phi", CODE)),
    "read_aloud": Shown("dau-moi", query={"ngay": "16/06/2023"}),
    "work_count": Shown("dau-moi"),
    "calendar_feed": Shown(NOBODY, said(one_of_each.KEY)),
    "api_programme_figures": Shown("lanh-dao", said(CODE)),
    "api_figures": Shown("lanh-dao"),
    "admin:jsi18n": Shown("chuyen-vien"),
}
ONLY_POSTED = "takes what a button sends"
ELSEWHERE = "leads to a page that has an entry"
# Every other pattern, with the reason why nothing is read there.
NOT_READ = {
    "revision_redraft": ONLY_POSTED,
    "planned_task_restore": ONLY_POSTED,
    "route_lay_out": ONLY_POSTED,
    "calendar_revoke": ONLY_POSTED,
    "sign_out": ONLY_POSTED,
    "imported_file_apply": ONLY_POSTED,
    "imported_file_cancel": ONLY_POSTED,
    "admin:login": ELSEWHERE,
    "admin:logout": ELSEWHERE,
    "admin:view_on_site": ELSEWHERE,
    "admin:<path:object_id>/": ELSEWHERE,
    "admin:(?P<url>.*)$": "catches addresses that do not exist",
    "admin:search": "a piece of the page on which one searches",
    "admin:autocomplete": "no form here asks for suggestions",
    "admin:programme_programme_amend": ELSEWHERE,
    "admin:tasks_budgetentry_correct": ELSEWHERE,
    "admin:tasks_progressupdate_correct": ELSEWHERE,
    "admin:tasks_progressupdate_take_back": ELSEWHERE,
    "admin:programme_revision_open_page": ELSEWHERE,
    "admin:programme_revision_add_step": ELSEWHERE,
    "admin:programme_revision_add_task": ELSEWHERE,
    "admin:programme_revisionstep_open_page": ELSEWHERE,
    "admin:tasks_plannedtask_open_page": ELSEWHERE,
    "admin:meetings_meeting_open_page": ELSEWHERE,
    "admin:meetings_directive_open_page": ELSEWHERE,
    "admin:meetings_assignment_open_page": ELSEWHERE,
    "admin:meetings_finding_open_page": ELSEWHERE,
}
# Who opens the list and the records of each kind most in the admin.
ADMIN = {
    "programme.legaldocument": "van-phong",
    "programme.statedfigure": "dau-moi",
    "programme.province": "quan-tri",
    "programme.agency": "quan-tri",
    "programme.agencysuccession": "quan-tri",
    "programme.user": "quan-tri",
    "programme.programme": "dau-moi",
    "programme.revision": "dau-moi",
    "programme.revisionstep": "dau-moi",
    "tasks.task": "chuyen-vien",
    "tasks.plannedtask": "dau-moi",
    "tasks.progressupdate": "chuyen-vien",
    "tasks.reportingduty": "dau-moi",
    "tasks.reportingcycle": "dau-moi",
    "tasks.urging": "dau-moi",
    "tasks.budgetentry": "dau-moi",
    "tasks.dataset": "dau-moi",
    "tasks.explanation": "lanh-dao",
    "meetings.meeting": "van-phong",
    "meetings.directive": "van-phong",
    "meetings.assignment": "chuyen-vien",
    "meetings.directiveurging": "van-phong",
    "meetings.finding": "kiem-toan",
    "smartcity.importedfile": "dau-moi",
}


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of each pattern of the site, as ``reverse`` takes it; of one without a name, how it is written."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name or one.pattern}"


def of_the_registry() -> set[str]:
    """The patterns that every kind of record in the admin has; who may add or delete none has no page for it."""
    pages = ("changelist", "add", "change", "history", "delete", "export", "removed")
    return {f"admin:{_prefix(model)}_{page}" for model in admin.site._registry for page in pages} | {"admin:app_list"}


def forgotten() -> set[str]:
    """Patterns that nobody has said anything about, and kinds of records for which nobody has said who opens them."""
    kinds = {model._meta.label_lower for model in admin.site._registry}
    return (set(patterns()) - of_the_registry() - set(PAGES) - set(FILES) - set(NOT_READ)) | (kinds - set(ADMIN))


def needless() -> set[str]:
    """What is said here about patterns and kinds of records that are no more."""
    kinds = {model._meta.label_lower for model in admin.site._registry}
    return ({*PAGES, *FILES, *NOT_READ} - set(patterns())) | (set(ADMIN) - kinds)


def entries() -> list[Entry]:
    """Every address that answers GET, of the database as it is: the demonstration with ``one_of_each``."""
    found = []
    for is_page, shown in [(True, [*PAGES.items(), *VARIANTS]), (False, FILES.items())]:
        for name, one in shown:
            found.append(Entry(name, one.role, reverse(name, args=one.args(), query=one.query), is_page))
    return found + [entry for model, own in admin.site._registry.items() for entry in _of_kind(model, own)] + _apps()


def of_rows(rows: dict[Any, set], roles: dict[str, str]) -> Iterator[tuple[Entry, str]]:
    """The pages of one record of each kind among ``rows``, each with who of ``roles`` opens it."""
    for model, own in admin.site._registry.items():
        role = roles[ADMIN[model._meta.label_lower]]
        request = RequestFactory().get("/")
        request.user = User.objects.get(username=role)
        record = own.get_queryset(request).filter(pk__in=rows[model]).order_by("-pk").first()
        if record is None:
            continue
        for page in ("change", "history"):
            name = f"admin:{_prefix(model)}_{page}"
            yield Entry(name, "", reverse(name, args=[record.pk])), role
        if hasattr(record, "get_absolute_url"):
            yield Entry(model.__name__, "", record.get_absolute_url()), role


def without_records(roles: dict[str, str]) -> Iterator[tuple[Entry, str]]:
    """The lists of the admin as files that can be read."""
    for model in admin.site._registry:
        name = f"admin:{_prefix(model)}_export"
        yield Entry(name, "", reverse(name, args=["csv"]), False), roles[ADMIN[model._meta.label_lower]]


def pages() -> list[Entry]:
    return [entry for entry in entries() if entry.is_page]


def _prefix(model) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def _apps() -> list[Entry]:
    labels = sorted({model._meta.app_label for model in admin.site._registry})
    return [Entry("admin:app_list", "dau-moi", reverse("admin:app_list", args=[label])) for label in labels]


def _of_kind(model, own) -> Iterator[Entry]:
    """The admin's pages of one kind of record, as far as the person may open them."""
    role = ADMIN[model._meta.label_lower]
    request = RequestFactory().get("/")
    request.user = User.objects.get(username=role)

    def entry(page: str, *args: Any, is_page: bool = True) -> Entry:
        name = f"admin:{_prefix(model)}_{page}"
        return Entry(name, role, reverse(name, args=args), is_page)

    yield entry("changelist")
    yield entry("export", "xlsx", is_page=False)
    # What was removed is read by auditors alone.
    removed = f"admin:{_prefix(model)}_removed"
    yield Entry(removed, "kiem-toan", reverse(removed), True)
    if own.has_add_permission(request):
        yield entry("add")
    records = list(own.get_queryset(request).order_by("-pk")[:50])
    record = next((one for one in records if own.has_change_permission(request, one)), records[0])
    yield entry("change", record.pk)
    yield entry("history", record.pk)
    gone = next((one for one in records if own.has_delete_permission(request, one)), None)
    if gone:
        yield entry("delete", gone.pk)


if __name__ == "__main__":
    if "--fill" in sys.argv:
        one_of_each.make()
    for entry in pages():
        name = f" {entry.name}" if "--names" in sys.argv else ""
        sys.stdout.write(f"{entry.role or '-'} {entry.path}{name}\n")
