"""The package, made piece by piece: nothing of it is held but places in the tree, a bit each, and what rows name."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.models import ForeignKey

from programme.models import StoredFile
from smartcity.audit.evidence.archive import Archive
from smartcity.audit.evidence.entries import JSON, Sealed, entries_of
from smartcity.audit.evidence.papers import KINDS, Paper, add_papers
from smartcity.audit.evidence.period import Period
from smartcity.audit.evidence.proof import add_proof, latest_for, proven_by
from smartcity.audit.evidence.scope import CITED, Scope
from smartcity.audit.evidence.words import words_of, words_of_entries
from smartcity.lib.log.leaves import known_shapes
from smartcity.lib.log.models import Seal
from smartcity.lib.log.tracked import Tracked, tracked_tables
from smartcity.lib.seal.canonical import canonical_value
from smartcity.lib.seal.checkpoint import make_checkpoint, sign
from smartcity.lib.seal.multiproof import Positions
from smartcity.lib.seal.signing_key import PRODUCT, public_key_text, read_key_file
from smartcity.lib.seal.statement import sign_statement

FORMAT = "goi-bang-chung/1"
# What the signature under the manifest is about.
ABOUT = "goi-bang-chung"
BROKEN_OFF = "KHONG-LAP-DUOC.txt"
HERE = Path(__file__).parent
TOLD = {"DOC-TRUOC.txt": HERE / "DOC-TRUOC.txt", "verify.py": HERE / "verify.py"}
# Of a table the rows that are newest wait here until its history is written; larger ones on disk.
HELD = 4_000_000
A_CHUNK = 1 << 18


@dataclass(frozen=True)
class Request:
    """What is to be in it; with ``size``, as of the checkpoint of so many entries, which somebody may have kept."""

    scope: Scope
    period: Period
    size: int | None = None


@dataclass
class Package:
    request: Request
    tell: Callable[[int], None] = lambda done: None
    counts: Counter = field(default_factory=Counter)
    # By kind, the keys that rows name; the files among them with what names them.
    _named: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    _uses: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _papers: list[Paper] = field(default_factory=list)
    _shapes: set[str] = field(default_factory=set)
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    _archive: Archive = field(default_factory=Archive)

    def chunks(self) -> Iterator[bytes]:
        """Its bytes. Raises ``NothingSealed``, ``NoSuchSize``, ``KeyProblem`` at once; ``NotAsSealed`` anywhere."""
        limit = latest_for(self.request.size)
        key = read_key_file(settings.AUDIT_KEY_FILE)
        positions, archive = Positions(limit.size), self._archive
        for name, path in TOLD.items():
            archive.add(name, path.read_bytes())
        archive.add("public-key.txt", f"{public_key_text(key.public_key())}\n".encode())
        for parts in (self.request.scope.parts(), self.request.scope.cited(self._named)):
            for part in parts:
                entries = entries_of(part, self.request.period, size=limit.size)
                yield from self._table(archive, tracked_tables()[part.model._meta.db_table], entries, positions)
        papers = yield from add_papers(archive, self._papers)
        seal = proven_by(positions, limit, is_chosen=self.request.size is not None)
        yield from add_proof(archive, positions, seal)
        checkpoint = make_checkpoint(key.public_key(), size=seal.size, root=bytes.fromhex(seal.root), at=seal.at)
        archive.add("checkpoint.txt", sign(checkpoint, key).encode())
        manifest = _json(self._manifest(papers, seal, archive.files))
        archive.add("manifest.json", manifest)
        archive.add("manifest.sig", sign_statement(ABOUT, [sha256(manifest).hexdigest()], key).encode())
        archive.close()
        yield archive.taken()

    def broken_off(self, why: str) -> bytes:
        """What remains to be handed over where ``chunks`` ended early: a file that says why, and no list of files."""
        self._archive.add(BROKEN_OFF, f"{why}\n".encode())
        self._archive.close()
        return self._archive.taken()

    def _table(
        self, archive: Archive, tracked: Tracked, entries: Iterator[Sealed], positions: Positions
    ) -> Iterator[bytes]:
        first = next(entries, None)
        if first is None:
            return
        self._tables[tracked.table] = words_of(tracked)
        keys = keys_of(tracked)
        with SpooledTemporaryFile(HELD) as newest:
            with archive.file(f"history/{tracked.table}.jsonl") as file:
                for _, of_record in groupby(chain([first], entries), key=lambda entry: entry.leaf.entry.record_id):
                    for last in of_record:
                        positions.add(last.position)
                        file.write(last.line + b"\n")
                        self._note(last, keys)
                        yield archive.taken(at_least=A_CHUNK)
                    self._keep(last, newest)
            newest.seek(0)
            with archive.file(f"rows/{tracked.table}.jsonl") as file:
                while some := newest.read(A_CHUNK):
                    file.write(some)
                    yield archive.taken(at_least=A_CHUNK)

    def _note(self, entry: Sealed, keys: list[tuple[str, Any]]) -> None:
        self._shapes.add(entry.leaf.entry.shape)
        self.counts["rows"] += 1
        self.counts["withheld"] += entry.is_withheld
        self.counts["broken"] += entry.is_broken
        self.tell(self.counts["rows"])
        for name, model in keys:
            key = entry.values.get(name)
            if isinstance(key, int):
                self._named[model].add(key)
                if model is StoredFile:
                    self._uses[key].add(f"{entry.tracked.table} {entry.leaf.entry.record_id}")

    def _keep(self, entry: Sealed, newest: IO[bytes]) -> None:
        """The record as it is at the end, where it is there and can be told."""
        row = entry.row
        if row is None:
            return
        self.counts["records"] += 1
        newest.write(JSON.encode(row).encode() + b"\n")
        if entry.tracked.model in KINDS:
            own = {f"{entry.tracked.table} {row['id']}"}
            named_by = self._uses[row["id"]] if entry.tracked.model is StoredFile else own
            self._papers.append(Paper(entry.tracked.model, row, named_by))

    def _manifest(self, papers: list[dict[str, Any]], seal: Seal, files: list[dict[str, Any]]) -> dict[str, Any]:
        scope, period = self.request.scope, self.request.period
        shapes = {name: shape for name, shape in known_shapes(connection).items() if name in self._shapes}
        return {
            "format": FORMAT,
            "product": PRODUCT,
            "scope": str(scope),
            "programme": scope.programme.code if scope.programme else None,
            "period": {
                "text": str(period),
                "begins": canonical_value(period.begins),
                "ends": canonical_value(period.ends),
            },
            "size": seal.size,
            "counts": {name: self.counts[name] for name in ("rows", "records", "withheld", "broken")},
            "entry": words_of_entries(),
            "tables": self._tables,
            "shapes": {
                name: {"table": shape.table, "columns": shape.columns, "personal": list(shape.personal)}
                for name, shape in shapes.items()
            },
            "papers": papers,
            "files": sorted(files, key=lambda file: file["name"]),
        }


def keys_of(tracked: Tracked) -> list[tuple[str, Any]]:
    """The columns of its rows that name documents, files, agencies, people or provinces."""
    fields = tracked.model.history.model._meta.concrete_fields
    found = [(f"row.{one.column}", one.related_model) for one in fields if isinstance(one, ForeignKey)]
    # A record of one of these is named by its own row too, but for the history's link to it.
    return [(name, model) for name, model in found if model in CITED]


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
