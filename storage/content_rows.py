"""Content in the ledger: each body's once per engine, from its commit until it lies in a sealed file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import zstandard

from storage.columns import ContentRow
from storage.content_pack import unpacked
from storage.ledger import Connection
from storage.words import ReadContent

_NOTE = "INSERT OR IGNORE INTO contents (digest, engine, fingerprint, duplicate_of) VALUES (?, ?, ?, ?)"
_KEEP = (
    "INSERT INTO pending_contents (digest, engine, fingerprint, duplicate_of, host, url, page_type, packed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SIZES = "SELECT content, length(packed) FROM pending_contents ORDER BY content"
_ORDER = "SELECT host, url FROM pending_contents WHERE content = ?"
_ROW = (
    "SELECT host, url, digest, engine, page_type, duplicate_of, fingerprint, packed FROM pending_contents"
    " WHERE content = ?"
)
# Of a body that a visit holds the ledger knows the first bytes of the digest.
_HELD = "SELECT DISTINCT digest FROM known WHERE run = ? AND digest IS NOT NULL"
_PRINTS = (
    "SELECT digest, fingerprint FROM contents WHERE digest BETWEEN ? AND ? AND engine = ?"
    " AND duplicate_of IS NULL AND fingerprint <> x''"
)
_DIGEST_BYTES = 32
_PACKED_RATIO = 8  # of decoded texts to packed ones, roughly


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read in one body, and the page that brought it."""

    host: str
    url: str
    digest: bytes
    content: ReadContent


def keep_contents(connection: Connection, found: Iterable[Kept]) -> None:
    """Stores what this engine has not read before."""
    for one in found:
        read = one.content
        named = (one.digest, read.engine, read.fingerprint, read.duplicate_of)
        if connection.execute(_NOTE, named).rowcount:
            connection.execute(_KEEP, (*named, one.host, one.url, read.page_type, read.packed))


def choose_contents(connection: Connection, most_bytes: int) -> list[int]:
    """The oldest waiting rows up to a size, in the order of the file: by host and URL."""
    chosen, size = [], 0
    for content, packed_bytes in connection.execute(_SIZES):
        chosen.append(content)
        size += packed_bytes * _PACKED_RATIO
        if size >= most_bytes:
            break
    return sorted(chosen, key=lambda content: connection.execute(_ORDER, (content,)).fetchone())


def content_rows(connection: Connection, chosen: Iterable[int]) -> Iterator[ContentRow]:
    """The rows of the content file."""
    decoder = zstandard.ZstdDecompressor()
    for content in chosen:
        *narrow, packed = connection.execute(_ROW, (content,)).fetchone()
        host, url, digest, engine, page_type, duplicate_of, fingerprint = narrow
        texts = unpacked(packed, decoder)
        yield ContentRow(
            *(host, url, digest, engine, page_type, texts.title, texts.language, duplicate_of),
            *(texts.text, texts.markdown, texts.reason, texts.author, texts.published, texts.modified),
            *(texts.description, fingerprint),
        )


def newest_engine(connection: Connection, digest: bytes) -> int:
    """The newest engine that has read this body; 0 when none has."""
    newest = connection.execute("SELECT max(engine) FROM contents WHERE digest = ?", (digest,)).fetchone()
    return newest[0] or 0


def fingerprints(connection: Connection, run: int, engine: int) -> list[tuple[bytes, bytes]]:
    """(body digest, fingerprint) of the texts of a run that repeat no other."""
    held = [bytes(digest) for (digest,) in connection.execute(_HELD, (run,))]
    ranges = ((digest, digest.ljust(_DIGEST_BYTES, b"\xff"), engine) for digest in held)
    return [(bytes(d), bytes(p)) for each in ranges for d, p in connection.execute(_PRINTS, each)]


def drop_contents(connection: Connection, read: Iterable[tuple[bytes, int]]) -> None:
    """Bodies whose content is stored no more may be read again."""
    connection.executemany("DELETE FROM contents WHERE digest = ? AND engine = ?", read)
