import pytest

from tandem.exit_codes import ExitCode
from tandem.job import Scope
from tandem.verdict import Crawled, judge

WRITTEN = Scope(max_pages=1000)
DEFAULT = Scope()
GOOD = {"fetched:ok": 5, "refused:robots": 2, "failed:http_404": 1}


@pytest.mark.parametrize(
    ("crawled", "scope", "code", "note"),
    [
        (Crawled(GOOD, pages=9), DEFAULT, ExitCode.OK, ""),
        (Crawled({"refused:robots": 1}), DEFAULT, ExitCode.OK, ""),
        (Crawled({"failed:http_404": 1}), DEFAULT, ExitCode.OK, ""),
        (
            Crawled(GOOD, pages=9, limit="max_pages", has_more=True),
            WRITTEN,
            ExitCode.OK,
            "the limit max_pages: 1,000 was",
        ),
        (
            Crawled(GOOD, pages=9, limit="max_pages", has_more=True),
            DEFAULT,
            ExitCode.INCOMPLETE,
            "the limit max_pages: 1,0",
        ),
        (Crawled(GOOD, pages=9, limit="max_pages", has_more=False), DEFAULT, ExitCode.OK, ""),
        (
            Crawled(GOOD, pages=9, unfinished={"timeout": 2, "dns": 1}),
            DEFAULT,
            ExitCode.INCOMPLETE,
            "3 given up: 2 timeout, 1",
        ),
        (
            Crawled(GOOD, pages=9, unfinished={"timeout": 1}, limit="max_pages", has_more=True),
            WRITTEN,
            ExitCode.INCOMPLETE,
            "1 given up: 1 timeout; the limit max_pages",
        ),
        (
            Crawled({"failed:dns": 1}, unfinished={"dns": 1}),
            DEFAULT,
            ExitCode.NOTHING_FETCHED,
            "nothing could be fetched: 1 dns",
        ),
        (
            Crawled({"refused:egress": 1, "failed:dns": 2}, unfinished={"dns": 2}),
            DEFAULT,
            ExitCode.NOTHING_FETCHED,
            "nothing could be fetched: 2 dns, 1 egress",
        ),
    ],
)
def test_how_a_run_ends_is_a_table(crawled: Crawled, scope: Scope, code: ExitCode, note: str) -> None:
    verdict = judge(crawled, scope)
    assert verdict.code is code
    assert verdict.note.startswith(note)
    assert bool(verdict.note) == bool(note)


def test_a_failed_report_makes_a_run_incomplete() -> None:
    verdict = judge(Crawled(GOOD, pages=9), DEFAULT, failed_report="no room for it")
    assert (verdict.code, verdict.note) == (ExitCode.INCOMPLETE, "the report failed: no room for it")


@pytest.mark.parametrize("stopped", [ExitCode.SIGINT, ExitCode.SIGTERM])
def test_a_stopped_run_says_by_what(stopped: ExitCode) -> None:
    verdict = judge(Crawled(unfinished={"dns": 1}), DEFAULT, stopped)
    assert (verdict.code, verdict.state) == (stopped, "stopped")
