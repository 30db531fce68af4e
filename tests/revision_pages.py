"""The pages on which a draft of a revision is written: opened, filled in, sent."""

from collections import defaultdict
from datetime import date
from html.parser import HTMLParser

from django.urls import reverse

from tasks.comparison import compare
from tasks.models import Status
from tests.factories import (
    ObjectiveFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    adopt,
)
from tests.reading import text_of

TODAY = date(2023, 6, 16)

OWN_DAYS = {"start_on": date(2021, 1, 1), "due_on": date(2022, 6, 30)}


def three_tasks(lead):
    """Adopted: three tasks of 2020–2022 with 10, 20 and 30 tỷ đồng, the first complete, and a goal."""
    revision = RevisionFactory(
        programme__province=lead.province,
        name="Đề án đô thị thông minh",
        declared_budget_vnd=100 * 10**9,
        declared_budget_kind="estimate",
    )
    period = PeriodFactory(revision=revision, label="2020–2022")
    ObjectiveFactory(revision=revision, text="Hoàn thành trung tâm điều hành")
    tasks = {"Kiến trúc": {}, "Kho dữ liệu": {}, "Trung tâm giám sát": OWN_DAYS}
    for number, (name, days) in enumerate(tasks.items(), start=1):
        planned = PlannedTaskFactory(revision=revision, period=period, name=name, lead_agency=lead, **days)
        PlannedBudgetFactory(planned_task=planned, source="province", year=2021, amount_vnd=number * 10**10)
    first = revision.planned_tasks.get(position=1).task
    ProgressUpdateFactory(task=first, accepted=True, status=Status.COMPLETE, as_of=date(2022, 6, 1))
    return adopt(revision)


def planned(draft, position):
    return draft.planned_tasks.get(position=position)


def address(draft, name, *position):
    """The page ``name`` of a draft, or of the task that stands at ``position`` in it."""
    return reverse(name, args=[draft.programme.code, draft.number, *(planned(draft, one).task_id for one in position)])


def names(draft):
    return list(draft.planned_tasks.order_by("position").values_list("name", flat=True))


def counts(draft):
    """How many tasks the draft leaves, and changes in each way."""
    return {kind: count for kind, count in compare(draft.base, draft, today=TODAY).counts.items() if count}


class FormReader(HTMLParser):
    """What the form of a page holds, as a browser would send it."""

    def __init__(self, html):
        super().__init__()
        self.values = defaultdict(list)
        self.inside, self.select, self.text = False, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("class") == "form"
        if not self.inside:
            return
        name = attrs.get("name")
        if tag == "input" and (attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs):
            self.values[name].append(attrs.get("value", "on" if attrs.get("type") == "checkbox" else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in attrs:
            self.values[self.select].append(attrs.get("value", ""))
        elif tag == "textarea":
            self.text, self.values[name] = name, [""]

    def handle_data(self, data):
        if self.text:
            self.values[self.text][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            # A browser drops the line break that stands right behind the tag.
            self.values[self.text][0] = self.values[self.text][0].removeprefix("\n")
            self.text = None
        if tag == "form":
            self.inside = False


def held(response):
    """The values of the page's form, those of several ticks as a list."""
    values = FormReader(response.text).values
    return {name: found[0] if len(found) == 1 else found for name, found in values.items() if name}


def send(client, url, **typed):
    """Open a page, change some of what its form holds, press the button."""
    page = client.get(url)
    assert page.status_code == 200
    return client.post(url, held(page) | typed, follow=True)


def beside(response, field):
    """What is said beside a field, or above the form for ``None``."""
    form = response.context["form"]
    return " ".join(form.non_field_errors() if field is None else form[field].errors)


def assert_saved(response, draft, sentence):
    assert response.redirect_chain == [(draft.get_absolute_url(), 302)]
    assert sentence in text_of(response.text)


def assert_refused(response, field, sentence):
    assert response.status_code == 400
    assert sentence in beside(response, field)
    assert sentence in text_of(response.text)
    assert "<title>Lỗi: " in response.text
