"""The tests of what a change touches: python -m tests.touched [PATH…] prints their paths, a line each.

A path is one of the code, of a template or of a test; without any, all that differs from the last commit. A test folder
mirrors the code: tasks/pages/ledger/ and templates/tasks/ledger/ are tested by tests/tasks/ledger/.
"""

import subprocess
import sys
from pathlib import Path

APPS = ("programme", "tasks", "meetings", "smartcity")


def changed() -> list[str]:
    """What differs from the last commit, new files too."""
    listed = subprocess.run(["git", "status", "--porcelain", "-uall"], capture_output=True, text=True, check=True)  # noqa: S607
    return [line[3:].split(" -> ")[-1] for line in listed.stdout.splitlines()]


def tests_of(path: str) -> set[Path]:
    """The modules, or else the nearest folder, that mirror the path; of what mirrors nothing, none."""
    if path.startswith("tests/"):
        return {Path(path)} if Path(path).is_dir() or Path(path).name.startswith("test_") else set()
    parts = [part for part in Path(path).with_suffix("").parts if part not in {"pages", "__init__"}]
    if parts[0] == "templates" or parts[:2] == ["smartcity", "lib"]:
        parts = parts[1:]
    if parts[0] not in (*APPS, "lib"):
        return set()
    if (named := Path("tests", *parts)).is_dir():
        return {named}
    folder, noun = Path("tests", *parts[:-1]), parts[-1].removeprefix("_")
    while not folder.is_dir():
        folder = folder.parent
    return set(folder.glob(f"test_*{noun}*.py")) or ({folder} - {Path("tests")})


if __name__ == "__main__":
    for test in sorted({test for path in sys.argv[1:] or changed() for test in tests_of(path) if test.exists()}):
        print(test)  # noqa: T201
