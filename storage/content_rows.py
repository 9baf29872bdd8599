"""Content in the ledger: each body's once per engine, from its commit until it lies in a sealed file."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.ledger import Connection
from storage.words import ReadContent

_NOTE = "INSERT OR IGNORE INTO contents (digest, engine, fingerprint, duplicate_of) VALUES (?, ?, ?, ?)"
_KEEP = (
    "INSERT INTO pending_contents (digest, engine, fingerprint, duplicate_of, host, url, page_type, packed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
# Of what was read in a visit the first bytes of the digest are known.
_HELD = "SELECT DISTINCT digest FROM read_digests WHERE run = ? AND digest IS NOT NULL"
_PRINTS = (
    "SELECT digest, fingerprint FROM contents WHERE digest BETWEEN ? AND ? AND engine = ?"
    " AND duplicate_of IS NULL AND fingerprint <> x''"
)
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read in one body, or in what a browser made of it, and the page that brought it."""

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


def retype(connection: Connection, digests: Iterable[bytes], page_type: str) -> None:
    """Another type for what is not sealed yet."""
    connection.executemany(
        "UPDATE pending_contents SET page_type = ? WHERE digest = ?", [(page_type, one) for one in digests]
    )


def newest_engine(connection: Connection, digest: bytes) -> int:
    """The newest engine that has read this body; 0 when none has."""
    newest = connection.execute("SELECT max(engine) FROM contents WHERE digest = ?", (digest,)).fetchone()
    return newest[0] or 0


def fingerprints(connection: Connection, run: int, engine: int) -> list[tuple[bytes, bytes]]:
    """(digest of what was read, fingerprint) of the texts of a run that repeat no other."""
    held = [bytes(digest) for (digest,) in connection.execute(_HELD, (run,))]
    ranges = ((digest, digest.ljust(_DIGEST_BYTES, b"\xff"), engine) for digest in held)
    return [(bytes(d), bytes(p)) for each in ranges for d, p in connection.execute(_PRINTS, each)]


def drop_contents(connection: Connection, read: Iterable[tuple[bytes, int]]) -> None:
    """Bodies whose content is stored no more may be read again."""
    connection.executemany("DELETE FROM contents WHERE digest = ? AND engine = ?", read)
