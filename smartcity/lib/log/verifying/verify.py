"""The whole check: all faults, and what there is to know besides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.timezone import localtime, now

from smartcity.lib.log.models import LogEntry, Seal, SealedEntry
from smartcity.lib.log.origin import SIMULATED, Source
from smartcity.lib.log.triggers import faults as trigger_faults
from smartcity.lib.log.values import bare, broken_text_as_bytes, read_row
from smartcity.lib.log.verifying.backdated import backdated_rows
from smartcity.lib.log.verifying.columns import column_faults
from smartcity.lib.log.verifying.faults import Fault
from smartcity.lib.log.verifying.live import live_faults
from smartcity.lib.log.verifying.sealed import SealedCheck
from smartcity.lib.log.verifying.states import state_faults
from smartcity.lib.log.verifying.unsealed import entries_to_come, late_faults, order_faults, row_faults
from smartcity.lib.seal.checkpoint import Checkpoint
from smartcity.lib.seal.merkle import EMPTY_ROOT

MOST_TOLD = 20
# Clocks of several servers agree to this.
CLOCKS_AGREE_TO = timedelta(minutes=5)


@dataclass
class Report:
    sealed: int = 0
    blocks: int = 0
    unsealed: int = 0
    reconstructed: int = 0
    clock_set_back: list[int] = field(default_factory=list)
    backdated: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def verify(
    connection: BaseDatabaseWrapper,
    *,
    checkpoint: Checkpoint | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> Report:
    """All of it in one state of the database, while others go on writing. At most ``MOST_TOLD`` faults are named."""
    report = Report()
    with _one_state(connection), broken_text_as_bytes(connection):
        sizes = {checkpoint.size} if checkpoint else set()
        check = SealedCheck(connection, sizes=sizes, tell=tell)
        last = check.last
        report.faults = list(islice(_faults(connection, check, last, checkpoint), MOST_TOLD))
        report.sealed, report.blocks = check.size, last.number if last else 0
        report.unsealed = LogEntry.objects.filter(sealed=None).count()
        report.reconstructed = LogEntry.objects.filter(order_is_reconstructed=True).count()
        report.clock_set_back = list(_set_back(connection))
        report.backdated = list(backdated_rows(connection))
    return report


def _faults(
    connection: BaseDatabaseWrapper, check: SealedCheck, last: Seal | None, checkpoint: Checkpoint | None
) -> Iterator[Fault]:
    yield from check.faults()
    if checkpoint:
        yield from _contradictions(check, checkpoint)
    yield from entries_to_come(connection, last)
    yield from late_faults(connection, last)
    yield from row_faults(connection)
    yield from order_faults(connection)
    yield from live_faults(connection)
    yield from column_faults(connection)
    yield from state_faults(connection)
    for name in trigger_faults(connection):
        yield Fault("trigger", name, "thiếu, bị tắt hoặc bị sửa; chạy lại lệnh migrate sau khi đã rõ nguyên nhân")


def _contradictions(check: SealedCheck, checkpoint: Checkpoint) -> Iterator[Fault]:
    """What others have kept cannot be made anew."""
    made = f"mốc {checkpoint.size} dòng, lập lúc {localtime(checkpoint.made_at):%H:%M:%S ngày %d/%m/%Y}"
    table = SealedEntry._meta.db_table
    if checkpoint.made_at > now() + CLOCKS_AGREE_TO:
        yield Fault("mốc niêm phong", str(checkpoint.size), f"{made}: lúc ấy chưa đến, đồng hồ máy chủ bị đặt lại")
    if checkpoint.size > check.size:
        what = f"trái với {made}: chỉ còn {check.size} dòng; đuôi bị cắt, hoặc khôi phục từ bản sao lưu cũ hơn"
        yield Fault(table, str(check.size), what)
        return
    root = check.roots.get(checkpoint.size, EMPTY_ROOT.hex())
    if root != checkpoint.root.hex():
        yield Fault(table, f"0–{checkpoint.size - 1}", f"trái với {made}: lịch sử đã bị viết lại")


def _set_back(connection: BaseDatabaseWrapper) -> Iterator[int]:
    """Acts that were written after others, with an earlier hour. What is simulated has the hours of its story."""
    at = bare(connection, "at", "datetime")
    before = None
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT id, {at} FROM smartcity_signedact WHERE source <> %s AND place <> %s ORDER BY id",
            [Source.RECONSTRUCTED, SIMULATED],
        )
        for key, said in iter(cursor.fetchone, None):
            values, unreadable = read_row({"at": "datetime"}, [said])
            # What cannot be read is named where its rows are.
            if unreadable:
                continue
            if before and values["at"] < before - CLOCKS_AGREE_TO:
                yield key
            before = values["at"]


@contextmanager
def _one_state(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A transaction that only reads, and whose statements all see the same; inside another one, that one."""
    if connection.in_atomic_block:
        yield
        return
    # Not atomic(): on SQLite that would keep every writer waiting.
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
