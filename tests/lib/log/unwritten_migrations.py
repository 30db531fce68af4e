"""Migrations that the product has not: a test gives their operations."""

import sys
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

PACKAGE = "__path__.append({real!r})\n"
MIGRATION = """from django.db.migrations import Migration as Base
from tests.lib.log.unwritten_migrations import OPERATIONS

class Migration(Base):
    dependencies = {dependencies!r}
    operations = OPERATIONS[{name!r}]
"""
OPERATIONS = {}
numbers = count(1)


class Migrations:
    """Migrations of ``tasks`` after all that there are."""

    def __init__(self, folder: Path):
        self.package = f"migrations_of_a_test_{next(numbers)}"
        self.folder = folder / self.package
        self.folder.mkdir()
        real = sys.modules["tasks.migrations"].__path__[0]
        (self.folder / "__init__.py").write_text(PACKAGE.format(real=real))
        self.last = self.newest = self._leaf()

    def _leaf(self) -> str:
        return MigrationLoader(None).graph.leaf_nodes("tasks")[0][1]

    def run(self, *operations) -> None:
        name = f"{1000 + next(numbers)}_of_a_test"
        OPERATIONS[name] = list(operations)
        dependencies = [("tasks", self.last), ("smartcity", "0006_log")]
        (self.folder / f"{name}.py").write_text(MIGRATION.format(dependencies=dependencies, name=name))
        self.before, self.last = self.last, name
        call_command("migrate", verbosity=0)

    def forget(self) -> None:
        """The last one, which was refused."""
        (self.folder / f"{self.last}.py").unlink()
        self.last = self.before

    def back(self) -> None:
        call_command("migrate", "tasks", self.newest, verbosity=0)
