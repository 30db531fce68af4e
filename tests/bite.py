"""Whether the suite bites: rules are broken one at a time, and a test must fail: python -m tests.bite [NUMBER…]

Each is broken in a copy of the last commit. First the tests of what it touches are run, up to the first that fails; who
survives them meets the whole suite, on both databases. Prints a line for each, and exits 1 where a rule could be broken
and no test said so. ``--in DIRECTORY`` breaks them in another checkout instead, wherever it has the same text, and runs
its whole suite: what an older one caught, today's must.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.broken_rules import BROKEN_RULES, BrokenRule
from tests.touched import APPS, tests_of

HERE = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "--exitfirst", "--quiet", "--no-header", "-p", "no:cacheprovider"]
# It finds whatever is broken by its text alone.
PYTEST += ["--deselect", "tests/test_project.py::test_rules_that_are_broken_on_purpose_are_there"]
WORKERS = ["-n", "auto", "--dist", "loadfile"]
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@contextmanager
def copy_of_the_last_commit() -> Iterator[Path]:
    """A checkout beside this one, with what it needs to run that is in no commit."""
    with tempfile.TemporaryDirectory(prefix="bite-") as made:
        copy = Path(made, "copy")
        run_git("clone", "--quiet", "--shared", str(HERE), str(copy))
        shutil.copytree(HERE / "var" / "static", copy / "var" / "static")
        for catalogue in HERE.glob("smartcity/locale/*/LC_MESSAGES/*.mo"):
            shutil.copy(catalogue, copy / catalogue.relative_to(HERE))
        yield copy


def run_git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)  # noqa: S603, S607


def place_of(rule: BrokenRule, checkout: Path) -> Path:
    """The module with the text of the rule, there or where an older checkout had it."""
    if (named := checkout / rule.path).exists() and named.read_text().count(rule.kept) == 1:
        return named
    found = [path for app in APPS for path in (checkout / app).rglob("*.py") if path.read_text().count(rule.kept) == 1]
    if len(found) != 1:
        sys.exit(f"{rule.path}: «{rule.kept}» stands in {len(found)} modules, not in one")
    return found[0]


@contextmanager
def broken(rule: BrokenRule, checkout: Path) -> Iterator[None]:
    path = place_of(rule, checkout)
    before = path.read_text()
    path.write_text(before.replace(rule.kept, rule.broken))
    try:
        yield
    finally:
        path.write_text(before)


def first_failure(checkout: Path, *arguments: str, **settings: str) -> str:
    """The first test that fails; nothing where all pass."""
    command = [*PYTEST, *arguments]
    done = subprocess.run(command, cwd=checkout, env={**os.environ, **settings}, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 0:
        return ""
    found = FAILED.search(done.stdout)
    if not found:
        sys.exit(f"No test failed, and yet:\n{done.stdout}\n{done.stderr}")
    return found[1]


def caught_by(rule: BrokenRule, checkout: Path, *, whole: bool) -> str:
    """Which test says that the rule is broken, and where it was looked for."""
    # What a migration says is kept in a template of its own.
    template = f"broken_{BROKEN_RULES.index(rule)}" if "/migrations/" in rule.path else os.environ["DATABASE_TEMPLATE"]
    touched = [] if whole else rule.tests.split() or sorted(map(str, tests_of(rule.path)))
    if touched and (test := first_failure(checkout, *touched, DATABASE_TEMPLATE=template)):
        return f"its own tests: {test}"
    for settings in ({"DATABASE_TEMPLATE": template}, {"DATABASE_URL": "", "DATABASE_TEMPLATE": ""}):
        if test := first_failure(checkout, *WORKERS, **settings):
            return f"the whole suite: {test}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--in", dest="checkout", type=Path)
    wanted = parser.parse_args()
    if "DATABASE_TEMPLATE" not in os.environ:
        again = [sys.executable, "tests/throwaway_postgres.py", sys.executable, "-m", "tests.bite", *sys.argv[1:]]
        os.execv(sys.executable, again)  # noqa: S606
    numbers = wanted.numbers or range(1, len(BROKEN_RULES) + 1)
    survivors = []
    with copy_of_the_last_commit() as copy:
        checkout = wanted.checkout or copy
        for number in numbers:
            rule = BROKEN_RULES[number - 1]
            with broken(rule, checkout):
                test = caught_by(rule, checkout, whole=bool(wanted.checkout))
            survivors += [] if test else [number]
            print(f"{number:2} {rule.says} — {test or 'SURVIVED'}", flush=True)  # noqa: T201
    sys.exit(f"Survived: {survivors}" if survivors else 0)


if __name__ == "__main__":
    main()
