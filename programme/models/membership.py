"""Who worked for which agency, from when to when."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Prefetch, Q, When

from programme.models.agency import Agency
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.typed_fields import DayField

OTHER_WORLD = (
    "Người của tỉnh mô phỏng chỉ làm việc ở cơ quan của tỉnh mô phỏng, người khác thì không. Chọn cơ quan khác."
)


def is_of_simulated(agency: Agency | None) -> bool:
    """Whether the agency is of a simulated province; central ones are real."""
    return bool(agency and agency.province and agency.province.is_simulated)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agency__in=Agency.objects.visible_to(user))

    def latest_first(self, today: date):
        """What has begun by ``today`` first, the newest of it at the head; what is still to come after that."""
        to_come = Case(When(first_day__gt=today, then=1), default=0)
        return self.order_by(to_come, F("first_day").desc(nulls_last=True), "-pk")

    def beside(self, user, today: date):
        """Those of the people who work for the agency of ``user`` on the day."""
        return self.overlapping(today, today).filter(agency=user.agency_id)

    def colleagues_of(self, user, today: date) -> Any:
        """Keys of the people who work for the agency of ``user`` on the day, to be looked for among others."""
        return user.reach.colleagues if user.reach else self.beside(user, today).values("user")

    def overlapping(self, first_day: date | OuterRef | None, last_day: date | OuterRef | None):
        """Those that share a day with the stretch from ``first_day`` to ``last_day``; None is without end."""
        found = self
        if last_day:
            found = found.filter(Q(first_day=None) | Q(first_day__lte=last_day))
        if first_day:
            found = found.filter(Q(last_day=None) | Q(last_day__gte=first_day))
        return found


class Membership(models.Model):
    """A stretch of a person's work for one agency; on any day a person works for one agency at most.

    What the person may do on a day follows from the membership of that day, and their reports keep its name.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người dùng", on_delete=models.PROTECT, related_name="memberships"
    )
    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="memberships")
    first_day = DayField("từ ngày", null=True, blank=True, help_text="Để trống nếu không rõ.")
    last_day = DayField("đến hết ngày", null=True, blank=True, help_text="Để trống nếu vẫn đang làm việc.")

    objects = MembershipQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "quá trình công tác"
        verbose_name_plural = "quá trình công tác"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(last_day=None),
                name="membership_one_open_of_a_person",
                violation_error_message="Người này đang làm việc ở một cơ quan khác. Ghi ngày kết thúc ở đó trước.",
                violation_error_code="last_day",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")) | Q(first_day=None) | Q(last_day=None),
                name="membership_ends_after_it_begins",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
                violation_error_code="last_day",
            ),
        ]

    def __str__(self):
        first = f"từ {say_day(self.first_day)}" if self.first_day else "không rõ từ ngày nào"
        return f"{self.agency}, {first}{f' đến {say_day(self.last_day)}' if self.last_day else ''}"

    def clean(self):
        if self.user.is_simulated != is_of_simulated(self.agency):
            raise ValidationError({"agency": OTHER_WORLD})
        others = Membership.objects.filter(user=self.user_id).exclude(pk=self.pk)
        other = others.overlapping(self.first_day, self.last_day).select_related("agency").first()
        # Two open ones are told of by the constraint.
        if other and (other.last_day or self.last_day):
            raise ValidationError({"first_day": f"Trùng ngày với quá trình công tác đã ghi: {other}. Kiểm tra lại."})

    def covers(self, day: date) -> bool:
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


def memberships_of() -> Prefetch:
    """What ``User.agency_on`` reads, loaded at once for all of some people."""
    return Prefetch("memberships", queryset=Membership.objects.select_related("agency__province"))
