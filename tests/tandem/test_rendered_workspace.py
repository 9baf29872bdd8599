"""Whatever reads a workspace reads what a browser made of its pages, and takes it along."""

import asyncio
import base64
import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from storage.ledger import Ledger
from storage.runs import end_run
from storage.seal import seal_all
from storage.store import Store
from storage.words import KeptFile
from storage.workspace import ledger_path, prepare
from tandem.__main__ import enter
from tests.storage.crawled import begin
from tests.storage.rendered import SHELL, Shown, sha256, visit_pages

WAITING_OR_SEALED = pytest.mark.parametrize(
    "workspace", [False, True], ids=["waiting", "sealed"], indirect=True
)
SAME = Shown(is_unchanged=True)
PICTURE = KeptFile("viewport", "image/png", b"\x89PNG of the first page")
WORDS = "is sold by weight, comes from the valley behind the mill and keeps for two years in a dry place. "
DOMS = {
    1: f"<!doctype html><html lang=en><title>Barley</title><h1>Barley</h1><p>Barley {WORDS * 4}</p>",
    2: f"<!doctype html><html lang=en><title>Lentils</title><h1>Lentils</h1><p>A lentil {WORDS * 4}</p>",
}
JOB = {
    "name": "grains",
    "seeds": ["http://a.test/1"],
    "select": [{"record": "grain", "fields": {"name": {"type": "text", "hint": "the title"}}}],
}


