"""A list as .csv, of which no spreadsheet program runs anything."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.columns import Kind, Listing

# What a spreadsheet program takes for the beginning of a formula in a .csv, also in full width and behind blanks. An
# apostrophe that stands there already gets another, so that what was written can be told again.
FORMULA_START = re.compile(r"'*\s*[=+\-@\t\r\u2212\uff1d\uff0b\uff0d\uff20]")
# Where the list separator is another one, a cell is split there, and its rest begins a cell of its own.
BEGINS_A_CELL = r"'*(?:[=+@\uff1d\uff0b\uff20]|(?<=[;\t])[-\uff0d](?=\S))"
SPLIT = re.compile(rf"([;,\t|\n\r]\s*)({BEGINS_A_CELL})")
SPLIT_KEPT = re.compile(r"([;,\t|\n\r]\s*)'(?='*(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d]\S))")
# One of these stands in whatever FORMULA_START and SPLIT find; most texts have none.
MARKS = re.compile(r"[=+\-@\t\r\u2212\uff1d\uff0b\uff0d\uff20]")
ROWS_IN_A_CHUNK = 500


class _Line:
    """For the csv module, which wants something to write to: hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(listing: Listing) -> Iterator[str]:
    """The list as CSV in UTF-8 with the mark by which Excel knows it, a chunk of rows at a time."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    above = [writer.writerow([harmless(listing.above)])] if listing.above else []
    chunk = ["\ufeff", *above, writer.writerow([harmless(column.header) for column in listing.columns])]
    for count, row in enumerate(listing.rows, start=1):
        chunk.append(writer.writerow([_csv_value(column.value(row), column.kind) for column in listing.columns]))
        if count % ROWS_IN_A_CHUNK == 0:
            yield "".join(chunk)
            chunk = []
    yield "".join(chunk)


def _csv_value(value: Any, kind: Kind) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{localtime(value):{'%H:%M:%S' if kind == Kind.MOMENT else '%H:%M'} %d/%m/%Y}"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, bool):
        return say_yes(value)
    return value if isinstance(value, int | float) else harmless(str(value))


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program would run as a formula.

    Behind a separator inside the text too: quotes hold a cell together only where the program splits at our comma.
    """
    if not MARKS.search(text):
        return text
    text = SPLIT.sub(r"\1'\2", text)
    return f"'{text}" if FORMULA_START.match(text) else text


def as_written(text: str) -> str:
    """What ``harmless`` was given, from what it made of it: a file of ours comes back as it went."""
    text = SPLIT_KEPT.sub(r"\1", text)
    return text[1:] if text.startswith("'") and FORMULA_START.match(text[1:]) else text


def say_yes(value: bool) -> str:
    return "Có" if value else "Không"
