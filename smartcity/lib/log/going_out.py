"""What goes out is what is sealed: whoever is given a file can be shown that it was in the history then."""

import logging

from django.db import OperationalError

from smartcity.lib.log.known.marks import current
from smartcity.lib.log.sealing import CannotSeal, seal
from smartcity.lib.log.unsealed import has_unsealed

logger = logging.getLogger(__name__)


def seal_what_goes_out() -> None:
    """It is what it is, also unsealed; the administrator's first page tells what waits too long."""
    # What was known at an earlier moment was sealed then.
    if current.get() is not None:
        return
    try:
        # Sealing writes, and so may wait for who writes: not where there is nothing to seal.
        if has_unsealed():
            seal()
    except CannotSeal:
        logger.exception("What is unsealed cannot be sealed: run manage.py audit verify")
    except OperationalError:
        logger.exception("Something went out before what is new was sealed: others kept the database")
