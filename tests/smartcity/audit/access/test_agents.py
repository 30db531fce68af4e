import pytest

from smartcity.audit.access.agents import short_agent

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140, Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome 146, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/146.0.0.0", "Edge 146, Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; K) {CHROME}", "Chrome 146, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari 18, iPhone",
        ),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
        ("x" * 150, "x" * 39 + "…"),
    ],
)
def test_browser_is_told_in_the_words_of_its_owner(agent, told):
    assert short_agent(agent) == told
