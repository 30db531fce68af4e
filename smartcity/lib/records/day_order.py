"""Two days in the wrong order, told beside both of them: either may be the one that is wrong."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model
from django.utils.text import capfirst

from smartcity.lib.language.dates import say_day


def days_in_order(model: type[Model]) -> dict[str, tuple[str, str]]:
    """The fields of the first and the last day, by the sentence of the constraint that keeps them in order."""
    found = {}
    for constraint in model._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        parts: list[Any] = getattr(constraint.condition, "children", [])
        for path, other in (part for part in parts if isinstance(part, tuple)):
            if path.endswith("__gte") and isinstance(other, F):
                found[str(constraint.get_violation_error_message())] = (
                    other.deconstruct()[1][0],
                    path.removesuffix("__gte"),
                )
    return found


def beside_both_days(record: Model, error: ValidationError) -> dict[str, ValidationError]:
    """The error by field, each naming the day in the other one; empty when it does not speak of two days."""
    pair = days_in_order(type(record)).get(str(error.message))
    if pair is None:
        return {}
    first, last = pair
    if getattr(record, first) is None or getattr(record, last) is None:
        return {}
    label = next(capfirst(field.verbose_name) for field in record._meta.fields if field.name == last)
    sentence = str(error.message).removesuffix(".")
    return {
        first: ValidationError(f"Ngày này không thể sau «{label}» ({say_day(getattr(record, last))}).", code=last),
        last: ValidationError(f"{sentence} ({say_day(getattr(record, first))}).", code=last),
    }
