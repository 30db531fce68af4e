import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.reporting_periods import Cadence, window_of, windows


@pytest.mark.parametrize(
    ("cadence", "day", "first_day", "last_day", "said"),
    [
        ("weekly", date(2024, 4, 10), date(2024, 4, 8), date(2024, 4, 14), "tuần 15 năm 2024"),
        ("weekly", date(2024, 4, 14), date(2024, 4, 8), date(2024, 4, 14), "tuần 15 năm 2024"),
        ("until_done", date(2024, 4, 15), date(2024, 4, 15), date(2024, 4, 21), "tuần 16 năm 2024"),
        ("monthly", date(2024, 4, 14), date(2024, 3, 15), date(2024, 4, 14), "tháng 04/2024"),
        ("monthly", date(2024, 4, 15), date(2024, 4, 15), date(2024, 5, 14), "tháng 05/2024"),
        ("monthly", date(2023, 12, 31), date(2023, 12, 15), date(2024, 1, 14), "tháng 01/2024"),
        ("quarterly", date(2023, 12, 15), date(2023, 12, 15), date(2024, 3, 14), "quý I/2024"),
        ("quarterly", date(2024, 12, 14), date(2024, 9, 15), date(2024, 12, 14), "quý IV/2024"),
        ("half_yearly", date(2024, 1, 1), date(2023, 12, 15), date(2024, 6, 14), "6 tháng đầu năm 2024"),
        ("half_yearly", date(2024, 6, 15), date(2024, 6, 15), date(2024, 12, 14), "6 tháng cuối năm 2024"),
        ("yearly", date(2024, 12, 14), date(2023, 12, 15), date(2024, 12, 14), "năm 2024"),
        ("yearly", date(2024, 12, 15), date(2024, 12, 15), date(2025, 12, 14), "năm 2025"),
    ],
)
def test_window_is_that_of_the_state_s_periodic_reports(cadence, day, first_day, last_day, said):
    window = window_of(cadence, day)

    assert (window.first_day, window.last_day, str(window)) == (first_day, last_day, said)


# Whole weeks of a year end: the week of 30/12/2024 is the first of 2025.
def test_week_over_the_new_year_is_the_first_of_the_new_year():
    assert str(window_of("weekly", date(2024, 12, 30))) == "tuần 1 năm 2025"


@given(
    cadence=st.sampled_from(list(Cadence)),
    day=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    days=st.integers(min_value=0, max_value=500),
)
def test_windows_follow_each_other_without_gap_or_overlap(cadence, day, days):
    found = list(windows(cadence, day, day + timedelta(days=days)))

    assert found[0].first_day <= day <= found[0].last_day
    assert found[-1].first_day <= day + timedelta(days=days) <= found[-1].last_day
    for one, following in itertools.pairwise(found):
        assert following.first_day - one.last_day == timedelta(days=1)
    assert len({str(window) for window in found}) == len(found)
