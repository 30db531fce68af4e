"""What a report changes against the one that counts before it, in words, line by line."""

from dataclasses import dataclass
from datetime import date

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import say_money
from tasks.models import ProgressUpdate

TOLD = [
    "status",
    "percent",
    "percent_reason",
    "completed_on",
    "operation_state",
    "results",
    "next_steps",
    "obstacles",
    "causes",
    "objective_cause",
    "subjective_cause",
    "proposals",
    "step",
    "step_done_on",
    "disbursed_vnd",
    "document",
]
# As the form asks for them.
ASKED_AS = {"document": "Văn bản minh chứng", "step": "Bước vừa xong", "step_done_on": "Ngày xong bước thủ tục"}
# What is told of one period alone: the period before has nothing to do with it, but a correction takes its place.
OF_ITS_PERIOD = {"disbursed_vnd", "percent_reason", "step", "step_done_on"}


@dataclass(frozen=True)
class ReportedField:
    """A field's label, what counts so far, what is reported now."""

    name: str
    label: str
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.old != self.new


def difference(before: ProgressUpdate | None, update: ProgressUpdate) -> list[ReportedField]:
    """Every field that either of the two says something in."""
    lines = [
        ReportedField(
            name,
            _label(name),
            tell(before, name) if before and (name not in OF_ITS_PERIOD or before.pk == update.corrects_id) else "",
            tell(update, name),
        )
        for name in TOLD
    ]
    return [line for line in lines if line.old or line.new]


def changes(before: ProgressUpdate, update: ProgressUpdate) -> list[ReportedField]:
    """The fields that two wordings of one report say differently."""
    told = [(name, tell(before, name), tell(update, name)) for name in ["as_of", *TOLD]]
    return [ReportedField(name, _label(name), old, new) for name, old, new in told if old != new]


def _label(name: str) -> str:
    return ASKED_AS.get(name) or str(ProgressUpdate._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def tell(update: ProgressUpdate, name: str) -> str:
    """The field ``name`` of a report as people read it; empty where nothing is said."""
    value = getattr(update, name)
    if value in (None, ""):
        return ""
    if name == "percent":
        return f"{value}%"
    if name.endswith("_vnd"):
        return say_money(value)
    if isinstance(value, date):
        return say_day(value)
    display = getattr(update, f"get_{name}_display", None)
    return str(display() if display else value)
