"""A long list to choose from: what Django's own would offer, written without a template for each choice."""

import re

import pytest
from django import forms

from smartcity.lib.forms.inputs import LongSelect

CHOICES = [("", "Tất cả"), ("7", "Sở Y tế"), (8, "Sở «A & B» <c>"), ('a"b', "Ký số")]


def told(widget, value):
    html = str(widget.render("co-quan", value, {"id": "id_co-quan", "aria-describedby": "x"}))
    options = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)</option>', html)
    return sorted(re.findall(r'[-\w]+="[^"]*"', html.partition(">")[0])), options


@pytest.mark.parametrize("value", [None, "", "7", 8, 'a"b', "9"])
def test_choices_and_what_is_chosen_are_those_of_a_plain_select(value):
    assert told(LongSelect(choices=CHOICES), value) == told(forms.Select(choices=CHOICES), value)
    assert len(told(LongSelect(choices=CHOICES), value)[1]) == len(CHOICES)
