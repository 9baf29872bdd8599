import io

import pytest
from rich.console import Console

from tandem.panel import LivePanel, draw
from tandem.progress.events import ErrorEvent, RunState
from tandem.progress.figures import Host, RenderFigures, Stats
from tandem.progress_lines import plain_line

STATE = RunState(run="r", job="books", number=2, state="running")
STATS = Stats(
    run="r",
    elapsed_seconds=75.0,
    pages=1234,
    pages_per_second=30.25,
    bytes=12_300_000,
    bytes_per_second=250_000.0,
    waiting=5678,
    in_flight=64,
    hosts=3,
    outcomes={"fetched:ok": 1234, "refused:robots": 12, "failed:http_404": 5},
    limit_pages=2000,
    eta_seconds=25.0,
    dropped_messages=3,
    undecided=17,
)
BROWSER = RenderFigures(rendered=41, avoided=900, failed=2, missed=3, tabs=4, memory_bytes=512_000_000)
HOSTS = (
    Host(
        host="slow.test", waiting=40, in_flight=4, latency_seconds=0.8, gap_seconds=2.0, parked_seconds=30.0
    ),
)


def drawn(*args: object) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(draw(*args))  # type: ignore[arg-type]
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "books/2 running",
        "1,234 of 2,000",
        "30.2/s",
        "12.3 MB",
        "5,678",
        "64 in flight, 3 hosts",
        "1 min 15 s",
        "about 25 s left",
        "robots",
        "http 404",
        "slow.test",
        "800 ms",
        "parked for 30 s",
        "messages not told",
        "pages wait for a model to answer",
    ],
)
def test_the_panel_shows_what_a_person_asks(words: str) -> None:
    assert words in drawn(STATE, STATS, HOSTS)


def test_the_panel_draws_names_from_the_web_as_text() -> None:
    assert "[red]evil[/red].test" in drawn(STATE, STATS, (Host(host="[red]evil[/red].test"),))


def test_the_panel_is_drawn_before_there_are_figures() -> None:
    assert "waiting for the first figures" in drawn(None, None, ())


def test_the_live_panel_takes_events_and_leaves_nothing_behind() -> None:
    file = io.StringIO()
    with LivePanel(Console(file=file, force_terminal=True, width=100)) as panel:
        for event in (STATE, STATS, ErrorEvent(run="r", what="x", message="y")):
            panel.show(event)
    assert "1,234 of 2,000" in file.getvalue()


def test_without_a_terminal_a_second_is_a_line() -> None:
    assert plain_line(STATS) == (
        "1 min 15 s, 1,234/2,000 pages, 30.2 pages/s, 12.3 MB, 5,678 waiting, 64 in flight,"
        " 5 failed, 1,234 fetched, 12 refused, about 25 s left,"
        " 17 pages wait for a model to answer, 3 messages not told"
    )


def test_what_the_browser_does_is_seen_once_a_page_needs_it() -> None:
    assert "browser" not in drawn(STATE, STATS, ())
    assert "browser" not in drawn(STATE, STATS.model_copy(update={"browser": RenderFigures()}), ())
    stats = STATS.model_copy(update={"browser": BROWSER})
    shown = drawn(STATE, stats, ())
    for words in ("41 pages", "4 shown now", "900 did without", "512.0 MB", "3 were not shown"):
        assert words in shown
    assert "41 rendered, 4 in the browser, 2 not shown by it" in plain_line(stats)
    without = stats.model_copy(update={"browser": RenderFigures(missed=3)})
    assert "3 need a browser" in plain_line(without)
