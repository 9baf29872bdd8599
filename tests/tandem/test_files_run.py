"""Jobs that download: what is kept, what is read in it, and what is refused by which limit."""

import gzip
import hashlib
import json
import random
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.__main__ import enter
from tests.scraper.documents.pdf_maker import Sheet, pdf
from tests.tandem.changing_site import ChangingSite, Content

NOISE = random.Random(7).randbytes(3 << 20)
MANUAL = pdf([Sheet(("The manual of the workshop says it on one page.",))])
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 64, 48) + b"\x08\x02\0\0\0" + NOISE[:3000]
FILM = b"\0\0\0\x18ftypmp42" + NOISE
ZIP = b"PK\x03\x04" + NOISE[:50_000]
ROWS = "name,price\n" + "".join(f"Violin {number},{number}\n" for number in range(40_000))


def _of(media_type: str, body: bytes, **headers: str) -> Content:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Content(body, headers=(("Content-Type", media_type), *named))


PAGES = {
    "/": Content(
        b"<title>Home</title><p>Everything of ours.</p><img src=/a.png alt='A plan'><img src='data:x'>"
        b"<video src=/film.mp4></video>"
        b"<a href=/manual.pdf>m</a> <a href=/all.zip>z</a> <a href=/rows.csv>r</a> <a href=/hidden.zip>h</a>"
    ),
    "/a.png": _of("image/png", PNG),
    "/film.mp4": _of("video/mp4", FILM, Content_Disposition='attachment; filename="../../our film.mp4"'),
    "/manual.pdf": _of("application/pdf", MANUAL),
    "/all.zip": _of("application/octet-stream", ZIP),
    "/rows.csv": _of("text/csv", ROWS.encode()),
    "/hidden.zip": _of("application/zip", ZIP, X_Robots_Tag="noindex"),
}


@dataclass(frozen=True)
class Ran:
    url: str
    workspace: Path
    code: int

    def outcomes(self) -> dict[str, tuple[str, str]]:
        rows = self.rows("SELECT url, outcome, reason FROM pages")
        return {row["url"].removeprefix(self.url): (row["outcome"], row["reason"]) for row in rows}

    def rows(self, query: str) -> list[dict[str, Any]]:
        with Store(self.workspace) as store, store.query(query) as answer:
            return [row for batch in answer for row in batch.to_pylist()]

    def files(self) -> dict[str, bytes]:
        """What is kept, by the digest in its name."""
        found = (path for path in (self.workspace / "files").rglob("*") if path.is_file())
        return {path.name: path.read_bytes() for path in found}


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    with ChangingSite(dict(PAGES)) as site:
        yield site


def ran(site: ChangingSite, workspace: Path, files: Mapping[str, Any], **more: Any) -> Ran:
    job = workspace.parent / "job.yaml"
    crawl = {"allow_private_hosts": ["127.0.0.1"], "delay": 0, "render": "never", **more}
    written = {
        "name": "files",
        "seeds": [site.url],
        "crawl": crawl,
        "progress": {"broker": "off"},
        "files": files,
    }
    job.write_text(json.dumps(written))
    code = enter(["run", str(job), "--workspace", str(workspace), "--no-analysis"])
    return Ran(site.url.rstrip("/"), workspace, code)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_without_files_only_what_can_be_read_is_fetched(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {})
    assert run.outcomes() == {
        "/": ("fetched", "ok"),
        "/manual.pdf": ("fetched", "ok"),
        "/rows.csv": ("fetched", "ok"),
        "/all.zip": ("refused", "unwanted_type"),
        "/hidden.zip": ("refused", "unwanted_type"),
    }
    assert run.files() == {}


def test_what_is_asked_for_is_kept_under_its_digest(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {"types": ["pdf", "archive", "image", "video"]})
    assert run.code == 0
    assert run.outcomes() == dict.fromkeys(PAGES, ("fetched", "ok")) | {"/hidden.zip": ("refused", "noindex")}
    assert run.files() == {
        f"{digest(PNG)}.png": PNG,
        digest(FILM): FILM,
        f"{digest(MANUAL)}.pdf": MANUAL,
        f"{digest(ZIP)}.zip": ZIP,
    }
    rows = {row["url"].removeprefix(run.url): row for row in run.rows("SELECT * FROM files")}
    assert rows["/film.mp4"]["name"] == ".. .. our film.mp4"
    assert {row["kind"] for row in rows.values()} == {"download"}
    titles = {row["url"].removeprefix(run.url): row for row in run.rows("SELECT url, title, text FROM pages")}
    assert titles["/a.png"]["title"] == "PNG picture, 64 × 48 pixels"
    assert titles["/manual.pdf"]["text"] == "The manual of the workshop says it on one page."


