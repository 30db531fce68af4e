"""A programme with a revision in force and a draft that amends it."""

from datetime import date

from django.urls import reverse

from programme.models import Revision
from smartcity.urls import urlpatterns as site
from tasks.comparison import compare
from tasks.operations.deciding import take_step
from tasks.pages.revisions import urls
from tests.factories import (
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    RevisionFactory,
    adopt,
)

TODAY = date(2023, 6, 16)

# What those who do not draft may open; the other addresses, but for steps, are the drafting agency's.
# The page of one revision stands among the addresses of the site, which hands its directives in.
PATTERNS = [*urls.urlpatterns, *(page for page in site if getattr(page, "name", "") == "revision_detail")]


def in_force():
    """Adopted from 01/01/2020: three tasks with 10, 20 and 30 tỷ đồng, of 100 tỷ đồng declared."""
    revision = RevisionFactory(
        name="Đề án đô thị thông minh", declared_budget_vnd=100 * 10**9, declared_budget_kind="estimate"
    )
    period = PeriodFactory(revision=revision, label="2020–2022")
    for number, name in enumerate(["Kiến trúc", "Kho dữ liệu", "Trung tâm giám sát"], start=1):
        planned = PlannedTaskFactory(revision=revision, period=period, name=name)
        PlannedBudgetFactory(planned_task=planned, source="province", amount_vnd=number * 10**10)
    return adopt(revision)


def planned(revision, position):
    return revision.planned_tasks.get(position=position)


def address(revision, name):
    """The page of that name: of the programme, of the revision, or of its second task."""
    route = next(str(one.pattern) for one in PATTERNS if one.name == name)
    args = [revision.programme.code]
    args += [revision.number] if "number" in route else []
    args += [planned(revision, 2).task_id] if "pk" in route else []
    return reverse(name, args=args)


def counts(revision):
    return {kind: count for kind, count in compare(revision.base, revision, today=TODAY).counts.items() if count}


def step(revision, kind, person, on=TODAY):
    take_step(revision, kind, on=on, by=person, today=on)
    return Revision.objects.get(pk=revision.pk)
