import gzip
import io
import json
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from storage import warc_read
from storage.columns import PageRow
from storage.warc_write import IDENTICAL, NOT_MODIFIED, Original, WarcWriter

from .rows import NOON, html, page

WARCIO = Path(sys.executable).with_name("warcio")
MOST = 10 << 20


def stored(number: int, **changes: object) -> PageRow:
    """A page with its decoded body, as the export reads it."""
    body = html(number)
    headers = [
        ["Content-Type", "text/html"],
        ["Content-Encoding", "gzip"],
        ["content-length", "77"],
        ["Transfer-Encoding", "chunked"],
        ["X-Twice", "1"],
        ["X-Twice", "2"],
        ["X-Odd", " café \udcff  \t"],
    ]
    row = page(number)._replace(
        body=body,
        headers=json.dumps([[name, value.strip()] for name, value in headers], separators=(",", ":")),
        request='[["User-Agent","tandem"],["Accept","*/*"]]',
        title="two\nlines \u2028 and more",
        reason="ok",
        depth=3,
        warc_record_id=f"<urn:uuid:00000000-0000-0000-0000-{number:012}>",
    )
    return row._replace(**changes)  # type: ignore[arg-type]


def written(pages: Iterable[tuple[PageRow, Original | None]], compressed: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WarcWriter(out, compressed)
    writer.write_info("tandem", {"isPartOf": "books-1"}, NOON)
    for row, original in pages:
        writer.write_page(row, original)
    return out.getvalue()


def read(data: bytes, folder: Path, most: int = MOST) -> list[object]:
    path = folder / "x.warc.gz"
    path.write_bytes(data)
    return list(warc_read.read_warc(path, most))


FAILED = page(7)._replace(
    status=0, outcome="failed", reason="timeout", body=b"", headers="[]", digest=None, body_bytes=0
)
UNCHANGED = page(8)._replace(
    status=304, outcome="unchanged", reason="not_modified", body=b"", digest=None, body_visit=1
)
PAGES: list[tuple[PageRow, Original | None]] = [
    (stored(1), None),
    (stored(2, body=b"", body_bytes=0, digest=None, status=204), None),
    (FAILED, None),
    (UNCHANGED, Original("books-0", 1, stored(1).url, NOON)),
    (stored(3, content_truncated="length", body=b"\x00\xff" * 5000), None),
    (stored(4, status=404), None),
]


@pytest.mark.parametrize("compressed", [True, False])
def test_what_was_exported_comes_back_whole(tmp_path: Path, compressed: bool) -> None:
    back = read(written(PAGES, compressed), tmp_path)
    rows = [item.row for item in back]  # type: ignore[attr-defined]
    expected = [row for row, _ in PAGES]
    kept = [new._replace(warc_record_id=old.warc_record_id) for new, old in zip(rows, expected, strict=True)]
    assert kept == expected
    assert all(item.is_ours for item in back)  # type: ignore[attr-defined]


def test_a_second_export_says_the_same_as_the_first(tmp_path: Path) -> None:
    first = written(PAGES)
    rows = [item.row for item in read(first, tmp_path)]  # type: ignore[attr-defined]
    again = read(written(zip(rows, [original for _, original in PAGES], strict=True)), tmp_path)
    assert [item.row for item in again] == rows  # type: ignore[attr-defined]


def test_an_unchanged_page_refers_to_the_stored_one(tmp_path: Path) -> None:
    item = read(written(PAGES), tmp_path)[3]
    assert item.refers_to_url == stored(1).url  # type: ignore[attr-defined]
    assert item.refers_to_date == "2023-11-14T22:13:20.000000Z"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("status", "profile"), [(304, NOT_MODIFIED), (200, IDENTICAL)])
def test_a_revisit_names_its_profile(status: int, profile: str) -> None:
    row = UNCHANGED._replace(status=status)
    data = written([(row, Original("books-0", 1, row.url, NOON))], compressed=False)
    assert f"WARC-Profile: {profile}\r\n".encode() in data


def test_secrets_are_redacted_wherever_they_stand() -> None:
    names = ["Cookie", "set-cookie", "AUTHORIZATION", "Proxy-Authorization"]
    secret = json.dumps([[name, "s3cr3t"] for name in names])
    data = written([(stored(1, headers=secret, request=secret), None)], compressed=False)
    assert b"s3cr3t" not in data
    assert data.count(b": redacted\r\n") == 8


