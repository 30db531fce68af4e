"""What a council decided to do over years; its name, periods and goals belong to its revisions."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from programme.models.agency import Agency
from programme.models.coordination_transfer import CoordinationTransfer
from programme.models.province import Province, in_visible_province
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.history import SignedRecords


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user))

    def loaded(self):
        """In the order in which they are listed, with what lists name."""
        return self.select_related("province").order_by("code")

    def with_coordinator(self, on: date):
        """Add ``coordinator_id``, the agency that coordinates on the day ``on``, and ``moved_by``, the last transfer.

        The agency that the programme began with, unless a transfer by that day named another one.
        """
        last = CoordinationTransfer.objects.filter(programme=OuterRef("pk")).last_by(on)
        return self.annotate(moved_by=Subquery(last.values("pk")[:1]), coordinator_id=_named_by(last))

    def with_coordinator_today(self):
        """Add ``coordinator_today_id``, so that nothing is asked for ``is_coordinated_by``."""
        last = CoordinationTransfer.objects.filter(programme=OuterRef("pk")).last_by(known_today())
        return self.annotate(coordinator_today_id=_named_by(last))

    def coordinated_by(self, user, on: date):
        """Programmes for whose coordinating agency of the day ``on`` the user speaks."""
        if not user.is_coordinator or user.agency_id is None:
            return self.none()
        return self.of_coordinators([user.agency_id], on)

    def of_coordinators(self, agencies: Iterable[int] | models.QuerySet, on: date):
        """Programmes that on the day ``on`` one of ``agencies`` coordinates, given by their keys or a query of them.

        Who coordinates is looked up only where a programme began with one of them or a transfer ever named it.
        """
        begun = Programme.objects.filter(coordinating_agency__in=agencies).values("pk")
        received = CoordinationTransfer.objects.filter(to_agency__in=agencies).values("programme")
        return self.filter(pk__in=begun.union(received)).with_coordinator(on).filter(coordinator_id__in=agencies)


def _named_by(transfers: models.QuerySet) -> Coalesce:
    """The agency that the first of ``transfers`` names, else the one that the programme began with."""
    named = Subquery(transfers.values("to_agency")[:1])
    return Coalesce(named, F("coordinating_agency_id"), output_field=models.BigIntegerField())


class Programme(models.Model):
    """An identity with a code that never changes. Everything that a document can change is in a revision."""

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="programmes"
    )
    code = models.SlugField("mã đề án", max_length=30, unique=True, help_text="Không dấu, không đổi: BRVT-DTTM.")
    coordinating_agency = models.ForeignKey(
        Agency,
        verbose_name="cơ quan đầu mối",
        on_delete=models.PROTECT,
        related_name="coordinated_programmes",
        help_text="Cơ quan tổng hợp, tiếp nhận báo cáo của đề án khi bắt đầu. Cơ quan khác nhận sau này thì ghi chuyển "
        "giao ở trang của cơ quan.",
    )

    days_to_superior = models.PositiveSmallIntegerField(
        "nhắc cấp trên sau số ngày",
        default=3,
        help_text="Báo cáo quá hạn chừng này ngày thì lãnh đạo của cơ quan cũng được nhắc.",
    )

    objects = ProgrammeQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "đề án"
        verbose_name_plural = "đề án"

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("programme_detail", args=[self.code])

    def clean(self):
        if self.coordinating_agency_id and self.coordinating_agency.province_id != self.province_id:
            raise ValidationError({"coordinating_agency": "Cơ quan đầu mối phải thuộc tỉnh của đề án."})
        stored = Programme.objects.filter(pk=self.pk, coordination_transfers__isnull=False).first()
        if stored and stored.coordinating_agency_id != self.coordinating_agency_id:
            raise ValidationError(
                {"coordinating_agency": "Đầu mối đã được chuyển giao, nên cơ quan ban đầu giữ nguyên."}
            )

    def coordinator_on(self, day: date) -> Agency:
        """The agency that gathers and accepts the programme's reports on the day ``day``. One query."""
        transfer = self.coordination_transfers.last_by(day).select_related("to_agency__province").first()
        return transfer.to_agency if transfer else self.coordinating_agency

    def is_coordinated_by(self, user) -> bool:
        """Whether ``user`` speaks for the agency that today gathers and accepts this programme's reports.

        One query, of coordinators alone; none where the programme was read ``with_coordinator_today``.
        """
        if user.is_coordinator and hasattr(self, "coordinator_today_id"):
            return user.agency_id == self.coordinator_today_id
        return user.is_coordinator and user.agency == self.coordinator_on(known_today())
