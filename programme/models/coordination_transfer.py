"""Acts by which another agency becomes the one that coordinates a programme."""

from django.db import models

from programme.models.province import in_visible_province
from programme.models.transfer import Transfer, TransferQuerySet, joins_two_agencies
from smartcity.lib.records.history import SignedRecords


class CoordinationTransferQuerySet(TransferQuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))


class CoordinationTransfer(Transfer):
    programme = models.ForeignKey(
        "programme.Programme", verbose_name="đề án", on_delete=models.PROTECT, related_name="coordination_transfers"
    )

    objects = CoordinationTransferQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "chuyển giao đầu mối"
        verbose_name_plural = "chuyển giao đầu mối"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "effective_on"],
                name="coordination_transfer_once_a_day",
                violation_error_message="Đề án này đã có chuyển giao đầu mối từ ngày đó.",
                violation_error_code="effective_on",
            ),
            joins_two_agencies("coordination_transfer_joins_two_agencies"),
        ]
