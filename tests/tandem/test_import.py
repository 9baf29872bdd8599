"""Archives of other programs, whole, damaged and odd, as an import takes them."""

import asyncio
import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from storage.workspace import hold, prepare
from tandem.__main__ import enter
from tandem.import_runs import Source
from tandem.warc_import import import_archives

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
DATE = "2020-01-02T03:04:05Z"


def record(
    url: str, http: bytes, kind: str = "response", extra: str = "", content: str = "application/http"
) -> bytes:
    name = hashlib.sha256(http + url.encode()).hexdigest()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{name}>\r\n"
        f"WARC-Date: {DATE}\r\nWARC-Target-URI: {url}\r\n{extra}"
        f"Content-Type: {content}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def html(title: str, headers: bytes = b"") -> bytes:
    return HTML + headers + b"\r\n" + f"<title>{title}</title><a href='/next'>next</a>".encode()


def revisit(url: str, of: str, body: bytes = b"") -> bytes:
    digest = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    extra = f"WARC-Refers-To-Target-URI: {of}\r\nWARC-Refers-To-Date: {DATE}\r\n"
    extra += f"WARC-Payload-Digest: sha1:{digest}\r\n" if body else ""
    return record(url, HTML + b"\r\n", "revisit", extra)


class Archive:
    """A file and the workspace that takes it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "other.warc"
        self.workspace = folder / "ws"

    def write(self, *records: bytes) -> None:
        self.file.write_bytes(b"".join(records))

    def take(self, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = enter(["import", str(self.file), "--json", "--workspace", str(self.workspace), *more])
        return code, json.loads(capsys.readouterr().out)

    def rows(self) -> dict[str, tuple[str, str, int, str, bytes | None]]:
        with Store(self.workspace) as store:
            found = [store.get_page(page.url, run) for run in store.runs() for page in store.pages(run)]
        return {
            page.url: (page.outcome, page.reason, page.status, page.title, page.body)
            for page in found
            if page
        }


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


Out = pytest.CaptureFixture[str]


def test_what_others_archived_is_read_as_if_it_were_fetched(archive: Archive, capsys: Out) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /b?x=1\r\nSet-Cookie: sid=s3cr3t\r\n\r\n"
    archive.write(
        record("http://a.test/", html("Über".encode().decode("latin-1"), b'ETag: "1"\r\n')),
        record("http://a.test/moved", moved),
        record("http://a.test/none", b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\nnone"),
        record(
            "http://a.test/pic", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n0000"
        ),
    )
    code, told = archive.take(capsys)
    assert (code, told["pages"], told["skipped"], told["runs"]) == (0, 4, {}, ["import/1"])
    rows = archive.rows()
    assert rows["http://a.test/"][:4] == ("fetched", "imported", 200, "Ã\x9cber")
    assert rows["http://a.test/moved"][:3] == ("fetched", "redirected", 301)
    assert rows["http://a.test/none"] == ("failed", "http_404", 404, "", b"none")
    assert rows["http://a.test/pic"][4] == b"\x89PNG\r\n\x1a\n0000"
    with Store(archive.workspace) as store:
        moved_page = store.get_page("http://a.test/moved")
        picture = store.get_page("http://a.test/pic")
        with store.query("SELECT src, dst FROM links ORDER BY ALL") as answer:
            links = [tuple(row.values()) for batch in answer for row in batch.to_pylist()]
    assert moved_page is not None
    assert picture is not None
    assert (moved_page.location, moved_page.fetched_at) == ("http://a.test/b?x=1", 1577934245.0)
    assert dict(moved_page.headers)["Set-Cookie"] == "redacted"
    assert picture.content_type == "image/png"
    assert links == [("http://a.test/", "http://a.test/next")]


def test_no_secret_of_an_archive_reaches_the_workspace(archive: Archive, capsys: Out) -> None:
    secret = "-".join(["s3cr3t"] * 2)
    request = f"GET / HTTP/1.1\r\nAuthorization: Basic {secret}\r\nCookie: {secret}\r\n\r\n".encode()
    answer = html("x", f"Set-Cookie: sid={secret}\r\nProxy-Authorization: {secret}\r\n".encode())
    first = record("http://a.test/", answer)
    concurrent = first.split(b"WARC-Record-ID: ")[1].split(b"\r\n")[0].decode()
    asked = record("http://a.test/", request, "request", f"WARC-Concurrent-To: {concurrent}\r\n")
    archive.write(first, asked)
    assert archive.take(capsys)[0] == 0
    with Store(archive.workspace) as store, store.snapshot(store.runs()) as snapshot:
        [row] = snapshot.rows(store.runs()[0])
    assert json.loads(row.request)[0] == ["Authorization", "redacted"]
    stored = [path.read_bytes() for path in archive.workspace.rglob("*") if path.is_file()]
    assert not any(secret.encode() in content for content in stored)


@pytest.mark.parametrize("late", [False, True])
def test_a_revisit_finds_its_body_before_or_behind_it(late: bool, archive: Archive, capsys: Out) -> None:
    body = html("one").split(b"\r\n\r\n")[1]
    parts = [record("http://a.test/1", html("one")), revisit("http://a.test/2", "http://a.test/1", body)]
    archive.write(*(reversed(parts) if late else parts))
    code, told = archive.take(capsys)
    assert (code, told["pages"], told["known"], told["without_body"]) == (0, 2, 0, 0)
    assert archive.rows()["http://a.test/2"] == ("unchanged", "identical", 200, "one", body)


@pytest.mark.parametrize(
    ("of", "payload"), [("http://a.test/elsewhere", b""), ("http://a.test/1", b"other bytes")]
)
def test_a_revisit_takes_no_body_but_its_own(of: str, payload: bytes, archive: Archive, capsys: Out) -> None:
    archive.write(record("http://a.test/1", html("one")), revisit("http://a.test/2", of, payload))
    code, told = archive.take(capsys)
    assert (code, told["pages"], told["without_body"]) == (0, 2, 1)
    assert archive.rows()["http://a.test/2"][4] is None


def test_the_first_of_two_visits_to_a_url_is_kept_and_the_other_counted(
    archive: Archive, capsys: Out
) -> None:
    archive.write(
        record("http://a.test/?a=1&b=2", html("first")), record("http://a.test/?b=2&a=1", html("second"))
    )
    code, told = archive.take(capsys)
    assert (code, told["pages"], told["known"]) == (0, 1, 1)
    assert [row[3] for row in archive.rows().values()] == ["first"]


BOMB = HTML + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(65 << 20))
ODD = HTML + b"Content-Encoding: odd\r\n\r\nx"


@pytest.mark.parametrize(
    ("bad", "reason", "row"),
    [
        (record("http://a.test/bomb", BOMB), "too_big", ("refused", "too_big")),
        (record("http://a.test/odd", ODD), "not_decoded", ("failed", "not_decoded")),
        (record("dns:a.test", b"1.2.3.4", content="text/dns"), "not_http", None),
        (record("urn:x", html("x")), "bad_url", None),
        (record("http://a.test/sent", b"GET / HTTP/1.1\r\n\r\n", "request"), "no_answer", None),
    ],
    ids=["bomb", "coding", "dns", "urn", "request alone"],
)
def test_what_cannot_be_taken_is_counted_by_its_reason_and_the_rest_is_taken(
    bad: bytes, reason: str, row: tuple[str, str] | None, archive: Archive, capsys: Out
) -> None:
    archive.write(bad, record("http://a.test/good", html("good")))
    code, told = archive.take(capsys)
    assert (code, told["skipped"], told["note"]) == (
        0,
        {reason: 1},
        f"not taken: 1 {reason.replace('_', ' ')}",
    )
    rows = archive.rows()
    assert rows.pop("http://a.test/good")[3] == "good"
    assert [found[:2] for found in rows.values()] == ([row] if row else [])


def test_a_cut_archive_is_incomplete_and_the_whole_one_continues_it(archive: Archive, capsys: Out) -> None:
    whole = [record(f"http://a.test/{number}", html(str(number))) for number in range(100)]
    cut = b"".join(whole)[: len(whole[0]) * 60]
    archive.write(cut)
    code, told = archive.take(capsys)
    assert (code, told["skipped"], told["note"]) == (6, {"damaged": 1}, "not taken: 1 damaged")
    taken = told["pages"]
    assert 50 < taken < 100
    archive.write(*whole)
    code, told = archive.take(capsys)
    assert (code, told["runs"]) == (0, ["import/1"])
    assert (told["pages"], told["known"]) == (100 - taken, taken)


def test_an_import_that_died_is_continued_and_doubles_nothing(archive: Archive, capsys: Out) -> None:
    class Died(Exception):
        pass

    def die(pages: int) -> None:
        raise Died

    archive.write(*(record(f"http://a.test/{number}", html(str(number))) for number in range(200)))
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(import_archives(archive.workspace, Source("import", (archive.file,)), die))
    assert caught.group_contains(Died)
    code, told = archive.take(capsys)
    assert (code, told["runs"], told["pages"] + told["known"]) == (0, ["import/1"], 200)
    assert told["known"] > 0
    assert len(archive.rows()) == 200


@pytest.mark.parametrize(
    "nothing",
    [b"WARC/1.0\r\n\r\n", record("dns:a.test", b"1.2.3.4", content="text/dns")],
    ids=["empty", "dns"],
)
def test_an_archive_without_a_page_is_five(nothing: bytes, archive: Archive, capsys: Out) -> None:
    archive.write(nothing)
    assert archive.take(capsys)[0] == 5


def test_a_workspace_that_is_held_is_twenty_one(archive: Archive) -> None:
    archive.write(record("http://a.test/", html("x")))
    prepare(archive.workspace)
    with hold(archive.workspace):
        assert enter(["import", str(archive.file), "--workspace", str(archive.workspace)]) == 21


@pytest.mark.parametrize(
    "stored_as",
    [
        b"{}",
        b"[]",
        b"not json",
        b'{"host": 5}',
        b'{"host": "a", "visit": "x", "key": "zz"}',
    ],
)
def test_a_line_that_only_looks_like_ours_is_nobodys(stored_as: bytes, archive: Archive, capsys: Out) -> None:
    page = record("http://a.test/", html("x"))
    concurrent = page.split(b"WARC-Record-ID: ")[1].split(b"\r\n")[0].decode()
    meta = record(
        "http://a.test/",
        b"tandem-stored-as: " + stored_as + b"\r\n",
        "metadata",
        f"WARC-Concurrent-To: {concurrent}\r\n",
        "application/warc-fields",
    )
    archive.write(page, meta)
    code, _ = archive.take(capsys)
    assert code in {0, 5, 6}


def test_text_that_is_no_unicode_is_kept_somehow(archive: Archive, capsys: Out) -> None:
    headers = b"X: caf\xe9\r\nContent-Type: text/html; charset=\xff\r\nLocation: /\xff\r\n\r\n<p>x"
    archive.write(record("http://a.test/", b"HTTP/1.1 302 \xff\r\n" + headers))
    assert archive.take(capsys)[0] == 0
    assert len(archive.rows()) == 1
