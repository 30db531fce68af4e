"""What ``migrate`` does about the log when it changes tables."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from smartcity.lib.log.columns import log_is_there, noting
from smartcity.lib.log.guard import begin_without_log, has_log
from smartcity.lib.log.known import tables as known
from smartcity.lib.log.triggers import install, remove, uninstall


@receiver(pre_migrate)
def before(sender: AppConfig, using: str, plan: list[tuple[Migration, bool]], **kwargs: Any) -> None:
    """Once for all apps, ours being the first."""
    if sender.label != "smartcity" or not plan:
        return
    if not log_is_there(connections[using]):
        begin_without_log(using)
        return
    known.remove_views(connections[using])
    for migration, _ in plan:
        changes = [noting(operation) for operation in migration.operations]
        # In the migration's own transaction: one that fails leaves everything as it was.
        migration.operations = [Around(remove, install), *changes, Around(install, remove)]  # type: ignore[misc]


@receiver(post_migrate)
def after(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """What guards the tables, as they are now."""
    if sender.label == "smartcity" and log_is_there(connections[using]):
        install(connections[using])
        known.install(connections[using])
        has_log(using)


class Around(Operation):
    """Takes the guards off, or puts them on; the first becomes the last when it goes backwards."""

    def __init__(
        self, forwards: Callable[[BaseDatabaseWrapper], None], backwards: Callable[[BaseDatabaseWrapper], None]
    ):
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self._run(self.forwards, schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self._run(self.backwards, schema_editor.connection)

    def _run(self, do: Callable[[BaseDatabaseWrapper], None], connection: BaseDatabaseWrapper) -> None:
        if log_is_there(connection):
            do(connection)
        else:
            # Back to before the log.
            uninstall(connection)
