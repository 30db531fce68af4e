"""The simulated country on each database, built once for its migrations, seed and sizes, and kept under var/bench/.

A run works on a copy, so that each begins with the same rows.
"""

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from smartcity.simulation.scale import Scale
from tests.throwaway_postgres import SETTINGS, find_programs, run, run_program, server_account

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "bench"
# Left in a directory once all of it is there.
BUILT = "built"
# What derives the rows of tasks on days, and of what was paid by them; and of extensions.
DERIVING = ("stretches", "baseline", "carried_over", "proposed_moves", "planned_money", "payments")
EXTENDING = ROOT / "meetings" / "operations" / "extended_days.py"


def key_of(scale: Scale) -> str:
    """Another one where anything differs that the rows come from."""
    made_by = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("smartcity/**/migrations/*.py")]
    made_by += [
        *ROOT.glob("smartcity/simulation/*.py"),
        EXTENDING,
        *(ROOT / "tasks" / f"{name}.py" for name in DERIVING),
    ]
    digest = hashlib.sha256(repr(asdict(scale)).encode())
    for path in sorted(set(made_by)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def database(vendor: str, scale: Scale) -> Iterator[tuple[str, int]]:
    """The address of a copy of the country, and the process whose children serve it (0 where there is none)."""
    directory = KEPT / f"{vendor}-{scale.programmes}-{key_of(scale)}"
    if not (directory / BUILT).exists():
        # What older migrations made is of no more use.
        for older in KEPT.glob(f"{vendor}-{scale.programmes}-*"):
            shutil.rmtree(older)
        directory.mkdir(parents=True)
    with {"postgresql": _postgresql, "sqlite": _sqlite}[vendor](directory, scale) as found:
        yield found


@contextmanager
def _sqlite(directory: Path, scale: Scale) -> Iterator[tuple[str, int]]:
    country, copy = directory / "country.sqlite3", directory / "copy.sqlite3"
    if not (directory / BUILT).exists():
        country.unlink(missing_ok=True)
        _fill(f"sqlite:///{country}", scale)
        with closing(sqlite3.connect(country)) as written:
            # All of it into the one file that is copied.
            written.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (directory / BUILT).touch()
    shutil.copy(country, copy)
    try:
        yield f"sqlite:///{copy}", 0
    finally:
        for left in directory.glob("copy.sqlite3*"):
            left.unlink()


@contextmanager
def _postgresql(directory: Path, scale: Scale) -> Iterator[tuple[str, int]]:
    data = directory / "data"
    if not (directory / BUILT).exists():
        shutil.rmtree(data, ignore_errors=True)
        if account := server_account():
            shutil.chown(directory, account["user"], account["group"])
        initdb = [find_programs() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        run_program([*initdb, "--locale=C.UTF-8"], cwd=directory, **account)
        with _server(data, SETTINGS) as (programs, sockets):
            run_program([programs / "createdb", "-h", sockets, "-U", "postgres", "country"])
            _fill(_address(sockets, "country"), scale)
            # Else the server would tidy the copy up while its pages are measured.
            run_program([programs / "vacuumdb", "-h", sockets, "-U", "postgres", "--analyze", "--quiet", "country"])
        (directory / BUILT).touch()
    # As production has it: what is saved is on the disk.
    with _server(data, "-c listen_addresses=") as (programs, sockets):
        at = ["-h", sockets, "-U", "postgres"]
        run_program([programs / "dropdb", *at, "--if-exists", "copy"])
        run_program([programs / "createdb", *at, "-T", "country", "copy"])
        try:
            yield _address(sockets, "copy"), int((data / "postmaster.pid").read_text().split()[0])
        finally:
            run_program([programs / "dropdb", *at, "--if-exists", "--force", "copy"])


@contextmanager
def _server(data: Path, settings: str) -> Iterator[tuple[Path, str]]:
    programs, account = find_programs(), server_account()
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as sockets:
        if account:
            shutil.chown(sockets, account["user"], account["group"])
        pg_ctl = [programs / "pg_ctl", "-D", data, "--wait"]
        run_program([*pg_ctl, "start", "-l", data / "log", "-o", f"{settings} -k {sockets}"], cwd=sockets, **account)
        try:
            yield programs, sockets
        finally:
            run_program([*pg_ctl, "stop", "-m", "fast"], cwd=sockets, **account)


def _address(sockets: str, name: str) -> str:
    return f"postgres://postgres@{quote(sockets, safe='')}/{name}"


def _fill(address: str, scale: Scale) -> None:
    sizes = [f"--{name}={value}" for name, value in asdict(scale).items()]
    for command in (["migrate", "--verbosity=0"], ["simulate", *sizes]):
        manage = [sys.executable, ROOT / "manage.py", *command]
        status, _ = run(manage, env={**os.environ, "DATABASE_URL": address}, cwd=ROOT, stdout=sys.stderr)
        if status:
            sys.exit(f"manage.py {command[0]}: {status}")
