"""What ``migrate`` does about the timeline: a database from before it is looked through once."""

import logging
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from smartcity.audit.changes.catching_up import catch_up
from smartcity.audit.changes.models import CaughtUp
from smartcity.lib.log.columns import log_is_there

logger = logging.getLogger(__name__)


@receiver(post_migrate)
def after(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After the log, which is made by the same signal; of the tables of all apps as they are now."""
    if sender.label != "smartcity" or using != DEFAULT_DB_ALIAS or not log_is_there(connections[using]):
        return
    if CaughtUp._meta.db_table in connections[using].introspection.table_names():
        try:
            catch_up()
        except DatabaseError:
            # Half-way back, tables are not as the code has them; whoever seals or looks goes on.
            logger.warning("What is in the log was not looked through; the next page or audit seal does it")
