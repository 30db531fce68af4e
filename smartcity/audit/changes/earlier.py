"""The log of changes as it was at an earlier moment: up to the entries that were known then."""

from smartcity.audit.changes.catching_up import catch_up_for_a_page
from smartcity.audit.changes.models import LoggedChange
from smartcity.lib.log.known.derivations import OF_ENTRIES, PREPARATIONS


def keep_earlier_changes() -> None:
    OF_ENTRIES[LoggedChange] = "number"
    PREPARATIONS.append(catch_up_for_a_page)
