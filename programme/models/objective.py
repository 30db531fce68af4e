"""What a programme is to reach, as a revision says it."""

from django.db import models
from django.db.models import Q

from programme.models.frozen import DraftQuerySet, refuse_frozen
from programme.models.legal_document import LegalDocument
from programme.models.revision import Revision
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField, LongTextField


class Objective(models.Model):
    """A goal of the programme; the documents give most of them a year, not a day."""

    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.CASCADE, related_name="objectives"
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    field = LineField("lĩnh vực", max_length=100, blank=True)
    text = LongTextField("mục tiêu")
    target = LineField("chỉ tiêu", max_length=200, blank=True)
    target_year = models.PositiveSmallIntegerField("đến năm", null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    objects = DraftQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "mục tiêu"
        verbose_name_plural = "mục tiêu"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"],
                name="objective_position_once_in_a_revision",
                violation_error_message="Thứ tự này đã có mục tiêu khác.",
                violation_error_code="position",
            ),
            models.CheckConstraint(
                condition=Q(target_year=None) | Q(target_year__range=(1945, 2099)),
                name="objective_year_is_a_year",
                violation_error_message="Năm phải từ 1945 đến 2099.",
                violation_error_code="target_year",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def in_full(self) -> str:
        """Field, goal, target and year, as far as they are given."""
        year = f"đến năm {self.target_year}" if self.target_year else ""
        return ", ".join(filter(None, [self.field, self.text, self.target, year]))

    def clean(self):
        refuse_frozen(self)
