import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.ledger import LedgerLost
from tandem.exit_codes import ExitCode
from tandem.job_file import LoadedJob, load_job
from tandem.job_run import NotePage, ReportFailed, RunName, RunOptions, RunResult, run_job
from tandem.problem import UsageError, WorkspaceError
from tandem.progress.announcer import Announcer
from tandem.progress.events import PageNote, RecordNote, ReportEvent
from tandem.progress.tally import Before, Gauge
from tandem.show_progress import Style
from tandem.summary import summary
from tandem.verdict import Crawled, Verdict

PAGES = {"fetched:ok": 2, "refused:robots": 1}


class FakeSession:
    """A crawl of two pages."""

    def __init__(self) -> None:
        self.name = RunName("books-1-ab", "books", 1)
        self.before = Before()
        self.ended: list[Verdict] = []
        self.stopped = asyncio.Event()

    def gauge(self) -> Gauge:
        return Gauge(waiting=1)

    def stop(self) -> None:
        self.stopped.set()

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def set_pace(self, concurrency: int | None, delay: float | None) -> None: ...

    async def crawl(self, note: NotePage, note_record: Callable[[RecordNote], None]) -> Crawled:
        for number in range(2):
            note(PageNote(url=f"http://a.test/{number}", outcome="fetched", reason="ok"), is_page=True)
        return Crawled(PAGES, pages=2, bytes=2_000)

    async def report(self, _announcer: Announcer) -> ReportEvent:
        return ReportEvent(run=self.name.id, title="Books", files=("reports/books-1-ab/report.md",), claims=1)

    async def end(self, verdict: Verdict) -> None:
        self.ended.append(verdict)


def run(
    session: FakeSession,
    workspace: Path,
    *,
    analyse: bool = True,
    style: Style = Style.JSON,
    source: str = "",
) -> RunResult:
    @asynccontextmanager
    async def opened(_: LoadedJob, __: RunOptions) -> AsyncIterator[FakeSession]:
        yield session

    loaded = load_job(source or "http://a.test/", ["progress.broker=off"])
    options = RunOptions(workspace, analyse=analyse, style=style)
    return asyncio.run(run_job(loaded, options, opened))


def told(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_tells_everything_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = FakeSession()
    result = run(session, tmp_path)
    assert result.verdict.code is ExitCode.OK
    assert session.ended == [result.verdict]
    messages = told(capsys.readouterr().out)
    states = [message["data"]["state"] for message in messages if message["type"] == "tandem.run.state.v1"]  # type: ignore[index]
    assert states == ["running", "analysing", "done"]
    kinds = {message["type"] for message in messages}
    assert kinds >= {
        "tandem.job.newest.v1",
        "tandem.run.stats.v1",
        "tandem.run.pages.v1",
        "tandem.run.report.v1",
    }
    numbers = [message["seq"] for message in messages]
    assert numbers == sorted(numbers)


def test_a_reader_of_its_json_that_goes_away_does_not_end_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    assert run(FakeSession(), tmp_path).verdict.code is ExitCode.OK


def test_without_analysis_there_is_no_report(tmp_path: Path) -> None:
    assert run(FakeSession(), tmp_path, analyse=False).report is None


def test_lines_go_to_stderr_and_nothing_to_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(FakeSession(), tmp_path, style=Style.LINES)
    out, err = capsys.readouterr()
    assert out == ""
    assert "2 pages" in err


def test_a_report_that_failed_leaves_the_run_incomplete(tmp_path: Path) -> None:
    class Session(FakeSession):
        async def report(self, _announcer: Announcer) -> ReportEvent:
            raise ReportFailed("no room")

    verdict = run(Session(), tmp_path).verdict
    assert (verdict.code, verdict.note) == (ExitCode.INCOMPLETE, "the report failed: no room")


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda error: error,
        lambda error: ExceptionGroup("tasks", [ExceptionGroup("deeper", [ValueError(), error])]),
    ],
)
def test_a_lost_ledger_is_said_as_such_however_deep(
    wrapped: Callable[[Exception], Exception], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Session(FakeSession):
        async def crawl(self, note: NotePage, note_record: Callable[[RecordNote], None]) -> Crawled:
            raise wrapped(LedgerLost("disk full"))

    with pytest.raises(WorkspaceError, match="disk full"):
        run(Session(), tmp_path)
    last = told(capsys.readouterr().out)[-1]
    assert last["data"]["state"] == "failed"  # type: ignore[index]


def test_a_bug_in_the_crawl_gets_out(tmp_path: Path) -> None:
    class Session(FakeSession):
        async def crawl(self, note: NotePage, note_record: Callable[[RecordNote], None]) -> Crawled:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Session(), tmp_path)


def test_a_secret_that_is_not_set_is_said_before_anything_begins(tmp_path: Path) -> None:
    source = tmp_path / "job.yaml"
    source.write_text("name: a\nseeds: ['http://a.test/']\ncrawl: {cookies: {sid: {env: NOT_SET}}}\n")
    with pytest.raises(UsageError, match="NOT_SET is not set"):
        run(FakeSession(), tmp_path, source=str(source))


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.SIGINT), (signal.SIGTERM, ExitCode.SIGTERM)]
)
def test_the_first_signal_drains(
    number: signal.Signals, code: ExitCode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Session(FakeSession):
        async def crawl(self, note: NotePage, note_record: Callable[[RecordNote], None]) -> Crawled:
            os.kill(os.getpid(), number)
            await self.stopped.wait()
            return Crawled(PAGES, pages=2)

    result = run(Session(), tmp_path)
    assert result.verdict.code is code
    assert result.report is None
    states = [m["data"].get("state") for m in told(capsys.readouterr().out)]  # type: ignore[attr-defined]
    assert [state for state in states if state] == ["running", "draining", "stopped"]


def test_a_signal_while_the_report_is_written_ends_that_at_once(tmp_path: Path) -> None:
    class Session(FakeSession):
        async def report(self, _announcer: Announcer) -> ReportEvent:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
            raise AssertionError

    result = run(Session(), tmp_path)
    assert (result.verdict.code, result.report) == (ExitCode.SIGINT, None)


def test_the_second_signal_ends_at_once(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import asyncio, os, signal
        from tandem.signals import StopSignal

        async def main():
            with StopSignal() as stop:
                stop.when_stopped(lambda: os.kill(os.getpid(), signal.SIGTERM))
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.Event().wait()

        asyncio.run(main())
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == ExitCode.SIGINT
    assert "stopped at once" in done.stderr


def test_the_summary_says_what_was_not_fetched_and_where_to_look(tmp_path: Path) -> None:
    lines = list(summary(run(FakeSession(), tmp_path)))
    assert "run          books/1 done, exit code 0" in lines
    assert "not fetched  1 refused: robots (its robots.txt says no)" in lines
    assert f"report       {tmp_path}/reports/books-1-ab/report.md" in lines
    assert any(line.startswith("look at      tandem status books/1") for line in lines)
