"""What ``migrate`` does about the log before and after it changes tables."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from smartcity.lib.log.columns import keep_changed_columns
from smartcity.lib.log.guard import begin_without_log, has_log
from smartcity.lib.log.models import LogEntry
from smartcity.lib.log.triggers import install, remove


@receiver(pre_migrate)
def before(sender: AppConfig, using: str, plan: list[tuple[Migration, bool]], **kwargs: Any) -> None:
    """Keep what is about to be renamed or dropped, while it is there. Once for all apps, ours being the first."""
    if sender.label != "smartcity" or not plan:
        return
    connection = connections[using]
    if _is_there(connection):
        keep_changed_columns(connection, plan)
        remove(connection)
    else:
        begin_without_log(using)


@receiver(post_migrate)
def after(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """What guards the tables, as they are now."""
    if sender.label == "smartcity" and _is_there(connections[using]):
        install(connections[using])
        has_log(using)


def _is_there(connection: BaseDatabaseWrapper) -> bool:
    return LogEntry._meta.db_table in connection.introspection.table_names()
