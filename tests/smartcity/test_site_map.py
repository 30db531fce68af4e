"""Every page of the site is opened, by the role that uses it most."""

import html
import re

import pytest
from django import forms
from django.forms.models import ModelChoiceIterator
from django.test import Client

from programme.document_choice import DocumentChoice
from programme.models import SIMULATED, LegalDocument, User
from tests import one_of_each, site_map
from tests.empty_forms import Forms, answers_to_nothing, taken_or_not_told
from tests.two_worlds import COUNTERPART, told
from tests.well_formed import faults_of

pytestmark = pytest.mark.django_db

# Stands beside a field as an example of what is typed.
EXAMPLES = {"Tỉnh Hải Dương"}


@pytest.fixture(scope="module")
def unordered_choices():
    """What was drawn without an order, once ``answers`` has drawn it."""
    return set()


@pytest.fixture(scope="module")
def answers(worlds, unordered_choices, django_db_blocker):
    """Each address, opened once, with what its role is answered."""
    drawn = ModelChoiceIterator.__iter__

    def noting(choices):
        rows = choices.queryset
        if not (rows.ordered or rows.query.is_empty()):
            unordered_choices.add(f"{rows.model.__name__} ({choices.field.label})")
        return drawn(choices)

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModelChoiceIterator, "__iter__", noting)
        return [(entry, *answer(entry)) for entry in site_map.entries()]


def answer(entry, role=None):
    browser = Client(raise_request_exception=False)
    if role or entry.role:
        browser.force_login(User.objects.get(username=role or entry.role))
    response = browser.get(entry.path)
    text = response.text if entry.is_page else b"".join(response).decode(errors="replace")
    return response.status_code, text, response.get("Cache-Control", "")


def test_no_address_is_forgotten():
    assert site_map.forgotten() == set()


def test_nothing_is_listed_that_is_gone():
    assert site_map.needless() == set()


def test_choices_come_in_an_order_that_no_later_save_changes(answers, unordered_choices):
    assert unordered_choices == set()


@pytest.mark.both_databases
def test_every_address_answers_whoever_uses_it_most(answers):
    assert {f"{entry.role} {entry.path}": status for entry, status, _, _ in answers if status != 200} == {}


def test_nothing_simulated_is_shown_to_who_works_with_what_is_real(worlds, answers):
    shown = {f"{entry.role} {entry.path}": told(worlds.words_of_simulated, text) for entry, _, text, _ in answers}

    assert {path: words for path, words in shown.items() if words} == {}
    assert [entry.path for entry, _, text, _ in answers if SIMULATED in text] == []


def test_training_province_is_shown_nothing_real_and_says_so_on_every_page(worlds, answers):
    """At all addresses of the site, and at those of its own records."""
    own = [*site_map.of_rows(worlds.simulated, COUNTERPART), *site_map.without_records(COUNTERPART)]
    foreign = [(entry, COUNTERPART.get(entry.role)) for entry, *_ in answers if entry.role in COUNTERPART]
    leaks, silent = {}, []
    for entry, role in [*own, *foreign]:
        status, text, _ = answer(entry, role)
        found = told(worlds.words_of_real, text) - EXAMPLES
        if found or status >= 500:
            leaks[f"{role} {entry.path}"] = found or status
        is_read = entry.is_page or entry.path.endswith(".csv")
        if is_read and status == 200 and SIMULATED not in html.unescape(text):
            silent.append(f"{role} {entry.path}")

    assert leaks == {}
    assert silent == []


def test_every_page_is_vietnamese_with_one_heading_and_one_main_part(answers):
    faults = {f"{entry.role} {entry.path}": missing_in(text) for entry, _, text, _ in answers if entry.is_page}

    assert {path: found for path, found in faults.items() if found} == {}


def test_every_page_is_nested_as_html_is_and_names_each_part_once(answers):
    faults = {f"{entry.role} {entry.path}": faults_of(text) for entry, _, text, _ in answers if entry.is_page}

    assert {path: found for path, found in faults.items() if found} == {}


def test_no_picture_is_read_aloud_by_its_english_name(answers):
    """An icon of the admin is a word of its font («chevron_right»), which a reader hears unless it is hidden."""
    heard = {(found, entry.name) for entry, _, text, _ in answers if entry.is_page for found in icons_heard(text)}

    assert sorted(heard) == []