def test_a_header_cannot_start_a_record_or_another_header() -> None:
    evil = json.dumps([["X", "a\r\nSet-Cookie: b\r\n\r\nWARC/1.1"]])
    data = written([(stored(1, headers=evil), None)], compressed=False)
    assert b"X: a Set-Cookie: b WARC/1.1\r\n" in data


def test_every_record_is_a_gzip_member_of_its_own() -> None:
    data = written(PAGES[:1])
    kinds = []
    while data:
        member = zlib.decompressobj(31)
        record = member.decompress(data)
        data = member.unused_data
        kinds.append(record.split(b"WARC-Type: ")[1].split(b"\r\n")[0])
    assert kinds == [b"warcinfo", b"request", b"response", b"metadata"]


def test_warcio_finds_nothing_wrong(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(written(PAGES))
    done = subprocess.run(
        [str(WARCIO), "check", "-v", str(tmp_path / "x.warc.gz")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") >= len(PAGES)


def foreign(http: bytes, kind: str = "response", extra: str = "", content: str = "application/http") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\n"
        f"WARC-Date: 2020-01-02T03:04:05Z\r\nWARC-Target-URI: http://b.example/\r\n{extra}"
        f"Content-Type: {content}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def coded(name: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {name}\r\n\r\n".encode() + body


def test_the_archive_of_another_crawler_is_read(tmp_path: Path) -> None:
    chunked = b"HTTP/1.1 203 Fine\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    data = foreign(chunked + b"5\r\nhello\r\n0\r\n\r\n") + foreign(
        b"GET / HTTP/1.1\r\nUser-Agent: x\r\n\r\n", "request", "WARC-Concurrent-To: <urn:uuid:response>\r\n"
    )
    [item] = read(data, tmp_path)
    row = item.row  # type: ignore[attr-defined]
    assert (row.status, row.body, row.outcome, row.content_type) == (203, b"hello", "fetched", "text/html")
    assert row.fetched_at == 1577934245_000000
    assert json.loads(row.request) == [["User-Agent", "x"]]
    assert row.warc_record_id == "<urn:uuid:response>"
    assert not item.is_ours  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (foreign(coded("gzip", gzip.compress(bytes(50 << 20)))), "too_big"),
        (foreign(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2 << 20)), "too_big"),
        (foreign(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(5 << 20)), "too_big"),
        (foreign(coded("weird", b"x")), "not_decoded"),
        (foreign(b"93.184.216.34", content="text/dns"), "not_http"),
    ],
    ids=["bomb", "big", "huge", "unknown coding", "dns"],
)
def test_a_record_that_cannot_be_taken_is_named_and_the_rest_is_read(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    good = foreign(b"HTTP/1.1 200 OK\r\n\r\nhello").replace(b"uuid:response", b"uuid:second")
    skipped, taken = read(data + good, tmp_path, most=1 << 20)
    assert skipped == warc_read.SkippedRecord("http://b.example/", reason, "2020-01-02T03:04:05Z")
    assert taken.row.body == b"hello"  # type: ignore[attr-defined]


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.77, 0.95])
@pytest.mark.parametrize("compressed", [True, False])
def test_a_cut_archive_gives_whole_pages_and_says_that_it_is_cut(
    tmp_path: Path, cut: float, compressed: bool
) -> None:
    pages = [(stored(n), None) for n in range(20)]
    data = written(pages, compressed)
    *whole, last = read(data[: int(len(data) * cut)], tmp_path)
    assert isinstance(last, warc_read.SkippedRecord)
    assert last.reason == "damaged"
    assert [item.row for item in whole] == [row for row, _ in pages[: len(whole)]]  # type: ignore[attr-defined]
    assert whole


def test_a_body_that_was_cut_inside_its_packing_is_kept_and_marked(tmp_path: Path) -> None:
    [item] = read(foreign(coded("gzip", gzip.compress(b"hello" * 1000)[:-9])), tmp_path)
    assert item.row.content_truncated == "unspecified"  # type: ignore[attr-defined]


def test_what_is_no_archive_has_no_pages(tmp_path: Path) -> None:
    assert [
        item
        for item in read(b"<html>not an archive</html>", tmp_path)
        if not isinstance(item, warc_read.SkippedRecord)
    ] == []
