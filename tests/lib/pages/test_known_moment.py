"""The moment as people write it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import get_current_timezone, localtime, now

from smartcity.lib.pages.known.moment import read_known

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("16/06/2023", "2023-06-16 23:59:59.999999"),
        ("ngày 16 tháng 6 năm 2023", "2023-06-16 23:59:59.999999"),
        ("2023-06-16", "2023-06-16 23:59:59.999999"),
        ("14:30 16/06/2023", "2023-06-16 14:30:59.999999"),
        ("14:30 ngày 16/06/2023", "2023-06-16 14:30:59.999999"),
        ("16/06/2023 14:30", "2023-06-16 14:30:59.999999"),
        ("16/06/2023 lúc 8h30", "2023-06-16 08:30:59.999999"),
        ("14 giờ 16/06/2023", "2023-06-16 14:00:59.999999"),
        ("14:30:05 16/06/2023", "2023-06-16 14:30:05.999999"),
        ("2023-06-16T14:30:05", "2023-06-16 14:30:05.999999"),
        ("2023-06-16T14:30", "2023-06-16 14:30:59.999999"),
        ("2023-06-16T14:30:05.25", "2023-06-16 14:30:05.250000"),
        ("2023-06-16T14:30:05+07:00", "2023-06-16 14:30:05.999999"),
        # As a plus that was not written as %2B arrives.
        ("2023-06-16T14:30:05 07:00", "2023-06-16 14:30:05.999999"),
        ("2023-06-16T07:30:05Z", "2023-06-16 14:30:05.999999"),
        ("2023-06-16T02:30:05-05:00", "2023-06-16 14:30:05.999999"),
        ("2023-06-16 14:30:05+0700", "2023-06-16 14:30:05.999999"),
    ],
)
def test_a_day_means_its_end_and_an_hour_its_last_second(typed, means):
    asked = datetime.fromisoformat(means).replace(tzinfo=get_current_timezone())

    assert read_known(typed).asked == asked


def test_today_means_now():
    before = now()

    assert before <= read_known(f"{localtime():%d/%m/%Y}").asked <= now()


def test_day_of_a_moment_elsewhere_is_the_day_here():
    """Before seven in the morning here it is the day before by the clocks of the machines that ask."""
    tomorrow = localtime().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)

    with pytest.raises(ValueError, match="chưa đến"):
        read_known(tomorrow.astimezone(UTC).isoformat())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hôm qua", "chưa phải một ngày"),
        ("16/06", "thiếu năm"),
        ("31/02/2023", "31/02/2023"),
        ("25:00 16/06/2023", "giờ từ 0 đến 23"),
        ("14:30 tháng 6/2023", "chưa phải một ngày"),
        ("khoi-999999", "Không có khối niêm phong số 999999"),
        ("\x00", "chưa phải một ngày"),
        ("", "chưa phải một ngày"),
        ("9999-12-31", "ngoài khoảng 1945–2099"),
        ("0001-01-01", "ngoài khoảng 1945–2099"),
        ("2023-06-31T14:30:05", "chưa phải một thời điểm"),
        ("2023-06-16T14:30:05+99:00", "chưa phải một thời điểm"),
        ("9999-12-31T23:59:59Z", "chưa phải một thời điểm"),
        ("9" * 5000, "chưa"),
        (f"{datetime.now(UTC) + timedelta(days=3):%d/%m/%Y}", "chưa đến"),
    ],
)
def test_what_is_no_past_moment_is_told_in_words(typed, said):
    with pytest.raises(ValueError, match=said):
        read_known(typed)
