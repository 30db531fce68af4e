"""The files that show what a report says."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q

from programme.models import StoredFile
from smartcity.lib.records.history import SignedRecords
from tasks.models.progress_update import ProgressUpdate
from tasks.models.report_state import OPEN


class Evidence(models.Model):
    """One file of one report. It is added and removed while the report is open, and then stays."""

    update = models.ForeignKey(
        ProgressUpdate, verbose_name="báo cáo", on_delete=models.PROTECT, related_name="evidence", db_index=False
    )
    file = models.ForeignKey(StoredFile, verbose_name="tệp", on_delete=models.PROTECT, related_name="evidence")

    history = SignedRecords()

    class Meta:
        verbose_name = "tệp minh chứng"
        verbose_name_plural = "tệp minh chứng"
        constraints = [
            models.UniqueConstraint(
                fields=["update", "file"],
                name="evidence_once_in_a_report",
                violation_error_message="Tệp này đã có trong báo cáo.",
                violation_error_code="file",
            ),
        ]

    def __str__(self):
        return str(self.file)

    def clean(self):
        was_in = Evidence.objects.filter(pk=self.pk).values("update")
        reports = ProgressUpdate.objects.filter(Q(pk=self.update_id) | Q(pk__in=was_in))
        # As they are stored: the copy at hand may be older than the sending of the report.
        closed = reports.exclude(state__in=OPEN).first()
        if closed:
            raise ValidationError(
                f"Báo cáo này {closed.get_state_display().lower()} nên không thêm, bớt tệp được. "
                "Muốn bổ sung minh chứng, lập báo cáo mới để đính chính."
            )


def evidence_of(report: str = "") -> Prefetch:
    """What ``ProgressUpdate.files`` reads, loaded at once for all; ``report`` is the path to them, if any."""
    path = f"{report}__evidence" if report else "evidence"
    return Prefetch(path, queryset=Evidence.objects.select_related("file").order_by("pk"))
