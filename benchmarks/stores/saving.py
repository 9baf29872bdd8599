"""How much smaller pages become: sealed files against the raw HTML, gzip beside them."""

import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import zstandard

from benchmarks.stores.sites import corpus
from storage.columns import PageRow
from storage.merge import merge_segments
from storage.segment import write_segment
from tandem.demo import site

FILE_BYTES = 64 << 20  # as a crawl seals
MANY = 5  # pages of a host

Body = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Saving:
    """One corpus, and per cent of its bytes that are saved."""

    name: str
    pages: int
    raw_bytes: int
    gzip: float
    sealed: float
    merged: float


def corpora(hosts: int) -> dict[str, Iterator[Body]]:
    """What is measured when no folder is given: three made-up corpora, and one that was written by hand."""
    return {
        "1 page per host": corpus(hosts, 1),
        "8 pages per host": corpus(max(hosts // 4, 1), 8),
        "one site": corpus(1, 2 * hosts),
        "the demo shop": demo_shop(),
    }


def demo_shop() -> Iterator[Body]:
    """All pages of the shop that Tandem brings along."""
    for path in site.routes():
        body = site.answer(path, "https://shop.example").body
        if b"<html" in body[:500]:
            yield "shop.example", f"https://shop.example{path}", body


def given(folder: Path, urls: Path | None) -> dict[str, list[Body]]:
    """Real pages, by how many there are of a host."""
    by_host = defaultdict(list)
    for page in of_folder(folder) if urls is None else of_urls(folder, urls):
        by_host[page[0]].append(page)
    found = {
        "given, 1 page per host": [pages[0] for pages in by_host.values()],
        "given, 5 or more": [page for pages in by_host.values() if len(pages) >= MANY for page in pages],
        "given, all": [page for pages in by_host.values() for page in pages],
    }
    return {name: pages for name, pages in found.items() if pages}


def of_folder(folder: Path) -> Iterator[Body]:
    """FOLDER/HOST/*.html or *.html.gz; files that lie in FOLDER itself count as one site."""
    for path in sorted(p for p in folder.rglob("*.html*") if p.is_file()):
        host = path.parent.name if path.parent != folder else folder.name
        yield host, f"https://{host}/{path.name}", _read(path)


def of_urls(folder: Path, urls: Path) -> Iterator[Body]:
    """The same for files that a list names: lines of JSON with an `id`, the file's name, and a `url`."""
    for line in urls.read_bytes().splitlines():
        page = json.loads(line)
        host = urlsplit(page.get("url") or "").hostname
        path = next(
            (p for end in (".html", ".html.gz") if (p := folder / f"{page['id']}{end}").exists()), None
        )
        if host is not None and path is not None:
            yield host, page["url"], _read(path)


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def measure(name: str, pages: Iterable[Body]) -> Saving:
    """Seals the pages as a crawl does, then merges the files."""
    bodies = sorted(pages)
    raw = sum(len(body) for _, _, body in bodies)
    zipped = sum(len(gzip.compress(body, 9)) for _, _, body in bodies)
    with tempfile.TemporaryDirectory() as folder:
        files = [
            write_segment(Path(folder) / f"{n}.parquet", "pages", rows)
            for n, rows in enumerate(_files(bodies))
        ]
        sealed = sum(facts.bytes for facts in files)
        paths = [Path(folder) / facts.name for facts in files]
        merged = merge_segments(paths, Path(folder) / "merged.parquet", "pages").bytes

    def saved(size: int) -> float:
        return 100 * (1 - size / raw)

    return Saving(name, len(bodies), raw, saved(zipped), saved(sealed), saved(merged))


def _files(bodies: list[Body]) -> Iterator[list[PageRow]]:
    """What one sealing takes: a crawl meets hosts mixed, so every file holds a share of each."""
    count = max(1, sum(len(body) for _, _, body in bodies) // FILE_BYTES)
    compress = zstandard.ZstdCompressor(level=1).compress
    for part in range(count):
        yield [
            PageRow(host, url, n, "r-1", n.to_bytes(16, "big"), "fetched", "ok", n, 200, body=compress(body))
            for n, (host, url, body) in enumerate(bodies)
            if n % count == part
        ]
