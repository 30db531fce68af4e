"""Measures every page on the database that DATABASE_URL names; started by ``tests.bench``."""

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402  (models need the set-up above)

from tests.bench.browsers import InnerBrowser, NetworkBrowser  # noqa: E402
from tests.bench.plans import plans  # noqa: E402
from tests.bench.processes import cpu_ms, memory_mib  # noqa: E402
from tests.bench.visits import Unexpected, Visit, visits  # noqa: E402

# How long each page is asked for by so many clients.
SECONDS = 4
# However slow a page is, it is visited that often.
LEAST = 5
# Each worker has two threads, of which each connects to the database once.
WARMING = 8
GUNICORN = [
    "--workers",
    "2",
    "--worker-class",
    "gthread",
    "--threads",
    "2",
    "--preload",
    "--no-control-socket",
    "--log-level",
    "warning",
]


@contextmanager
def site() -> Iterator[tuple[int, int]]:
    """gunicorn as the Makefile starts it: its port and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("gunicorn")
    command = [program, "smartcity.wsgi", "--bind", f"127.0.0.1:{port}", *GUNICORN]
    begun = time.perf_counter()
    with subprocess.Popen(command) as server:  # noqa: S603
        try:
            _wait_for(port, server)
            sys.stdout.write(f"{connection.vendor}: first page {1000 * (time.perf_counter() - begun):.0f} ms\n")
            yield port, server.pid
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(1_500):
        first = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            first.request("GET", "/dang-nhap/")
            first.getresponse().read()
        except OSError:
            if server.poll() is not None:
                sys.exit("gunicorn không chạy.")
            time.sleep(0.02)
        else:
            return
        finally:
            first.close()
    sys.exit("gunicorn không trả lời.")


def counted(visit: Visit) -> dict:
    """Queries, objects and size of one visit inside this process; one before it warms caches."""
    browser = InnerBrowser(visit.people[0])
    work = visit.begin(browser, 0)
    work()
    browser.queries = browser.objects = 0
    answer = work()
    return {"queries": browser.queries, "objects": browser.objects, "kib": round(len(answer.body) / 1024, 1)}


def rate(visit: Visit, port: int, clients: int) -> float:
    """How many visits of so many clients at once are answered a second."""
    count = len(visit.people)
    browsers = [NetworkBrowser(visit.people[number % count], port) for number in range(clients)]
    works = [visit.begin(browser, number % count) for number, browser in enumerate(browsers)]
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(clients) as pool:
        answered = [ended for ends in pool.map(lambda work: _repeat(work, until), works) for ended in ends]
    for browser in browsers:
        browser.close()
    return round(sum(ended <= until for ended in answered) / SECONDS, 1)


def _repeat(work: Callable[[], object], until: float) -> list[float]:
    """When each visit of one client ended."""
    answered: list[float] = []
    try:
        while time.perf_counter() < until:
            work()
            answered.append(time.perf_counter())
    except (Unexpected, OSError) as refusal:
        # Of many clients some may be refused: what was not answered is not counted.
        sys.stderr.write(f"{refusal}\n")
    finally:
        # Each thread asks the database for what it needs itself.
        connection.close()
    return answered


def alone(visit: Visit, port: int, servers: list[int]) -> dict:
    """What one visit takes and costs where nobody else asks."""
    browser = NetworkBrowser(visit.people[0], port)
    work = visit.begin(browser, 0)
    warm = time.perf_counter() + SECONDS
    for _ in range(WARMING):
        if time.perf_counter() < warm:
            work()
    spent, taken, until = sum(map(cpu_ms, servers)), [], time.perf_counter() + SECONDS
    while time.perf_counter() < until or len(taken) < LEAST:
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    spent = sum(map(cpu_ms, servers)) - spent
    browser.close()
    return {
        "p50_ms": round(1000 * statistics.median(taken), 1),
        "cpu_ms": round(spent / len(taken), 1),
        "per_second": {"1": round(len(taken) / sum(taken), 1)},
    }


def measured(visit: Visit, port: int, servers: list[int], clients: list[int]) -> dict:
    found = alone(visit, port, servers)
    for count in clients:
        if count <= visit.most:
            found["per_second"][str(count)] = rate(visit, port, count)
    return found


def main() -> None:
    postmaster, programmes, file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    rows = []
    for name, plan in plans():
        sys.stdout.write(f"{connection.vendor}: plan of {name}:\n{plan}\n")
    with site() as (port, gunicorn):
        servers = [gunicorn, *([postmaster] if postmaster else [])]
        clients = [4, 16] if postmaster else []
        for visit in visits():
            sys.stderr.write(f"{connection.vendor}: {visit.name}…\n")
            said = {"page": visit.name, "database": connection.vendor, "programmes": programmes}
            rows.append(said | counted(visit) | measured(visit, port, servers, clients))
            if visit.name in {"floor", "portfolio"}:
                sys.stdout.write(f"{connection.vendor}: memory after {visit.name} {memory_mib(gunicorn):.0f} MiB\n")
        sys.stdout.write(f"{connection.vendor}: memory after all {memory_mib(gunicorn):.0f} MiB\n")
    file.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
