"""What a test reads off a page: its words, links and figures."""

import re
from html import unescape
from html.parser import HTMLParser


class Reader(HTMLParser):
    """What a test looks at in a page: headings, links with their words, the table of tasks, what runs in a browser."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.links, self.inputs, self.inline = [], [], {}, []
        self.rows = 0
        self.lang = ""
        self._heading, self._link, self._is_beside = None, None, False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.lang = attrs["lang"] if tag == "html" else self.lang
        self.rows += tag == "td" and attrs.get("data-label") == "STT"
        # The way to an earlier moment, at the foot of every page, keeps what the page's own form asks.
        if tag == "input" and not self._is_beside:
            self.inputs[attrs.get("name")] = attrs.get("value", "")
        if tag == "aside":
            self._is_beside = attrs.get("class") == "known-entry"
        if tag == "style" or (tag == "script" and "src" not in attrs):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in attrs if name == "style" or name.startswith("on")]
        if tag in {"h1", "h2"}:
            self._heading = []
        if tag == "a":
            self._link = (attrs.get("href", ""), [])

    def handle_data(self, data):
        for words in (self._heading, self._link and self._link[1]):
            if words is not None:
                words.append(data)

    def handle_endtag(self, tag):
        if tag == "aside":
            self._is_beside = False
        if tag in {"h1", "h2"} and self._heading is not None:
            self.headings.append(" ".join("".join(self._heading).split()))
            self._heading = None
        if tag == "a" and self._link is not None:
            self.links.append((self._link[0], " ".join("".join(self._link[1]).split())))
            self._link = None


def text_of(html):
    """The words of a page, as a reader sees them."""
    in_one_piece = re.sub(r'<span class="unbroken">([^<]*)</span>', r"\1", html)
    without_links = re.sub(r"</?a\b[^>]*>", "", in_one_piece)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without_links)).replace("\u00a0", " ").split())


def figure_links(html):
    """The links that open the rows behind a figure: the address and the figure that the link says."""
    found = [(href, words) for href, words in Reader(html).links if "loc=" in href and "/nhiem-vu." not in href]
    return [(href, int(re.search(r"(\d+)(?:/\d+| quá hạn)?$", words)[1])) for href, words in found]
