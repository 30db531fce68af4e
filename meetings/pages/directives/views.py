"""The pages of directives of all meetings: the board, the matrix, the league; each as of any day."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from meetings.models import AssignmentRole
from meetings.pages.directives.columns import DIRECTIVE_COLUMNS
from meetings.pages.directives.drawn_rows import drawn
from meetings.pages.directives.explained import explain_parts
from meetings.pages.directives.figures import ALL, Board, Row, StatusFilter, Wanted, read_board, read_part_marks
from meetings.pages.directives.filters import EITHER_ROLE, BoardForm, MatrixForm
from meetings.pages.directives.league import CELLS, read_league
from meetings.pages.directives.matrix import read_matrix, shared_directives
from meetings.pages.directives.moved_parts import read_marks_of_each
from meetings.pages.directives.rules import DONE, GIVEN, RATE
from meetings.pages.meetings.compared import read_compared
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.compared_day import PARAMETER
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.explained import Explained
from smartcity.lib.pages.lists import page_of

# A row of the matrix is as tall as the text of its directive.
DIRECTIVES_ON_A_PAGE = 20
LEAGUE_ROLES = {**dict(AssignmentRole.choices), EITHER_ROLE: "Cả hai vai trò"}


@login_required
def directive_board(request):
    """What meetings gave to agencies, the most urgent first; ``?tinh-trang=`` shows the rows behind one count."""
    day_form = AsOfForm(request.GET)
    as_of = day_form.day()
    form, board, standing = chosen_board(request, as_of)
    # The sentence has counted them already.
    page = page_of(request, range(board.count(standing)))
    page.object_list = (
        board.shown(board.keys(standing, page.start_index(), page.end_index())) if page.object_list else []
    )
    compared = form.compared
    marks = read_part_marks(request.user, form.wanted(), since=compared.day, on=as_of) if compared.day else []
    context = day_context(day_form, compared)
    rows = [Row(one, as_of) for one in page]
    is_asked_for = bool("tinh-trang" in request.GET or form.chosen())
    # Of a figure that was asked for, also who wrote and who answered: it costs as much as the rows.
    parts = [row.assignment for row in rows] if is_asked_for else []
    explained, people = explain_parts(
        standing, parts, as_of=as_of, count=page.paginator.count, by_first_due=board.by_first_due
    )
    told = drawn(rows, context["kept_day"], people.of)
    context |= {
        "form": form,
        "explained": explained,
        "is_asked_for": is_asked_for,
        "marks": marks,
        "headline": board.headline(),
        "board": board,
        "standing": standing,
        "standings": board.standings(standing),
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": list(told),
        "headings": headings_of(DIRECTIVE_COLUMNS),
    }
    status = 400 if form.errors else form_status(day_form, compared)
    return render(request, "meetings/directives/directive_board.html", context, status=status)


def chosen_board(request, as_of) -> tuple[BoardForm, Board, StatusFilter]:
    """The board that the address asks for, and the form that says so.

    Raises ``Http404`` where the address names what is not there.
    """
    compared = read_compared(request.GET.get(PARAMETER, ""), as_of, request.user)
    form = BoardForm(request.GET, user=request.user, compared=compared)
    if form.names_what_is_not_there or form.standing is None:
        raise Http404
    return form, read_board(request.user, form.wanted(), on=as_of), form.standing


@login_required
def directive_matrix(request):
    """Directives that went to several agencies, and how each of these stands."""
    day_form, form = AsOfForm(request.GET), MatrixForm(request.GET, user=request.user)
    if form.names_what_is_not_there:
        raise Http404
    as_of = day_form.day()
    compared = read_compared(request.GET.get(PARAMETER, ""), as_of, request.user)
    directives = shared_directives(request.user, form.wanted(), on=as_of)
    page = page_of(request, directives, DIRECTIVES_ON_A_PAGE)
    shown = [directive.pk for directive in page]
    marks = (
        read_marks_of_each(request.user, Wanted(), "directive", since=compared.day, on=as_of, directive__in=shown)
        if compared.day
        else {}
    )
    context = day_context(day_form, compared) | {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "matrix": read_matrix(page, on=as_of, marks=marks),
    }
    status = form_status(day_form, compared)
    return render(request, "meetings/directives/directive_matrix.html", context, status=status)


@login_required
def directive_league(request):
    """How agencies stand, the worst first; ``?vai-tro=`` as lead, coordinating or both."""
    role = request.GET.get("vai-tro", AssignmentRole.LEAD.value)
    if role not in LEAGUE_ROLES:
        raise Http404
    day_form = AsOfForm(request.GET)
    as_of = day_form.day()
    asked_role = "" if role == EITHER_ROLE else role
    compared = read_compared(request.GET.get(PARAMETER, ""), as_of, request.user)
    lines = read_league(request.user, on=as_of, today=known_today(), role=asked_role)
    if compared.day:
        wanted = Wanted(role=asked_role)
        marks = read_marks_of_each(request.user, wanted, "agency", since=compared.day, on=as_of, with_gone=True)
        for line in lines:
            line.marks = marks.get(line.agency.pk, [])
    context = day_context(day_form, compared) | {
        "explained": Explained(as_of, [("Được giao", GIVEN), ("Hoàn thành", DONE), ("Tỷ lệ đúng hạn", RATE)]),
        "lines": lines,
        "role": role,
        "roles": LEAGUE_ROLES.items(),
        "cells": CELLS,
        "all": ALL,
        "role_query": f"vai-tro={asked_role}&" if asked_role else "",
    }
    status = form_status(day_form, compared)
    return render(request, "meetings/directives/directive_league.html", context, status=status)
