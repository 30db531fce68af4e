"""What a page of the timeline costs over very many acts: each filter, for who sees all and for who sees one province.

Run by make bench on a throw-away database of either kind. Acts and what finds them are made in bulk; of each kind of
record those of agencies are there, so that lines are read and told as well. ACTS=N is another number; EXPLAIN=1 tells
how the database goes about each question.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from programme.models import Agency, AgencyKind, Membership, Province, User  # noqa: E402
from smartcity.audit.changes.catching_up import catch_up  # noqa: E402
from smartcity.audit.changes.filters import Wanted  # noqa: E402
from smartcity.audit.changes.finding import branches, find  # noqa: E402
from smartcity.audit.changes.lines import lines_of  # noqa: E402
from smartcity.audit.changes.models import ChangedFields, LoggedChange  # noqa: E402
from smartcity.audit.changes.readable import ReadableChanges  # noqa: E402
from smartcity.lib.records.history import signed_bulk_create, signed_save  # noqa: E402

ACTS = int(os.environ.get("ACTS", "300000"))
# Far above what was logged in making the records.
FIRST = 1_000_000
PROVINCES, AGENCIES, SIGNERS, PROGRAMMES, TASKS = 63, 40, 2_500, 126, 25_200
SETS, RARE = 60, 1_000_061

# Deterministic, and without order: each act of a person, of an agency of a province, of a task of a programme.
# Every fiftieth is of the training province; every five thousandth brought in three hundred rows.
MADE_ACTS = """
INSERT INTO smartcity_signedact (action, signer_id, name, title, role, agency, agency_key, at, reason, document_key,
    source, place)
SELECT {uuid}, {signer}, 'Người ' || (n * 7919 % 2500), 'Chuyên viên', 'officer', 'Sở', n * 7919 % 2500,
    {moment}, 'Đo', NULL, 'page', '/nhiem-vu/1/'
FROM {numbers}
"""
MADE_CHANGES = """
INSERT INTO smartcity_loggedchange (number, place, act_key, day, clock, is_reconstructed, record_kind, record_id,
    history_id, before_id, deed, fields_key, audience, is_simulated, province, programme, task, meeting, holder,
    other_holder, former_holder, other_former_holder, other_task, former_task, other_former_task, owner,
    "grand", signer, agency)
SELECT {first} + n * 400 + k, {first} + n * 400, {act}, {day}, {moment}, {no},
    CASE WHEN n % 5 < 2 THEN 'programme.agency' WHEN n % 5 = 2 THEN 'tasks.plannedtask'
        WHEN n % 997 = 3 THEN 'meetings.finding' ELSE 'tasks.progressupdate' END,
    CASE WHEN n % 5 < 2 THEN {agency} + n * 6007 % {agencies} ELSE n * 31 % 200000 END,
    CASE WHEN n % 5 < 2 THEN {history} + n * 6007 % {agencies} ELSE n END, NULL,
    CASE WHEN n / 7 % 50 = 0 THEN '-' WHEN n / 7 % 50 < 16 THEN '+' ELSE '~' END,
    CASE WHEN n % 4999 = 7 THEN {rare} ELSE 1000001 + n * 17 % {sets} END,
    CASE WHEN n % 55 = 4 AND n % 997 <> 3 THEN 3 ELSE 0 END, CASE WHEN n % 50 = 0 THEN {yes} ELSE {no} END,
    CASE WHEN n % 50 = 0 THEN 99999 ELSE {province} + n * 6007 % {agencies} / {of_each} END,
    n * 6007 % {programmes}, n * 6007 % {tasks}, CASE WHEN n % 97 = 0 THEN n % 5000 END, n * 6007 % {agencies},
    CASE WHEN n % 89 = 0 THEN n * 31 % {agencies} END, CASE WHEN n % 83 = 0 THEN n * 37 % {agencies} END,
    CASE WHEN n % 4987 = 0 THEN n * 41 % {agencies} END, CASE WHEN n % 79 = 0 THEN n * 31 % {tasks} END,
    CASE WHEN n % 4973 = 0 THEN n * 37 % {tasks} END, NULL, '', '',
    n * 7919 % 2500, n * 7919 % 2500
FROM {numbers} CROSS JOIN {rows}
WHERE {which}
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    readers = _begin()
    began = time.perf_counter()
    _make()
    took = round(time.perf_counter() - began, 1)
    rows: dict[str, Any] = {
        "acts": ACTS,
        "changes": LoggedChange.objects.count(),
        "made_s": took,
        **_found_s(),
        "index_mib": _size(),
        "pages": {},
    }
    for who, reader in readers.items():
        for name, wanted in _asked():
            rows["pages"][f"{who}: {name}"] = _measured(reader, wanted)
    told_by = "sql_ms" if connection.vendor == "sqlite" else "server_ms"
    rows[f"worst_{told_by}"] = max(page[told_by] for page in rows["pages"].values())
    sys.stdout.write(json.dumps({"database": connection.vendor} | rows, indent=1, ensure_ascii=False) + "\n")
    if os.environ.get("EXPLAIN"):
        _explain(readers)


