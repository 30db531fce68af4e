"""What every page of the admin does, and what its lists and their filters read."""

from smartcity.lib.admin.filters import VisibleFilter
from smartcity.lib.admin.records import (
    SAME_RECORD,
    ReadAdmin,
    ReadOnlyInline,
    RecordAdmin,
    RecordInline,
    SignedRowsFormSet,
    link_to_file,
)

__all__ = [
    "SAME_RECORD",
    "ReadAdmin",
    "ReadOnlyInline",
    "RecordAdmin",
    "RecordInline",
    "SignedRowsFormSet",
    "VisibleFilter",
    "link_to_file",
]
