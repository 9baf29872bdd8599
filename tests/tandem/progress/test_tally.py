from tandem.progress.events import PageNote
from tandem.progress.tally import Before, Gauge, Tally


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def fetched(tally: Tally, count: int, reason: str = "ok") -> None:
    for _ in range(count):
        tally.note(PageNote(url="u", outcome="fetched", reason=reason, bytes=100), is_page=reason == "ok")


def test_counters_go_on_from_earlier_processes_of_the_run() -> None:
    tally = Tally("r", Before(pages=5, bytes=50, outcomes={"fetched:ok": 5, "refused:robots": 2}), Clock())
    fetched(tally, 1)
    fetched(tally, 2, reason="redirected")
    stats = tally.stats(Gauge(waiting=3, in_flight=1, hosts=1), dropped=4)
    assert (stats.pages, stats.bytes, stats.waiting, stats.in_flight, stats.dropped_messages) == (
        6,
        350,
        3,
        1,
        4,
    )
    assert stats.outcomes == {"fetched:ok": 6, "refused:robots": 2, "fetched:redirected": 2}


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    tally = Tally("r", Before(), clock)
    for second in range(30):
        fetched(tally, 10 if second < 15 else 2)
        clock.now += 1
        stats = tally.stats(Gauge())
    assert stats.pages_per_second == 2.0
    assert stats.bytes_per_second == 200.0
    assert stats.elapsed_seconds == 30.0


def test_the_end_is_that_of_the_queue_or_of_the_nearest_limit() -> None:
    def eta(before: Before, waiting: int) -> float | None:
        clock = Clock()
        tally = Tally("r", before, clock)
        fetched(tally, 20)
        clock.now += 2
        return tally.stats(Gauge(waiting=waiting)).eta_seconds

    assert eta(Before(), waiting=100) == 10.0
    assert eta(Before(limit_pages=50), waiting=100) == 3.0
    assert eta(Before(limit_bytes=2500), waiting=100) == 0.5
    assert eta(Before(limit_seconds=60, seconds=55), waiting=100) == 3.0
    assert eta(Before(limit_pages=10), waiting=100) == 0.0


def test_nothing_is_promised_before_anything_happened() -> None:
    assert Tally("r", Before(), Clock()).stats(Gauge(waiting=5)).eta_seconds is None
