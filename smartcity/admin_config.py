"""Which site the admin uses; in a module of its own because Django reads it before any model."""

from django.contrib.admin.apps import AdminConfig


class SmartcityAdminConfig(AdminConfig):
    default_site = "smartcity.admin.SmartcityAdminSite"
