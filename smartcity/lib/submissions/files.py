"""Files that were chosen in a form that could not be saved: kept for its next sending, and deleted once it is saved.

They are no records of anything: nobody reads them, and only their author's own form brings them in again.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.timezone import now

from smartcity.lib.forms.file_fields import KEPT, is_kept
from smartcity.lib.records.files import FileKind, FileRefused, check_file, clean_name, digest_of
from smartcity.lib.submissions.models import KeptFile, KeptFileQuerySet
from smartcity.lib.submissions.payload import Payload, has_password
from smartcity.lib.submissions.token import FormToken

# Of one person, in all forms together: the newest.
MOST_KEPT = 30


DIGEST = re.compile(r"[0-9a-f]{64}")


class KeptUpload(File):
    """A kept file, as if it had just been sent; its bytes are opened when they are read."""

    may_be_kept = is_sound = True

    def __init__(self, row: KeptFile):
        super().__init__(row.content, row.name)
        self.row, self.digest = row, row.sha256


def bring_in(request: HttpRequest, token: FormToken) -> None:
    """Put among the files of the request those that its form names, before those that were chosen now.

    Of a field for one file the last counts. A file that is not there any more is refused by its field.
    """
    # Of the whole request: each is looked up and read again.
    room = MOST_KEPT
    for name, digests in request.POST.lists():
        if name.endswith(KEPT):
            field = name.removesuffix(KEPT)
            chosen = request.FILES.getlist(field)
            sent = {digest_of(upload) for upload in chosen}
            named = [digest for digest in dict.fromkeys(digests[:room]) if digest not in sent]
            room -= len(named)
            kept: list[Any] = [_again(request.user, digest, token) for digest in named]
            request.FILES.setlist(field, [*kept, *chosen])
    for upload in _uploads(request):
        upload.may_be_kept = True  # type: ignore[attr-defined]


def _again(user: AbstractBaseUser | AnonymousUser, digest: str, token: FormToken) -> File:
    row = _row(user, digest, token)
    if row and not row.damage():
        # Not the handle that the check has closed.
        row.content = row.content.name
        return KeptUpload(row)
    gone = ContentFile(b"", name=row.name if row else "")
    gone.is_gone = True  # type: ignore[attr-defined]
    return gone


def _row(user: AbstractBaseUser | AnonymousUser, digest: str, token: FormToken) -> KeptFile | None:
    if not DIGEST.fullmatch(digest):
        return None
    rows = KeptFile.objects.filter(user=user.pk, sha256=digest)
    return max(rows, key=lambda row: (row.token == token.id, row.kept_at), default=None)


def _uploads(request: HttpRequest) -> Iterator[UploadedFile]:
    for _, uploads in request.FILES.lists():
        yield from uploads


def keep_sound(request: HttpRequest, token: FormToken) -> None:
    """Keep the files that their fields took, of a form that is shown again."""
    for upload in _uploads(request):
        if is_kept(upload) and not isinstance(upload, KeptUpload):
            _keep(token, upload)


def keep_unseen(request: HttpRequest, typed: Payload) -> Payload:
    """Keep the files of a form that no view has seen yet; returns what was typed with the names of those files."""
    named, lost = [], False
    for field, uploads in request.FILES.lists():
        for upload in uploads:
            try:
                check_file(upload, name=upload.name or "", size=upload.size or 0, kinds=FileKind)
            except FileRefused:
                lost = True
                continue
            named.append((f"{field}{KEPT}", _keep(typed.token, upload).sha256))
    return replace(typed, pairs=[*typed.pairs, *named], left_out=lost or has_password(request))


def _keep(token: FormToken, upload: UploadedFile) -> KeptFile:
    name, digest = upload.name or "", digest_of(upload)
    kind = check_file(upload, name=name, size=upload.size or 0, kinds=FileKind)
    said = {"name": clean_name(name), "kind": kind, "size": upload.size, "content": File(upload), "kept_at": now()}
    row, _ = KeptFile.objects.get_or_create(token=token.id, sha256=digest, user_id=token.user_pk, defaults=said)
    newest = KeptFile.objects.filter(user=token.user_pk).order_by("-kept_at", "-pk")
    _forget(KeptFile.objects.filter(pk__in=[one.pk for one in newest[MOST_KEPT:]]))
    return row


def show_files(
    form: forms.BaseForm, typed: QueryDict, user: AbstractBaseUser | AnonymousUser, token: FormToken
) -> None:
    """Let the fields of an unbound form show what was chosen in them before."""
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            digests = typed.getlist(f"{form.add_prefix(name)}{KEPT}")
            again = [_again(user, digest, token) for digest in digests[:MOST_KEPT]]
            form.initial[name] = [upload for upload in again if isinstance(upload, KeptUpload)]


def forget_of(request: HttpRequest, token: FormToken) -> None:
    """Delete what was kept for a form that is saved now."""
    _forget(KeptFile.objects.filter(token=token.id, user=request.user.pk))
    brought = [upload.row.pk for upload in _uploads(request) if isinstance(upload, KeptUpload)]
    if brought:
        _forget(KeptFile.objects.filter(pk__in=brought))


def forget_old_files(*, now: datetime) -> int:
    """Delete what no form can name any more; return how many."""
    return _forget(KeptFile.objects.forgettable(now))


def _forget(rows: KeptFileQuerySet) -> int:
    found = list(rows)
    for row in found:
        row.delete()
        # After its row: what is named is there.
        row.content.storage.delete(row.content.name or "")
    return len(found)