@pytest.fixture(params=[True])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A run over an application: three pages share one body, two of them were shown by a browser."""
    path = tmp_path / "ws"
    prepare(path)
    pages = {1: Shown(DOMS[1], files=(PICTURE,)), 2: Shown(DOMS[2]), 3: Shown("", "timeout")}
    asyncio.run(_run(path, pages, is_sealed=request.param))
    return path


async def _run(workspace: Path, pages: dict[int, Shown], *, is_sealed: bool = False) -> None:
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger, "grains", json.dumps(JOB))
        await visit_pages(ledger, run, pages)
        if is_sealed:
            await seal_all(ledger, workspace)
        await ledger.write(lambda c: end_run(c, run.run, 0, ""))


Say = Callable[..., bytes]


@pytest.fixture
def say(capsysbinary: pytest.CaptureFixture[bytes]) -> Say:
    """Runs a command and gives what it wrote."""

    def run(*arguments: object, code: int = 0) -> bytes:
        capsysbinary.readouterr()
        assert enter([str(argument) for argument in arguments]) == code
        said = capsysbinary.readouterr()
        return said.out if code == 0 else said.err

    return run


@WAITING_OR_SEALED
def test_get_writes_the_document_the_body_and_the_picture(workspace: Path, say: Say) -> None:
    page = ("get", "http://a.test/1", "--workspace", workspace)
    assert say(*page, "--dom") == DOMS[1].encode()
    assert say(*page, "--body") == SHELL
    assert say(*page, "--screenshot") == PICTURE.body
    assert b"keeps for two years" in say(*page, "--text")
    said = json.loads(say(*page, "--json"))
    assert (said["dom"], said["digest"]) == (DOMS[1], sha256(SHELL).hex())
    assert base64.b64decode(said["body_base64"]) == SHELL
    assert (workspace / said["files"][0]["path"]).read_bytes() == PICTURE.body
    assert b"--dom writes it" in say(*page)


@pytest.mark.parametrize("option", ["--dom", "--screenshot"])
def test_what_no_browser_made_is_one_line(workspace: Path, say: Say, option: str) -> None:
    said = say("get", "http://a.test/3", option, "--workspace", workspace, code=2)
    assert b"http://a.test/3: no " in said
    assert said.count(b"\n") == 1


def test_status_counts_what_browsers_were_asked_for(workspace: Path, say: Say) -> None:
    lines = say("status", "--workspace", workspace).decode().splitlines()
    assert "browser      2 shown (always), 120 ms each" in lines
    assert "browser      1 timeout (always), 120 ms each" in lines
    said = json.loads(say("status", "--json", "--workspace", workspace))
    assert said["renderings"] == [
        {"why": "always", "outcome": "ok", "pages": 2, "mean_milliseconds": 120.0},
        {"why": "always", "outcome": "timeout", "pages": 1, "mean_milliseconds": 120.0},
    ]


def test_select_reads_each_page_as_it_was_shown(workspace: Path, say: Say) -> None:
    told = json.loads(say("select", "--json", "--workspace", workspace))
    assert told["pages"] == 3
    rows = answer(workspace, "SELECT url, title, text FROM pages ORDER BY url")
    assert [row["title"] for row in rows][:2] == ["Barley", "Lentils"]
    assert "Barley is sold" in rows[0]["text"]
    assert "lentil is sold" in rows[1]["text"]
    assert not rows[2]["text"]
    records = answer(workspace, "SELECT url, data ->> '$.name' AS name FROM records ORDER BY url")
    assert [row["name"] for row in records][:2] == ["Barley", "Lentils"]


def test_search_finds_pages_by_what_they_showed(workspace: Path, say: Say) -> None:
    for word, number in (("barley", 1), ("lentil", 2)):
        found = json.loads(say("search", word, "--json", "--workspace", workspace))
        text = json.dumps(found)
        assert f"http://a.test/{number}" in text
        assert f"http://a.test/{3 - number}" not in text
        assert sha256(DOMS[number].encode()).hex() in text


@WAITING_OR_SEALED
def test_tables_leave_with_documents_and_facts(workspace: Path, say: Say, tmp_path: Path) -> None:
    for form in ("jsonl", "csv", "parquet"):
        say("export", "pages", "--format", form, "-o", tmp_path / f"p.{form}", "--workspace", workspace)
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    with (tmp_path / "p.csv").open(newline="") as file:
        csv.field_size_limit(sys.maxsize)
        cells = {row["url"]: row for row in csv.DictReader(file)}
    table = {row["url"]: row for row in pq.read_table(tmp_path / "p.parquet").to_pylist()}
    by_url = {row["url"]: row for row in lines}
    for number in (1, 2):
        url = f"http://a.test/{number}"
        for rows in (by_url, cells, table):
            assert rows[url]["dom"] == DOMS[number]
            assert rows[url]["dom_digest"] == sha256(DOMS[number].encode()).hex()
            assert (rows[url]["render_why"], rows[url]["render_outcome"]) == ("always", "ok")
    timeout = by_url["http://a.test/3"]
    assert (timeout["dom"], timeout["render_outcome"]) == (None, "timeout")


@WAITING_OR_SEALED
def test_an_archive_takes_documents_and_pictures_along_and_gives_documents_back(
    workspace: Path, tmp_path: Path
) -> None:
    asyncio.run(_run(workspace, {1: SAME, 2: SAME}))
    first = tmp_path / "first.warc"
    _enter("export", "pages", "--format", "warc", "-o", first, "--workspace", workspace)
    archive = first.read_bytes()
    assert archive.count(b"WARC-Type: conversion\r\n") == 4
    assert b"WARC-Target-URI: urn:view:http://a.test/1\r\n" in archive
    assert PICTURE.body in archive
    other = tmp_path / "other"
    _enter("import", first, "--workspace", other)
    query = (
        "SELECT number, url, outcome, digest, dom, dom_digest, rendered FROM pages JOIN runs USING (run)"
        " ORDER BY ALL"
    )
    assert answer(other, query) == answer(workspace, query)
    facts = "SELECT url, why, outcome, milliseconds, requests, final_url FROM renderings ORDER BY ALL"
    assert answer(other, facts) == answer(workspace, facts)
    with Store(other) as store:
        assert len(store.renderings(store.runs()[0])) == 2
        again = store.get_page("http://a.test/2")
        assert again is not None
        assert (again.outcome, again.dom, again.body) == ("unchanged", DOMS[2].encode(), SHELL)


@WAITING_OR_SEALED
def test_nothing_is_left_of_a_page_that_is_forgotten(workspace: Path) -> None:
    _enter("select", "--workspace", workspace)
    _enter("search", "barley", "--workspace", workspace)
    assert _holds(workspace, b"Barley")
    _enter("forget", "http://a.test/1", "--workspace", workspace)
    assert not _holds(workspace, b"Barley")
    assert not _holds(workspace, PICTURE.body)
    rows = answer(workspace, "SELECT url, dom, text FROM pages ORDER BY url")
    assert [row["dom"] for row in rows] == [DOMS[2], None]
    assert "lentil" in rows[0]["text"]
    assert answer(workspace, "SELECT * FROM files") == []
    rows = answer(workspace, "SELECT right(url, 1) AS number FROM renderings ORDER BY url")
    assert [row["number"] for row in rows] == ["2", "3"]


def test_a_document_moves_to_the_visit_that_still_needs_it(workspace: Path) -> None:
    asyncio.run(_run(workspace, {1: SAME, 2: SAME}))
    asyncio.run(_run(workspace, {1: SAME}))
    _enter("forget", "--run", "grains/1", "--workspace", workspace)
    rows = answer(
        workspace,
        "SELECT number, dom, decode(body) AS body FROM pages JOIN runs USING (run) ORDER BY number, url",
    )
    assert [(row["number"], row["dom"]) for row in rows] == [(2, DOMS[1]), (2, DOMS[2]), (3, DOMS[1])]
    assert {row["body"] for row in rows} == {SHELL.decode()}
    assert [row["kind"] for row in answer(workspace, "SELECT kind FROM files")] == ["viewport", "viewport"]
    assert list((workspace / "files").rglob("*.png"))


def answer(workspace: Path, query: str) -> list[dict[str, Any]]:
    with Store(workspace) as store, store.query(query) as result:
        return [row for batch in result for row in batch.to_pylist()]


def _enter(*arguments: object) -> None:
    assert enter([str(argument) for argument in arguments]) == 0


def _holds(workspace: Path, words: bytes) -> bool:
    """Whether a file of the workspace has them, as it is or in a value of a sealed file."""
    for path in (path for path in workspace.rglob("*") if path.is_file()):
        values = [path.read_bytes()]
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
            values += [value for row in rows for value in row.values() if isinstance(value, bytes)]
            values += [str(value).encode() for row in rows for value in row.values()]
        if any(words in value for value in values):
            return True
    return False
