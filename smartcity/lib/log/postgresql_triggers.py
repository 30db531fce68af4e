"""What PostgreSQL itself does about records, histories and the log.

It gives the numbers, writes the log, refuses to change or remove what is written, and compares each changed row with
its newest history when the transaction ends. The functions belong to whoever owns the tables; the application need not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from smartcity.lib.log.sqlite_triggers import KEPT, UNSIGNED
from smartcity.lib.log.tracked import Tracked

# Kinds of our own among what breaks a rule of the data (class 23); pages know them by these.
NOT_KEPT, NOT_SIGNED, NOT_RECORDED = "23S01", "23S02", "23S03"
UNRECORDED = "Thay đổi không có lịch sử tương ứng"
SEQUENCE = "smartcity_history_id"

REFUSE = f"""
BEGIN
  RAISE EXCEPTION '{KEPT}' USING ERRCODE = '{NOT_KEPT}', TABLE = TG_TABLE_NAME;
END
"""

# Old rows go once a row of the kind «pruned» has just said up to when; that one stays.
PRUNE = f"""
DECLARE told boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE kind = ''pruned'' AND at > $1 AND upto > $2)', TG_TABLE_NAME)
    INTO told USING clock_timestamp() - interval '1 hour', OLD.at;
  IF told AND OLD.kind <> 'pruned' AND OLD.at < clock_timestamp() - TG_ARGV[0]::interval THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{KEPT}' USING ERRCODE = '{NOT_KEPT}', TABLE = TG_TABLE_NAME;
END
"""

NUMBER = f"""
BEGIN
  NEW.history_id := nextval('{SEQUENCE}');
  RETURN NEW;
END
"""

LOG = f"""
DECLARE act bigint;
BEGIN
  -- A table of the same name that somebody made for themselves is no history.
  IF TG_TABLE_SCHEMA <> current_schema() THEN
    RAISE EXCEPTION '{UNSIGNED}' USING ERRCODE = '{NOT_SIGNED}', TABLE = TG_TABLE_NAME;
  END IF;
  -- Nothing is added to an act that has long ended.
  SELECT id INTO act FROM smartcity_signedact WHERE action = NEW.history_action AND signer_id = NEW.history_user_id
    AND at > clock_timestamp() - interval '1 day';
  IF act IS NULL THEN
    RAISE EXCEPTION '{UNSIGNED}' USING ERRCODE = '{NOT_SIGNED}', TABLE = TG_TABLE_NAME;
  END IF;
  INSERT INTO smartcity_logentry ("table", history_id, record_id, kind, at, act_id, shape_id, cluster, "transaction",
    salt, order_is_reconstructed)
  VALUES (TG_TABLE_NAME, NEW.history_id, NEW.id, NEW.history_type, clock_timestamp(), act, TG_ARGV[0],
    (SELECT system_identifier FROM pg_control_system()), pg_current_xact_id()::text::bigint,
    replace(gen_random_uuid()::text, '-', ''), false);
  RETURN NULL;
END
"""

# The row as it is at the end, not as one of the statements left it. Columns are named, values never.
COMPARE = f"""
DECLARE record_key bigint; live jsonb; past jsonb; untracked text[]; digested text[]; wrong text;
BEGIN
  IF TG_OP = 'DELETE' THEN record_key := OLD.id; ELSE record_key := NEW.id; END IF;
  untracked := TG_ARGV[1]::text[];
  digested := TG_ARGV[2]::text[];
  EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE id = $1', TG_TABLE_NAME) INTO live USING record_key;
  -- Of a long history one row alone is made into what is compared.
  EXECUTE format('SELECT to_jsonb(h) FROM %1$I h WHERE history_id = (SELECT max(history_id) FROM %1$I WHERE id = $1)',
    TG_ARGV[0]) INTO past USING record_key;
  IF live IS NULL THEN
    IF past IS NULL OR past ->> 'history_type' = '-' THEN RETURN NULL; END IF;
    wrong := 'đã xóa';
  ELSIF past IS NULL THEN
    wrong := 'đã thêm';
  ELSIF past ->> 'history_type' = '-' THEN
    wrong := 'đã khôi phục';
  ELSE
    FOR i IN 1 .. coalesce(array_length(digested, 1), 0) / 2 LOOP
      IF live ->> digested[2 * i]
          IS DISTINCT FROM encode(sha256(convert_to(live ->> digested[2 * i - 1], 'UTF8')), 'hex') THEN
        wrong := digested[2 * i - 1];
      END IF;
    END LOOP;
    IF wrong IS NULL AND (live - untracked) <@ past THEN RETURN NULL; END IF;
    IF wrong IS NULL THEN
      SELECT string_agg(l.key, ', ') INTO wrong FROM jsonb_each(live - untracked) l
        WHERE NOT past ? l.key OR past -> l.key <> l.value;
    END IF;
  END IF;
  RAISE EXCEPTION '{UNRECORDED}: % % (%)', TG_TABLE_NAME, record_key, wrong
    USING ERRCODE = '{NOT_RECORDED}', TABLE = TG_TABLE_NAME;
