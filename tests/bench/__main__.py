"""make bench: both databases, one table; JSON=FILE keeps the numbers, PROGRAMMES=N is another size."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from smartcity.simulation.scale import Scale
from tests.bench.kept import ROOT, database

# Reports of a task, where there are more programmes than usual.
FEW_REPORTS = 4
COLUMNS = "{:<11} {:<16} {:>9} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>8}\n"
HEADINGS = ["database", "page", "p50 ms", "CPU ms", "×floor", "1/s", "4/s", "16/s", "queries", "objects", "KiB"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--programmes", type=int, default=Scale.programmes)
    parser.add_argument("--databases", nargs="+", default=["postgresql", "sqlite"])
    options = parser.parse_args()
    # Of so many programmes it is what grows with them that is looked for, not with the reports of each.
    reports = Scale.reports if options.programmes <= Scale.programmes else FEW_REPORTS
    scale = Scale(programmes=options.programmes, reports=reports)
    for vendor in options.databases:
        for what in ("history", "changes", "evidence", "known"):
            measure_alone(what, vendor)
    rows = [row for vendor in options.databases for row in measure(vendor, scale)]
    sys.stdout.write(COLUMNS.format(*HEADINGS))
    for row in rows:
        rates = [row["per_second"].get(count, "–") for count in ("1", "4", "16")]
        numbers = [row["p50_ms"], row["cpu_ms"], row["floor_ratio"], *rates]
        counts = [row["queries"], row["objects"], row["kib"]]
        sys.stdout.write(COLUMNS.format(row["database"], row["page"], *numbers, *counts))
    if options.json:
        options.json.write_text(json.dumps([row for row in rows if row["page"] != "floor"], indent=1) + "\n")


def measure_alone(what: str, vendor: str) -> None:
    """On an empty database of its own; tells its numbers by itself."""
    command = [sys.executable, "-m", f"tests.bench.{what}"]
    own = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    with tempfile.TemporaryDirectory() as folder:
        if vendor == "postgresql":
            command = [sys.executable, "tests/throwaway_postgres.py", *command]
        else:
            own["DATABASE_URL"] = f"sqlite:///{folder}/{what}.sqlite3"
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **own})  # noqa: S603


def measure(vendor: str, scale: Scale) -> list[dict]:
    """The rows of one database, each beside the floor of the same run."""
    with database(vendor, scale) as (address, postmaster), tempfile.NamedTemporaryFile("r") as file:
        command = [sys.executable, "-m", "tests.bench.measure", str(postmaster), str(scale.programmes), file.name]
        own = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **own})  # noqa: S603
        rows = json.load(file)
    floor = next(row for row in rows if row["page"] == "floor")["cpu_ms"]
    return [row | {"floor_ratio": round(row["cpu_ms"] / floor, 1)} for row in rows]


if __name__ == "__main__":
    main()
