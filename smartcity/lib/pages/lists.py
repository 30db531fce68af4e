"""Long lists: one page of their rows at a time."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_ON_A_PAGE = 50


def page_of(request: HttpRequest, rows: Any, size: int = ROWS_ON_A_PAGE, *, count: int | None = None) -> Page:
    """The page of ``rows`` that ``?trang=`` names, the first or last where there is none of that number.

    ``count``, where the caller has counted them already, spares a query.
    """
    paginator: Paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("trang"))
