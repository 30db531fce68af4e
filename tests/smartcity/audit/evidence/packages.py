"""Taking a package, changing what is in it, and checking it as a stranger does: with Python alone, elsewhere."""

import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command

from smartcity.audit.evidence import package
from smartcity.lib.seal.signing_key import read_key_file
from smartcity.lib.seal.statement import sign_statement

VERIFY = Path(package.__file__).with_name("verify.py")


class Verdict(NamedTuple):
    code: int
    told: str


def export(*arguments) -> bytes:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "goi.zip"
        call_command("audit", "export", *map(str, arguments), "--out", str(out), stdout=StringIO(), stderr=StringIO())
        return out.read_bytes()


def content_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in content.items():
            archive.writestr(name, held)
    return out.getvalue()


def signed_anew(content: dict[str, bytes], **manifest) -> dict[str, bytes]:
    """As whoever holds the key could make it: what was changed is listed, and the list is signed."""
    told = json.loads(content["manifest.json"]) | manifest
    told["files"] = [
        {"name": name, "sha256": sha256(held).hexdigest(), "size": len(held)}
        for name, held in sorted(content.items())
        if not name.startswith("manifest.")
    ]
    text = json.dumps(told).encode()
    statement = sign_statement("goi-bang-chung", [sha256(text).hexdigest()], read_key_file(settings.AUDIT_KEY_FILE))
    return content | {"manifest.json": text, "manifest.sig": statement.encode()}


def verified(held: bytes | dict[str, bytes], *arguments, **files: str) -> Verdict:
    """``files`` lie beside the package. Nothing else is there, and no library of ours is found."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        if isinstance(held, bytes):
            (Path(folder) / "goi.zip").write_bytes(held)
            arguments = ("goi.zip", *arguments)
        else:
            for name, content in held.items():
                path = Path(folder) / "goi" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            arguments = ("goi", *arguments)
        return run_in(Path(folder), *arguments)


def run_in(folder: Path, *arguments: str) -> Verdict:
    """What ``verify.py`` says that lies in this folder, and stands in it."""
    (folder / "verify.py").write_bytes(VERIFY.read_bytes())
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-W", "error", "verify.py", *arguments],
        cwd=folder,
        env={},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    # Where nothing is checked it says so to whoever stands there, not into what they keep.
    assert done.stderr == "" or (done.stdout == "" and done.stderr.startswith("CHƯA KIỂM TRA: "))
    return Verdict(done.returncode, done.stdout or done.stderr)


def lines_of(content: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in content.get(name, b"").splitlines()]


def records_of(content: dict[str, bytes], table: str) -> set[int]:
    """The keys of the records of a table that the package tells of."""
    return {line["sealed"]["record_id"] for line in lines_of(content, f"history/{table}.jsonl")}