def _begin() -> dict[str, User]:
    signer = User.objects.create_user("do", full_name="Người đo", role="administrator")
    provinces = [
        signed_save(Province(code=f"do-{number}", name=f"Tỉnh {number}"), by=signer) for number in range(PROVINCES)
    ]
    signed_bulk_create(
        [
            Agency(province=province, name=f"Cơ quan {number}", kind=AgencyKind.DEPARTMENT)
            for province in provinces
            for number in range(AGENCIES)
        ],
        by=signer,
        reason="Đo",
    )
    agency = Agency.objects.order_by("pk").first()
    officer = User(username="can-bo", full_name="Cán bộ", role="leader")
    officer.set_unusable_password()
    signed_save(officer, by=signer)
    signed_save(Membership(user=officer, agency=agency), by=signer)
    auditor = User(username="kiem-toan", full_name="Kiểm toán viên", role="auditor")
    auditor.set_unusable_password()
    signed_save(auditor, by=signer)
    return {name: User.objects.with_memberships(one.pk) for name, one in (("all", auditor), ("one", officer))}


def _make() -> None:
    agencies, last = PROVINCES * AGENCIES, Agency.history.order_by("history_id")
    ChangedFields.objects.bulk_create(
        ChangedFields(pk=1_000_000 + number, record_kind="tasks.progressupdate", names=f",percent,status,n{number},")
        for number in range(1, SETS + 1)
    )
    ChangedFields.objects.create(pk=RARE, record_kind="tasks.progressupdate", names=",difficulties,")
    series = _series if connection.vendor == "sqlite" else "generate_series({}, {}) AS k".format
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        before = _one(cursor, "SELECT coalesce(max(id), 0) FROM smartcity_signedact")
        signer = _one(cursor, "SELECT min(id) FROM programme_user")
        common = _words() | {"signer": signer}
        cursor.execute(MADE_ACTS.format(**common))
        after = _one(cursor, "SELECT min(id) FROM smartcity_signedact WHERE id > %s", [before])
        made = common | {
            "first": FIRST,
            "act": f"{after} + n",
            "agency": Agency.objects.order_by("pk").values_list("pk", flat=True)[0],
            "history": last.values_list("history_id", flat=True)[0],
            "province": Province.objects.order_by("pk").values_list("pk", flat=True)[0],
            "agencies": agencies,
            "of_each": AGENCIES,
            "rare": RARE,
            "sets": SETS,
            "programmes": PROGRAMMES,
            "tasks": TASKS,
        }
        cursor.execute(MADE_CHANGES.format(**made, rows=series(0, 2), which="k < 1 + n % 3"))
        cursor.execute(MADE_CHANGES.format(**made, rows=series(3, 299), which="n % 5000 = 11"))
        day = "SELECT day, min(place), max(place) FROM smartcity_loggedchange GROUP BY day"
        cursor.execute(f"INSERT INTO smartcity_loggedday (day, first_place, last_place) {day}")
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _words() -> dict[str, str]:
    """Ten acts a minute from the beginning of 2024, by each database's own words."""
    if connection.vendor == "sqlite":
        return {
            "numbers": _series(0, ACTS - 1, "n"),
            "uuid": "lower(hex(randomblob(16)))",
            "moment": "datetime('2024-01-01', '+' || (n / 10) || ' minutes')",
            "day": "date('2024-01-01', '+' || (n / 10) || ' minutes')",
            "yes": "1",
            "no": "0",
        }
    return {
        "numbers": f"generate_series(0::bigint, {ACTS - 1}) AS n",
        "uuid": "gen_random_uuid()",
        "moment": "timestamptz '2024-01-01' + n * interval '6 seconds'",
        "day": "(timestamptz '2024-01-01' + n * interval '6 seconds')::date",
        "yes": "true",
        "no": "false",
    }


def _series(first: int, last: int, name: str = "k") -> str:
    counts = "SELECT {1} UNION ALL SELECT {0} + 1 FROM c WHERE {0} < {2}"
    return f"(WITH RECURSIVE c({name}) AS ({counts.format(name, first, last)}) SELECT {name} FROM c)"  # noqa: S608


