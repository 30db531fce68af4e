"""More time that an agency asks for, and what was decided on it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from meetings.models.meeting import told_to
from programme.models import Agency
from programme.rights import DECIDE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField


class ExtensionState(models.TextChoices):
    WAITING = "waiting", "Chờ quyết định"
    GRANTED = "granted", "Được gia hạn"
    REFUSED = "refused", "Không được gia hạn"


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "assignment__directive__conclusion__meeting__"))

    def waiting(self):
        return self.filter(state=ExtensionState.WAITING)

    def decidable_by(self, user):
        """Those that wait for the office, except the person's own requests."""
        if not user.may(DECIDE, "meetings.extension"):
            return self.none()
        return self.visible_to(user).waiting().exclude(requested_by=user)


class Extension(CheckedTogether):
    """A request for more time, and what was decided on it. The first due day stays with the directive."""

    assignment = models.ForeignKey(
        "meetings.Assignment",
        verbose_name="phân công",
        on_delete=models.PROTECT,
        related_name="extensions",
        db_index=False,
    )
    asked_due_on = DayField("xin gia hạn đến ngày")
    reason = LongTextField("lý do xin gia hạn")
    requested_on = DayField("ngày xin")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người xin", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=ExtensionState, default=ExtensionState.WAITING, editable=False
    )
    granted_due_on = DayField("được gia hạn đến ngày", null=True, blank=True)
    decided_on = DayField("ngày quyết định", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người quyết định",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    note = LongTextField("ý kiến", blank=True)

    objects = ExtensionQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "đề nghị gia hạn"
        verbose_name_plural = "đề nghị gia hạn"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=ExtensionState.WAITING),
                name="assignment_one_extension_waits",
                violation_error_message="Đã có một đề nghị gia hạn đang chờ quyết định.",
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.WAITING, decided_by=None, decided_on=None, granted_due_on=None)
                | Q(
                    state=ExtensionState.GRANTED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    granted_due_on__isnull=False,
                )
                | Q(
                    state=ExtensionState.REFUSED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    granted_due_on=None,
                ),
                name="extension_decided_by_whom_and_when",
                violation_error_message="Gia hạn phải ghi đến ngày nào.",
                violation_error_code="granted_due_on",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="extension_is_decided_by_somebody_else",
                violation_error_message="Người xin gia hạn không tự quyết định.",
            ),
        ]
        indexes = [models.Index(fields=["assignment", "state", "decided_on"], name="extension_by_decision")]

    def __str__(self):
        return f"Xin gia hạn đến {say_day(self.asked_due_on)}"

    def clean(self):
        stored = Extension.objects.filter(pk=self.pk).first()
        if stored is None:
            return
        if stored.state != ExtensionState.WAITING:
            raise ValidationError("Đề nghị này đã được quyết định, không đổi được nữa.")
        if any(getattr(self, name) != getattr(stored, name) for name in ASKED_FOR_WITH_AN_EXTENSION):
            raise ValidationError("Đề nghị đã gửi không sửa được; chỉ được gia hạn hoặc không.")

    def refuse_deletion(self):
        raise ValidationError("Đề nghị đã gửi không xóa được.")

    @property
    def requester_agency(self) -> Agency | None:
        """The agency of whoever asked when they asked."""
        return self.requested_by.agency_on(self.requested_on)


ASKED_FOR_WITH_AN_EXTENSION = ("assignment_id", "asked_due_on", "reason", "requested_on", "requested_by_id")
