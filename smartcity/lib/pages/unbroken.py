"""What stays on one line wherever a page has room for it: a span of years, a citation, an amount.

Markup does it: what is copied, found or exported is what was written.
"""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

# «2023–2024»; «112/NQ-HĐND», «20/2019/NQ-HĐND», «02-NQ/TU»; «1,25 tỷ đồng».
KEPT = re.compile(
    r"\d+–\d+"
    r"|\d+(?:/\d{4})?[/-][A-ZĐ]\w*(?:[-/][A-ZĐ]\w*)*"
    r"|[−+]?\d[\d.,]*\s(?:nghìn tỷ |tỷ |triệu |nghìn )?đồng\b"
)
WHOLE = r'<span class="unbroken">\g<0></span>'


def unbroken(text: object) -> SafeString:
    """The text, escaped, with what must not be torn apart at the end of a line in one piece."""
    return mark_safe(KEPT.sub(WHOLE, escape(str(text))))  # noqa: S308
