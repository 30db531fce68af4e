from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import DateField, Value
from hypothesis import given
from hypothesis import strategies as st

from tasks.timeliness import TIMELINESS_LABELS, Timeliness, timeliness, timeliness_case

DUE = date(2024, 4, 30)


@pytest.mark.parametrize(
    ("due_on", "done_on", "today", "cell"),
    [
        pytest.param(DUE, date(2024, 4, 30), date(2024, 6, 1), "done_on_time", id="done on the due day"),
        pytest.param(DUE, date(2024, 5, 1), date(2024, 6, 1), "done_late", id="done the day after"),
        pytest.param(DUE, None, date(2024, 4, 30), "open_in_time", id="open on the due day"),
        pytest.param(DUE, None, date(2024, 5, 1), "open_overdue", id="open the day after"),
        pytest.param(DUE, date(2024, 4, 20), date(2024, 4, 19), "open_in_time", id="the day before it was done"),
        pytest.param(DUE, date(2024, 5, 20), date(2024, 5, 1), "open_overdue", id="late, before it was done"),
        pytest.param(None, None, date(2024, 5, 1), "no_due_date", id="open without a due day"),
        pytest.param(None, date(2024, 4, 20), date(2024, 5, 1), "no_due_date", id="done without a due day"),
    ],
)
def test_timeliness_is_that_of_the_day_on_which_it_is_asked(due_on, done_on, today, cell):
    assert timeliness(due_on, done_on, today).value == cell


@pytest.mark.parametrize("due_on", [DUE, None])
def test_done_without_a_known_day_is_neither_on_time_nor_late(due_on):
    assert timeliness(due_on, None, DUE, done_without_day=True) == Timeliness.DONE_DATE_UNKNOWN


def test_every_cell_has_a_label():
    assert TIMELINESS_LABELS.keys() == set(Timeliness)


days = st.none() | st.integers(-3, 3).map(lambda days: DUE + timedelta(days))


@pytest.mark.django_db
@given(due_on=days, done_on=days, today=st.integers(-3, 3).map(lambda days: DUE + timedelta(days)))
def test_database_and_python_tell_the_same_cell(due_on, done_on, today):
    done_by_then = done_on if done_on and done_on <= today else None
    rows = ContentType.objects.annotate(
        due_then=Value(due_on, DateField()), done_then=Value(done_by_then, DateField())
    ).annotate(cell=timeliness_case("due_then", "done_then", today))

    assert rows.values_list("cell", flat=True)[0] == timeliness(due_on, done_on, today).value
