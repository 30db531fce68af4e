"""How far somebody's rights reach, told once: what stays of the present while everything else is read of the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.utils.timezone import localdate

from programme.models.membership import Membership
from programme.models.province import Province


class Reach(NamedTuple):
    """Keys of the provinces whose records somebody sees, and of the people of their agency."""

    provinces: frozenset[int]
    colleagues: frozenset[int]


class HasReach:
    """A person. Rights are asked of the tables by each query; while these are of the past, of ``reach``.

    An old mistake about a merger or about somebody's work opens nothing again, and a merger closes nothing that was
    written before it.
    """

    reach: Reach | None = None

    @contextmanager
    def reading_the_past(self: Any) -> Iterator[None]:
        """Begun in the present: inside, the rights are those of before."""
        before = self.reach
        self.reach = before or Reach(
            frozenset(Province.objects.visible_to(self).values_list("pk", flat=True)),
            frozenset(Membership.objects.beside(self, localdate()).values_list("user", flat=True)),
        )
        try:
            yield
        finally:
            self.reach = before
