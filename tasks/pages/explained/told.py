"""Who entered the reports behind a figure and who accepted them, each as called then; who asked about the figure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from programme.models import LegalDocument
from smartcity.lib.records.signers import signed_together
from tasks.models import Explanation, ProgressUpdate


@dataclass(frozen=True)
class Told:
    """Of one report: who entered it, who accepted it, and the document that it rests on, if any."""

    entered: str
    accepted: str
    document: LegalDocument | None

    @property
    def text(self) -> str:
        """«Nguyễn Văn A nhập, Trần Thị B tiếp nhận»; of what comes from a published document nobody accepted it."""
        return (
            f"{self.entered} nhập, {self.accepted} tiếp nhận" if self.accepted else f"{self.entered} nhập theo văn bản"
        )


def read_told(updates: Iterable[int | None], asked: QuerySet[Explanation]) -> tuple[dict[int, Told], list[Explanation]]:
    """Those reports by their keys, and the requests, with their people. Four queries, fewer where there are none."""
    keys = {key for key in updates if key}
    reports: Iterable[ProgressUpdate] = (
        ProgressUpdate.objects.filter(pk__in=keys).select_related("document").order_by() if keys else []
    )
    signed, requests = signed_together(reports, list(asked))
    return {report.pk: _told(report) for report in signed}, requests


def _told(report: ProgressUpdate) -> Told:
    agency = report.author_agency
    author = f"{report.author}{f' ({agency.label})' if agency else ''}"
    return Told(author, str(report.reviewer) if report.reviewer else "", report.document)
