"""Pages as they are compared between the present and an earlier moment: without what tells which of the two it is."""

import io
import random
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from meetings.operations.extended_days import keep_extended_days
from programme.models import Agency, Membership, Programme, Province, User
from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.pages.known.links import ONLY_CHANGES, of_the_present
from smartcity.lib.pages.known.moment import PARAMETER
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.operations.task_days import keep_task_days
from tests.sent_by import sending_controls
from tests.site_map import Entry

# The moment itself, what a form is sent by, and the seal of the moment in which the page was drawn.
PASSING = re.compile(
    r'<aside class="known".*?</aside>|<aside class="known-entry".*?</aside>|<p class="sealed">.*?</p>'
    r'|<input type="hidden" name="(?:biet-den|csrfmiddlewaretoken|slip)"[^>]*>|nonce="[^"]*"'
    r'|<button(?![^>]*type="button")[^>]*>.*?</button>|<input[^>]*type="submit"[^>]*>',
    re.DOTALL,
)
MOMENT = re.compile(rf"(?:\?|&amp;|&){PARAMETER}=[^\"&#]*")
MADE_AT = re.compile(r"[0-9]{2}:[0-9]{2} ngày [0-9]{2}/[0-9]{2}/[0-9]{4}|Lịch sử đã niêm phong .*", re.DOTALL)
# As programs are told the moment.
TOLD = re.compile(rb'"known_at":"[^"]*","known_block":[0-9]+,')
NOTHING_ASKED = re.compile(r'\?(?=["#])')
# Whoever reads is of the present, with the rights that follow from where they and others work and from mergers.
READERS = ~models.Q(password__startswith="!")
RIGHTS_FOLLOW = {
    (Province, "merged_into"),
    (Province, "in_force_to"),
    (Membership, "agency"),
    (Membership, "user"),
}


def fetched(entry: Entry, moment: str = "") -> tuple[int, str]:
    """What the address answers, as far as the present and a moment must agree."""
    browser = Client(raise_request_exception=False)
    if entry.role:
        browser.force_login(User.objects.get(username=entry.role))
    joined = "&" if "?" in entry.path else "?"
    response = browser.get(entry.path + (f"{joined}{PARAMETER}={moment}" if moment else ""))
    # Why something is not there is said in other words at a moment.
    text = "" if response.status_code == 404 else _compared(response)
    is_html = response.get("Content-Type", "").startswith("text/html")
    if moment and is_html and not entry.path.startswith(of_the_present()):
        assert sending_controls(response.text, but=(reverse("sign_out"),)) == [], entry
    return response.status_code, text


def _compared(response: HttpResponseBase) -> str:
    kind = response.get("Content-Type", "")
    content = b"".join(response)  # type: ignore[call-overload]
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(_cells(book))
    if kind.startswith("text/html"):
        text = NOTHING_ASKED.sub("", MOMENT.sub("", PASSING.sub("", ONLY_CHANGES.sub("", content.decode()))))
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return repr(TOLD.sub(b"", content))


def _cells(book: Any) -> Iterator[str]:
    for sheet in book:
        # The fact that tells the moment has a row of its own.
        told = [row for row in sheet.iter_rows() if row[0].value != "Biết đến"]
        for place, row in enumerate(told, start=1):
            for cell in row:
                # When the file was made, and the seal of that moment.
                if cell.value is not None and not MADE_AT.fullmatch(str(cell.value)):
                    yield f"{sheet.title} {cell.column_letter}{place}: {cell.value}"


def edits(chance: random.Random, by: User, number: int) -> list[str]:
    """Honest changes of any records of any kind; what is derived is kept with them. Tells what was changed."""
    made = [_edit(chance, by) for _ in range(number)]
    _keep_derived()
    return made


def _edit(chance: random.Random, by: User) -> str:
    while True:
        model = chance.choice([tracked.model for tracked in tracked_tables().values()])
        rows = model._default_manager.exclude(pk__in=_of_readers(model))
        count = rows.count()
        if not count:
            continue
        record = rows.order_by("pk")[chance.randrange(count)]
        try:
            with transaction.atomic():
                if done := _changed(record, chance, by):
                    return f"{model._meta.label} {record.pk}: {done}"
        except (DatabaseError, ValidationError, ObjectDoesNotExist, models.ProtectedError, ValueError, TypeError):
            # Nobody could have made that change; another one is tried.
            continue


def _of_readers(model: Any) -> Any:
    if model is User:
        return User.objects.filter(READERS).values("pk")
    if model is Agency:
        return Membership.objects.filter(user__in=User.objects.filter(READERS)).values("agency")
    if model is Membership:
        return Membership.objects.filter(agency__in=_of_readers(Agency)).values("pk")
    return []


def _changed(record: Any, chance: random.Random, by: User) -> str:
    """What was done with the record: mostly a field of it changed, sometimes another one like it added, or removed."""
    drawn = chance.random()
    # A file that came in stays: what was read from it is in no history.
    if drawn < 0.15 and not isinstance(record, ImportedFile):
        return _delete(record, by)
    return _add(record, chance, by) if drawn < 0.3 else _change(record, chance, by)


def _delete(record: Any, by: User) -> str:
    key = record.pk
    signed_delete(record, by=by, reason="Nhập hai lần")
    record.pk = key
    return "xóa"


def _add(record: Any, chance: random.Random, by: User) -> str:
    """Another one like it, with a number of its own and with other words."""
    like, record.pk = record.pk, None
    record._state.adding = True
    for field in record._meta.local_concrete_fields:
        if isinstance(field, models.UUIDField):
            setattr(record, field.attname, uuid.UUID(int=chance.getrandbits(128)))
        elif field.name == "position" or (isinstance(field, models.CharField | models.TextField) and not field.choices):
            setattr(record, field.attname, _another(getattr(record, field.attname), field, chance))
    signed_save(record, by=by, reason="Thêm cho đủ")
    return f"như {like}"


def _change(record: Any, chance: random.Random, by: User) -> str:
    tracked = {field.name for field in type(record).history.model.tracked_fields}
    fields = [
        field
        for field in record._meta.local_concrete_fields
        if field.name in tracked and not field.primary_key and not field.unique
        if (type(record), field.name) not in RIGHTS_FOLLOW
    ]
    field = chance.choice(fields)
    value = getattr(record, field.attname)
    new = _another(value, field, chance)
    if new == value:
        return ""
    setattr(record, field.attname, new)
    signed_save(record, by=by, reason=f"Sửa {field.verbose_name}")
    return f"{field.name} {value!r} → {new!r}"


def _another(value: Any, field: Any, chance: random.Random) -> Any:
    """Another value that the field could have; the same one where none comes to mind."""
    if field.choices:
        return chance.choice([key for key, _ in field.flatchoices])
    if isinstance(field, models.ForeignKey):
        keys = field.related_model._default_manager.order_by("pk").values_list("pk", flat=True)
        return keys[chance.randrange(keys.count())]
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.FileField):
        return value
    if isinstance(field, models.CharField | models.TextField):
        return f"{value} sửa {chance.randrange(1000)}".strip()
    if value and isinstance(field, models.DateField):
        return value + timedelta(days=chance.randrange(-40, 40))
    if value and isinstance(field, models.IntegerField | models.DecimalField):
        return value + chance.randrange(1, 1000)
    return value


def _keep_derived() -> None:
    for programme in Programme.objects.order_by("pk").values_list("pk", flat=True):
        keep_task_days(programme)
    keep_extended_days()
