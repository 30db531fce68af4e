"""Figures for other systems: the same numbers as the pages, by session or token."""

from contextlib import ExitStack
from datetime import date

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from programme.models import Programme
from smartcity.lib.language.dates import read_iso_day
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.known.moment import PARAMETER, read_known, typed_moment
from tasks.figures.reading import add_first_decided, read_programmes


class Known(APIView):
    """Answers by what was known by ``?known_at=2023-06-16``, or ``2023-06-16T14:30:00+07:00``; «biet-den» and what
    pages read as a moment, too.

    Who asks, and what they may see, is of the present.
    """

    def dispatch(self, request, *args, **kwargs):
        self.marks = ExitStack()
        with self.marks:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        try:
            typed = typed_moment(request.query_params, "known_at", PARAMETER)
            if not typed:
                return
            mark = read_known(typed)
        except ValueError as error:
            raise ValidationError({"known_at": [str(error)]}) from None
        self.marks.enter_context(known_at(mark, reader=request.user))


class AllFigures(Known):
    """The figures of every programme that the caller may see."""

    def get(self, request):
        days = read_programmes(Programme.objects.visible_to(request.user).loaded(), as_of=read_as_of(request))
        add_first_decided(days)
        return Response([day.as_dict() for day in days])


class ProgrammeFigures(Known):
    """The figures of one programme; another province's does not exist."""

    def get(self, request, code):
        as_of = read_as_of(request)
        days = read_programmes(Programme.objects.visible_to(request.user).loaded().filter(code=code), as_of=as_of)
        if not days:
            raise Http404
        return Response(days[0].as_dict())


def read_as_of(request) -> date:
    """``?as_of=2023-06-16``; today when it is left out."""
    typed = request.query_params.get("as_of", "")
    if not typed:
        return known_today()
    try:
        return read_iso_day(typed)
    except ValueError as error:
        raise ValidationError({"as_of": [str(error)]}) from None
