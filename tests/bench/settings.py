"""Production's settings, and one address more: the floor."""

from smartcity.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
