import pytest

from tandem.outcome_words import duration, size, summary_lines


def test_the_summary_says_what_was_not_fetched_and_why() -> None:
    outcomes = {"fetched:ok": 1200, "unchanged:identical": 3, "refused:robots": 7, "failed:http_404": 2}
    assert list(summary_lines(outcomes)) == [
        "fetched      1,200 fetched (ok), 3 unchanged (identical)",
        "not fetched  7 refused: robots (its robots.txt says no)",
        "not fetched  2 failed: http 404",
    ]


def test_the_summary_says_how_many_pages_needed_a_browser() -> None:
    told = list(summary_lines({"fetched:ok": 3, "fetched:not_rendered": 2}))
    assert told[1] == (
        "not shown    2 pages say little without a browser: `tandem doctor` says how to get one"
    )
    assert "1 page says" in list(summary_lines({"fetched:not_rendered": 1}))[1]


def test_nothing_is_said_as_nothing() -> None:
    assert list(summary_lines({})) == ["fetched      nothing"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (5e15, "5000.0 TB")],
)
def test_sizes_are_short(count: float, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(1.26, "1.3 s"), (42.4, "42 s"), (129, "2 min 09 s"), (11_100, "3 h 05 min")]
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text
