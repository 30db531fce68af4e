"""What is sealed, said at the foot of each sheet of paper: whoever keeps the sheet keeps a checkpoint."""

import logging
import re
import time
from datetime import datetime

from django.conf import settings
from django.utils.timezone import localtime

from smartcity.lib.log.checkpoints import NothingSealed, checkpoint_now
from smartcity.lib.seal.signing_key import KeyProblem

logger = logging.getLogger(__name__)

# For people the hour here; what is signed says that of the world, to the microsecond.
SAID = (
    "Lịch sử đã niêm phong {size} dòng, mã gốc {root}, lúc {here:%H:%M} ngày {here:%d/%m/%Y} ({at}), "
    "chữ ký {signature}, của hệ thống {origin}."
)
# Browsers break lines anywhere in what is so long.
READ = re.compile(
    r"đã niêm phong (?P<size>[\d ]+) dòng, mã gốc (?P<root>[\w+/= ]+), "
    r"lúc [\d: ]+ ngày [\d/ ]+ \((?P<at>[\dTZ:. -]+)\), chữ ký (?P<signature>[\w+/= ]+), "
    r"của hệ thống (?P<origin>[\w/ -]+)\."
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
    at, signature = at.removeprefix("time "), signed.rpartition(" ")[2]
    here = localtime(datetime.fromisoformat(at))
    return SAID.format(size=size, root=root, here=here, at=at, signature=signature, origin=origin)


def checkpoint_of_foot(text: str) -> str:
    """The checkpoint that such a sentence tells, wherever lines were broken; any other text as it is."""
    found = READ.search(" ".join(text.split()))
    if not found:
        return text
    read = {name: group.replace(" ", "") for name, group in found.groupdict().items()}
    return "{origin}\n{size}\n{root}\ntime {at}\n\n— {origin} {signature}\n".format(**read)