def test_a_file_in_the_workspace_is_not_read_by_its_limit_on_pages(
    site: ChangingSite, tmp_path: Path
) -> None:
    run = ran(site, tmp_path / "ws", {"types": "csv"}, max_page_bytes=100_000)
    assert run.outcomes()["/rows.csv"] == ("fetched", "ok")
    [row] = run.rows("SELECT text FROM pages WHERE url LIKE '%rows.csv'")
    assert row["text"].endswith("name: Violin 39999; price: 39999")
    assert run.files() == {f"{digest(ROWS.encode())}.csv": ROWS.encode()}


def test_keep_false_keeps_only_what_is_read(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {"types": ["csv", "image"], "keep": False}, max_page_bytes=100_000)
    assert run.outcomes()["/rows.csv"] == run.outcomes()["/a.png"] == ("fetched", "ok")
    assert run.files() == {}


def test_a_file_that_is_too_large_is_refused(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {"types": ["video", "archive"], "max_file_bytes": "1MB"})
    assert run.outcomes()["/film.mp4"] == ("refused", "too_large")
    assert run.outcomes()["/all.zip"] == ("fetched", "ok")
    assert list(run.files()) == [f"{digest(ZIP)}.zip"]


def test_files_beyond_the_limit_are_refused_by_its_name(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {"types": "any", "max_files": 1}, concurrency=1)
    reasons = sorted(reason for path, (_, reason) in run.outcomes().items() if path != "/")
    assert reasons.count("files_limit") >= 4
    assert len(run.files()) == 1
    beyond = {path for path, end in run.outcomes().items() if end == ("fetched", "files_limit")}
    assert beyond <= {"/manual.pdf", "/rows.csv"}, "pages are read all the same"
    assert ran(site, tmp_path / "ws", {"types": "any", "max_files": 1}, concurrency=1).code == 0


def test_bytes_beyond_the_limit_are_refused_by_its_name(site: ChangingSite, tmp_path: Path) -> None:
    files = {"types": ["video", "archive"], "max_total_bytes": "1MB"}
    run = ran(site, tmp_path / "ws", files, concurrency=1)
    assert run.outcomes()["/film.mp4"] == ("refused", "files_limit")
    assert run.outcomes()["/all.zip"] == ("fetched", "ok")


def test_patterns_bound_what_is_downloaded(site: ChangingSite, tmp_path: Path) -> None:
    run = ran(site, tmp_path / "ws", {"match": "/all*"})
    assert run.outcomes()["/all.zip"] == ("fetched", "ok")
    assert run.outcomes()["/hidden.zip"] == ("refused", "unwanted_type")
    assert len(run.files()) == 1


def test_a_bomb_is_refused_before_it_fills_the_disk(site: ChangingSite, tmp_path: Path) -> None:
    bomb = gzip.compress(b"PK\x03\x04" + bytes(40 << 20))
    site.pages["/all.zip"] = _of("application/zip", bomb, Content_Encoding="gzip")
    run = ran(site, tmp_path / "ws", {"types": "archive", "max_file_bytes": "20MB"})
    assert run.outcomes()["/all.zip"] == ("refused", "bomb")
    assert run.files() == {}


def test_a_page_that_did_not_change_becomes_a_file_once_it_is_asked_for(
    site: ChangingSite, tmp_path: Path
) -> None:
    site.pages["/manual.pdf"] = Content(MANUAL, headers=(("Content-Type", "application/pdf"),), etag='"1"')
    ran(site, tmp_path / "ws", {})
    run = ran(site, tmp_path / "ws", {"types": "pdf"})
    assert ("/manual.pdf", '"1"', "") in site.asked
    assert run.files() == {f"{digest(MANUAL)}.pdf": MANUAL}


def test_what_a_feed_encloses_is_downloaded(site: ChangingSite, tmp_path: Path) -> None:
    item = '<item><title>One</title><enclosure url="/one.mp3" type="audio/mpeg"/></item>'
    feed = f"<rss><channel><title>Songs</title>{item}</channel></rss>"
    song = b"ID3\x04\0\0\0\0\0\0" + NOISE[:5000]
    site.pages = {"/": _of("application/rss+xml", feed.encode()), "/one.mp3": _of("audio/mpeg", song)}
    assert ran(site, tmp_path / "without", {}).outcomes() == {"/": ("fetched", "ok")}
    run = ran(site, tmp_path / "ws", {"types": "audio"})
    assert run.outcomes() == {"/": ("fetched", "ok"), "/one.mp3": ("fetched", "ok")}
    assert run.files() == {digest(song): song}


def test_a_second_run_keeps_the_files_of_pages_that_did_not_change(
    site: ChangingSite, tmp_path: Path
) -> None:
    site.pages["/manual.pdf"] = Content(MANUAL, headers=(("Content-Type", "application/pdf"),), etag='"1"')
    files = {"types": ["pdf", "archive"]}
    ran(site, tmp_path / "ws", files)
    run = ran(site, tmp_path / "ws", files)
    rows = run.rows("SELECT url, outcome FROM pages JOIN files USING (url, run) WHERE run LIKE 'files-2%'")
    assert {row["url"].removeprefix(run.url): row["outcome"] for row in rows} == {
        "/manual.pdf": "unchanged",
        "/all.zip": "fetched",
    }
