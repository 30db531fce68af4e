"""Whether histories and log have each other's rows, and whether nothing came in where all was sealed already."""

from collections.abc import Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.horizon import horizon_now, next_transaction
from smartcity.lib.log.models import Seal
from smartcity.lib.log.postgresql_triggers import SEQUENCE
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.log.verifying.faults import Fault, row_key

NOT_LOGGED = "dòng lịch sử không có trong nhật ký: đã bị chèn"
LATE = "dòng nhật ký xuất hiện ở đoạn đã niêm phong xong: đã bị chèn"
NO_ROW = "nhật ký có, lịch sử không có với đúng thao tác và người thực hiện ấy: dòng hoặc thao tác đã bị xóa hay sửa"
NOT_TRACKED = "nhật ký ghi một bảng không có lịch sử: đã bị chèn hoặc sửa"
CHOSEN = "mã dòng không theo thứ tự nhật ký của bản ghi này: dòng này hoặc dòng trước nó đã bị chèn"
SKIPPED = "mã dòng không liền với dòng nhật ký trước của bảng này: đã bị chèn, hoặc dòng ở giữa đã bị xóa"
NEVER_GIVEN = "mã dòng lớn hơn mọi mã mà cơ sở dữ liệu đã cấp: đã bị chèn"
TO_COME = "thuộc một giao dịch chưa có: đã bị chèn hoặc sửa"


def row_faults(connection: BaseDatabaseWrapper) -> Iterator[Fault]:
    """Rows of histories without an entry, and unsealed entries without a row by whoever signed the act.

    A question for each history and way.
    """
    for tracked in tracked_tables().values():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT h.history_id, h."{tracked.key}" FROM "{tracked.history}" h WHERE NOT EXISTS (SELECT 1 '
                'FROM smartcity_logentry l WHERE l."table" = %s AND l.history_id = h.history_id '
                f'AND l.record_id = h."{tracked.key}" AND l.kind = h.history_type) ORDER BY 1',
                [tracked.history],
            )
            for key, record in cursor.fetchall():
                yield Fault(tracked.history, f"{key} (bản ghi {record})", NOT_LOGGED)
            cursor.execute(
                'SELECT l.history_id, l.record_id, l.number, l.act_id FROM smartcity_logentry l WHERE l."table" = %s '
                "AND NOT EXISTS (SELECT 1 FROM smartcity_sealedentry s WHERE s.entry_id = l.number) "
                f'AND NOT EXISTS (SELECT 1 FROM "{tracked.history}" h JOIN smartcity_signedact a ON a.id = l.act_id '
                "WHERE h.history_id = l.history_id AND h.history_action = a.action "
                "AND h.history_user_id = a.signer_id) ORDER BY 1",
                [tracked.history],
            )
            for row in cursor.fetchall():
                yield Fault(tracked.history, row_key(*row), NO_ROW)
    histories = [tracked.history for tracked in tracked_tables().values()]
    marks = ", ".join(["%s"] * len(histories))
    yield from _unsealed(connection, f'l."table" NOT IN ({marks})', histories, NOT_TRACKED)


def order_faults(connection: BaseDatabaseWrapper) -> Iterator[Fault]:
    """Rows whose number was not given but chosen: each record's are numbered as they are logged."""
    earlier = "LAG(l.history_id) OVER (PARTITION BY {} ORDER BY l.number)"
    of_record = earlier.format('l."table", l.record_id')
    yield from _entries_where(connection, "o.earlier > o.history_id", CHOSEN, earlier=of_record)
    if connection.vendor == "sqlite":
        # One writer at a time, and a number that was given back is given again: within a table there is no gap.
        of_table = earlier.format('l."table", l.order_is_reconstructed')
        skipped = "o.earlier + 1 < o.history_id AND NOT o.order_is_reconstructed"
        yield from _entries_where(connection, skipped, SKIPPED, earlier=of_table)
    else:
        given = "(SELECT last_value FROM pg_sequences WHERE schemaname = current_schema() AND sequencename = %s)"
        yield from _entries_where(connection, f"o.history_id > {given}", NEVER_GIVEN, [SEQUENCE])


def _entries_where(
    connection: BaseDatabaseWrapper, where: str, what: str, parameters: Sequence = (), *, earlier: str = "NULL"
) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT o."table", o.history_id, o.record_id, o.number, o.act_id '
            f"FROM (SELECT l.*, {earlier} AS earlier FROM smartcity_logentry l) o WHERE {where} ORDER BY o.number",
            parameters,
        )
        for table, *row in cursor.fetchall():
            yield Fault(table, row_key(*row), what)


def late_faults(connection: BaseDatabaseWrapper, last: Seal | None) -> Iterator[Fault]:
    """Entries that are not sealed although all of their time was."""
    if last is None:
        return
    now = horizon_now(connection)
    if connection.vendor == "sqlite":
        where, parameters = "l.number < %s", [last.horizon]
    else:
        # After a restore the old cluster's last rows may be unsealed, until the first block of the new one.
        where = '(l.cluster = %s AND l."transaction" < %s) OR l.cluster NOT IN (%s, %s)'
        parameters = [last.cluster, last.horizon, last.cluster, now.cluster]
    yield from _unsealed(connection, where, parameters, LATE)


def entries_to_come(connection: BaseDatabaseWrapper, last: Seal | None) -> Iterator[Fault]:
    """What says that it is of a later transaction than there has been would never be sealed, or keep others from it."""
    now, next_one = horizon_now(connection).cluster, next_transaction(connection)
    if last and last.cluster == now and last.horizon > next_one:
        yield Fault(Seal._meta.db_table, str(last.number), TO_COME)
    if connection.vendor != "sqlite":
        yield from _unsealed(connection, 'l.cluster = %s AND l."transaction" >= %s', [now, next_one], TO_COME)


def _unsealed(connection: BaseDatabaseWrapper, where: str, parameters: Sequence, what: str) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT l."table", l.history_id, l.record_id, l.number, l.act_id FROM smartcity_logentry l '
            f"WHERE ({where}) AND NOT EXISTS (SELECT 1 FROM smartcity_sealedentry s WHERE s.entry_id = l.number) "
            "ORDER BY l.number",
            parameters,
        )
        for table, *row in cursor.fetchall():
            yield Fault(table, row_key(*row), what)
