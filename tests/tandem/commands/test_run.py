"""A small real crawl over loopback, and every command that looks at what it left."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import tandem
from tandem.__main__ import enter
from tandem.problem import JobError

PAGES = {
    "/": b'<title>Home \x1b[31m</title><a href="/one">1</a> <a href="/two?utm_source=x">2</a>'
    b' <a href="/gone">3</a>',
    "/one": b"<title>One</title><p>The first page has seven words here.</p>",
    "/two": b"<title>Two</title>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path.partition("?")[0])
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
        """Says nothing."""


@dataclass(frozen=True, slots=True)
class Crawl:
    site: str
    workspace: str
    code: int

    def arguments(self, *more: str) -> list[str]:
        changes = [
            "crawl.allow_private_hosts=[127.0.0.1]",
            "crawl.delay=0",
            "progress.broker=off",
            "name=tiny",
        ]
        options = [part for change in changes for part in ("--set", change)]
        return ["run", self.site, "--workspace", self.workspace, *options, *more]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def crawl(site: str, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    planned = Crawl(site, str(tmp_path_factory.mktemp("crawl") / "ws"), 0)
    return Crawl(site, planned.workspace, enter(planned.arguments("--no-analysis")))


def test_a_small_site_is_crawled_to_the_end(crawl: Crawl) -> None:
    assert crawl.code == 0


def test_runs_lists_it(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["runs", "--workspace", crawl.workspace]) == 0
    header, line = capsys.readouterr().out.splitlines()[:2]
    assert header.split() == ["RUN", "STARTED", "STATE", "EXIT", "PAGES", "BYTES", "NOTE"]
    assert line.startswith("tiny/1  ")
    assert line.split()[3:6] == ["ended", "0", "3"]


def test_status_says_what_was_not_fetched_and_why(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["status", "tiny/1", "--workspace", crawl.workspace]) == 0
    out = capsys.readouterr().out
    assert "fetched      3 fetched (ok)" in out
    assert "not fetched  1 failed: http 404" in out


def test_status_is_json_when_asked(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["status", "tiny/1", "--workspace", crawl.workspace, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["job"], found["number"], found["exit_code"], found["pages"]) == ("tiny", 1, 0, 3)
    assert found["outcomes"] == {"fetched:ok": 3, "failed:http_404": 1}


@pytest.mark.parametrize("spelling", ["two", "two?utm_source=y", "./x/../two#here", "two?utm_source=x"])
def test_get_finds_a_page_by_any_spelling(
    spelling: str, crawl: Crawl, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert enter(["get", crawl.site + spelling, "--body", "--workspace", crawl.workspace]) == 0
    assert capsysbinary.readouterr().out == PAGES["/two"]


def test_get_describes_a_page_without_what_steers_a_terminal(
    crawl: Crawl, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["get", crawl.site, "--workspace", crawl.workspace]) == 0
    out = capsys.readouterr().out
    assert "outcome   fetched (ok), HTTP 200" in out
    assert "Home" in out
    assert "\x1b" not in out


def test_get_prints_headers_and_json(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["get", crawl.site, "--headers", "--workspace", crawl.workspace]) == 0
    assert "Content-Type: text/html; charset=utf-8\n" in capsys.readouterr().out
    assert enter(["get", crawl.site, "--json", "--workspace", crawl.workspace]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == 200


COUNT = "SELECT outcome, count(*) AS n FROM pages WHERE run LIKE 'tiny-1-%' GROUP BY outcome ORDER BY n DESC"


def test_query_answers_in_the_wanted_format(crawl: Crawl, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert enter(["query", COUNT, "--format", "csv", "--workspace", crawl.workspace]) == 0
    assert capsysbinary.readouterr().out.split() == [b"outcome,n", b"fetched,3", b"failed,1"]
    assert enter(["query", COUNT, "--json", "--workspace", crawl.workspace]) == 0
    assert json.loads(capsysbinary.readouterr().out)[0] == {"outcome": "fetched", "n": 3}


def test_query_sees_links_and_runs(crawl: Crawl, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    sql = "SELECT text, job, exit_code FROM links JOIN runs USING (run) WHERE number = 1 ORDER BY ordinal"
    assert enter(["query", sql, "--format", "jsonl", "--workspace", crawl.workspace]) == 0
    first = json.loads(capsysbinary.readouterr().out.splitlines()[0])
    assert first == {"text": "1", "job": "tiny", "exit_code": 0}


def test_query_writes_a_file_whole(crawl: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "answer.parquet"
    arguments = ["query", COUNT, "--format", "parquet", "-o", str(target), "--workspace", crawl.workspace]
    assert enter(arguments) == 0
    assert target.read_bytes()[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "DROP TABLE pages"], "only SELECT is answered"),
        (["query", "SELECT nope FROM pages"], 'column "nope" not found'),
        (["query", "SELECT 1", "-o", "/nowhere/x"], "/nowhere/x: cannot be written"),
        (["get", "http://nowhere.test/"], "is not among the stored pages"),
        (["get", "mailto:x"], "is no URL"),
        (["status", "other"], "no run 'other'"),
        (["get", "SITE", "--run", "other"], "no run 'other'"),
        (["get", "SITEgone", "--body"], "no body is stored (failed: http_404)"),
    ],
)
def test_what_is_not_there_is_one_line(
    arguments: list[str], said: str, crawl: Crawl, capsys: pytest.CaptureFixture[str]
) -> None:
    real = [argument.replace("SITE", crawl.site) for argument in arguments]
    assert enter([*real, "--workspace", crawl.workspace]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_folder_without_a_workspace_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["runs", "--workspace", str(tmp_path)]) == 2
    assert "no workspace in" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_after_a_zero_the_next_run_is_a_new_one(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(crawl.arguments("--no-analysis", "--json")) == 0
    out, _ = capsys.readouterr()
    last = json.loads(out.splitlines()[-1])
    assert (last["data"]["number"], last["data"]["state"], last["data"]["exit_code"]) == (2, "done", 0)
    names = [json.loads(line)["type"] for line in out.splitlines()]
    assert names[0] == "tandem.job.newest.v1"


def test_a_workspace_that_is_held_is_twenty_one(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    from storage.workspace import hold

    with hold(Path(crawl.workspace)):
        assert enter(crawl.arguments()) == 21
    assert "is held by process" in capsys.readouterr().err


def test_a_site_that_is_away_is_five(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    away = Crawl(f"http://127.0.0.1:{port}/", str(tmp_path / "ws"), 0)
    assert (
        enter(away.arguments("--no-analysis", "--set", "crawl.retries=0", "--set", "crawl.robots=false")) == 5
    )
    out = capsys.readouterr().out
    assert "because      nothing could be fetched" in out
    assert "to go on     run the same command again" in out


async def test_python_runs_a_job_without_a_word(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = {
        "name": "tiny",
        "seeds": [site],
        "crawl": {"allow_private_hosts": ["127.0.0.1"], "delay": 0},
        "progress": {"broker": "off"},
    }
    result = await tandem.run(job, workspace=tmp_path / "ws", analyse=False)
    assert (result.verdict.code, result.crawled.pages) == (0, 3)
    assert capsys.readouterr() == ("", "")


async def test_python_hears_of_every_problem_with_a_job() -> None:
    with pytest.raises(JobError) as caught:
        await tandem.run({"name": "a b", "seeds": [], "scop": {}})
    assert len(caught.value.problems) == 3
