"""Builds the training province, once: whole or not at all."""

from datetime import date
from random import Random

from django.db import transaction

from programme.models import Programme, Province, User
from smartcity.simulation.places import signer
from smartcity.simulation.training.calendar import Calendar
from smartcity.simulation.training.office import (
    ask_for_explanations,
    hold_training_meetings,
    list_datasets,
    record_findings,
    state_figures,
)
from smartcity.simulation.training.people import CODE, build_training_place
from smartcity.simulation.training.programmes import decide_programme
from smartcity.simulation.training.progress import lay_out_steps, pay_all, report_all
from smartcity.simulation.training.stories import PROGRAMMES
from tasks.operations.task_days import keep_task_days


@transaction.atomic
def build_training_province(*, today: date) -> bool:
    """Build it as of ``today``; returns whether it was missing. What is there already is left as people made it."""
    if Province.objects.filter(code=CODE).exists():
        return False
    by, calendar = signer(), Calendar(today)
    random = Random(CODE)  # noqa: S311  (of one day there is one province)
    place = build_training_place(calendar, by=by)
    programmes, tasks = [], []
    for story in PROGRAMMES:
        programme, known = decide_programme(story, place, calendar, by=by)
        _carry_out(programme, known, place, calendar, random=random, by=by)
        programmes.append(programme)
        tasks.append(known)
    hold_training_meetings(programmes, place, calendar)
    ask_for_explanations(programmes, tasks, place, calendar)
    state_figures(programmes, place, calendar, by=by)
    record_findings(place, calendar, by=by)
    list_datasets(place, calendar, by=by)
    return True


def _carry_out(programme: Programme, tasks, place, calendar: Calendar, *, random: Random, by: User) -> None:
    report_all(programme, tasks, place, calendar, by=by)
    pay_all(tasks, place, calendar, random=random)
    keep_task_days(programme.pk)
    lay_out_steps(tasks, calendar, by=place.coordinator)
