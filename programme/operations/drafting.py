"""What may be written in a draft: the revision itself, its periods and goals."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Max, ProtectedError

from programme.models import Objective, Period, Programme, Revision, User
from smartcity.lib.records.history import move_aside, operation, signed_bulk_update, signed_delete, signed_save
from smartcity.lib.records.overtaken import Overtaken

# Above any number that a goal has: where rows wait while they are numbered anew.
ASIDE = 10_000


class PeriodInUse(ValidationError):
    """Tasks are planned in the period."""


class AlreadyAdopted(Overtaken):
    """What was adopted once is amended as a full copy of it, and not begun anew."""


@operation
def draft_revision(
    programme: Programme, *, name: str, by: User, base: Revision | None = None, change_reason: str = "", **fields
) -> Revision:
    """Begin the next revision of ``programme`` as a draft, numbered after the last one.

    The programme is locked, so that two people drafting at once are not given the same number.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    last = programme.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision(programme=programme, number=last + 1, base=base, name=name, **fields)
    return signed_save(revision, by=by, reason=change_reason or revision.reason)


@operation
def draft_first_revision(programme: Programme, *, by: User, **fields: Any) -> Revision:
    """Begin from nothing what a programme decides first; somebody may have adopted another one meanwhile."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.revisions.newest_adopted().exists():
        raise AlreadyAdopted(
            "Đề án đã có lần ban hành được thông qua. Bấm «Soạn điều chỉnh» ở trang của đề án: "
            "dự thảo được sao chép đầy đủ từ lần đó."
        )
    return draft_revision(programme, by=by, **fields)


def lock_draft(revision: Revision) -> Revision:
    """The stored revision, locked until the end of the operation; raises ``ValidationError`` when it is no draft.

    What is being proposed at this moment takes no more changes.
    """
    # In the order in which a step locks them; and what is numbered within the programme is numbered once.
    Programme.objects.select_for_update().get(pk=revision.programme_id)
    stored = Revision.objects.select_for_update(of=("self",)).select_related("programme").get(pk=revision.pk)
    stored.refuse_unless_draft()
    return stored


@operation
def change_revision(revision: Revision, *, by: User, change_reason: str = "", **fields) -> Revision:
    """Change what a draft says of the programme as a whole: its name, declared budget, reason, note."""
    revision = lock_draft(revision)
    for name, value in fields.items():
        setattr(revision, name, value)
    return signed_save(revision, by=by, reason=change_reason)


@operation
def change_parts(
    revision: Revision,
    *,
    keep: Iterable[Period | Objective] = (),
    drop: Iterable[Period | Objective] = (),
    by: User,
    change_reason: str = "",
) -> None:
    """Add, change and take out periods or goals of a draft; a period in which tasks are planned stays.

    Goals are numbered anew from 1, in the order of the numbers that they are given.
    """
    lock_draft(revision)
    for part in drop:
        try:
            signed_delete(part, by=by, reason=change_reason)
        except ProtectedError as used:
            raise PeriodInUse(
                f"Giai đoạn «{part}» còn {len(used.protected_objects)} nhiệm vụ. "
                "Chuyển các nhiệm vụ đó sang giai đoạn khác trước, rồi bỏ giai đoạn này."
            ) from None
    keep = list(keep)
    _number_goals(revision, [part for part in keep if isinstance(part, Objective)], by=by, reason=change_reason)
    for part in keep:
        part.revision = revision
        signed_save(part, by=by, reason=change_reason)


def _number_goals(revision: Revision, given: list[Objective], *, by: User, reason: str) -> None:
    stored = {goal.pk: goal for goal in revision.objectives.all()}
    others = [goal for pk, goal in stored.items() if pk not in {one.pk for one in given}]
    moved = []
    # Of two with one number the one that is given comes first: whoever typed the number wanted that place.
    for number, goal in enumerate(sorted([*given, *others], key=lambda goal: goal.position), start=1):
        before = stored[goal.pk].position if goal.pk else number
        goal.position = number
        if before != number:
            moved.append(goal)
    # Two rows may not have one number even for a moment, so they step aside first.
    move_aside(Objective.objects.filter(pk__in=[goal.pk for goal in moved]), position=F("position") + ASIDE)
    signed_bulk_update([goal for goal in moved if goal in others], ["position"], by=by, reason=reason)
