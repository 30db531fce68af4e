"""A list as an answer to a request: a file to keep, under a name that tells what it is."""

import re
from dataclasses import replace
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import now

from smartcity.exchange.exports.csv_file import csv_lines
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import clean_line, fold
from smartcity.lib.late import late
from smartcity.lib.log.going_out import seal_what_goes_out
from smartcity.lib.log.known.marks import current, known_today
from smartcity.lib.pages.columns import Listing
from smartcity.lib.pages.known.moment import say_known

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LONGEST_NAME = 120

write_xlsx = late("smartcity.exchange.exports.workbook.write_xlsx")


def download(request: HttpRequest, listing: Listing, extension: str) -> HttpResponse | StreamingHttpResponse:
    """The list as a file of that kind. Raises ``Http404`` for a kind that there is none of."""
    if extension not in TYPES:
        raise Http404
    seal_what_goes_out()
    listing = replace(listing, above=getattr(request.user, "simulated_note", ""))
    response: FileResponse | StreamingHttpResponse
    if extension == "csv":
        response = StreamingHttpResponse(csv_lines(listing), content_type=TYPES["csv"])
    else:
        file, size = write_xlsx(listing, by=str(request.user), at=now())
        response = FileResponse(file, content_type=TYPES["xlsx"])
        response["Content-Length"] = size
    return as_attachment(response, f"{_name_of(listing)}.{extension}")


def _name_of(listing: Listing) -> str:
    """Two files of one list and one day, of which one tells what was known earlier, are not taken for each other."""
    said = f" {say_day(listing.as_of or known_today())}{known_words()}"
    return f"{listing.title[: LONGEST_NAME - len(said)]}{said}"


def known_words() -> str:
    """What the name of a file says of the moment that it tells; nothing of the present."""
    mark = current.get()
    return f", biết đến {say_known(mark)}" if mark else ""


def as_attachment[R: (HttpResponse, StreamingHttpResponse)](response: R, name: str) -> R:
    """Have the browser keep the answer as a file called ``name``, and nobody else keep a copy."""
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(name: str) -> str:
    """The header of RFC 6266: the name in Vietnamese, and one without accents for who cannot read that."""
    stem, _, extension = clean_line(name).rpartition(".")
    stem = re.sub(r'[\\/:*?"<>|]+', "-", stem)[:LONGEST_NAME]
    plain = re.sub(r"[^a-z0-9]+", "-", fold(stem)).strip("-")
    return f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{quote(f'{stem}.{extension}', safe='')}"
