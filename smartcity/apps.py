from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from smartcity.lib.log.guard import guard


class SmartcityConfig(AppConfig):
    name = "smartcity"
    verbose_name = "Theo dõi đô thị thông minh"

    def ready(self):
        connection_created.connect(guard)
        # Needs the models, which are there now.
        import_module("smartcity.lib.log.migrating")
        import_module("smartcity.audit.changes.migrating")
        import_module("smartcity.lib.log.checks")
        import_module("smartcity.audit.changes.earlier").keep_earlier_changes()
        import_module("smartcity.audit.access.account_changes")
