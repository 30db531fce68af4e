"""How many examples a test of random ones takes: a few each time, all of them where somebody asks for it."""

import os


def examples(few: int, *, all_of_them: int) -> int:
    """``few``, or as many as EXAMPLES says: a number, or «all»."""
    asked = os.environ.get("EXAMPLES", "")
    if not asked:
        return few
    return all_of_them if asked == "all" else int(asked)
