"""Changing rows in a migration: signed by the system, with their history, like every other change.

A migration's models are those of its time and write no history by themselves; what is written past this is refused.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.deletion import Collector
from django.utils.timezone import now

from smartcity.lib.log.guard import UnrecordedWrite, recorded
from smartcity.lib.log.models import SignedAct
from smartcity.lib.log.origin import Source
from smartcity.lib.log.tracked import digest_of
from smartcity.lib.log.triggers import install, remove

SYSTEM = "he-thong"
NAME = "Hệ thống (nâng cấp dữ liệu)"
# No hash has it: nobody signs in.
NO_PASSWORD = "!"  # noqa: S105


class SignedMigration:
    """``save`` and ``delete`` of rows of a migration's models; all that one of it changes is one act."""

    def __init__(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor, *, name: str, reason: str):
        self.apps = apps
        self.name = name
        self.reason = reason
        self.action = uuid.uuid4()
        self.connection = schema_editor.connection
        self.signer: Any = None

    def begin(self) -> None:
        # The tables may have other columns since the migrations before.
        install(self.connection)
        User = self.apps.get_model("programme", "User")
        self.signer = User.objects.filter(username=SYSTEM).first()
        if self.signer is None:
            made = {"username": SYSTEM, "full_name": NAME, "role": "administrator", "is_active": False}
            digest = {"password": NO_PASSWORD, "password_digest": digest_of(NO_PASSWORD)}
            self.signer = User(**made, **digest)
            with recorded():
                self.signer.save()
            self._sign()
            self._add_history(self.signer, "+")
        else:
            self._sign()

    def end(self) -> None:
        """PostgreSQL compares now, not when all ends: a table with what waits to be compared cannot be altered."""
        if self.connection.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # What follows in the migration may make tables anew, the log's too.
        remove(self.connection)

    def save(self, row: Any) -> None:
        kind = "+" if row._state.adding else "~"
        with recorded():
            row.save()
        self._add_history(row, kind)

    def delete(self, row: Any) -> None:
        """Raises ``UnrecordedWrite`` where other rows would go along: each is deleted by itself first."""
        collector = Collector(using=self.connection.alias)
        collector.collect([row])
        if len(collector.data) > 1 or any(rows.exists() for rows in collector.fast_deletes):
            raise UnrecordedWrite(f"{row._meta.label} {row.pk}: what belongs to it would go without a history.")
        self._add_history(row, "-")
        with recorded():
            row.delete()

    def _sign(self) -> None:
        SignedAct.objects.create(
            action=self.action,
            signer_id=self.signer.pk,
            name=self.signer.full_name,
            role=self.signer.role,
            at=now(),
            reason=self.reason,
            source=Source.MIGRATION,
            place=self.name,
        )

    def _add_history(self, row: Any, kind: str) -> None:
        history = self.apps.get_model(row._meta.app_label, f"Historical{row._meta.object_name}")
        there = {field.attname for field in history._meta.concrete_fields}
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        history.objects.create(
            **{name: value for name, value in values.items() if name in there},
            history_date=now(),
            history_type=kind,
            history_user_id=self.signer.pk,
            history_change_reason=self.reason,
            history_action=self.action,
            history_document_id=None,
        )


@contextmanager
def signed_migration(
    apps: Any, schema_editor: BaseDatabaseSchemaEditor, *, name: str, reason: str
) -> Iterator[SignedMigration]:
    """For RunPython: ``with signed_migration(apps, schema_editor, name="tasks.0020", reason="…") as signed:``."""
    signed = SignedMigration(apps, schema_editor, name=name, reason=reason)
    signed.begin()
    yield signed
    signed.end()
