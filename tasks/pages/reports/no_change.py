"""«Không có thay đổi»: what the last report said is said again of a later day."""

from typing import Any

from django.forms import BoundField, model_to_dict

from smartcity.lib.forms.merging import is_same, typed
from smartcity.lib.language.dates import say_day
from tasks.models import ProgressUpdate
from tasks.pages.reports.forms import ReportForm

# What goes on from the last accepted report unless the officer says otherwise.
CARRIED = ["status", "percent", "completed_on", "operation_state", "causes", "objective_cause", "subjective_cause"]
CARRIED_WHEN_UNCHANGED = [*CARRIED, "next_steps", "obstacles", "proposals"]


def say_again(form: ReportForm) -> ProgressUpdate | None:
    """The last report said of the day that was typed; None where the form says why not."""
    if "as_of" in form.errors or form.non_field_errors() or form.conflicts:
        return None
    if form.merged:
        # The last report would be written over what the page did not show yet.
        form.add_error(None, f"{form.merged[-1].who} vừa viết thêm vào bản nháp này. Đọc lại rồi bấm lần nữa.")
        return None
    before = form.instance.last_accepted()
    if before is None:
        form.add_error("as_of", "Đến ngày này chưa có báo cáo nào được tiếp nhận để so. Sửa ngày, hoặc điền báo cáo.")
        return None
    said = _said_beyond(form, before)
    if said:
        form.add_error(
            None,
            f"Bạn đã nhập {', '.join(said)}. Bấm «Kiểm tra rồi gửi» để gửi cả phần này, hoặc bỏ phần đã nhập rồi bấm "
            "«Không có thay đổi».",
        )
        return None
    return _unchanged(form.instance, before)


def _said_beyond(form: ReportForm, before: ProgressUpdate) -> list[str]:
    """Labels of what the page says beyond the last report: it would be lost when that one is said again."""
    counts = model_to_dict(before, [*CARRIED_WHEN_UNCHANGED, "document"]) | {"results": say_same_as(before)}
    said = [field.label.lower() for field in form if _says_more(field, counts.get(field.name))]
    attached: Any = form.fields["drop"]
    kept = attached.queryset.exclude(pk__in=form.cleaned_data.get("drop", []))
    label = form["files"].label.lower()
    return [*said, label] if kept.exists() and label not in said else said


def _says_more(field: BoundField, before) -> bool:
    if field.is_hidden or field.name in {"as_of", "drop", "carried"} or not field.value():
        return False
    return not is_same(field.field, before, typed(field.form, field.name))


def _unchanged(update: ProgressUpdate, before: ProgressUpdate) -> ProgressUpdate:
    """The same again, said of a later day."""
    for name in CARRIED_WHEN_UNCHANGED:
        setattr(update, name, getattr(before, name))
    update.document = before.document if update.document_id is None else update.document
    update.results = say_same_as(before)
    return update


def say_same_as(before: ProgressUpdate) -> str:
    return f"Không thay đổi so với số liệu đến ngày {say_day(before.as_of)}."
