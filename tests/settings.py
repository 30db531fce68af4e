"""Settings of the tests: production's, without https, with a key that protects nothing."""

import os

os.environ.setdefault("SECRET_KEY", "tests-protect-nothing-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("HTTPS", "0")
# Playwright keeps an event loop running in the thread of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from smartcity.settings import *  # noqa: F403  (reads what stands above)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["ENGINE"] = "tests.kept_sqlite"  # noqa: F405
