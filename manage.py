#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys
from pathlib import Path

DEMONSTRATION = Path(__file__).resolve().parent / "var" / "demo.env"


def settings_of_the_demonstration():
    """What ``make demo`` runs with. A server is told its own settings and never reads this file."""
    try:
        lines = DEMONSTRATION.read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines)


def main():
    """Run administrative tasks; where no setting is given, on the demonstration."""
    found = settings_of_the_demonstration()
    if not any(os.environ.get(name) for name in found):
        os.environ.update(found)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from smartcity.lib.log.origin import Source, came_by  # noqa: PLC0415

    with came_by(Source.COMMAND, " ".join(sys.argv[1:2])):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
