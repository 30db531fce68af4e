"""A page of an earlier moment leads only to pages of that moment, and offers nothing to be saved."""

import re
from collections.abc import Callable
from functools import cache, partial
from html import escape, unescape
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from smartcity.lib.pages.known.present import OF_THE_PRESENT

ADDRESS = re.compile(
    r'(<(?:a|area)\b[^>]*?\shref="|\s(?:data-ajax--url|data-counted-at|data-url|formaction)=")([^"]*)(")'
)
FORM = re.compile(r"(<form\b[^>]*>)(.*?)(</form>)", re.DOTALL | re.IGNORECASE)
IS_POST = re.compile(r"""\smethod=["']?post""", re.IGNORECASE)
SUBMITS = re.compile(
    r"""<button\b(?![^>]*\stype=["'](?:button|reset)["'])[^>]*>.*?</button>|<input\b[^>]*\stype=["']submit["'][^>]*>""",
    re.DOTALL | re.IGNORECASE,
)


def keep_moment(html: str, parameter: str, typed: str) -> str:
    """The page with the moment in each of its addresses, and without the buttons that would save something."""
    # Many addresses stand on a page several times.
    with_moment = cache(partial(_with_moment, parameter=parameter, typed=typed, outside=_outside()))
    html = ADDRESS.sub(lambda found: found[1] + with_moment(found[2]) + found[3], html)
    kept = f'<input type="hidden" name="{parameter}" value="{escape(typed)}">'
    return FORM.sub(_form_keeper(kept, parameter), html)


def address_with(address: str, parameter: str, typed: str) -> str:
    """The address of this site with the moment in it; one that says it already, or leads away, as it is."""
    return _address_with(address, parameter, typed, _outside())


def _address_with(address: str, parameter: str, typed: str, outside: tuple[str, ...]) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("#") or parts.path.startswith(outside):
        return address
    if any(name == parameter for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return address
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, urlencode({parameter: typed})]))))


def _with_moment(quoted: str, *, parameter: str, typed: str, outside: tuple[str, ...]) -> str:
    address = unescape(quoted)
    kept = _address_with(address, parameter, typed, outside)
    return quoted if kept == address else escape(kept)


def _outside() -> tuple[str, ...]:
    return (settings.STATIC_URL, reverse("sign_out"), reverse("admin:logout"), *OF_THE_PRESENT)


def _form_keeper(kept: str, parameter: str) -> Callable[[re.Match], str]:
    leaves = reverse("sign_out")

    def keep(found: re.Match) -> str:
        begin, inside, end = found.groups()
        if not IS_POST.search(begin):
            return found[0] if f'name="{parameter}"' in inside else begin + kept + inside + end
        return found[0] if leaves in begin else begin + SUBMITS.sub("", inside) + end

    return keep
