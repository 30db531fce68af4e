"""Which agency goes on with the work of one that ended or gave it away."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from programme.models.agency import Agency
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField


class AgencySuccessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that begin or end at an agency that the user may see."""
        visible = Agency.objects.visible_to(user)
        return self.filter(Q(predecessor__in=visible) | Q(successor__in=visible))

    def known(self, on: date):
        """Those that had taken effect by the day ``on``."""
        return self.filter(effective_on__lte=on)

    def heirs_of(self, agencies: Iterable[Agency | int], on: date) -> dict[int, list[str]]:
        """By agency, the names of those that carry on, as is known on the day ``on``."""
        found: dict[int, list[str]] = {}
        known = self.known(on).filter(predecessor__in=agencies).select_related("successor")
        for succession in known.order_by("effective_on", "pk"):
            found.setdefault(succession.predecessor_id, []).append(succession.successor.name)
        return found


class AgencySuccession(models.Model):
    """One agency takes over from another, wholly or for one function; a reorganisation is often several of these.

    It says who may take the open duties over. It moves none: that is an act of its own, with its own document.
    """

    predecessor = models.ForeignKey(
        Agency, verbose_name="cơ quan cũ", on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Agency, verbose_name="cơ quan kế thừa", on_delete=models.PROTECT, related_name="inheritances"
    )
    effective_on = DayField("kế thừa từ ngày")
    function = LineField(
        "chức năng kế thừa", max_length=300, blank=True, help_text="Để trống nếu kế thừa toàn bộ chức năng."
    )
    document = models.ForeignKey(
        "programme.LegalDocument",
        verbose_name="văn bản",
        on_delete=models.PROTECT,
        related_name="agency_successions",
        null=True,
        blank=True,
        help_text="Để trống nếu chỉ biết qua tin, bài; khi đó ghi nguồn ở ô ghi chú.",
    )
    note = LongTextField("ghi chú", blank=True)

    objects = AgencySuccessionQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "kế thừa cơ quan"
        verbose_name_plural = "kế thừa cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "function", "effective_on"],
                name="succession_stated_once",
                violation_error_message="Việc kế thừa này đã được ghi.",
                violation_error_code="successor",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_joins_two_agencies",
                violation_error_message="Một cơ quan không thể kế thừa chính nó.",
                violation_error_code="successor",
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor} từ {say_day(self.effective_on)}"

    def clean(self):
        if None in (self.predecessor_id, self.successor_id, self.effective_on):
            return
        last_day = self.predecessor.last_day
        if last_day and last_day >= self.effective_on:
            ends = f"{self.predecessor} hoạt động đến hết {say_day(last_day)}"
            raise ValidationError(
                {"effective_on": f"{ends}; ngày kế thừa phải sau ngày đó. Nếu kết thúc sớm hơn, sửa ở «Cơ quan»."}
            )
        if self.successor.has_ended(self.effective_on):
            raise ValidationError({"successor": f"{self.successor} đã kết thúc hoạt động trước ngày kế thừa."})
        if self.predecessor_id in self._heirs_of_the_successor():
            raise ValidationError({"successor": f"{self.predecessor} đã được ghi là kế thừa {self.successor}."})

    def _heirs_of_the_successor(self) -> set[int]:
        """All that take over from the successor, at once or in the end. One query for each generation."""
        successors: set[int] = set()
        generation = {self.successor_id}
        while generation:
            later = AgencySuccession.objects.filter(predecessor__in=generation).exclude(pk=self.pk)
            generation = set(later.values_list("successor", flat=True)) - successors
            successors |= generation
        return successors
