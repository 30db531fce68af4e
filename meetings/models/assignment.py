"""Who has to do what a meeting directs, by when on a day, and whether the office took it as done."""

from datetime import date

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from meetings.models.answer import Answer, AnswerKind, AnswerState
from meetings.models.directive import Directive, due_day
from meetings.models.extended_day import ExtendedDay, LaterDay, extended_on
from meetings.models.meeting import refuse_part_of_locked, told_to
from programme.models import Agency, AgencySuccession
from programme.rights import ADD, CONFIRM
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.typed_fields import DayField
from tasks.timeliness import timeliness_case


class AssignmentRole(models.TextChoices):
    LEAD = "lead", "Chủ trì"
    COORDINATING = "coordinating", "Phối hợp"


class AssignmentState(models.TextChoices):
    OPEN = "open", "Chưa báo hoàn thành"
    ANSWERED = "answered", "Chờ xác nhận"
    RETURNED = "returned", "Bị trả lại"
    CONFIRMED = "confirmed", "Đã xác nhận hoàn thành"


def agencies_answered_for(agency: Agency, on: date) -> set[int]:
    """The agency, and those that ended by the day ``on`` and left their duties to it, directly or through others."""
    found, edge = {agency.pk}, {agency.pk}
    while edge:
        before = AgencySuccession.objects.known(on).filter(successor__in=edge)
        before = before.filter(Q(predecessor__in_force_to__lt=on) | Q(predecessor__province__in_force_to__lt=on))
        edge = set(before.values_list("predecessor", flat=True)) - found
        found |= edge
    return found


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "directive__conclusion__meeting__"))

    def given(self, on: date):
        """Those of directives that stood on the day ``on``; what was done by then stays done, withdrawn or not."""
        return self.filter(
            Q(directive__withdrawn_on=None) | Q(directive__withdrawn_on__gt=on) | Q(done_on__lte=on),
            directive__conclusion__meeting__held_on__lte=on,
            directive__conclusion__meeting__version__gte=1,
        )

    def on_day(self, on: date):
        """Add, as they were on the day ``on``: what ``with_due`` adds, and ``done_then``, ``timeliness_then``,
        ``extensions_then``.
        """
        found = self.with_due(on).with_done(on).annotate(extensions_then=Coalesce(F("extended__extensions"), 0))
        return found.annotate(timeliness_then=timeliness_case("due_then", "done_then", on))

    def with_due(self, on: date):
        """Add what ``with_first_due`` adds, and ``due_then``: the same day, or that of the last extension granted by
        the day ``on`` if it is later.
        """
        later = LaterDay(F("extended__due"), F("first_due_then"))
        return self.with_first_due(on).annotate(extended=extended_on(on), due_then=later)

    def with_first_due(self, on: date):
        """Add ``first_due_then``: the day that the directive gives, as far as the day ``on`` knows it."""
        return self.annotate(first_due_then=due_day("directive__", on))

    def with_done(self, on: date):
        """Add ``done_then``: what was done later was not done yet."""
        return self.annotate(done_then=Case(When(done_on__lte=on, then=F("done_on")), output_field=DayField()))

    def open_on(self, on: date):
        """Those that were not done by the day ``on``."""
        return self.filter(Q(done_on=None) | Q(done_on__gt=on))

    def by_first_due(self, on: date):
        """Tell ``timeliness_then`` by the day that the directive gave first, as if nothing had been extended."""
        return self.annotate(timeliness_then=timeliness_case("first_due_then", "done_then", on))

    def with_first_timeliness(self, on: date):
        """Add ``first_timeliness_then``, the same beside it."""
        return self.annotate(first_timeliness_then=timeliness_case("first_due_then", "done_then", on))

    def with_late_requests(self, on: date):
        """Add ``asked_late_then``: how many of the extensions granted by the day were asked for past their due.

        Follows ``with_first_due`` of the same day.
        """
        # Without a first day nothing is told late.
        late = ExtendedDay.objects.granted_by(on).filter(
            assignment=OuterRef("pk"), asked_on__gt=OuterRef("first_due_then")
        )
        counted = late.order_by().values("assignment").annotate(count=Count("pk")).values("count")
        return self.annotate(asked_late_then=Coalesce(Subquery(counted), 0))

    def with_state(self, on: date):
        """Add ``state_then``, as far as answers sent and reviewed by the day ``on`` tell it. Follows ``with_done``."""
        sent = Answer.objects.filter(assignment=OuterRef("pk"), kind=AnswerKind.COMPLETION, sent_on__lte=on)
        # What was confirmed and is not done was opened again.
        not_done = [AnswerState.RETURNED, AnswerState.CONFIRMED]
        was_returned = When(state__in=not_done, reviewed_on__lte=on, then=Value(AssignmentState.RETURNED.value))
        last = sent.order_by("-sent_on", "-pk").annotate(
            made=Case(was_returned, default=Value(AssignmentState.ANSWERED.value), output_field=models.CharField())
        )
        return self.annotate(
            state_then=Case(
                When(done_then__isnull=False, then=Value(AssignmentState.CONFIRMED.value)),
                default=Coalesce(Subquery(last.values("made")[:1]), Value(AssignmentState.OPEN.value)),
                output_field=models.CharField(),
            )
        )

    def with_progress(self, on: date):
        """Add ``progress_then``: the text, and the day of which it speaks, of what had been said by the day ``on``.

        None where nothing was. One lookup for each row: it is for rows that are shown.
        """
        said = Answer.objects.of_progress().filter(assignment=OuterRef("pk"), sent_on__lte=on).order_by("-day", "-pk")
        return self.annotate(progress_then=Subquery(said.values(said=JSONObject(day="day", text="text"))[:1]))

    def answerable_by(self, user, on: date):
        """Those of the user's agency, and of agencies that ended and whose recorded successor it is."""
        if user.agency is None or not user.may(ADD, "meetings.answer"):
            return self.none()
        return self.filter(agency__in=agencies_answered_for(user.agency, on))

    def confirmable_by(self, user):
        """Those that wait for the office, except where the person wrote the answer."""
        if not user.may(CONFIRM, "meetings.answer"):
            return self.none()
        waiting = self.visible_to(user).filter(state=AssignmentState.ANSWERED)
        return waiting.exclude(answers__in=Answer.objects.waiting().filter(author=user))


