"""Figures for other systems: the same numbers as the pages, by session or token."""

from datetime import date

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from programme.models import Programme
from smartcity.lib.language.dates import read_iso_day
from smartcity.lib.log.known.marks import known_today
from tasks.figures.reading import add_first_decided, read_programmes


class AllFigures(APIView):
    """The figures of every programme that the caller may see."""

    def get(self, request):
        days = read_programmes(Programme.objects.visible_to(request.user).loaded(), as_of=read_as_of(request))
        add_first_decided(days)
        return Response([day.as_dict() for day in days])


class ProgrammeFigures(APIView):
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