def icons_heard(page):
    icons = re.findall(r"<(\w+)\b([^>]*\bmaterial-symbols[^>]*)>(.*?)</\1>", page, re.S)
    return [words.strip() for _, attributes, words in icons if 'aria-hidden="true"' not in attributes]


def missing_in(page):
    found = [] if re.search(r'<html[^>]*\blang="vi"', page) else ["lang is not vi"]
    # One way to put a page's name and the site's together.
    found += ["a bar in the title"] if re.search(r"<title>[^<]*\|", page) else []
    for what, pattern in [("h1", r"<h1\b"), ("main", r"<main\b")]:
        if (count := len(re.findall(pattern, page))) != 1:
            found.append(f"{count} {what}")
    return found


def test_nothing_that_is_answered_stays_in_a_cache(answers):
    kept = {f"{entry.role} {entry.path}": cache for entry, _, _, cache in answers if not is_forgotten(cache)}

    # A program asks each time whether the calendar that it keeps is still the same.
    assert kept == {f" /lich/{one_of_each.KEY}.ics": "private, no-cache"}


def is_forgotten(cache):
    return {"no-store", "private"} <= set(cache.split(", "))


def test_form_with_nothing_in_it_is_refused_on_top_of_its_page(answers):
    refusals = {}
    for entry, _, text, _ in answers:
        if not entry.is_page or not entry.role:
            continue
        browser = Client()
        browser.force_login(User.objects.get(username=entry.role))
        for form, refusal in answers_to_nothing(browser, entry.name, entry.path, Forms(text)):
            refusals[entry.role, entry.path, form.action] = refusal

    assert len(refusals) >= 70
    assert taken_or_not_told(refusals) == {}
    faults = {key: faults_of(refusal.text) for key, refusal in refusals.items()}
    assert {key: found for key, found in faults.items() if found} == {}


def test_filling_the_site_twice_adds_nothing(answers):
    one_of_each.make()

    assert [entry.path for entry in site_map.entries()] == [entry.path for entry, *_ in answers]


def test_form_is_left_by_the_way_that_led_to_it(answers):
    """Whoever does not save goes back to where the crumbs came from, on every page that is one form, in one wording."""
    left = {entry.name: way_back(text) for entry, _, text, _ in answers if entry.is_page}
    forms = {name: ways for name, ways in left.items() if ways}

    assert {name: (crumb, back) for name, (crumb, back) in forms.items() if crumb != back} == {}
    # Drafts, meetings, directives, links, steps, documents, agencies, files.
    assert {"planned_task_edit", "meeting_change", "directive_change", "directive_link_add"} <= set(forms)
    assert {"route_step_add", "document_issue", "agency_transfer", "imported_file_upload"} <= set(forms)


def test_every_field_that_names_a_document_searches_for_it(answers):
    """Of all forms that the pages above are made of, those of the admin too."""
    fields = {
        (form.__qualname__, name): type(field)
        for form in every_kind_of(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField) and field.queryset.model is LegalDocument
    }

    assert {place: kind for place, kind in fields.items() if not issubclass(kind, DocumentChoice)} == {}
    assert len(fields) > 20


def every_kind_of(kind):
    for below in kind.__subclasses__():
        yield below
        yield from every_kind_of(below)


def test_enter_searches_on_every_form_with_a_search_for_documents(answers):
    """A browser presses the first button of the form; the one that saves stands behind those that fill in."""
    first = {
        entry.name: next(iter(form.buttons))
        for entry, _, text, _ in answers
        if entry.is_page
        for form in Forms(text).forms
        if any(button.startswith(("tim:", "nhap-moi:")) for button in form.buttons)
    }

    assert {name: button for name, button in first.items() if button != "enter"} == {}
    assert {"agency_transfer", "route_steps", "meeting_add", "admin:programme_user_change"} <= set(first)


def way_back(page):
    """The last crumb, and the address behind the button that saves nothing; None of what is no page of one form."""
    crumbs = re.search(
        r'<nav class="crumbs".*?</nav>\s*<section class="card">\s*<h1 class="title">.*?</h1>', page, re.S
    )
    back = re.search(r'<p class="buttons">.*?href="([^"]*)">Quay lại, không lưu</a>\s*</p>\s*</form>', page, re.S)
    if not (crumbs and back):
        return None
    here = re.search(r'aria-current="page">(.*?)</span>.*<h1 class="title">(.*?)</h1>', crumbs[0], re.S)
    is_record_page = here and here[1] == here[2]
    return (re.findall(r'<a href="([^"]*)"', crumbs[0])[-1], back[1]) if is_record_page else None
