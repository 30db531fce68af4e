"""The user's guide: the texts of ``docs/huong-dan`` as pages, with no HTML but what is made of them here."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.templatetags.static import static
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from smartcity.guide.addresses import guide_address

FOLDER = settings.BASE_DIR / "docs" / "huong-dan"
CONTENTS = "README"
# Raw HTML is shown as it is typed, and an address that would run a script becomes no link.
MARKDOWN = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
OWN_PAGE = re.compile(r"(?P<page>[\w-]+)\.md(?:#(?P<anchor>[\w-]+))?")
# What a heading takes with it: its beginning, its words, its end.
HEADING = 3


@dataclass(frozen=True)
class GuideHeading:
    """A part of a page, which links lead to by its anchor."""

    title: str
    anchor: str


@dataclass(frozen=True)
class GuidePage:
    """One text as it is shown; ``body`` is HTML that came out of ``MARKDOWN``."""

    name: str
    title: str
    headings: list[GuideHeading]
    body: str


def page_names() -> list[str]:
    """Every page but the contents."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != CONTENTS)


@cache
def read_page(name: str) -> GuidePage:
    """Read a page, once: the texts come with the code."""
    tokens = MARKDOWN.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    title, rest = tokens[1].content, tokens[HEADING:]
    headings = list(_anchored(rest))
    body = MARKDOWN.renderer.render(list(_at_home(rest)), MARKDOWN.options, {})
    return GuidePage(name, title, headings, body)


def _anchored(tokens: list[Token]) -> Iterator[GuideHeading]:
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            # Django's own way keeps no «đ».
            heading = GuideHeading(words.content, slugify(words.content.replace("đ", "d").replace("Đ", "d")))
            token.attrSet("id", heading.anchor)
            if token.tag == "h2":
                yield heading


def _at_home(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with addresses as the site has them; a table may be scrolled sideways on its own."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", _own_address(str(child.attrs["href"])))
            elif child.type == "image":
                _as_picture(child)
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "table_open":
            yield Token(
                "html_block", "", 0, content='<div class="sideways" tabindex="0" role="region" aria-label="Bảng">'
            )
        yield token
        if token.type == "table_close":
            yield Token("html_block", "", 0, content="</div>")


def _own_address(written: str) -> str:
    """A text names its neighbours as files, so that its links lead somewhere in the repository too."""
    own = OWN_PAGE.fullmatch(written)
    if own is None:
        return written
    page = "" if own["page"] == CONTENTS else own["page"]
    return guide_address(f"{page}#{own['anchor'] or ''}")


def _as_picture(image: Token) -> None:
    """A picture takes its place before it is there, and is fetched once one comes near it."""
    written = str(image.attrs["src"])
    width, height = struct.unpack(">II", (FOLDER / written).read_bytes()[16:24])
    image.attrs |= {"src": static(f"huong-dan/{written}"), "width": width, "height": height, "loading": "lazy"}
