"""The entry point of the web server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")

application = get_wsgi_application()

# Django would import the pages with the first request, in each worker anew.
import_module(settings.ROOT_URLCONF)
# What is loaded by now stays: the collector need not look at it again, nor workers copy the pages that it marks.
gc.collect()
gc.freeze()