class Assignment(models.Model):
    """One agency's part in one directive.

    Open: nothing was answered. Answered: the office has yet to look at it. Returned: it counts as not done.
    Confirmed: done on ``done_on``; nothing is answered any more, unless it is opened again (``Reopening``).
    Only the operations move it.
    """

    directive = models.ForeignKey(
        Directive, verbose_name="ý kiến chỉ đạo", on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole, default=AssignmentRole.LEAD)
    is_assumed = models.BooleanField(
        "suy ra, nguồn không nêu rõ", default=False, help_text="Đánh dấu khi thông báo không ghi tên cơ quan."
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=AssignmentState, default=AssignmentState.OPEN, editable=False
    )
    done_on = DayField("hoàn thành ngày", null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "agency"],
                name="assignment_once_for_an_agency",
                violation_error_message="Cơ quan này đã được giao việc này. Chọn một vai trò: chủ trì hoặc phối hợp.",
                violation_error_code="agency",
            ),
            models.CheckConstraint(
                condition=Q(state=AssignmentState.CONFIRMED, done_on__isnull=False)
                | ~Q(state=AssignmentState.CONFIRMED) & Q(done_on=None),
                name="assignment_done_exactly_when_confirmed",
                violation_error_message="Chỉ việc đã được xác nhận mới có ngày hoàn thành.",
                violation_error_code="done_on",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="assignment_by_agency")]

    def __str__(self):
        return f"{self.agency}: {self.directive}"

    def get_absolute_url(self):
        return reverse("assignment_detail", args=[self.pk])

    def clean(self):
        """Who was assigned, and in which role, is part of what the meeting said; how far they are is not."""
        if not self.directive_id:
            return
        stored = Assignment.objects.filter(pk=self.pk).values_list("directive", "agency", "role", "is_assumed").first()
        if stored != (self.directive_id, self.agency_id, self.role, self.is_assumed):
            refuse_part_of_locked(self, self.directive.conclusion.meeting_id, "directive__conclusion__meeting")

    def refuse_deletion(self) -> None:
        refuse_part_of_locked(self, self.directive.conclusion.meeting_id, "directive__conclusion__meeting")

    @property
    def is_confirmed(self) -> bool:
        return self.state == AssignmentState.CONFIRMED
