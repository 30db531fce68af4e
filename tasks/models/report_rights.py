"""Which reports somebody may decide on, take back or correct."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from programme.models import Membership, Programme, in_visible_province
from programme.rights import COORDINATE, REVIEW, roles_that
from tasks.models.task import Task


class ReportsByRight(models.QuerySet):
    """Of reports, those with which a person may do something on a day."""

    model: Any
    # What the reports' own QuerySet says of their state.
    waiting: Any
    counting: Any

    def reviewable_by(self, user, on: date):
        """Sent reports on which ``user`` decides on the day ``on``: never one that they wrote, or wrote in.

        The coordinating agency decides, but not on what it reports itself while the Office of the province has
        somebody to do it.
        """
        return self.waiting().falling_to(user, on)

    def falling_to(self, user, on: date):
        """Those on which ``user`` decides, or would if they were sent."""
        if user.agency_id is None or not user.may(REVIEW, "tasks.progressupdate"):
            return self.none()
        of_author = Membership.objects.filter(user=OuterRef("author"))
        of_author = of_author.overlapping(OuterRef("reported_on"), OuterRef("reported_on"))
        # Whoever pressed «Gửi» need not be the only one who wrote.
        written = self.model.history.filter(author=user).values("id")
        # What was sent is no draft, of which ``visible_to`` asks more.
        found: models.QuerySet = self.filter(in_visible_province(user, "task__programme__")).exclude(pk__in=written)
        found = found.alias(author_works_for=Subquery(of_author.values("agency")[:1]))
        if not user.is_coordinator:
            programmes = Programme.objects.with_coordinator(on).filter(pk=OuterRef("task__programme"))
            coordinator = Subquery(programmes.values("coordinator_id")[:1])
            return found.alias(coordinator=coordinator).filter(author_works_for=F("coordinator"))
        found = found.filter(task__programme__in=Programme.objects.coordinated_by(user, on).values("pk"))
        office = Membership.objects.overlapping(on, on).filter(
            user__role__in=roles_that(REVIEW, "tasks.progressupdate") - roles_that(COORDINATE, "programme.programme"),
            user__is_active=True,
            agency__province=user.province_id,
        )
        # Where somebody worked on a day is looked up only of who ever worked here.
        colleagues = Membership.objects.filter(agency=user.agency_id).values("user")
        own = Q(author__in=colleagues) & Q(author_works_for=user.agency_id, author_works_for__isnull=False)
        return found.filter(~(Q(Exists(office)) & own))

    def withdrawable_by(self, user, on: date):
        """Sent reports that ``user`` may take back: on the tasks that they report on, while nobody has decided."""
        return self.waiting().filter(task__in=Task.objects.reportable_by(user, on).order_by().values("pk"))

    def correctable_by(self, user, on: date):
        """Reports that count, on the tasks that ``user`` reports on."""
        return self.counting().filter(task__in=Task.objects.reportable_by(user, on).order_by().values("pk"))
