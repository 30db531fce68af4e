"""What belongs to a revision changes only while the revision is a draft."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from programme.models.revision_state import RevisionState

FROZEN_ROWS = (
    "Có dòng thuộc lần điều chỉnh đã trình hoặc đã có quyết định nên không sửa, không xóa được. "
    "Muốn thay đổi, soạn một lần điều chỉnh mới."
)


MOVED_ROWS = (
    "Không đổi hàng loạt được lần điều chỉnh, nhiệm vụ của các dòng và tình trạng của lần điều chỉnh. "
    "Sửa từng dòng trong dự thảo; tình trạng thì ghi nhận một bước."
)
OVERWRITTEN_ROWS = "Không ghi đè hàng loạt được. Sửa từng dòng trong dự thảo."


class DraftQuerySet(models.QuerySet):
    """Rows of revisions, which change in bulk only where every one of them is in a draft.

    Bulk writes pass by ``clean``; without this they could change what a council has read.
    """

    # The way from a row to its revision; a revision's own rows have none.
    to_revision = "revision"
    # What no bulk write changes, beside the revision that a row is of.
    kept: frozenset[str] = frozenset({"task"})

    def _path(self, name: str) -> str:
        return f"{self.to_revision}__{name}" if self.to_revision else name

    def _refuse_frozen(self) -> None:
        if self.order_by().exclude(**{self._path("state"): RevisionState.DRAFT}).exists():
            raise ValidationError(FROZEN_ROWS)

    def update(self, **values):
        self._refuse_frozen()
        if {name.removesuffix("_id") for name in values} & {self.to_revision.partition("__")[0], *self.kept}:
            raise ValidationError(MOVED_ROWS)
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self):
        self._refuse_frozen()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise ValidationError(OVERWRITTEN_ROWS)
        objs = list(objs)
        if self.to_revision:
            _refuse_frozen_owners(self.model, self.to_revision, Q(pk__in=_owner_keys(objs, self.to_revision)))
        return super().bulk_create(objs, *args, **kwargs)


def refuse_frozen(part: models.Model, owner: str = "revision") -> None:
    """Raise ``ValidationError`` unless both the revision that ``part`` was in and the one it goes to are drafts."""
    model = type(part)
    was_in = model._default_manager.filter(pk=part.pk).values(owner.partition("__")[0])
    _refuse_frozen_owners(model, owner, Q(pk__in=_owner_keys([part], owner)) | Q(pk__in=was_in))


def _owner_keys(parts: Iterable[models.Model], owner: str) -> set:
    # Not said yet whose part it is: that is refused elsewhere.
    return {getattr(part, f"{owner.partition('__')[0]}_id") for part in parts} - {None}


def _refuse_frozen_owners(model: type[models.Model], owner: str, owners: Q) -> None:
    # As they are stored: the copy that a part was read or made with may be older than the proposal.
    name, _, further = owner.partition("__")
    found: Any = model._meta.get_field(name).related_model
    found = found._default_manager.filter(owners)
    for record in found.select_related(further) if further else found:
        revision = getattr(record, further) if further else record
        revision.refuse_unless_draft()
