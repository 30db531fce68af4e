"""Speed on 100,000 reports, as ratios against a floor measured in the same run; and the plans behind it.

Run by ``make bench``, on a database of its own beside the one that DATABASE_URL names.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")
django.setup()

from django.db import connection  # noqa: E402  (models need the set-up above)
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402

from programme.models import Agency, Programme, Province, Role, StepKind, User  # noqa: E402
from programme.operations.drafting import draft_revision  # noqa: E402
from programme.operations.steps import record_step  # noqa: E402
from smartcity.exchange.imports.ledger_entries import LedgerImporter  # noqa: E402
from smartcity.exchange.imports.operations import apply_file, check_next_rows, receive_file  # noqa: E402
from smartcity.exchange.programme_files import system_account  # noqa: E402
from smartcity.lib.language.money import MoneyKind  # noqa: E402
from tasks.comparison import compare  # noqa: E402
from tasks.figures.reading import read_programmes  # noqa: E402
from tasks.models import BudgetEntry, PlannedTask, ProgressUpdate, Status, Task, UpdateState  # noqa: E402
from tasks.operations.copying import begin_amendment  # noqa: E402
from tasks.task_names import with_task_name  # noqa: E402
from tests.bench_directives import fill_directives, measure_directives  # noqa: E402
from tests.factories import LegalDocumentFactory  # noqa: E402

TASKS, REPORTS_OF_EACH = 500, 200
IMPORTED = 5_000
ASSIGNMENTS = 100_000
FIRST_REPORT, AS_OF = date(2020, 1, 7), date(2023, 6, 16)


def fill() -> Programme:
    """One programme of 500 tasks with 200 weekly reports and 200 lines of the ledger each."""
    by = system_account()
    province = Province(code="do-thu", name="Tỉnh Đo Thử")
    Province.objects.bulk_create([province])
    agency = Agency(province=province, name="Sở Đo Thử")
    Agency.objects.bulk_create([agency])
    User.objects.create_user("lanh-dao-do-thu", "mat-khau-do-thu", full_name="Đo Thử", role=Role.LEADER, agency=agency)
    programme = Programme(province=province, code="DO-THU", coordinating_agency=agency)
    Programme.objects.bulk_create([programme])
    revision = draft_revision(programme, name="Đề án đo thử", by=by)
    Task.objects.bulk_create(Task(programme=programme, code=f"NV-{number:03d}") for number in range(1, TASKS + 1))
    tasks = list(Task.objects.filter(programme=programme).order_by("code"))
    PlannedTask._base_manager.bulk_create(
        PlannedTask(revision=revision, task=task, position=place, name=f"Nhiệm vụ {place}", due_on=date(2022, 12, 31))
        for place, task in enumerate(tasks, start=1)
    )
    day = date(2019, 12, 13)
    document = LegalDocumentFactory(issuer=agency, number=1, symbol="NQ-HĐND", signed_on=day)
    record_step(revision, StepKind.ADOPTED, on=day, document=document, effective_on=day, by=by, today=localdate())
    ProgressUpdate.objects.bulk_create(
        (
            ProgressUpdate(
                task=task,
                as_of=FIRST_REPORT + timedelta(weeks=week),
                reported_on=FIRST_REPORT + timedelta(weeks=week),
                status=Status.IN_PROGRESS,
                percent=week // 2,
                state=UpdateState.ACCEPTED,
                author=by,
                document=document,
            )
            for task in tasks
            for week in range(REPORTS_OF_EACH)
        ),
        batch_size=5_000,
    )
    kinds = [MoneyKind.YEAR_PLAN, *[MoneyKind.DISBURSEMENT] * 4]
    BudgetEntry.objects.bulk_create(
        (
            BudgetEntry(
                task=task,
                kind=kinds[line % len(kinds)],
                year=2020 + line % 4,
                amount_vnd=1_000_000 + line,
                decided_on=FIRST_REPORT + timedelta(weeks=line),
            )
            for task in tasks
            for line in range(REPORTS_OF_EACH)
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return programme


def best_ms(work: Callable[[], object], times: int = 5) -> float:
    """The quickest of several runs, in milliseconds: the one that the machine disturbed least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def scan() -> None:
    """The floor: read every report once, as the database does it best."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(percent) FROM tasks_progressupdate WHERE results = ''")
        cursor.fetchone()


def main() -> None:
    connection.creation.create_test_db(verbosity=0)
    try:
        programme = fill()
        wanted = Programme.objects.filter(pk=programme.pk)
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(username="lanh-dao-do-thu"))
        page = f"/de-an/{programme.code}/?ngay=16/06/2023"
        floor = best_ms(scan)
        start = time.perf_counter()
        draft = begin_amendment(programme, by=system_account())
        begun = 1000 * (time.perf_counter() - start)
        with CaptureQueriesContext(connection) as queries:
            read_programmes(wanted, as_of=AS_OF)
            query_count = len(queries)
        tell(f"{connection.vendor}: {TASKS * REPORTS_OF_EACH:,} reports on {TASKS} tasks")
        tell(f"floor, one scan of all reports     {floor:8.1f} ms   1.0")
        tell(f"{'amendment begun, as a full copy':<34} {begun:8.1f} ms {begun / floor:5.1f}")
        for name, work in (
            ("figures of the programme, one day", lambda: read_programmes(wanted, as_of=AS_OF)),
            ("page of the programme", lambda: client.get(page)),
            ("page of its ledger", lambda: client.get(f"/de-an/{programme.code}/kinh-phi/?ngay=16/06/2023")),
            ("comparison of the two revisions", lambda: compare(draft.base, draft, today=localdate())),
            ("page of the amendment", lambda: client.get(draft.get_absolute_url())),
            ("API", lambda: client.get(f"/api/v1/programmes/{programme.code}/figures/?as_of=2023-06-16")),
        ):
            taken = best_ms(work)
            tell(f"{name:<34} {taken:8.1f} ms {taken / floor:5.1f}")
        tell(f"queries for the figures: {query_count}")
        measure_spreadsheets(programme, floor)
        latest = ProgressUpdate.objects.latest_accepted(Task.objects.filter(programme=programme), AS_OF)
        tell(f"plan of the figures' query over all reports:\n{latest.explain()}")
        paid = BudgetEntry.objects.filter(task=latest[0].task_id, kind=MoneyKind.DISBURSEMENT).decided_by(AS_OF)
        tell(f"plan of the sums of one task's payments:\n{paid.summed().explain()}")
        leader = User.objects.get(username="lanh-dao-do-thu")
        listed = with_task_name(ProgressUpdate.objects.visible_to(leader), AS_OF).order_by("-as_of", "-pk")
        tell(f"plan of the list of reports, first page:\n{listed[:50].explain()}")
        history = ProgressUpdate.history.filter(id=1).order_by("history_id")
        tell(f"plan of one record's history:\n{history.explain()}")
        fill_directives(programme, assignments=ASSIGNMENTS, author=system_account(), office=leader)
        measure_directives(leader, floor, best_ms, tell)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure_spreadsheets(programme: Programme, floor: float) -> None:
    """Export of 10,000 rows and import of 5,000: time, and how much more memory the process held at the most."""
    by = User.objects.create_user(
        "dau-moi-do-thu",
        "mat-khau-do-thu",
        full_name="Đầu Mối",
        role=Role.COORDINATOR,
        agency=programme.coordinating_agency,
    )
    lines = ['Mã nhiệm vụ,Loại,Số tiền (đồng),Năm ngân sách,"Ngày quyết định, ngày chi",Nội dung']
    lines += [
        f"NV-{number % TASKS + 1:03d},Giải ngân,{number + 1}000000,2021,22/03/2021,Đợt {number}"
        for number in range(IMPORTED)
    ]
    importer = LedgerImporter(programme, None, by=by, today=localdate())
    content = "\n".join(lines).encode()
    file = receive_file(content, name="kinh-phi.csv", importer=importer, by=by, at=now())

    def check() -> None:
        check_next_rows(file, today=localdate(), goes_on=lambda: True)

    client = Client(headers={"host": "localhost"})
    client.force_login(by)
    for extension in ("xlsx", "csv"):
        address = f"/quan-tri/tasks/progressupdate/danh-sach.{extension}?as_of__gte=2023-06-20"

        def export(address=address) -> None:
            for _ in client.get(address).streaming_content:
                pass

        once_with_memory(f"export of 10,000 rows as .{extension}", export, floor)
    for name, work in (
        (f"import of {IMPORTED:,} rows: checked", check),
        (f"import of {IMPORTED:,} rows: written", lambda: apply_file(file, by=by, today=localdate())),
    ):
        once_with_memory(name, work, floor)


def once_with_memory(name: str, work: Callable[[], object], floor: float) -> None:
    """Tell how long it took, and by how much the process grew beyond what it ever held before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    work()
    taken = 1000 * (time.perf_counter() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tell(f"{name:<34} {taken:8.1f} ms {taken / floor:5.1f}   +{grown:.0f} MB")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
