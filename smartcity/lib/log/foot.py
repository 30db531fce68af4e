"""What is sealed, said at the foot of each sheet of paper: whoever keeps the sheet keeps a checkpoint."""

import logging
import re
import time

from django.conf import settings

from smartcity.lib.log.checkpoints import NothingSealed, checkpoint_now
from smartcity.lib.seal.signing_key import KeyProblem

logger = logging.getLogger(__name__)

SAID = "Lịch sử đã niêm phong {size} dòng, mã gốc {root}, lúc {at}, chữ ký {signature}, cài đặt {origin}."
READ = re.compile(
    r"đã niêm phong (?P<size>\d+) dòng, mã gốc (?P<root>\S+), lúc (?P<at>\S+), chữ ký (?P<signature>\S+), "
    r"cài đặt (?P<origin>\S+)\."
)


class _Kept:
    """What was said last in this process. A page does not ask for it anew within ``SEAL_ASKED_EVERY`` seconds."""

    text = ""
    asked_at: float | None = None


def sealed_foot() -> str:
    """The newest checkpoint in one sentence; empty where nothing is sealed."""
    if _Kept.asked_at is None or time.monotonic() - _Kept.asked_at > settings.SEAL_ASKED_EVERY:
        _Kept.text, _Kept.asked_at = sealed_now(), time.monotonic()
    return _Kept.text


def forget() -> None:
    """Ask anew for the next page."""
    _Kept.asked_at = None


def sealed_now() -> str:
    """The same, asked for at this moment."""
    try:
        origin, size, root, at, _, signed = checkpoint_now().splitlines()
    except NothingSealed:
        return ""
    except KeyProblem:
        # The page is worth more than its foot; whoever keeps the server finds the cause here.
        logger.exception("What is sealed cannot be said at the foot of pages")
        return ""
    signature = signed.rpartition(" ")[2]
    return SAID.format(size=size, root=root, at=at.removeprefix("time "), signature=signature, origin=origin)


def checkpoint_of_foot(text: str) -> str:
    """The checkpoint that such a sentence tells, wherever lines were broken; any other text as it is."""
    found = READ.search(" ".join(text.split()))
    if not found:
        return text
    return "{origin}\n{size}\n{root}\ntime {at}\n\n— {origin} {signature}\n".format(**found.groupdict())
