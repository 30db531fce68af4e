"""The page on which a report is written in the place of one that was accepted and is wrong."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from tasks.models import ProgressUpdate, Task
from tasks.operations.report_rules import say_corrected
from tasks.pages.reports.forms import ReportForm
from tasks.pages.reports.report_page import page_of, write

# Of what an address holds as a key, longer ones are none.
LONGEST_KEY = 19


def correct(request, site, task: Task):
    """A report in the place of the one that the address names, which begins with all that this one says."""
    key = request.GET["dinh-chinh"]
    accepted = ProgressUpdate.objects.accepted().filter(task=task)
    wrong = get_object_or_404(accepted, pk=key if key.isdecimal() and len(key) < LONGEST_KEY else 0)
    if request.method == "GET":
        newer = wrong.correction_that_stands()
        begun = ProgressUpdate.objects.filter(corrects=wrong).open().order_by("-pk").first()
        if newer:
            messages.info(request, say_corrected(wrong, newer))
        if newer or begun:
            return redirect(page_of(newer or begun))
    update = ProgressUpdate(task=task, corrects=wrong)
    for name in ReportForm.Meta.fields:
        if name != "corrects":
            setattr(update, name, getattr(wrong, name))
    return write(request, site, update)
