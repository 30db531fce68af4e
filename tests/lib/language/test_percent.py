import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.percent import say_percent


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        pytest.param(12_500, 20_000, "62,5%", id="one decimal"),
        pytest.param(7_306, 10_000, "73,06%", id="two decimals"),
        pytest.param(20, 20, "100%", id="all"),
        pytest.param(0, 20, "0%", id="nothing"),
        pytest.param(1, 3, "33,33%", id="cut off"),
        pytest.param(2, 3, "66,66%", id="cut off, not rounded"),
        pytest.param(99_999, 100_000, "99,99%", id="almost all is not all"),
        pytest.param(1, 100_000, "dưới 0,01%", id="almost nothing is not nothing"),
        pytest.param(-1, 100_000, "trên −0,01%", id="almost nothing taken back"),
        pytest.param(22, 20, "110%", id="more than all"),
        pytest.param(2_500, 1, "250.000%", id="thousands"),
        pytest.param(-1, 4, "−25%", id="taken back"),
    ],
)
def test_share_is_said_as_documents_write_it(part, whole, text):
    assert say_percent(part, whole) == text


@given(part=st.integers(0, 10**18), whole=st.integers(1, 10**18))
def test_share_says_all_only_when_it_is(part, whole):
    said = say_percent(part, whole)

    if part < whole:
        assert said != "100%"
    if said not in ("dưới 0,01%",):
        ones, _, decimals = said.removesuffix("%").replace(".", "").partition(",")
        hundredths = int(ones) * 100 + int(decimals.ljust(2, "0") or 0)
        assert hundredths * whole <= part * 10_000 < (hundredths + 1) * whole
