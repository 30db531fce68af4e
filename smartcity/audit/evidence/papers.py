"""The files that rows of the package name, and those from which rows came in: each once, with where it is named."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.exceptions import SuspiciousOperation

from programme.models import StoredFile
from smartcity.audit.evidence.archive import Archive

A_CHUNK = 1 << 18
# Of a room above this one.
ImportedFile: Any = apps.get_model("smartcity", "ImportedFile")
KINDS = (StoredFile, ImportedFile)
GONE = "tệp không còn trên máy chủ, hoặc không đọc được"
ANOTHER = "tệp trên máy chủ không còn như khi được gửi"


@dataclass
class Paper:
    """A file as the history has it: what stands in the record itself may have been changed since."""

    model: Any
    row: dict[str, Any]
    named_by: set[str] = field(default_factory=set)

    @property
    def file(self) -> str:
        kind = self.row.get("kind", "") if self.model is StoredFile else self.row["name"].rpartition(".")[2].lower()
        return f"papers/{self.row['sha256']}.{kind if re.fullmatch('[a-z0-9]{1,10}', kind) else 'bin'}"

    def content(self) -> Iterator[bytes]:
        if self.model is ImportedFile:
            held = ImportedFile.objects.filter(pk=self.row["id"]).values_list("content", flat=True).first()
            if held is None:
                raise FileNotFoundError(self.row["name"])
            yield bytes(held)
            return
        with StoredFile(content=self.row["content"]).content.open() as content:
            yield from content.chunks(A_CHUNK)

    def fault(self) -> str:
        digest = sha256()
        try:
            for some in self.content():
                digest.update(some)
        except (OSError, SuspiciousOperation, ValueError):
            return GONE
        return "" if digest.hexdigest() == self.row["sha256"] else ANOTHER


def add_papers(archive: Archive, papers: list[Paper]) -> Generator[bytes, None, list[dict[str, Any]]]:
    """What the manifest says of them. One that is damaged or gone is left out, and said to be."""
    told: dict[str, dict[str, Any]] = {}
    for paper in sorted(papers, key=lambda paper: (paper.model.__name__, paper.row["id"])):
        known = told.get(paper.file)
        if known is None:
            fault = paper.fault()
            known = {"file": paper.file, "sha256": paper.row["sha256"], "names": [], "named_by": [], "fault": fault}
            told[paper.file] = known
            if not fault:
                with archive.file(paper.file, is_packed_already=True) as file:
                    for some in paper.content():
                        file.write(some)
                        yield archive.taken(at_least=A_CHUNK)
        known["names"] = sorted({*known["names"], paper.row["name"]})
        known["named_by"] = sorted({*known["named_by"], *paper.named_by})
    return list(told.values())
