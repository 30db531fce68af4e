"""The files that rows of the package name, each once, with where it is named."""

from collections.abc import Generator
from hashlib import sha256
from typing import Any

from programme.models import StoredFile
from smartcity.audit.evidence.archive import Archive

A_CHUNK = 1 << 18


def add_papers(
    archive: Archive, files: list[dict[str, Any]], uses: dict[int, set[str]]
) -> Generator[bytes, None, list[dict[str, Any]]]:
    """What the manifest says of them. One that is damaged or gone on disk is left out, and said to be."""
    told: dict[str, dict[str, Any]] = {}
    for row in sorted(files, key=lambda row: row["id"]):
        name = f"papers/{row['sha256']}.{row['kind']}"
        paper = told.get(name)
        if paper is None:
            fault = _fault(row)
            paper = told[name] = {"file": name, "sha256": row["sha256"], "names": [], "named_by": [], "fault": fault}
            if not fault:
                with archive.file(name, is_packed_already=True) as file, _content(row).open() as content:
                    for some in content.chunks(A_CHUNK):
                        file.write(some)
                        yield archive.taken(at_least=A_CHUNK)
        paper["names"] = sorted({*paper["names"], row["name"]})
        paper["named_by"] = sorted({*paper["named_by"], *uses[row["id"]]})
    return list(told.values())


def _content(row: dict[str, Any]) -> Any:
    # By what was sealed, not by what the record says now.
    return StoredFile(content=row["content"]).content


def _fault(row: dict[str, Any]) -> str:
    digest = sha256()
    try:
        with _content(row).open() as content:
            for some in content.chunks(A_CHUNK):
                digest.update(some)
    except OSError:
        return "tệp không còn trên máy chủ, hoặc không đọc được"
    return "" if digest.hexdigest() == row["sha256"] else "tệp trên máy chủ không còn như khi được gửi"
