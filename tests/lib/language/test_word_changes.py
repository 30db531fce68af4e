"""Words that differ are marked; where none does, the blanks and line breaks that do."""

import pytest

from smartcity.lib.language.word_changes import changed_words


def marked(pieces):
    return "".join(f"[{piece.shown}]" if piece.is_changed else piece.shown for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "was", "became"),
    [
        ("Xây kho dữ liệu", "Xây nền dữ liệu", "Xây [kho ]dữ liệu", "Xây [nền ]dữ liệu"),
        ("Một hai", "Một\nhai", "Một[␣]hai", "Một[⏎\n]hai"),
        ("Một\nhai", "Một\n\nhai", "Một[⏎\n]hai", "Một[⏎\n⏎\n]hai"),
        ("Một hai", "Một  hai", "Một[␣]hai", "Một[␣␣]hai"),
        ("Một hai", "Một hai\n", "Một hai", "Một hai[⏎\n]"),
        # The words tell already.
        ("Một hai ba", "Một\nhai bốn", "Một hai [ba]", "Một\nhai [bốn]"),
        ("Một", "Một", "Một", "Một"),
    ],
)
def test_what_differs_is_marked_and_seen(old, new, was, became):
    before, after = changed_words(old, new)

    assert (marked(before), marked(after)) == (was, became)
    assert ("".join(one.text for one in before), "".join(one.text for one in after)) == (old, new)
