"""How tasks are offered in forms: by name, and only those that the person may choose."""

from django.forms import ModelChoiceField
from unfold.widgets import UnfoldAdminSelectWidget

from smartcity.lib.log.known.marks import known_today
from tasks.models import Task
from tasks.task_names import named


class TaskChoiceField(ModelChoiceField):
    """A task, offered by programme and name instead of by code."""

    def __init__(self, queryset, **kwargs):
        tasks = named(queryset, known_today()).select_related("programme").order_by("programme__code", "plan_position")
        super().__init__(queryset=tasks, widget=UnfoldAdminSelectWidget(), empty_label="Chọn nhiệm vụ", **kwargs)

    def label_from_instance(self, obj: Task) -> str:
        return f"{obj.programme.code} · {obj.plan_position}. {obj.plan_name}"
