"""Forms that ask about what is more often a slip than meant, and take it once a box beside it is ticked."""

from django import forms
from unfold.widgets import UnfoldBooleanWidget

from smartcity.lib.forms.record_forms import RecordForm


class ConfirmInput(UnfoldBooleanWidget):
    """A box that, ticked, confirms exactly what was asked."""

    def __init__(self, confirms: str):
        super().__init__(check_test=lambda value: value == confirms)
        self.confirms = confirms

    def format_value(self, value):
        return self.confirms


class ConfirmedForm(RecordForm):
    """Asks once everything else in it holds; a changed question is asked anew. ``get_fields`` has to name the box."""

    # Becomes a box to tick when there is something to confirm.
    confirmed = forms.CharField(
        label="Đã kiểm tra, số liệu đúng", required=False, max_length=64, widget=forms.HiddenInput
    )

    def asked(self) -> tuple[str, list[tuple[str, str]]]:
        """The answer that confirms, and each question with the field that it stands beside; none, nothing is asked."""
        raise NotImplementedError

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self._ask()

    def _ask(self):
        answer, questions = self.asked()
        if not questions:
            return
        self.fields["confirmed"].widget = ConfirmInput(answer)
        if self.cleaned_data.get("confirmed") != answer:
            for name, sentence in questions:
                place = self.error_places.get(name, name)
                self.add_error(place if place in self.fields else None, sentence)
            self.add_error("confirmed", "Sửa lại ở trên; nếu đúng thì đánh dấu ô này rồi lưu.")
