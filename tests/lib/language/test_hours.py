from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.hours import read_hour, say_hour, say_part_of_day


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("8h30", 8, 30),
        ("8:30", 8, 30),
        ("08 giờ 30", 8, 30),
        ("14h", 14, 0),
        ("14h00", 14, 0),
        ("14 giờ", 14, 0),
        ("8g30", 8, 30),
        ("8 giờ 30 phút", 8, 30),
        ("8h30'", 8, 30),
        ("8H5", 8, 5),
        ("  Lúc  8h30 ", 8, 30),
        ("0h", 0, 0),
        ("23:59", 23, 59),
        pytest.param("１４ｈ３０", 14, 30, id="wide letters"),
        pytest.param("8 gio\u031b\u0300 30", 8, 30, id="letters in parts"),
        pytest.param("8\u200bh\u00a030", 8, 30, id="nothing that is seen between"),
    ],
)
def test_hour_is_read_as_people_write_it(typed, hour, minute):
    assert read_hour(typed) == time(hour, minute)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("8", "«8» chưa phải một giờ. Ghi giờ như 8h30 hoặc 14h00."),
        ("830", "«830» chưa phải một giờ."),
        ("8.30", "«8.30» chưa phải một giờ."),
        ("sáng", "«sáng» chưa phải một giờ."),
        ("2h chiều", "«2h chiều» chưa phải một giờ."),
        ("8h30-10h", "«8h30-10h» chưa phải một giờ."),
        ("-8h30", "chưa phải một giờ."),
        ("8:30:15", "chưa phải một giờ."),
        ("8:", "chưa phải một giờ."),
        ("8h½", "chưa phải một giờ."),
        ("٨h30", "chưa phải một giờ."),
        ("25h00", "Không có giờ «25h00»: giờ từ 0 đến 23, phút từ 0 đến 59. Ghi giờ như 8h30 hoặc 14h00."),
        ("24:00", "Không có giờ «24:00»"),
        ("8h60", "Không có giờ «8h60»"),
        ("\x00", "chưa phải một giờ."),
        ("8\x00h30", "chưa phải một giờ."),
        ("'; DROP TABLE meetings_meeting; --", "chưa phải một giờ."),
    ],
)
def test_what_is_no_hour_is_refused_with_how_to_write_one(typed, sentence):
    with pytest.raises(ValueError, match="Ghi giờ như 8h30 hoặc 14h00") as refusal:
        read_hour(typed)

    assert sentence in str(refusal.value)


@given(typed=st.text(max_size=300))
def test_whatever_is_typed_is_an_hour_or_a_short_sentence(typed):
    said = ""
    try:
        read_hour(typed)
    except ValueError as refusal:
        said = str(refusal)

    assert len(said) < 200


@given(at=st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_what_is_said_reads_as_the_same_hour(at):
    assert read_hour(say_hour(at)) == at


@pytest.mark.parametrize(
    ("at", "said"), [(time(8, 30), "8 giờ 30"), (time(14), "14 giờ"), (time(8, 5), "8 giờ 05"), (time(0), "0 giờ")]
)
def test_hour_is_said_in_words(at, said):
    assert say_hour(at) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(2), "2 giờ (đêm)"),
        (time(8, 30), "8 giờ 30 (sáng)"),
        (time(11), "11 giờ (trưa)"),
        (time(14), "14 giờ (chiều)"),
        (time(19), "19 giờ (tối)"),
        (time(23, 5), "23 giờ 05 (đêm)"),
    ],
)
def test_part_of_the_day_shows_a_slip(at, said):
    assert say_part_of_day(at) == said
