"""What a validator refuses in a page and a reader may stumble over: parts that cross, a name given to two of them."""

import re
from collections import Counter

TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(/?)>""", re.I)
ID = re.compile(r"""\sid=(["'])(.*?)\1""")
# Each of these names others by their ids.
REFERENCE = re.compile(r"""\s(for|aria-labelledby|aria-describedby|aria-controls|list)=(["'])(.*?)\2""")
COMMENT = re.compile(r"<!--.*?-->", re.S)
VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
BLOCK = re.compile("article|aside|details|div|dl|fieldset|figure|form|h[1-6]|main|nav|ol|p|section|table|ul")
# What holds words, and so none of the above.
OF_WORDS = re.compile("abbr|b|button|em|h[1-6]|label|p|small|span|strong|su[bp]|time")
INSIDE = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    # The library leaves what a row of a form hides between its cells.
    "tr": {"td", "th", "input"},
}


def faults_of(page):
    """Each kind of fault of a page once, in words."""
    page = COMMENT.sub("", page)
    ids = Counter(name for _, name in ID.findall(page))
    found = {f"id {name} stands {count} times" for name, count in ids.items() if count > 1}
    for attribute, _, names in REFERENCE.findall(page):
        found |= {f"{attribute} names {name}, which is not there" for name in names.split() or [""] if name not in ids}
    return sorted(found | set(_misplaced(page)))


def _misplaced(page):
    above = ["page"]
    for closes, name, _, empty in TAG.findall(page):
        if closes:
            if above[-1] != name:
                yield f"</{name}> closes <{above[-1]}>"
                return
            above.pop()
            continue
        if (OF_WORDS.fullmatch(above[-1]) and BLOCK.fullmatch(name)) or name not in INSIDE.get(above[-1], {name}):
            yield f"<{name}> in <{above[-1]}>"
        if not VOID.fullmatch(name) and not empty:
            above.append(name)
    if above != ["page"]:
        yield f"<{above[-1]}> is not closed"
