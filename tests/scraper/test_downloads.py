"""Bodies that are kept as files: which ones, how much of them, what is held meanwhile."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scraper.body import MOST_HELD_BYTES, Body
from scraper.decode import decoder_for
from scraper.downloads import GROUPS, HELD_BYTES, Download, Downloads, Wishes
from scraper.egress import Egress
from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.message import Request
from scraper.pattern import Pattern
from scraper.sniff import PAGE_FAMILIES
from storage.spool import Spool
from storage.workspace import prepare

ZIP = b"PK\x03\x04" + bytes(2000)
CHUNK = bytes(64 << 10)
URL = "http://shop.test/a/file.bin"


def downloads(workspace: Path, *types: str, **limits: int) -> Downloads:
    prepare(workspace)
    wishes = Wishes(tuple(one for name in types for one in GROUPS.get(name, (name,))), **limits)  # type: ignore[arg-type]
    return Downloads(wishes, lambda: Spool(workspace))


def offer(all_: Downloads, url: str = URL) -> Download:
    found = all_.offer(url)
    assert found is not None
    return found


def body_of(file: Download | None, declared: str = "", coding: str = "") -> Body:
    return Body(decoder_for(coding) if coding else None, declared, 1 << 20, PAGE_FAMILIES, file)


def left_in(workspace: Path) -> list[Path]:
    return [path for path in (workspace / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("asked", "media_type", "wanted"),
    [
        ("pdf", "application/pdf", True),
        ("image", "image/webp", True),
        ("image", "video/mp4", False),
        ("archive", "application/zip", True),
        ("csv", "text/csv", True),
        ("csv", "text/plain", False),
        ("office", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
        ("office", "application/msword", True),
        ("office", "application/zip", False),
        ("audio/*", "audio/flac", True),
        ("image/png", "image/png", True),
        ("image/png", "image/jpeg", False),
        ("any", "application/octet-stream", True),
        ("any", "text/html", False),
    ],
)
def test_types_are_asked_for_by_groups_or_names(
    tmp_path: Path, asked: str, media_type: str, wanted: bool
) -> None:
    assert downloads(tmp_path, asked).wishes.wants(media_type) is wanted


def test_a_text_that_is_called_plain_is_what_its_name_says(tmp_path: Path) -> None:
    all_ = downloads(tmp_path, "csv")
    assert offer(all_, "http://shop.test/a.csv").wants("text/plain")
    assert not offer(all_, "http://shop.test/a.txt").wants("text/plain")


@pytest.mark.parametrize(
    ("asked", "elements"),
    [
        ("pdf", ("embed",)),
        ("image", ("img", "embed")),
        ("image/png", ("img", "embed")),
        ("video", ("video", "source", "embed")),
        ("any", ("img", "audio", "source", "video", "embed")),
    ],
)
def test_what_pages_show_is_looked_for_where_it_is_asked_for(
    tmp_path: Path, asked: str, elements: tuple[str, ...]
) -> None:
    assert downloads(tmp_path, asked).wishes.elements == elements


def test_only_addresses_that_match_are_offered() -> None:
    all_ = Downloads(Wishes(("*",), (Pattern.of("/a/*"),)), lambda: pytest.fail("nothing is kept"))
    assert all_.offer(URL) is not None
    assert all_.offer("http://shop.test/b/file.bin") is None
    assert all_.offer("no address") is None


def test_a_small_file_is_held_and_no_file_is_made(tmp_path: Path) -> None:
    body = body_of(offer(downloads(tmp_path, "archive")))
    assert body.add(ZIP)
    body.end()
    assert body.file() is not None
    assert (body.reason, body.taken()) == ("ok", ZIP)
    assert left_in(tmp_path) == []


def test_a_large_file_never_lies_in_memory_whole(tmp_path: Path) -> None:
    file = offer(downloads(tmp_path, "archive"))
    body = body_of(file)
    tracemalloc.start()
    try:
        assert body.add(ZIP)
        for _ in range(16 << 4):  # 16 MB
            assert body.add(bytes(CHUNK))
            if body.is_full:
                body.spill()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    body.end()
    assert peak < 2 * HELD_BYTES
    assert body.file() is file
    assert body.taken() == b""
    spooled = file.finish()
    assert spooled is not None
    assert spooled.size == len(ZIP) + (16 << 20)
    assert file.head(4) == b"PK\x03\x04"
    file.discard()
    assert left_in(tmp_path) == []


def test_what_one_chunk_unfolds_to_is_spilled_at_once(tmp_path: Path) -> None:
    file = offer(downloads(tmp_path, "archive"))
    body = body_of(file, coding="gzip")
    packed = gzip.compress(ZIP + bytes(40 << 20))
    tracemalloc.start()
    try:
        assert body.add(packed)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * MOST_HELD_BYTES
    body.discard()
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"max_file_bytes": 5 << 20}, "too_large"), ({"max_total_bytes": 5 << 20}, "files_limit")],
)
def test_what_is_more_than_allowed_is_discarded_and_counts_no_more(
    tmp_path: Path, limits: dict[str, int], reason: str
) -> None:
    all_ = downloads(tmp_path, "archive", **limits)
    body = body_of(offer(all_))
    while body.add(bytes(CHUNK) if body.media_type else ZIP):
        if body.is_full:
            body.spill()
    assert body.reason == reason
    assert body.file() is None
    assert body.taken() == b""
    assert (all_.files, all_.total_bytes) == (0, 0)
    assert left_in(tmp_path) == []


def test_beyond_the_last_file_pages_are_read_and_all_else_is_refused(tmp_path: Path) -> None:
    all_ = downloads(tmp_path, "any", max_files=1)
    first, second, third = (body_of(offer(all_)) for _ in range(3))
    assert first.add(ZIP)
    assert not second.add(ZIP)
    assert second.reason == "files_limit"
    assert third.add(b"a,b\n" * 1000)
    third.end()
    assert (third.reason, third.is_beyond, third.file()) == ("ok", True, None)
    first.discard()
    assert body_of(offer(all_)).add(ZIP), "there is room again"


@asynccontextmanager
async def serving(size: int, sent: int) -> AsyncIterator[str]:
    """An archive of so many bytes, of which so many are sent; then nothing more comes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (size, ZIP))
        for _ in range((sent - len(ZIP)) // len(CHUNK)):
            writer.write(CHUNK)
            await writer.drain()
        writer.write(bytes((sent - len(ZIP)) % len(CHUNK)))
        if sent < size:
            await asyncio.sleep(600)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.zip"
    finally:
        server.close()


def fetcher() -> Fetcher:
    return Fetcher(FetchSettings("Tandem"), Egress.allowing(("127.0.0.1",)).refuses)


async def test_a_file_comes_over_the_wire_into_the_workspace(tmp_path: Path) -> None:
    all_ = downloads(tmp_path, "archive")
    size = 5 << 20
    async with serving(size, size) as url, fetcher() as fetch:
        response = await fetch.fetch(Request(url, file=offer(all_, url)))
    assert (response.reason, response.body, response.media_type) == ("ok", b"", "application/zip")
    assert response.file is not None
    spooled = response.file.finish()
    assert spooled is not None
    assert (spooled.size, all_.files, all_.total_bytes) == (size, 1, size)
    response.file.discard()


async def test_a_fetch_that_is_called_off_leaves_nothing(tmp_path: Path) -> None:
    all_ = downloads(tmp_path, "archive")
    async with serving(50 << 20, 5 << 20) as url, fetcher() as fetch:
        task = asyncio.create_task(fetch.fetch(Request(url, file=offer(all_, url))))
        async with asyncio.timeout(60):
            while not left_in(tmp_path):  # noqa: ASYNC110 - a file makes no event
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert left_in(tmp_path) == []
    assert (all_.files, all_.total_bytes) == (0, 0)
