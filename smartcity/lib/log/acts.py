"""Writing down an act: once, before the first row of a history that is part of it."""

import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from smartcity.lib.log.models import SignedAct
from smartcity.lib.log.origin import origin


@dataclass(eq=False)
class WrittenActs:
    """Which signers of one action are written down already, of those transactions that were not rolled back."""

    kept: set[int] = field(default_factory=set)
    waiting: dict[int, "_Kept"] = field(default_factory=dict)

    def has(self, signer: int) -> bool:
        if signer in self.kept:
            return True
        # Django forgets what waits for a commit when that, or the savepoint, is rolled back; the last come last.
        waits = self.waiting.get(signer)
        return waits is not None and any(one[1] is waits for one in reversed(connection.run_on_commit))

    def add(self, signer: int) -> None:
        self.waiting[signer] = _Kept(self, signer)
        transaction.on_commit(self.waiting[signer])


@dataclass(eq=False)
class _Kept:
    acts: WrittenActs
    signer: int

    def __call__(self) -> None:
        self.acts.kept.add(self.signer)


def write_act(
    action: uuid.UUID,
    signer: Any,
    *,
    written: WrittenActs,
    reason: str = "",
    document: int | None = None,
) -> None:
    """Say who acts, and who that person is at this moment; ``signer`` is an account, which tells it by itself."""
    if written.has(signer.pk):
        return
    act = SignedAct(
        action=action,
        signer_id=signer.pk,
        at=now(),
        reason=reason,
        document_key=document,
        source=origin().source,
        place=origin().place,
        **signer.as_signing(),
    )
    _insert(act)
    written.add(signer.pk)


def _insert(act: SignedAct) -> None:
    """In one plain statement, made once: it is part of every save."""
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(), [field.get_db_prep_save(getattr(act, field.attname), connection) for field in _written()]
        )


@cache
def _written() -> tuple[Any, ...]:
    return tuple(field for field in SignedAct._meta.concrete_fields if not field.primary_key)


@cache
def _statement() -> str:
    columns = ", ".join(f'"{field.column}"' for field in _written())
    places = ", ".join(["%s"] * len(_written()))
    return f'INSERT INTO "{SignedAct._meta.db_table}" ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING'
