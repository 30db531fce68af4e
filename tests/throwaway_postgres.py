"""Run a command against a PostgreSQL that exists only for it: python tests/throwaway_postgres.py COMMAND…

Tests must not need an account, a port or a running server of the machine's, nor leave anything behind.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OLDEST = 15
# What the tests' databases of all workers come to, with a reserve.
ROOM = 4 * 2**30
SETTINGS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def run(arguments: list, **options) -> tuple[int, str]:
    """Run a program to its end: told to stop, tell it too, and wait until nothing of it still writes."""
    with subprocess.Popen(arguments, text=True, **options) as process:  # noqa: S603
        try:
            output, _ = process.communicate()
        except SystemExit:
            process.terminate()
            process.communicate()
            raise
    return process.returncode, output


def run_program(arguments: list, **options) -> str:
    """Run one of PostgreSQL's programs; what it says matters only when it fails."""
    status, output = run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if status:
        sys.exit(f"{arguments[0]}: {output}")
    return output


def find_programs() -> Path:
    """Find the directory of initdb and pg_ctl; Debian keeps it off the PATH, one directory for each version."""
    on_path = shutil.which("initdb")
    directories = [Path(on_path).resolve().parent] if on_path else []
    directories += sorted(Path("/usr/lib/postgresql").glob("[0-9][0-9]/bin"), key=lambda path: -int(path.parent.name))
    for directory in directories:
        if (directory / "initdb").exists():
            version = re.search(r"\) (\d+)", run_program([directory / "initdb", "--version"]))
            if version and int(version[1]) >= OLDEST:
                return directory
    sys.exit(f"Thiếu PostgreSQL {OLDEST} trở lên (Debian: apt-get install postgresql).")


def server_account() -> dict:
    """Choose who runs the server: it refuses root, so root lends it the account that Debian makes for it."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        sys.exit("PostgreSQL không chạy bằng root: máy cần tài khoản postgres.")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def place() -> str:
    """In memory, where the machine has room for it; else on its disk.

    Not TMPDIR: a socket's path must be short, and the server's account must be able to pass through it.
    """
    memory = "/dev/shm"  # noqa: S108
    try:
        has_room = shutil.disk_usage(memory).free > ROOM and os.access(memory, os.W_OK | os.X_OK)
    except OSError:
        has_room = False
    return memory if has_room else "/tmp"  # noqa: S108


@contextmanager
def server_in(directory: str) -> Iterator[str]:
    """Make a cluster in the directory and run its server, reached by the socket there; stop it, whatever happens."""
    programs, account = find_programs(), server_account()
    if account:
        shutil.chown(directory, account["user"], account["group"])
    options = {"cwd": directory, **account}
    initdb = [programs / "initdb", "-D", "data", "-U", "postgres", "-A", "trust"]
    run_program([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], **options)
    pg_ctl = [programs / "pg_ctl", "-D", "data", "--wait"]
    try:
        run_program([*pg_ctl, "start", "-l", "log", "-o", f"{SETTINGS} -k {directory}"], **options)
        yield url_of(directory, "postgres")
    finally:
        if Path(directory, "data", "postmaster.pid").exists():
            run_program([*pg_ctl, "stop", "-m", "immediate"], **options)


def url_of(directory: str, database: str) -> str:
    return f"postgres://postgres@{quote(directory, safe='')}/{database}"


def run_with_database(directory: str, command: list[str]) -> int:
    with server_in(directory) as url:
        status, _ = run(command, env={**os.environ, "DATABASE_URL": url, "DATABASE_TEMPLATE": "migrated"})
    return status if status >= 0 else 128 - status


def main() -> None:
    """Make and remove the directory, also when told to stop."""
    # The command hears Ctrl-C too and ends by itself; a request to end this process alone is passed on to it.
    signal.signal(signal.SIGINT, lambda *_: None)
    for request in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, lambda number, _: sys.exit(128 + number))
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="postgres-", dir=place()) as directory:
        sys.exit(run_with_database(directory, sys.argv[1:]))


if __name__ == "__main__":
    main()
