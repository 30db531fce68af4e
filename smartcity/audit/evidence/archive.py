"""A .zip made piece by piece: the same bytes for the same content, and a list of what is in it."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

LEVEL = 6


class Archive:
    """Each file is written once, in the order in which they come; ``taken`` hands over what is ready."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self._sink = _Sink()
        out: Any = self._sink
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    @contextmanager
    def file(self, name: str, *, is_packed_already: bool = False) -> Iterator["_Writer"]:
        # Without an hour of its own, each file has that of the first day that a .zip knows.
        made: str | zipfile.ZipInfo = zipfile.ZipInfo(name) if is_packed_already else name
        with self._zip.open(made, "w", force_zip64=True) as file:
            writer = _Writer(file)
            yield writer
        self.files.append({"name": name, "sha256": writer.digest.hexdigest(), "size": writer.size})

    def add(self, name: str, content: bytes) -> None:
        with self.file(name) as file:
            file.write(content)

    def close(self) -> None:
        self._zip.close()

    def taken(self, at_least: int = 0) -> bytes:
        """What is ready since the last time; nothing yet, where that is less than so many bytes."""
        return self._sink.taken() if self._sink.size >= at_least else b""


class _Writer:
    def __init__(self, file: IO[bytes]):
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)


class _Sink:
    """What the .zip is written to, which cannot go back in it."""

    def __init__(self) -> None:
        self.ready: list[bytes] = []
        self.size = 0

    def write(self, content: bytes) -> int:
        self.ready.append(bytes(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        found, self.ready, self.size = b"".join(self.ready), [], 0
        return found
