"""For how long something may go on."""

import time
from collections.abc import Callable


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Tells whether the time, which runs from now on, is not over."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until
