"""What was read of a file: rows of cells as text, and what has to be said of them."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from smartcity.lib.records.files import MB

MOST_ROWS, MOST_COLUMNS, LARGEST = 5_000, 60, 5 * MB
# Titles and headers above the rows.
MOST_TITLES = 100


class NotReadable(ValidationError):
    """The file is not one of ours, or not a whole one; the sentence says what it is and how to mend it."""


@dataclass(frozen=True)
class Note:
    """What to know of how a file was read: of the whole of it (row 0), of a row, or of one of its cells."""

    row: int
    column: str
    sentence: str


@dataclass(slots=True)
class SheetCell:
    """What a cell shows to its author, and where; ``trouble`` says why it cannot be read."""

    text: str
    place: str
    trouble: str = ""
    # What is shown, where a day is asked for.
    day: str = ""
    # What to look at, though it is read.
    notes: tuple[str, ...] = ()
    # The cells that share what is shown, where several rows do: «C4:C6».
    merged: str = ""
    # What to look at where it is read as a day.
    day_note: str = ""
    is_bold: bool = False

    def as_text(self, *, is_day: bool) -> str:
        """The cell as one would have typed it on a page."""
        return self.day or self.text if is_day else self.text

    def notes_as(self, *, is_day: bool) -> list[str]:
        """What to look at where the cell is read so."""
        return [*self.notes, self.day_note] if is_day and self.day_note else [*self.notes]


@dataclass(frozen=True)
class SheetTable:
    """Every row that says something, with its number in the file: titles and header too."""

    rows: list[tuple[int, list[SheetCell]]]
    # None in CSV.
    sheet: str = ""
    notes: list[Note] = field(default_factory=list)
