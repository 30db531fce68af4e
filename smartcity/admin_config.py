"""Which site the admin uses; in a module of its own because Django reads it before any model."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import site
from django.utils.module_loading import autodiscover_modules


class SmartcityAdminConfig(AdminConfig):
    default_site = "smartcity.admin.SmartcityAdminSite"

    def ready(self):
        super().ready()
        # The project's own records beside those of its apps; its admin module holds the site itself.
        autodiscover_modules("exchange.imports.admin", register_to=site)
