"""What belongs to a revision changes only while the revision is a draft."""

from django.core.exceptions import ValidationError
from django.db import models

from programme.models.revision_state import RevisionState

FROZEN_ROWS = (
    "Có dòng thuộc lần điều chỉnh đã trình hoặc đã có quyết định nên không sửa, không xóa được. "
    "Muốn thay đổi, soạn một lần điều chỉnh mới."
)


class DraftQuerySet(models.QuerySet):
    """Rows of revisions, which change in bulk only where every one of them is in a draft.

    Bulk writes pass by ``clean``; without this they could change what a council has read.
    """

    # The way from a row to its revision; a revision's own rows have none.
    to_revision = "revision"

    def _path(self, name: str) -> str:
        return f"{self.to_revision}__{name}" if self.to_revision else name

    def _refuse_frozen(self) -> None:
        if self.order_by().exclude(**{self._path("state"): RevisionState.DRAFT}).exists():
            raise ValidationError(FROZEN_ROWS)

    def update(self, **values):
        self._refuse_frozen()
        target = values.get("revision")
        if target is not None:
            target.refuse_unless_draft()
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self):
        self._refuse_frozen()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for revision in {revision_of(row, self.to_revision) for row in objs if self.to_revision}:
            revision.refuse_unless_draft()
        return super().bulk_create(objs, *args, **kwargs)


def revision_of(record: models.Model, path: str):
    for name in path.split("__"):
        record = getattr(record, name)
    return record


def refuse_frozen(part: models.Model, owner: str = "revision") -> None:
    """Raise ``ValidationError`` unless both the revision that ``part`` was in and the one it goes to are drafts."""
    if getattr(part, f"{owner.partition('__')[0]}_id") is None:
        # Not said yet whose part it is; that is refused elsewhere.
        return
    revision_of(part, owner).refuse_unless_draft()
    stored = type(part)._default_manager.filter(pk=part.pk).select_related(owner).first()
    if stored is not None:
        revision_of(stored, owner).refuse_unless_draft()
