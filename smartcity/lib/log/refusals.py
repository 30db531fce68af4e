"""Whether what failed is a write that would have left no history, whoever refused it."""

from django.db import DatabaseError

from smartcity.lib.log.guard import UnrecordedWrite
from smartcity.lib.log.postgresql_triggers import NOT_KEPT, NOT_RECORDED, NOT_SIGNED
from smartcity.lib.log.sqlite_triggers import CHOSEN, KEPT, UNSIGNED


class UnsignedWrite(UnrecordedWrite):
    """Someone tried to change a record without saying who does it; use ``signed_save``."""


def is_unrecorded(fault: BaseException | None) -> bool:
    if isinstance(fault, UnrecordedWrite):
        return True
    if not isinstance(fault, DatabaseError):
        return False
    code = getattr(fault.__cause__, "pgcode", None)
    return code in {NOT_KEPT, NOT_RECORDED, NOT_SIGNED} or any(said in str(fault) for said in (KEPT, CHOSEN, UNSIGNED))
