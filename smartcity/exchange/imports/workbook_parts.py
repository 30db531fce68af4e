"""One part of a workbook, walked through piece by piece, and what its texts and styles say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS

from smartcity.lib.language.money import group
from smartcity.lib.records.files import MB

# Elements that say nothing about rows, cells or texts.
MOST_ELSE = 500_000
# Excel's own end.
LONGEST_TEXT = 32_767
DEEPEST = 60
LONGEST_TOKEN = MB


class Broken(Exception):
    """Nothing that a spreadsheet program would write."""


class DeclaresEntities(Broken):
    """XML that makes text out of declarations of its own."""


class TooLarge(Exception):
    """More than any form holds; says of what."""


TOO_LONG = TooLarge(f"một ô dài hơn {group(LONGEST_TEXT)} ký tự")


class PackagePart:
    """Walks through one part; the functions given are told what begins, ends and stands between."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ):
        self.start, self.end, self.depth, self.fed = start, end, 0, 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        if text:
            self.parser.CharacterDataHandler = text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        self.fed += len(piece)
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise Broken(str(error)) from None
        if not last and self.fed - self.parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Broken("a name or a value of a megabyte")

    def _start(self, name: str, given: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Broken("elements in elements in elements")
        self.start(name.rpartition(":")[2] if ":" in name else name, given)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.end:
            self.end(name.rpartition(":")[2] if ":" in name else name)

    def _refuse(self, *declared: Any) -> None:
        raise DeclaresEntities


def is_true(given: str | None) -> bool:
    return given in {"1", "true"}


def read_int(text: str | None) -> int:
    """A whole number of the file; ``Broken`` for what is none."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12:
        raise Broken(f"not a number: {text!r}"[:100])
    return int(text)


class Words(NamedTuple):
    """A text, and what of it is struck out."""

    kept: str
    struck: str = ""


class TextReader:
    """Collects the text of an item, of runs or of one piece; what a reader of the sheet never sees is left out."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.kept: list[str] = []
        self.struck: list[str] = []
        self.is_struck = self.is_text = False
        self.beside = self.length = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "t":
            self.is_text = not self.beside
        elif name == "r":
            self.is_struck = False
        elif name == "strike":
            self.is_struck = given.get("val", "1") not in {"0", "false"}
        elif name == "rPh":
            self.beside += 1

    def end(self, name: str) -> None:
        if name == "t":
            self.is_text = False
        elif name == "r":
            self.is_struck = False
        elif name == "rPh":
            self.beside -= 1

    def text(self, piece: str) -> None:
        if self.is_text:
            (self.struck if self.is_struck else self.kept).append(piece)
            self.length += len(piece)
            if self.length > LONGEST_TEXT:
                raise TOO_LONG

    def words(self) -> Words:
        return Words("".join(self.kept), "".join(self.struck))


@dataclass(frozen=True)
class Style:
    number_format: str = "General"
    is_struck: bool = False
    is_bold: bool = False


class StyleReader:
    """Number formats, and what is struck out or bold, by the number of the style."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.codes = dict(BUILTIN_FORMATS)
        self.fonts: list[set[str]] = []
        self.found: list[tuple[int, int]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        within = self.path[-1] if self.path else ""
        self.path.append(name)
        if name == "numFmt" and within == "numFmts":
            self.codes[read_int(given.get("numFmtId"))] = given.get("formatCode", "General")
        elif name == "font" and within == "fonts":
            self.fonts.append(set())
        elif name in {"strike", "b"} and within == "font" and self.path[-3:-2] == ["fonts"]:
            if given.get("val", "1") not in {"0", "false"}:
                self.fonts[-1].add(name)
        elif name == "xf" and within == "cellXfs":
            self.found.append((read_int(given.get("numFmtId")), read_int(given.get("fontId"))))

    def end(self, name: str) -> None:
        self.path.pop()

    def styles(self) -> list[Style]:
        drawn = [self.fonts[font] if 0 <= font < len(self.fonts) else set() for _, font in self.found]
        return [
            Style(self.codes.get(code, "General"), "strike" in font, "b" in font)
            for (code, _), font in zip(self.found, drawn, strict=True)
        ]
