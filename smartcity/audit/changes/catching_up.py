"""Finding what the log has and the timeline has not yet; in the order of the log, in bulk, by one at a time.

What is derived here is derived from what is visible: an entry of a transaction that ends late is found when it has
ended, whatever its number. Who only reads, or reads the past, draws what was found so far: ``as_it_is``.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate

from meetings.models import Meeting
from smartcity.audit.changes.belonging import Belonging, Belongings, former_sides, key_of, name_of_kind
from smartcity.audit.changes.drafted import Span, Telling, Told, first_told, parts_told, tellings_of
from smartcity.audit.changes.models import OF_SEVERAL, Audience, CaughtUp, ChangedFields, LoggedChange, LoggedDay
from smartcity.audit.changes.touched import Row, kind_of, lost_act, model_named, model_of, read_rows
from smartcity.lib.log.horizon import Horizon, after, horizon_now
from smartcity.lib.log.known.marks import current
from smartcity.lib.log.models import LogEntry, SignedAct
from smartcity.lib.log.origin import SIMULATED
from smartcity.lib.log.values import broken_text_as_bytes
from tasks.models import Evidence, ProgressUpdate

logger = logging.getLogger(__name__)

AT_ONCE = 1_000
# So many a page waits for; a command goes on to the end.
FOR_A_PAGE = 5_000
# Any number that nothing else of ours locks by.
LOCK = 7_211_170

_as_it_is: ContextVar[bool] = ContextVar("changes_as_they_are", default=False)


@contextmanager
def as_it_is() -> Iterator[None]:
    """Inside, nothing is looked for and nothing written: what is read is read only, or of another time."""
    token = _as_it_is.set(True)
    try:
        yield
    finally:
        _as_it_is.reset(token)


def catch_up_for_a_page() -> bool:
    """Find what is new, if it is not too much; whether all of it is found. A page is drawn in any case."""
    # At an earlier moment nothing is written; what it knew was found before.
    if _as_it_is.get() or current.get() is not None:
        return True
    try:
        if not _has_new():
            return True
        catch_up(most=FOR_A_PAGE)
        return not _has_new()
    except DatabaseError:
        logger.exception("The timeline was drawn before what is new was found")
        return False


def catch_up(*, most: int | None = None, tell: Callable[[int], None] = lambda done: None) -> int:
    """Find what is new, up to so many entries; how many there were. Nothing where another is at it."""
    done, last, belongings = 0, 0, Belongings()
    # Before the first entry is read: what ends meanwhile is asked for again, whatever its number.
    horizon = horizon_now(connection)
    while most is None or done < most:
        numbers = _one_batch(belongings, horizon, last)
        done += len(numbers)
        tell(done)
        if len(numbers) < AT_ONCE:
            break
        last = numbers[-1]
    return done


def _has_new() -> bool:
    mark, horizon = _mark(), horizon_now(connection)
    if _is_of_another_server(mark, horizon):
        return True
    where, parameters = _new(mark, horizon)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM smartcity_logentry l WHERE {where})", parameters)
        return bool(cursor.fetchone()[0])


def _mark() -> Any:
    return CaughtUp.objects.first()


def _is_of_another_server(mark: Any, horizon: Horizon) -> bool:
    """After a restore everything is looked through once, and what was found by then is found."""
    return mark is not None and (mark.cluster != horizon.cluster or horizon.first_open < mark.horizon)


def _new(mark: Any, horizon: Horizon) -> tuple[str, list[int]]:
    """A condition on entries (``l``): those not found yet. By an index, however long the log."""
    where, parameters = after(connection, mark, horizon)
    return f"{where} AND NOT EXISTS (SELECT 1 FROM smartcity_loggedchange c WHERE c.number = l.number)", parameters


def _one_batch(belongings: Belongings, horizon: Horizon, last: int) -> list[int]:
    """The numbers of the next entries above the ``last`` one."""
    with transaction.atomic(), broken_text_as_bytes(connection):
        if not _is_alone():
            return []
        mark = _mark()
        where, parameters = _new(mark, horizon)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT l.number FROM smartcity_logentry l WHERE l.number > %s AND {where} "
                f"ORDER BY l.number LIMIT {AT_ONCE}",
                [last, *parameters],
            )
            numbers = [number for (number,) in cursor.fetchall()]
        if numbers:
            _find(list(LogEntry.objects.filter(number__in=numbers).order_by("number")), belongings)
        if len(numbers) < AT_ONCE and (numbers or last or _is_of_another_server(mark, horizon)):
            CaughtUp.objects.update_or_create(
                pk=1, defaults={"cluster": horizon.cluster, "horizon": horizon.first_open}
            )
    return numbers


def _is_alone() -> bool:
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _find(entries: list[LogEntry], belongings: Belongings) -> None:
    acts = SignedAct.objects.in_bulk({entry.act_id for entry in entries})
    acts |= {entry.act_id: lost_act(entry.act_id, entry.at) for entry in entries if entry.act_id not in acts}
    rows = _rows_of(entries)
    belonging = _belongings_of(rows, belongings)
    told = _told(rows, belonging)
    places, clocks = _places_of(entries, acts)
    made, fields = [], []
    for entry in entries:
        row, owned = rows.get(entry.number), belonging.get(entry.number, Belonging(province=OF_SEVERAL))
        # A row that is gone from its history is a fault of the log, and a line of the timeline all the same.
        tellings = (
            tellings_of(row, entry.number, owned, told) if row else [Telling(Audience.ALL, entry.kind.strip(), [])]
        )
        kind = kind_of(entry.table)
        for telling in tellings:
            act = acts[entry.act_id]
            change = LoggedChange(
                number=entry.number,
                place=places[act.pk],
                act_key=act.pk,
                day=localdate(_moment(act, row)),
                clock=clocks[entry.number],
                is_reconstructed=entry.order_is_reconstructed,
                record_kind=kind,
                record_id=entry.record_id,
                history_id=entry.history_id,
                before_id=telling.before_id or (row.values["before_id"] if row else None),
                deed=telling.deed,
                audience=telling.audience,
                signer=act.signer_id,
                agency=act.agency_key,
                **vars(owned),
                **(former_sides(row.model, owned, _before(telling, row)) if row else {}),
            )
            made.append(change)
            fields.append((kind, f",{','.join(telling.fields)},"))
    _keep(made, fields)
    _keep(*_parts_told(made, told))


def _before(telling: Telling, row: Row) -> dict[str, Any] | None:
    """What those who are told know from before."""
    if telling.before_id is not None:
        return telling.before
    return None if telling.deed == "+" else row.before


def _keep(made: list[LoggedChange], fields: list[tuple[str, str]]) -> None:
    """Store them, with the sets of fields that they touched and the days on which they stand."""
    if not made:
        return
    kinds, names = {kind for kind, _ in fields}, {one for _, one in fields}
    known = _known_sets(kinds, names)
    new = [ChangedFields(record_kind=kind, names=one) for kind, one in set(fields) if (kind, one) not in known]
    if new:
        ChangedFields.objects.bulk_create(new, ignore_conflicts=True)
        known = _known_sets(kinds, names)
    for change, one in zip(made, fields, strict=True):
        change.fields_key = known[one]
    for first in range(0, len(made), AT_ONCE):
        _write(made[first : first + AT_ONCE])
    _keep_days(made)


def _write(made: list[LoggedChange]) -> None:
    """In one plain statement: to have each value prepared by its field would take as long as all the rest."""
    fields = [field for field in LoggedChange._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(made))
    adapted = {"day": connection.ops.adapt_datefield_value, "clock": connection.ops.adapt_datetimefield_value}
    names = [field.attname for field in fields]
    values = [
        adapted[name](getattr(change, name)) if name in adapted else getattr(change, name)
        for change in made
        for name in names
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LoggedChange._meta.db_table} ({columns}) VALUES {places} ON CONFLICT DO NOTHING",
            values,
        )


def _known_sets(kinds: set[str], names: set[str]) -> dict[tuple[str, str], int]:
    found = ChangedFields.objects.filter(record_kind__in=kinds, names__in=names)
    return {(one.record_kind, one.names): one.pk for one in found}


def _keep_days(made: list[LoggedChange]) -> None:
    """Right while whoever catches up is alone: a day is read, then written anew."""
    places: dict[Any, list[int]] = defaultdict(list)
    for change in made:
        places[change.day].append(change.place)
    for one in LoggedDay.objects.filter(day__in=places):
        places[one.day] += [one.first_place, one.last_place]
    LoggedDay.objects.bulk_create(
        [LoggedDay(day=day, first_place=min(found), last_place=max(found)) for day, found in places.items()],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["first_place", "last_place"],
    )


def _rows_of(entries: list[LogEntry]) -> dict[int, Row]:
    """By number of the log; without those that are gone, or that cannot be read."""
    by_table: dict[str, dict[int, int]] = defaultdict(dict)
    for entry in entries:
        by_table[entry.table][entry.history_id] = entry.number
    found = {}
    for table, numbers in by_table.items():
        if (model := model_of(table)) is not None:
            for history_id, row in _readable(model, set(numbers)).items():
                found[numbers[history_id]] = row
    return found


def _readable(model: Any, keys: set[int]) -> dict[int, Row]:
    try:
        return read_rows(model, keys)
    except (ValueError, TypeError):
        if len(keys) == 1:
            return {}
        # Somebody wrote past all guards; the others are read all the same.
        half = set(sorted(keys)[: len(keys) // 2])
        return _readable(model, half) | _readable(model, keys - half)


def _belongings_of(rows: dict[int, Row], belongings: Belongings) -> dict[int, Belonging]:
    by_model: dict[Any, list[int]] = defaultdict(list)
    for number, row in rows.items():
        by_model[row.model].append(number)
    found: dict[int, Belonging] = {}
    for model, numbers in by_model.items():
        of_rows = belongings.of_rows(model, [rows[number].values for number in numbers])
        found |= dict(zip(numbers, of_rows, strict=True))
    return found


def _told(rows: dict[int, Row], belonging: dict[int, Belonging]) -> Told:
    meetings = {one.meeting for one in belonging.values() if one.meeting is not None}
    reports = {row.values["id"] for row in rows.values() if row.model is ProgressUpdate}
    reports |= {row.values["update_id"] for row in rows.values() if row.model is Evidence}
    return first_told(meetings, reports)


def _places_of(entries: list[LogEntry], acts: dict[int, SignedAct]) -> tuple[dict[int, int], dict[int, datetime]]:
    """The place of each act, and the latest hour that any act up to each entry said."""
    places = dict(LoggedChange.objects.filter(act_key__in=acts).values_list("act_key", "place").distinct())
    last = LoggedChange.objects.filter(place__lt=entries[0].number).order_by("-place", "-number").first()
    clock, clocks = last.clock if last else None, {}
    for entry in entries:
        at = acts[entry.act_id].at
        clock = max(clock, at) if clock else at
        clocks[entry.number] = clock
        places.setdefault(entry.act_id, entry.number)
    return places, clocks


def _moment(act: SignedAct, row: Row | None) -> datetime:
    """When it was done; of a simulated country, in its own story."""
    return row.values["history_date"] if row and act.place == SIMULATED else act.at


def _parts_told(made: list[LoggedChange], told: Told) -> tuple[list[LoggedChange], list[tuple[str, str]]]:
    """What a meeting that is concluded, and a report that is sent, tells of its parts to those who read no drafts."""
    tellers = {change.number: change for change in made if _is_telling(change, told)}
    found: list[LoggedChange] = []
    fields: list[tuple[str, str]] = []
    for span, telling in parts_told(span for teller in tellers.values() for span in _spans_of(teller, told)):
        change = copy(span.last)
        for name in ("number", "place", "act_key", "day", "clock", "is_reconstructed", "signer", "agency"):
            setattr(change, name, getattr(span.teller, name))
        change.pk, change.before_id = None, telling.before_id
        change.deed, change.audience = telling.deed, telling.audience
        # Whose it was in drafts is told to nobody else.
        for name, key in former_sides(span.model, change, telling.before).items():
            setattr(change, name, key)
        found.append(change)
        fields.append((name_of_kind(span.model), f",{','.join(telling.fields)},"))
    return found, fields


def _is_telling(change: LoggedChange, told: Told) -> bool:
    if change.record_kind == name_of_kind(Meeting):
        return told.meetings.get(change.record_id) == change.number
    return change.record_kind == name_of_kind(ProgressUpdate) and told.sends(change.record_id, change.number)


def _spans_of(teller: LoggedChange, told: Told) -> list[Span]:
    """Of each of its parts what was drafted since it told others last."""
    if teller.record_kind == name_of_kind(Meeting):
        found = LoggedChange.objects.filter(meeting=teller.record_id, audience=Audience.MEETING_DRAFT)
    else:
        owner, last = key_of(ProgressUpdate, teller.record_id), told.last_sent(teller.record_id, teller.number)
        found = LoggedChange.objects.filter(
            owner=owner, audience=Audience.REPORT_DRAFT, number__lt=teller.number, number__gt=last.number if last else 0
        )
    parts: dict[tuple[str, int], list[LoggedChange]] = defaultdict(list)
    for change in found.exclude(record_kind=teller.record_kind).order_by("number"):
        parts[change.record_kind, change.record_id].append(change)
    return [Span(model_named(kind), some[0], some[-1], teller) for (kind, _), some in parts.items()]
