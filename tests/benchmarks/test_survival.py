"""The judge of killed crawls: it sees what was lost, doubled, changed and asked for again."""

from dataclasses import replace

import pytest

from benchmarks.survival import Request, Verdict, judge, refetches
from benchmarks.tandem_run import Stored

KEPT = {"/a": "1", "/b": "2"}
GONE = {"/c"}
ROWS = [
    Stored("http://h/a", "a", "fetched", "ok", 200, "1"),
    Stored("http://h/b?utm_source=x", "b", "fetched", "ok", 200, "2"),
    Stored("http://h/c", "c", "failed", "http_404", 404, ""),
]
CLEAN = Verdict(0, 0, 0, 0, 0)


def test_a_whole_crawl_is_clean() -> None:
    verdict = judge(ROWS, KEPT, GONE, [], [])
    assert verdict == CLEAN
    assert verdict.is_clean(concurrency=0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ROWS[1:], replace(CLEAN, lost=1)),
        (ROWS[:2], replace(CLEAN, lost=1)),
        ([*ROWS, replace(ROWS[1], url="http://h/b", key="other")], replace(CLEAN, stored_twice=1)),
        ([replace(ROWS[0], body_sha256="9"), *ROWS[1:]], replace(CLEAN, altered=1)),
        ([*ROWS, replace(ROWS[0], url="http://h/z")], replace(CLEAN, unexpected=1)),
    ],
)
def test_every_fault_is_seen(rows: list[Stored], expected: Verdict) -> None:
    verdict = judge(rows, KEPT, GONE, [], [])
    assert verdict == expected
    assert not verdict.is_clean(concurrency=99)


def test_only_what_had_its_final_answer_before_a_kill_is_a_refetch() -> None:
    requests = [
        Request(1, 200, "/a"),
        Request(2, 500, "/b"),
        Request(3, 302, "/c"),
        Request(11, 200, "/a"),
        Request(12, 200, "/b"),
        Request(21, 302, "/c"),
        Request(22, 200, "/b"),
    ]
    assert list(refetches(requests, kills=[10, 20])) == [1, 2]


def test_more_refetches_than_requests_in_flight_are_a_fault() -> None:
    verdict = replace(CLEAN, most_refetched_after_a_kill=3)
    assert verdict.is_clean(concurrency=3)
    assert not verdict.is_clean(concurrency=2)
