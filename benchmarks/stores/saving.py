"""How much smaller pages become: sealed files against the raw HTML, gzip beside them."""

import gzip
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from benchmarks.stores.sites import corpus
from storage.columns import PageRow
from storage.merge import merge_segments
from storage.segment import write_segment

FILE_BYTES = 64 << 20  # as a crawl seals

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
    """What is measured when no folder is given."""
    return {
        "1 page per host": corpus(hosts, 1),
        "8 pages per host": corpus(max(hosts // 4, 1), 8),
        "one site": corpus(1, 2 * hosts),
    }


def of_folder(folder: Path) -> Iterator[Body]:
    """Real pages: FOLDER/HOST/*.html or *.html.gz; files that lie in FOLDER itself count as one site."""
    for path in sorted(p for p in folder.rglob("*.html*") if p.is_file()):
        host = path.parent.name if path.parent != folder else folder.name
        body = path.read_bytes()
        yield host, f"https://{host}/{path.name}", gzip.decompress(body) if path.suffix == ".gz" else body


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
