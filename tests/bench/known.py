"""What an earlier moment costs: pages of a simulated country as they are, and as they were known at a sealed block.

Run by make bench on a throw-away database of either kind. PROGRAMMES, TASKS and REPORTS say how large the country is;
63, 200 and 40 make half a million reports.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from programme.models import Programme, User  # noqa: E402
from smartcity.audit.changes.catching_up import catch_up  # noqa: E402
from smartcity.lib.log.known.filling import keep_known  # noqa: E402
from smartcity.lib.log.models import LogEntry  # noqa: E402
from smartcity.lib.log.sealing import seal  # noqa: E402
from smartcity.lib.log.verifying.verify import verify  # noqa: E402

SIZES = {"programmes": "63", "tasks": "20", "reports": "8"}
VISITS, FIRST = 33, 3


def main() -> None:
    call_command("migrate", verbosity=0)
    sizes = [f"--{name}={os.environ.get(name.upper(), size)}" for name, size in SIZES.items()]
    call_command("simulate", *sizes, verbosity=0)
    sealed = seal()
    rows: dict[str, Any] = {"history_rows": LogEntry.objects.count()}
    rows["fill_s"] = _seconds(keep_known)
    # As the sealer does: no page has to look through half a country first.
    rows["catch_up_s"] = _seconds(catch_up)
    rows["verify_s"] = _seconds(lambda: verify(connection))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    moment = f"khoi-{sealed.seal.number if sealed.seal else 0}"
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(username="mp1-kiem-toan"))
    first = Programme.objects.order_by("code").first()
    for name, address in {
        "portfolio": "/",
        "programme": first.get_absolute_url(),
        "task": first.tasks.order_by("pk").first().get_absolute_url(),
        "board": reverse("directive_board"),
        "admin_tasks": reverse("admin:tasks_task_changelist"),
    }.items():
        rows[name] = _compared(browser, address, moment)
    sys.stdout.write(json.dumps({"database": connection.vendor} | rows, indent=1) + "\n")


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 1)


def _compared(browser: Client, address: str, moment: str) -> dict[str, float]:
    """Of visits by turns: a machine that is slower for a while is so for both."""
    took: dict[str, list[float]] = {"": [], moment: []}
    for _ in range(VISITS):
        for asked, seconds in took.items():
            began = time.perf_counter()
            answer = browser.get(address, {"biet-den": asked} if asked else {})
            seconds.append(time.perf_counter() - began)
            if answer.status_code != 200:
                sys.exit(f"{address}: {answer.status_code}")
    now, then = (1000 * median(seconds[FIRST:]) for seconds in took.values())
    return {"ms": round(now, 1), "known_ms": round(then, 1), "ratio": round(then / now, 2)}


if __name__ == "__main__":
    main()
