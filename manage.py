#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys
from pathlib import Path

# What ``make demo`` runs with; here alone it is read, and only where nobody says what to run with.
DEMONSTRATION = Path(__file__).parent / "var" / "demo.env"
SAID = {"SECRET_KEY", "DEBUG", "HTTPS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}


def main():
    """Run administrative tasks."""
    if DEMONSTRATION.exists() and not SAID & set(os.environ):
        lines = DEMONSTRATION.read_text(encoding="utf-8").splitlines()
        os.environ.update(line.split("=", 1) for line in lines)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
