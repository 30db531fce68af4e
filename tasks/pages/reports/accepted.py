"""The accepted reports of one task, as its page shows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from programme.models import StoredFile
from programme.page_citations import texts_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.signers import as_signed
from tasks.models import Causes, Evidence, OperationState, ProgressUpdate, Status, Task

# What is told in free words.
TEXTS = ["results", "obstacles", "objective_cause", "subjective_cause", "proposals", "next_steps"]


@dataclass(frozen=True)
class AcceptedReport:
    """One report, signed as then called, with its evidence; ``update`` knows ``corrected_on``.

    Tasks have many, so that the page is handed what each says, and does not look for what it leaves open.
    """

    update: ProgressUpdate
    files: list[StoredFile]
    # What took its place.
    correction: ProgressUpdate | None = None

    @property
    def status(self) -> str:
        """«Đang thực hiện · 45%»."""
        percent = self.update.percent
        return f"{Status(self.update.status).label}{'' if percent is None else f' · {percent}%'}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What it says, each with its label."""
        update = self.update
        completed = say_day(update.completed_on) if update.completed_on else "không rõ ngày"
        facts = [
            ("Ngày hoàn thành", completed if update.status == Status.COMPLETE else ""),
            ("Vận hành", OperationState(update.operation_state).label if update.operation_state else ""),
            ("Kết quả", update.results),
            ("Khó khăn, vướng mắc", update.obstacles),
            ("Nguyên nhân", self._causes),
            ("Kiến nghị, đề xuất", update.proposals),
            ("Việc tiếp theo", update.next_steps),
        ]
        return [(label, text) for label, text in facts if text]

    @property
    def _causes(self) -> str:
        """In one line, whatever lines its parts have."""
        update = self.update
        parts = [("Khách quan", update.objective_cause), ("Chủ quan", update.subjective_cause)]
        told = [f"{label}: {' '.join(text.splitlines())}" for label, text in parts if text]
        return ". ".join([Causes(update.causes).label, *told]) if update.causes else ""

    @property
    def signers(self) -> str:
        """Who wrote and who accepted it; nobody does of what comes from a published document."""
        update = self.update
        if update.reviewer is None:
            return ""
        agency = update.author_agency
        return f"Người báo cáo: {update.author}{f' ({agency.label})' if agency else ''} · Tiếp nhận: {update.reviewer}"


def read_accepted(task: Task, *, until: date, has_evidence: bool) -> list[AcceptedReport]:
    """What was accepted of the days up to ``until``, the newest first. A constant number of queries."""
    accepted = ProgressUpdate.objects.accepted().filter(task=task, as_of__lte=until).order_by("-as_of", "-pk")
    loaded = accepted.select_related("document").annotate(corrected_on=F("corrects__as_of"))
    updates = as_signed(loaded)
    files: dict[int, list[StoredFile]] = defaultdict(list)
    if has_evidence and updates:
        evidence = Evidence.objects.filter(update__in=[update.pk for update in updates])
        for one in evidence.select_related("file").order_by("pk"):
            files[one.update_id].append(one.file)
    corrections = {update.corrects_id: update for update in updates}
    return [AcceptedReport(update, files[update.pk], corrections.get(update.pk)) for update in updates]


def texts_of_reports(reports: Iterable[AcceptedReport]) -> list[str]:
    """Where documents are cited in them."""
    return texts_of([report.update for report in reports], *TEXTS)
