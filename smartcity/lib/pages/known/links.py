"""A page of an earlier moment leads only to pages of that moment, and offers nothing to be saved."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from smartcity.lib.pages.known.present import OF_THE_PRESENT

ADDRESS = re.compile(
    r'(<(?:a|area)\b[^>]*?\shref="|\s(?:data-ajax--url|data-counted-at|data-url|formaction|hx-get)=")([^"]*)(")'
)
FORM = re.compile(r"(<form\b[^>]*>)(.*?)(</form>)", re.DOTALL | re.IGNORECASE)
IS_POST = re.compile(r"""\smethod=["']?post""", re.IGNORECASE)
NAME = re.compile(r"""\sid=["']([^"']+)""", re.IGNORECASE)
SUBMITS = re.compile(
    r"""<button\b(?![^>]*\stype=["'](?:button|reset)["'])[^>]*>.*?</button>"""
    r"""|<input\b[^>]*\stype=["'](?:submit|image)["'][^>]*>""",
    re.DOTALL | re.IGNORECASE,
)
# Of a form that it does not stand in.
OF_FORM = re.compile(r"""^[^>]*\sform=["']([^"']*)""", re.IGNORECASE)
# What leads to a page of the admin on which a record is only added or removed, and looks like a button: a link in a
# sentence stays.
ONLY_CHANGES = re.compile(
    r"""<a\b(?=[^>]*\sclass=)(?=[^>]*\shref="[^"?]*/(?:add|delete)/["?])[^>]*>.*?</a>""", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True)
class Links:
    """How addresses of a page get the moment: ``typed`` as ``parameter``, where they are of this ``host``."""

    parameter: str
    typed: str
    host: str = ""

    def address_with(self, address: str) -> str:
        """The address with the moment in it; one that says it already, or leads away or to the present, as it is."""
        return _address_with(address, self, of_the_present())

    def kept_in(self, html: str) -> str:
        """The page with the moment in each of its addresses, and without the buttons that would save something."""
        present = of_the_present()

        # Many addresses stand on a page several times.
        @cache
        def with_moment(quoted: str) -> str:
            address = unescape(quoted)
            kept = _address_with(address, self, present)
            return quoted if kept == address else escape(kept)

        if "/add/" in html or "/delete/" in html:
            html = ONLY_CHANGES.sub("", html)
        html = ADDRESS.sub(lambda found: found[1] + with_moment(found[2]) + found[3], html)
        sent: set[str] = set()
        html = FORM.sub(_form_keeper(self, sent), html)
        # Buttons may stand far from their form.
        return SUBMITS.sub(lambda found: "" if _form_of(found[0]) in sent else found[0], html) if sent else html


def of_the_present() -> tuple[str, ...]:
    """What is the same at any moment: files of the site, who one is, and what has no history."""
    names = ("sign_in", "sign_out", "admin:login", "admin:logout", "admin:password_change")
    return (settings.STATIC_URL, *map(reverse, names), *OF_THE_PRESENT)


def address_of_the_present(request: HttpRequest, parameter: str) -> str:
    """The same page without a moment. Said to be of none, no address gets one."""
    asked = request.GET.copy()
    asked[parameter] = ""
    return f"{request.path}?{asked.urlencode()}"


def _address_with(address: str, links: Links, present: tuple[str, ...]) -> str:
    parts = urlsplit(address)
    leads_away = parts.netloc != links.host if parts.netloc else parts.scheme
    if leads_away or address.startswith("#") or parts.path.startswith(present):
        return address
    if any(name == links.parameter for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return address
    said = urlencode({links.parameter: links.typed})
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, said]))))


def _form_keeper(links: Links, sent: set[str]) -> Callable[[re.Match], str]:
    """Fills ``sent`` with the names of the forms that send something."""
    leaves = reverse("sign_out")
    kept = f'<input type="hidden" name="{links.parameter}" value="{escape(links.typed)}">'

    def keep(found: re.Match) -> str:
        begin, inside, end = found.groups()
        if not IS_POST.search(begin):
            return found[0] if f'name="{links.parameter}"' in inside else begin + kept + inside + end
        if leaves in begin:
            return found[0]
        if name := NAME.search(begin):
            sent.add(unescape(name[1]))
        return begin + SUBMITS.sub(lambda button: button[0] if _form_of(button[0]) else "", inside) + end

    return keep


def _form_of(button: str) -> str:
    found = OF_FORM.match(button)
    return unescape(found[1]) if found else ""
