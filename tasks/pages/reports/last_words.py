"""«Chép lần trước»: a text of the last report goes into its field, and all else that was typed stays."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from smartcity.lib.submissions.refill import refill
from tasks.models import ProgressUpdate
from tasks.pages.reports.difference import tell
from tasks.pages.reports.forms import TEXTS, ReportForm

# The name of the buttons that ask for it; their value is the name of the field.
COPY = "_copy"


def take_last_words(form: ReportForm, request: HttpRequest, before: ProgressUpdate | None) -> None:
    """Show in the unbound ``form`` what was typed, with the words of ``before`` in the field that was asked for.

    Nothing is judged yet and nothing is kept. report.js does the same without asking.
    """
    typed, name = request.POST.copy(), request.POST[COPY]
    if before and name in TEXTS:
        typed[name] = put_together(typed.get(name, ""), tell(before, name))
        form.fields[name].widget.attrs["autofocus"] = True
    refill(form, typed)
    chosen = request.FILES.getlist("files")
    # What is wrong with a file is said when it is sent; the page asks to choose again what it cannot keep.
    with suppress(ValidationError):
        form.fields["files"].clean(chosen)
    form.initial["files"] = chosen


def put_together(typed: str, words: str) -> str:
    """The words after what is typed already, once."""
    own = typed.replace("\r\n", "\n").rstrip()
    if not own or own == words:
        return words
    return own if own.endswith(f"\n{words}") else f"{own}\n{words}"
