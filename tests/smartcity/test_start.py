"""What is loaded when the site starts."""

import subprocess
import sys

# For files that come and go, the calendar and the guide.
FOR_FEW_PAGES = ["openpyxl", "xlsxwriter", "icalendar", "markdown_it", "puremagic"]


def test_what_few_pages_need_is_not_loaded_at_the_start():
    program = f"import sys, smartcity.wsgi; print(*(name for name in {FOR_FEW_PAGES} if name in sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603

    assert loaded.stdout.split() == []
