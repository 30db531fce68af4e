"""What is asked of whoever plans a task."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from programme.models import Agency, AgencySuccession
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group
from smartcity.lib.log.known.marks import known_today
from tasks.models import PlannedTask

NOT_ON_THE_RECORD = frozenset({"seen_version", "earlier_is_meant"})


class PlanForm(VersionedForm):
    """A plan of a task. A draft brings a deadline forward only when that is meant, and says why.

    Amendments extend; an earlier day is most often a slip in the year. The question is shown once it is asked.
    """

    earlier_is_meant = forms.BooleanField(label="Đúng là rút ngắn hạn", required=False, widget=forms.HiddenInput)

    def clean(self):
        super().clean()
        self._refuse_ended_agencies()
        typed = self.cleaned_data
        if self.instance.pk is None or {"due_on", "period"} - typed.keys():
            return
        due = typed["due_on"] or (typed["period"].last_day if typed["period"] else None)
        before = self.due_before()
        if due is None or before is None or due >= before:
            return
        self.fields["earlier_is_meant"].widget = forms.CheckboxInput()
        if not typed.get("earlier_is_meant"):
            self.add_error(
                "due_on" if typed["due_on"] else "period",
                f"Hạn mới {say_day(due)} sớm hơn hạn đang ghi ({say_day(before)}) {group((before - due).days)} ngày. "
                "Sửa lại hạn; nếu đúng là rút ngắn, đánh dấu «Đúng là rút ngắn hạn», ghi lý do rồi lưu lần nữa.",
            )
        elif not typed.get("change_reason") and "change_reason" not in self.errors:
            self.add_error("change_reason", "Ghi lý do rút ngắn hạn.")

    def _refuse_ended_agencies(self) -> None:
        """By the day of the plan, as files of tasks are read; whom it named before stays."""
        typed = self.cleaned_data
        dated = {name: typed.get(name) for name in ("period", "start_on", "due_on")}
        on = PlannedTask(revision=self.instance.revision, **dated).named_on(known_today())
        for name in {"lead_agency", "coordinating"} & typed.keys() & {*self.changed_data}:
            chosen = typed[name] if name == "coordinating" else [typed[name]]
            for refusal in refusals_of_ended(chosen, on):
                self.add_error(name, refusal)

    def due_before(self):
        """The deadline to keep: that of the draft, or of its base where the draft had put it off."""
        stored = PlannedTask.objects.select_related("period", "revision").get(pk=self.instance.pk)
        based_on = PlannedTask.objects.filter(revision=stored.revision.base_id, task=stored.task_id)
        base = based_on.select_related("period").first()
        return min((plan.due for plan in (stored, base) if plan and plan.due), default=None)


def refusals_of_ended(agencies: Iterable[Agency | None], on: date) -> list[ValidationError]:
    """What is wrong with naming agencies in a plan of the day ``on``, where some had ended and others carry on."""
    ended = [one for one in agencies if one and one.has_ended(on)]
    successors = AgencySuccession.objects.heirs_of(ended, known_today()) if ended else {}
    found = []
    for agency in ended:
        try:
            agency.refuse_ended(on, successors.get(agency.pk, []))
        except ValidationError as refusal:
            found.append(refusal)
    return found
