"""Validating a record with few questions: its CHECKs in one, and none about records at hand that stay for good."""

from collections.abc import Collection
from functools import reduce
from operator import and_
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Value


class CheckedTogether(models.Model):
    """A record whose CHECKs are asked about together; which of them fails is asked only when one does.

    Django asks one by one, each in a savepoint of its own: half of the statements of a save.
    """

    # While it is validated: whether its CHECKs were found to hold.
    _checks_hold = False

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """As Django does it, but for the question whether a record is there that was read and ``STAYS``.

        Of others it is asked: while one waited for a lock, somebody may have removed what was read before.
        """
        there = {field.name for field in self._meta.concrete_fields if self._is_there(field)}
        super().clean_fields(there.union(exclude or ()))

    def _is_there(self, field: models.Field) -> bool:
        if not isinstance(field, models.ForeignKey) or not getattr(field.related_model, "STAYS", False):
            return False
        return bool(getattr(self, field.attname)) and field.is_cached(self)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self._checks_hold = checks_hold(self, exclude or ())
        try:
            super().validate_constraints(exclude)
        finally:
            del self._checks_hold

    def get_constraints(self):
        """Those that are still to be asked about."""
        found = super().get_constraints()
        if not self._checks_hold:
            return found
        return [(model, [one for one in rules if not isinstance(one, CheckConstraint)]) for model, rules in found]


def checks_hold(record: models.Model, exclude: Collection[str] = ()) -> bool:
    """Whether all CHECKs hold, but for those that speak of a field in ``exclude``. One query."""
    rules = [one.condition for one in record._meta.constraints if isinstance(one, CheckConstraint)]
    decidable = [rule for rule in rules if not {field.name for field in _fields_of(record, rule)} & set(exclude)]
    if not decidable:
        return True
    together: Any = reduce(and_, decidable)
    return together.check({one.name: Value(getattr(record, one.attname), one) for one in _fields_of(record, together)})


def _fields_of(record: models.Model, rule: Any) -> list[Any]:
    return [record._meta.get_field(name) for name in rule.referenced_base_fields]
