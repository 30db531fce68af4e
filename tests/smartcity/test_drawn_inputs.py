"""Inputs and the sidebar are drawn more quickly than by the libraries, and to the same effect."""

import re

import pytest
from django import forms
from django.contrib.admin import site
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.urls import reverse
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from tests.factories import UserFactory

CHOICES = [("", "Chọn"), ("a", "A & <b>"), ("Nhóm «1»", [(1, "Một"), (2, "Hai")])]


def drawn(widget, value, renderer) -> str:
    html = widget.render("ten", value, {"id": "id_ten", "required": True, "disabled": False}, renderer=renderer)
    # Only ours keeps the picture of a list from being read aloud.
    html = html.replace('<span aria-hidden="true" class="material-symbols', '<span class="material-symbols')
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        pytest.param(forms.Select({"class": 'a "b"'}, CHOICES), "a", id="a choice"),
        pytest.param(forms.Select(choices=CHOICES), 2, id="a choice in a group"),
        pytest.param(forms.SelectMultiple(choices=CHOICES), ["a", 1], id="several choices"),
        pytest.param(UnfoldAdminSelectWidget(choices=CHOICES), None, id="nothing chosen"),
        pytest.param(forms.TextInput({"size": 12, "data-x": "<'&\">"}), "<5>", id="a line"),
        pytest.param(forms.CheckboxInput(), True, id="a tick"),
        pytest.param(forms.CheckboxSelectMultiple(choices=CHOICES[:2]), ["a"], id="ticks"),
        pytest.param(UnfoldAdminTextInputWidget({"maxlength": 100}), "0", id="a line of the admin"),
        pytest.param(UnfoldAdminTextareaWidget({"rows": 2}), "một\n<hai>", id="a text of the admin"),
    ],
)
def test_inputs_are_what_the_libraries_draw(widget, value):
    assert drawn(widget, value, get_default_renderer()) == drawn(widget, value, DjangoTemplates())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["index", "tasks_progressupdate_add", "programme_province_changelist"])
def test_sidebar_says_what_the_library_makes_of_it(rf, name):
    request = rf.get(reverse(f"admin:{name}"))
    request.user = UserFactory()

    ours, theirs = site.get_sidebar_list(request), UnfoldAdminSite.get_sidebar_list(site, request)

    assert [group.get("title") for group in ours] == [group.get("title") for group in theirs]
    for group, same in zip(ours, theirs, strict=True):
        assert [(one["title"], one["link"], bool(one["active"])) for one in group["items"]] == [
            (one["title"], one["link"], bool(one["active"])) for one in same["items"]
        ]
