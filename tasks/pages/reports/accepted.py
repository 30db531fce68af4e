"""The accepted reports of one task, as its page shows them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from programme.models import StoredFile
from smartcity.lib.records.signers import as_signed
from tasks.models import Evidence, ProgressUpdate, Task

# Where documents are cited in them.
TEXTS = ["results", "obstacles", "objective_cause", "subjective_cause", "proposals", "next_steps"]


@dataclass(frozen=True)
class AcceptedReport:
    """One report, signed as then called, with its evidence; ``update`` knows ``corrected_on``."""

    update: ProgressUpdate
    files: list[StoredFile]


def read_accepted(task: Task, *, until: date, has_evidence: bool) -> list[AcceptedReport]:
    """What was accepted of the days up to ``until``, the newest first. A constant number of queries."""
    accepted = ProgressUpdate.objects.accepted().filter(task=task, as_of__lte=until).order_by("-as_of", "-pk")
    loaded = accepted.select_related("document", "author", "reviewer").annotate(corrected_on=F("corrects__as_of"))
    updates = as_signed(loaded)
    files: dict[int, list[StoredFile]] = defaultdict(list)
    if has_evidence and updates:
        evidence = Evidence.objects.filter(update__in=[update.pk for update in updates])
        for one in evidence.select_related("file").order_by("pk"):
            files[one.update_id].append(one.file)
    return [AcceptedReport(update, files[update.pk]) for update in updates]
