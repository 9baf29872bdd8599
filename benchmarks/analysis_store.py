"""Puts the generated corpus into a workspace: a web archive, imported and selected as anybody's would be."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

from analysis.corpus import SourcePage
from benchmarks.analysis_corpus import ROOMS, Corpus
from tandem.__main__ import enter

JOB = "houses"
MARKUP = """<!doctype html><html lang="en"><head><title>{title}</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<main><article><h1>{title}</h1>
{table}{paragraphs}
</article></main></body></html>"""
TABLE = "<table><tr><th>Rooms</th><td>{rooms}</td></tr></table>\n"


def filled(workspace: Path, run: Corpus) -> str:
    """The id of the run that the pages are stored as."""
    archive, job = workspace.parent / "corpus.warc", workspace.parent / "houses.yaml"
    archive.write_bytes(b"".join(_records(run)))
    wanted = [{"record": "house", "fields": {"name": "text", "rooms": "integer"}}]
    job.write_text(json.dumps({"name": JOB, "seeds": ["http://site0.test/"], "select": wanted}))
    at = ["--workspace", str(workspace)]
    for command in (["import", str(archive), "--job", JOB, *at], ["select", "--job", str(job), *at]):
        ending = enter(command)
        assert ending == 0, (command[0], ending)
    return JOB


def _records(run: Corpus) -> Iterator[bytes]:
    for number, listed in enumerate(run.listed):
        read = listed.read()
        if read is None:
            yield _record(f"http://gone{number}.test/", "404 Not Found", b"<p>Not here.")
        else:
            yield _record(read.url, "200 OK", _page(read).encode())


def _page(page: SourcePage) -> str:
    lines = [line for line in page.text.split("\n") if line.strip()]
    counted = next((found for line in lines if (found := ROOMS.match(line))), None)
    if not lines:
        return "<p> </p>"
    table = TABLE.format(rooms=counted["value"]) if counted else ""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        MARKUP.format(title=escape(page.title), table=table, paragraphs=paragraphs) if lines else "<p> </p>"
    )


def _record(url: str, status: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answer = head.encode() + body
    fields = (
        "WARC/1.1",
        "WARC-Type: response",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2026-01-01T00:00:00Z",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(answer)}",
    )
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + answer + b"\r\n\r\n"
