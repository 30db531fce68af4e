"""A span of years, a citation and an amount stay on one line; what is read and copied stays as it was written."""

import re

import pytest
from django.template import Context, Template

from smartcity.lib.pages.unbroken import unbroken
from tests.reading import text_of


def kept_in(text):
    return re.findall(r'<span class="unbroken">(.*?)</span>', unbroken(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("8 nhiệm vụ chuyển tiếp sang 2023–2024", ["2023–2024"]),
        ("Nghị quyết số 112/NQ-HĐND ngày 13/12/2019", ["112/NQ-HĐND"]),
        ("theo 20/2019/NQ-HĐND và 02-NQ/TU, 2333/BTTTT-CĐSQG", ["20/2019/NQ-HĐND", "02-NQ/TU", "2333/BTTTT-CĐSQG"]),
        ("từ 1.573,1\u00a0tỷ đồng còn 160 triệu đồng", ["1.573,1\u00a0tỷ đồng", "160 triệu đồng"]),
        ("3 nghìn tỷ đồng; 500 đồng", ["3 nghìn tỷ đồng", "500 đồng"]),
        ("năm 2023 – 2024, 4/12 nhiệm vụ, ngày 16/06/2023", []),
        ("12 hội đồng, 5 đồngthời", []),
    ],
)
def test_what_stays_in_one_piece(text, kept):
    assert kept_in(text) == kept


@pytest.mark.parametrize("text", ["<b>2023–2024</b>", "a & b 'c' \"d\" 39-A", "112/NQ-HĐND<script>", "", "9" * 10_000])
def test_text_is_escaped_and_stays_as_it_was_written(text):
    page = unbroken(text)

    assert not re.search(r"<(?!span class=\"unbroken\">|/span>)", page)
    assert text_of(page) == " ".join(text.replace("\u00a0", " ").split())


def test_pages_keep_amounts_together_and_say_what_is_not_there():
    page = Template("{% load vietnamese %}{{ vnd|money }}|{{ label|default:'không nêu'|unbroken }}")

    html = page.render(Context({"vnd": 1_250_000_000, "label": None}))

    assert html == '<span class="unbroken">1,25\u00a0tỷ đồng</span>|không nêu'
