"""What a package of 100,000 rows of history costs: to make it, to check it, and the memory of both.

Run by make bench on a throw-away database of either kind; half of what is sealed is another programme's.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from programme.models import Agency, AgencyKind, Programme, Province, User  # noqa: E402
from smartcity.audit.evidence import package  # noqa: E402
from smartcity.lib.log.sealing import seal  # noqa: E402
from smartcity.lib.records.history import signed_bulk_create, signed_save  # noqa: E402
from tasks.models import ProgressUpdate, Status, Task, UpdateState  # noqa: E402

ROWS, AT_ONCE = 100_000, 2_000
TASKS = 12
# A process has the memory of the one that began it, until it is one of its own: this one is small.
MEASURE = """
import json, resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
VERIFY = Path(package.__file__).with_name("verify.py")


def main() -> None:
    call_command("migrate", verbosity=0)
    signer = User.objects.create_user("do", full_name="Người đo", role="administrator")
    province = signed_save(Province(code="do", name="Tỉnh đo"), by=signer)
    agency = signed_save(Agency(province=province, name="Sở đo", kind=AgencyKind.DEPARTMENT), by=signer)
    for code in ("DO-1", "DO-2"):
        _add(signed_save(Programme(province=province, code=code, coordinating_agency=agency), by=signer), signer)
    seal()
    with tempfile.TemporaryDirectory() as folder:
        export = [sys.executable, "manage.py", "audit", "export", "--out"]
        rows = {"rows": ROWS}
        rows |= _measured("export", [*export, f"{folder}/goi.zip", "--programme", "DO-1"])
        rows["mb"] = round(Path(folder, "goi.zip").stat().st_size / 1_000_000, 1)
        rows |= _measured("verify", [sys.executable, "-I", str(VERIFY), f"{folder}/goi.zip"])
        # Of a period each record has the row by which it began, which is asked of all that came before.
        rows |= _measured(
            "export_of_a_day", [*export, f"{folder}/ngay.zip", "--programme", "DO-1", "--from", "2099-01-01"]
        )
        rows |= _measured("export_of_all", [*export, f"{folder}/tat-ca.zip", "--all"])
    sys.stdout.write(json.dumps({"database": connection.vendor} | rows, indent=1) + "\n")


def _add(programme: Programme, signer: User) -> None:
    made = [Task(programme=programme, code=f"NV-{number:02}") for number in range(TASKS)]
    tasks = [signed_save(task, by=signer) for task in made]
    for first in range(0, ROWS, AT_ONCE):
        reports = [
            ProgressUpdate(
                task=tasks[number % TASKS],
                as_of=date(2023, 6, 16),
                reported_on=date(2023, 6, 16),
                status=Status.IN_PROGRESS,
                state=UpdateState.SUBMITTED,
                results=f"Đã làm xong phần việc số {number}, đang trình thẩm định.",
                author=signer,
            )
            for number in range(first, first + AT_ONCE)
        ]
        signed_bulk_create(reports, by=signer, reason="Đo")


def _measured(what: str, command: list[str]) -> dict[str, float]:
    """Seconds by the clock and of the processor, and the most memory that it had."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], check=True, capture_output=True)  # noqa: S603
    code, cpu, peak = json.loads(done.stdout)
    if code:
        sys.exit(f"{what}: {code}")
    told = {"s": time.perf_counter() - began, "cpu_s": cpu, "peak_mb": peak / 1_000}
    return {f"{what}_{name}": round(number, 1) for name, number in told.items()}


if __name__ == "__main__":
    main()