END
"""

# By name: the body, and whether it does what its caller may not.
FUNCTIONS = {
    "smartcity_refuse": (REFUSE, False),
    "smartcity_prune": (PRUNE, False),
    "smartcity_number": (NUMBER, True),
    "smartcity_log": (LOG, True),
    "smartcity_compare": (COMPARE, True),
}

# As PostgreSQL's catalogue counts them.
BITS = {"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


@dataclass(frozen=True)
class Trigger:
    name: str
    table: str
    events: tuple[str, ...]
    function: str
    arguments: tuple[str, ...] = ()
    is_before: bool = True
    is_deferred: bool = False

    @property
    def kind(self) -> int:
        bits = sum(BITS[event] for event in self.events) + BITS["BEFORE"] * self.is_before
        return bits + BITS["ROW"] * (self.events != ("TRUNCATE",))

    @property
    def sql(self) -> str:
        arguments = ", ".join(f"'{argument}'" for argument in self.arguments)
        return (
            f'CREATE {"CONSTRAINT " if self.is_deferred else ""}TRIGGER "{self.name}" '
            f'{"BEFORE" if self.is_before else "AFTER"} {" OR ".join(self.events)} ON "{self.table}" '
            f"{'DEFERRABLE INITIALLY DEFERRED ' if self.is_deferred else ''}"
            f"{'FOR EACH ROW ' if self.kind & BITS['ROW'] else ''}EXECUTE FUNCTION {self.function}({arguments})"
        )


def function_sql(name: str, schema: str) -> str:
    body, is_definer = FUNCTIONS[name]
    rights = f"SECURITY DEFINER SET search_path = {schema}, pg_temp " if is_definer else ""
    made = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {rights}AS $function${body}$function$"
    # To be asked by a trigger needs no right; whoever has it could hang the function on a table of their own.
    return f"{made}; REVOKE ALL ON FUNCTION {name}() FROM PUBLIC"


def append_only(table: str) -> Iterator[Trigger]:
    yield Trigger(f"{table}_kept", table, ("UPDATE", "DELETE"), "smartcity_refuse")
    yield Trigger(f"{table}_stays", table, ("TRUNCATE",), "smartcity_refuse")


def pruned(table: str, kept_days: int) -> Iterator[Trigger]:
    yield Trigger(f"{table}_kept", table, ("UPDATE",), "smartcity_refuse")
    yield Trigger(f"{table}_stays", table, ("TRUNCATE",), "smartcity_refuse")
    yield Trigger(f"{table}_pruned", table, ("DELETE",), "smartcity_prune", (f"{kept_days} days",))


def history(table: str, shape: str) -> Iterator[Trigger]:
    yield from append_only(table)
    yield Trigger(f"{table}_numbered", table, ("INSERT",), "smartcity_number")
    yield Trigger(f"{table}_logged", table, ("INSERT",), "smartcity_log", (shape,), is_before=False)


def live(tracked: Tracked) -> Iterator[Trigger]:
    yield Trigger(f"{tracked.table}_stays", tracked.table, ("TRUNCATE",), "smartcity_refuse")
    pairs = tuple(name for pair in tracked.digested for name in pair)
    yield Trigger(
        f"{tracked.table}_recorded",
        tracked.table,
        ("INSERT", "UPDATE", "DELETE"),
        "smartcity_compare",
        (tracked.history, array(tracked.untracked), array(pairs)),
        is_before=False,
        is_deferred=True,
    )


def array(names: tuple[str, ...]) -> str:
    return "{" + ",".join(names) + "}"
