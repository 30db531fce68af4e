"""Keys of rows that are derived."""

from django.db import models


def derived_from(model: type[models.Model], *, null: bool = False) -> models.ForeignKey:
    """A key to what a row is derived of, which stays for good: no index, and no question when drafts are deleted."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name="+", null=null, db_index=False, db_constraint=False
    )
