"""Who made a revision something that no longer changes."""

from django.utils.text import capfirst

from programme.models import Revision, RevisionStep
from smartcity.lib.forms.unsaved_input import KEPT
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.overtaken import say_who
from smartcity.lib.records.signers import signer_of


def say_frozen(revision: Revision) -> str:
    """Who made a revision something that no longer changes, when and how."""
    step = RevisionStep.history.filter(revision=revision.pk).order_by("-history_id").first()
    state = revision.get_state_display().lower()
    if step is None:
        return f"{revision.title} {state} nên không sửa được nữa. {KEPT}"
    return (
        f"{capfirst(say_who(signer_of(step)))} đã ghi nhận «{step.get_kind_display()}» lúc "
        f"{say_moment(step.history_date)}: "
        f"{revision.title} {state} nên không sửa được nữa. {KEPT}"
    )
