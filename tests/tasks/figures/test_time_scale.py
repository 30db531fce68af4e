"""Days as places on a line: nothing outside is drawn inside, columns begin where calendars have them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.figures.time_scale import TimeScale, Zoom, start_of, stretch, whole_scale

YEARS = TimeScale(Zoom.YEAR, date(2022, 1, 1), date(2023, 12, 31))
DAYS = st.dates(date(1945, 1, 1), date(2099, 12, 31))


def test_days_stand_where_they_begin_and_end_where_the_next_one_begins():
    assert YEARS.at(date(2022, 1, 1)) == 0
    assert YEARS.at(date(2023, 1, 1)) == 50
    assert YEARS.after(date(2022, 12, 31)) == 50
    assert YEARS.after(date(2023, 12, 31)) == 100
    assert YEARS.span(date(2022, 1, 1), date(2022, 12, 31)) == (0, 50)
    # One day has a width.
    assert YEARS.span(date(2022, 1, 1), date(2022, 1, 1)) == (0, 100 / 730)


def test_what_reaches_out_is_cut_and_what_is_outside_is_not_drawn():
    assert YEARS.span(date(2020, 1, 1), date(2030, 1, 1)) == (0, 100)
    assert YEARS.span(date(2020, 1, 1), date(2021, 12, 31)) is None
    assert YEARS.span(date(2024, 1, 1), date(2024, 12, 31)) is None
    assert YEARS.span(date(2023, 2, 1), date(2023, 1, 1)) is None


@given(DAYS, DAYS, st.sampled_from([Zoom.QUARTER, Zoom.MONTH, Zoom.WEEK]))
def test_stretch_shows_its_day_and_its_columns_follow_each_other(day, begin, zoom):
    around, chosen = stretch(zoom, day), stretch(zoom, day, begin)

    assert around.shows(day)
    assert chosen.shows(begin)
    for scale in (around, chosen):
        days = [tick.day for tick in scale.ticks]
        assert days == sorted(set(days))
        assert all(start_of(one, zoom) == one for one in days[1:])
        assert [tick.x for tick in scale.ticks] == [scale.at(one) for one in days]


@given(st.lists(DAYS, min_size=1))
def test_scale_of_the_whole_shows_every_day_in_whole_years(days):
    scale = whole_scale(days)

    assert all(scale.shows(day) for day in days)
    assert (scale.first.month, scale.first.day, scale.last.month, scale.last.day) == (1, 1, 12, 31)
    assert 1 <= len(scale.ticks) <= 12


@pytest.mark.parametrize(
    ("zoom", "first", "labels"),
    [
        pytest.param(Zoom.QUARTER, date(2021, 4, 1), ["II/2021", "III/2021"], id="quarters"),
        pytest.param(Zoom.MONTH, date(2022, 12, 1), ["12/2022", "01/2023"], id="months"),
        pytest.param(Zoom.WEEK, date(2023, 5, 8), ["08/05", "15/05"], id="weeks, from Monday on"),
    ],
)
def test_stretch_begins_before_the_day_and_goes_on_by_half(zoom, first, labels):
    scale = stretch(zoom, date(2023, 6, 16))

    assert scale.first == first
    assert [tick.label for tick in scale.ticks][:2] == labels
    assert scale.earlier < first < scale.later <= scale.last + timedelta(days=1)
    assert YEARS.earlier is None
    assert YEARS.later is None
