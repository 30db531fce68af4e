"""Settings of the tests: production's, without https, with nothing to set first.

Only DATABASE_URL is read as it is: ``throwaway_postgres.py`` sets it, otherwise the tests use SQLite in memory.
"""

import os
import secrets

from tests.throwaway_key import throwaway_key

os.environ |= {
    "SECRET_KEY": secrets.token_hex(32),
    "AUDIT_KEY_FILE": throwaway_key(),
    "DEBUG": "0",
    "HTTPS": "0",
    # While Chromium is driven, an event loop runs in the thread that asks the database.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

from smartcity.settings import *  # noqa: F403

# A server lists static files once, when it starts; here each new client would.
WHITENOISE_AUTOREFRESH = True
# Asked once, before the first test: no page asks one query more than the next.
SEAL_ASKED_EVERY = float("inf")
# Production's hash is slow on purpose; here it would be waited for some hundred times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Named by throwaway_postgres.py alone: on a server that stays nothing would take the template away.
DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("DATABASE_TEMPLATE")}  # noqa: F405