def _one(cursor: Any, sql: str, parameters: list | None = None) -> Any:
    cursor.execute(sql, parameters)
    return cursor.fetchone()[0]


def _found_s() -> dict[str, float]:
    """How long it takes to find what is really in the log, which made the records."""
    LoggedChange.objects.filter(number__lt=FIRST).delete()
    began = time.perf_counter()
    count = catch_up()
    return {"caught_up_entries": count, "caught_up_s": round(time.perf_counter() - began, 1)}


def _size() -> float:
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        return round(_one(cursor, "SELECT pg_total_relation_size('smartcity_loggedchange')") / 2**20)


def _asked() -> Iterator[tuple[str, Wanted]]:
    some: Any = SimpleNamespace(pk=17)
    middle = FIRST + ACTS * 200
    yield "everything", Wanted()
    yield "everything, deep", Wanted(before=middle)
    yield "a person", Wanted(signer=some)
    yield "a person, a week", Wanted(signer=some, first=date(2024, 1, 8), last=date(2024, 1, 14))
    yield "an agency", Wanted(agency=some)
    yield "of an agency", Wanted(holder=some)
    yield "a field of an agency", Wanted(holder=some, kind="tasks.progressupdate", field="percent")
    yield "of an agency, a task", Wanted(holder=some, task=some)
    yield "a programme", Wanted(programme=some)
    yield "a task", Wanted(task=some)
    yield "a kind", Wanted(kind="programme.agency")
    yield "a rare kind", Wanted(kind="meetings.finding")
    yield "removed", Wanted(deed="-")
    yield "removed, of a kind", Wanted(deed="-", kind="programme.agency")
    yield "removed, of a rare kind", Wanted(deed="-", kind="meetings.finding")
    yield "a field", Wanted(kind="tasks.progressupdate", field="percent")
    yield "a rare field", Wanted(kind="tasks.progressupdate", field="difficulties")
    yield "a field of a task", Wanted(kind="tasks.progressupdate", field="percent", task=some)
    yield "a rare field of a person", Wanted(kind="tasks.progressupdate", field="difficulties", signer=some)
    yield "a kind of a person", Wanted(kind="tasks.plannedtask", signer=some)
    yield "a week", Wanted(first=date(2024, 1, 8), last=date(2024, 1, 14))
    yield "a week, removed", Wanted(first=date(2024, 1, 8), last=date(2024, 1, 14), deed="-")
    yield (
        "a year, rare field",
        Wanted(first=date(2024, 1, 1), last=date(2024, 12, 31), kind="tasks.progressupdate", field="difficulties"),
    )
    yield "a programme, removed", Wanted(programme=some, deed="-")
    yield (
        "a record",
        Wanted(record=("programme.agency", Agency.objects.order_by("pk").values_list("pk", flat=True)[16])),
    )


@contextmanager
def _timed(spent: list[tuple[float, str, Any]]) -> Iterator[None]:
    def run(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((1000 * (time.perf_counter() - began), sql, params))

    with connection.execute_wrapper(run):
        yield


def _measured(reader: User, wanted: Wanted) -> dict[str, float]:
    """The best of five: the first reads what was not read before."""
    found = []
    for _ in range(5):
        spent: list[tuple[float, str, Any]] = []
        began = time.perf_counter()
        with _timed(spent):
            reading = ReadableChanges(reader)
            lines = lines_of(reading, find(reading, wanted).acts)
        found.append((sum(one[0] for one in spent), 1000 * (time.perf_counter() - began), len(spent), len(lines)))
    sql, whole, queries, count = min(found)
    told = {"sql_ms": round(sql, 1), "ms": round(whole, 1), "queries": queries, "lines": count}
    return told if connection.vendor == "sqlite" else {"server_ms": round(_of_server(spent), 1)} | told


def _of_server(spent: list[tuple[float, str, Any]]) -> float:
    """What the database itself says that planning and finding took: also where others keep the machine busy."""
    total = 0.0
    with connection.cursor() as cursor:
        for _, sql, params in spent:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            [plan] = cursor.fetchone()[0]
            total += plan["Planning Time"] + plan["Execution Time"]
    return total


def _explain(readers: dict[str, User]) -> None:
    for who, reader in readers.items():
        for name, wanted in _asked():
            for rows in (
                branches(reader, wanted) if wanted.holder or wanted.task else list(branches(reader, wanted))[:1]
            ):
                # As it is asked, with its limit.
                asked = rows.order_by("-place").values_list("place", flat=True).distinct()[:31]
                options = {} if connection.vendor == "sqlite" else {"analyze": True, "buffers": True}
                sys.stdout.write(f"\n{who}: {name}\n{asked.explain(**options)}\n")


if __name__ == "__main__":
    main()
