from django.apps import AppConfig
from django.db.backends.signals import connection_created

from smartcity.lib.language.text import COLLATION, collate


def add_vietnamese_order(connection, **kwargs):
    """Give SQLite the collation that PostgreSQL has of its own, under the same name."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(COLLATION, collate)


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = "Đề án và văn bản"

    def ready(self):
        connection_created.connect(add_vietnamese_order)
