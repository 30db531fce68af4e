"""What whoever owns the database can do to the history of a province, past every trigger and all that is ours."""

from django.db import connection

from programme.models import Province
from smartcity.lib.log.models import LogEntry
from tests.past_the_history import past_the_history

HISTORY = "programme_historicalprovince"
LIVE = "programme_province"


def execute(sql: str, *parameters) -> None:
    """As the database's owner does it: no trigger is asked, nor what is ours in Python."""
    with past_the_history(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def rows_of(world):
    """The six rows of the province's history: sealed, sealed, sealed, sealed in the second block, unsealed twice."""
    return list(Province.history.filter(id=world.province.pk).order_by("history_id"))


def in_history(row) -> str:
    return f"{HISTORY} {row.history_id} (bản ghi {row.id}"


def entry_of(row) -> LogEntry:
    return LogEntry.objects.get(table=HISTORY, history_id=row.history_id)


def newest_number() -> int:
    return LogEntry.objects.order_by("-number").values_list("number", flat=True)[0]


def insert_copy(row, **changed) -> None:
    """Another row of the history as ``row`` is, but for what is ``changed``."""
    names = [field.column for field in row._meta.local_concrete_fields]
    values = ", ".join("%s" if name in changed else f'"{name}"' for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{HISTORY}" ({quoted}) SELECT {values} FROM "{HISTORY}" WHERE history_id = %s',
            [*(changed[name] for name in names if name in changed), row.history_id],
        )


def insert_entry(row, history_id: int, *, number: int | None = None, at: int | None = None) -> None:
    """An entry for it, as that of ``row``; written in the transaction ``at``, or in that of ``row``."""
    columns = ["table", "history_id", "record_id", "kind", "at", "act_id", "shape_id", "cluster", "transaction", "salt"]
    values = list(LogEntry.objects.filter(pk=entry_of(row).pk).values_list(*columns)[0])
    values[1], values[8] = history_id, values[8] if at is None else at
    names, places = [*columns, "order_is_reconstructed"], ["%s"] * 10 + ["false"]
    if number is not None:
        names, places, values = ["number", *names], ["%s", *places], [number, *values]
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO smartcity_logentry ({quoted}) VALUES ({', '.join(places)})", values)
