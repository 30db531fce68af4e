"""Where a page says what was refused."""

import re


def places(response):
    """Where each line of the list on top leads, and what it says; there is such a place on the page."""
    [box] = re.findall(r'(?s)<div class="error faults".*?</div>', response.text)
    assert 'tabindex="-1" autofocus' in box
    found = dict(re.findall(r'(?s)<a href="#([^"]+)">[^<]*</a>: (.*?)</li>', box))
    assert [place for place in found if f'id="{place}"' not in response.text] == []
    return found
