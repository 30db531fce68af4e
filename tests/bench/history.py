"""What the history costs: a save with and without it, many at once with and without triggers, sealing, verifying.

Run by make bench on a throw-away database of either kind; each row is told beside the same without what is measured.
"""

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models.signals import post_save, pre_save  # noqa: E402

from programme.models import Agency, AgencyKind, Province, User  # noqa: E402
from smartcity.lib.log.guard import recorded  # noqa: E402
from smartcity.lib.log.sealing import seal  # noqa: E402
from smartcity.lib.log.verifying.verify import verify  # noqa: E402
from smartcity.lib.records.history import signed_bulk_create, signed_save  # noqa: E402

ROWS, AT_ONCE = 100_000, 2_000
SAVES, SECONDS = 200, 4
WRITERS = 4


def main() -> None:
    call_command("migrate", verbosity=0)
    agencies = _begin()
    rows = {
        "save_ms": _median_ms(lambda: signed_save(agencies[0], by=_signer(), reason="Đo")),
        "save_without_history_ms": _median_ms(lambda: _plain_save(agencies[0])),
    }
    rows["save_ratio"] = round(rows["save_ms"] / rows["save_without_history_ms"], 2)
    # Of another province: saving an agency looks at the names in its own.
    other = signed_save(Province(code="hang", name="Tỉnh nhiều cơ quan"), by=_signer())
    for some in range(0, ROWS, AT_ONCE):
        _add(other, some)
    rows["rows"] = ROWS
    rows["seal_s"], rows["seal_cpu_s"] = _seconds(seal)
    rows["verify_s"], rows["verify_cpu_s"] = _seconds(_verified)
    # Last: what is saved without triggers is not logged.
    if connection.vendor == "postgresql":
        for writers in (1, WRITERS):
            ours = _a_second(agencies[:writers])
            with _switched_off():
                without = _a_second(agencies[:writers])
            rows[f"saves_a_second_{writers}"], rows[f"saves_a_second_{writers}_without_triggers"] = ours, without
            rows[f"saves_ratio_{writers}"] = round(ours / without, 2)
    sys.stdout.write(json.dumps({"database": connection.vendor} | rows, indent=1) + "\n")


def _signer() -> User:
    return User.objects.get(username="do")


def _begin() -> list[Agency]:
    signer = User.objects.create_user("do", full_name="Người đo", role="administrator")
    province = signed_save(Province(code="do", name="Tỉnh đo"), by=signer)
    made = [Agency(province=province, name=f"Cơ quan {number}", kind=AgencyKind.DEPARTMENT) for number in range(9)]
    return [signed_save(agency, by=signer) for agency in made]


def _add(province: Province, first: int) -> None:
    made = [
        Agency(province=province, name=f"Phòng {first + number}", kind=AgencyKind.DEPARTMENT)
        for number in range(AT_ONCE)
    ]
    signed_bulk_create(made, by=_signer(), reason="Đo")


def _plain_save(agency: Agency) -> None:
    """All that ``signed_save`` does but the history and what the database does for it."""
    silent = patch.object(post_save, "send"), patch.object(pre_save, "send")
    with silent[0], silent[1], transaction.atomic(), recorded(), _without_triggers():
        agency.full_clean()
        agency.save()


@contextmanager
def _without_triggers() -> Iterator[None]:
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield


def _median_ms(act: Callable[[], object]) -> float:
    took = []
    for _ in range(SAVES):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return round(1000 * median(took), 2)


def _seconds(act: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this process alone."""
    began, busy = time.perf_counter(), time.process_time()
    act()
    return round(time.perf_counter() - began, 1), round(time.process_time() - busy, 1)


def _verified() -> None:
    report = verify(connection)
    if report.faults:
        sys.exit(f"{report.faults}")


@contextmanager
def _switched_off() -> Iterator[None]:
    """All but the one that gives rows of the history their numbers."""
    switched = [("programme_agency", "USER"), ("programme_historicalagency", "programme_historicalagency_logged")]
    for state in ("DISABLE", "ENABLE"):
        with connection.cursor() as cursor:
            for table, trigger in switched:
                cursor.execute(f"ALTER TABLE {table} {state} TRIGGER {trigger}")
        if state == "DISABLE":
            yield


def _a_second(agencies: list[Agency]) -> float:
    """Signed saves a second of as many processes as there are agencies, each at its own."""
    connection.close()
    with multiprocessing.get_context("fork").Pool(len(agencies)) as pool:
        counts = pool.starmap(_save_for_a_while, [(agency.pk,) for agency in agencies])
    return round(sum(counts) / SECONDS, 1)


def _save_for_a_while(key: int) -> int:
    agency, signer, count = Agency.objects.get(pk=key), _signer(), 0
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        signed_save(agency, by=signer, reason="Đo")
        count += 1
    return count


if __name__ == "__main__":
    main()
