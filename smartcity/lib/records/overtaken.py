"""Two people at the same thing: who comes second is told who was first, and when."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.history import acting_user


class Overtaken(ValidationError):
    """Somebody was first: what was asked for can no more be done, or not like this."""


def say_who(person: Model) -> str:
    """The name of who did something; to themselves, that it was they."""
    return "chính bạn (ở cửa sổ khác)" if person == acting_user() else str(person)


def say_recorded(changes: QuerySet | Any) -> str:
    """Who made the last of the ``changes`` of a history: «Người ghi: Lê A, lúc 10:05 ngày 03/04/2024.»"""
    row = changes.select_related("history_user").order_by("-history_id").first()
    return f"Người ghi: {say_who(row.history_user)}, lúc {say_moment(row.history_date)}." if row else ""
