"""Published figures beside those of the system, as their page has them."""

from tasks.pages.stated.on_day import all_stated


def compared(programme):
    """Each figure as the page tells it: measure, stated, computed, verdict, difference."""
    return [
        (day.on, one.figure.get_measure_display(), one.stated_text, one.computed_text, one.label, one.difference_text)
        for day in all_stated(programme)
        for one in day.comparisons
    ]
