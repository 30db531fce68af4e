"""What became of a record while somebody wrote to it, and what they wrote, which is not saved but not lost either."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartcity.lib.forms.merging import EMPTY, in_words, typed
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.signers import signer_of

KEPT = "Chưa lưu gì; nội dung bạn nhập vẫn còn dưới đây để chép lại."


def removal_of(model: Any, **known_by: Any) -> Any:
    """The row of history that says who removed the record which ``known_by`` finds; none while it is there."""
    last = model.history.filter(**known_by).select_related("history_user").order_by("-history_id").first()
    return last if last and last.history_type == "-" else None


def say_removed(row: Any) -> str:
    """«Nội dung này đã bị Lê A xóa lúc 10:05 ngày 03/04/2024. Lý do: …», as the history has it."""
    reason = f" Lý do: {row.history_change_reason.rstrip('.')}." if row.history_change_reason else ""
    return f"Nội dung này đã bị {signer_of(row)} xóa lúc {say_moment(row.history_date)}.{reason}"


def typed_words(*filled: forms.BaseForm) -> list[tuple[str, str]]:
    """What was typed into the fields that a person sees, each with its label."""
    told = []
    for form in filled:
        for bound in form.visible_fields():
            sent = typed(form, bound.name)
            if not sent or _is_foreign(bound.field, sent):
                continue
            words = in_words(bound.field, sent)
            if words != EMPTY:
                told.append((str(bound.label), words))
    return told


def _is_foreign(field: forms.Field, sent: Any) -> bool:
    """Whether a record was chosen that the form does not offer: nobody learns its name by sending its key."""
    if not isinstance(field, forms.ModelChoiceField):
        return False
    try:
        field.clean(sent)
    except ValidationError:
        return True
    return False
