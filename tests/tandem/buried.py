"""Looks for secrets in everything that a run leaves: also where it is packed, and however it is spelled."""

import gzip
import sqlite3
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq
import zstandard

_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b"


def spellings(secret: str) -> set[bytes]:
    """The bytes that give it away: as it is, in hex, percent by percent, in base64 at any place."""
    plain = secret.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode()}
    for style in ("%%%02x", "%%%02X", "\\x%02x", "\\u00%02x"):
        found.add("".join(style % byte for byte in plain).encode())
    for before in range(3):
        coded = b64encode(b"x" * before + plain)
        # what depends on the bytes around it is left out
        found.add(coded[-(-before * 4 // 3) : len(coded) - 4])
    return found | {one.replace(b"+", b"-").replace(b"/", b"_") for one in found}


def hits(pieces: Mapping[str, Iterable[bytes]], secrets: Iterable[str]) -> list[str]:
    """Where which secret lies."""
    wanted = {secret: spellings(secret) for secret in secrets}
    found = []
    for place, all_bytes in pieces.items():
        for piece in all_bytes:
            for one in (piece, *unpacked(piece)):
                found += [
                    f"{secret} in {place}" for secret, forms in wanted.items() if any(f in one for f in forms)
                ]
    return sorted(set(found))


def in_folder(folder: Path) -> dict[str, Iterator[bytes]]:
    """Every file, as its bytes and as what stands in it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): _read(path) for path in files}


def _read(path: Path) -> Iterator[bytes]:
    yield str(path).encode()
    content = path.read_bytes()
    yield content
    if content.startswith(b"PAR1"):
        for column in pq.read_table(path).columns:
            yield from map(_bytes, column.to_pylist())
    if content.startswith(b"SQLite format 3"):
        yield from _rows(path)


def _rows(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for name, sql in tables:
            if sql and sql.upper().startswith("CREATE VIRTUAL"):
                continue
            for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - names of its own
                yield from map(_bytes, row)
    finally:
        connection.close()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def unpacked(piece: bytes) -> Iterator[bytes]:
    """What is compressed in it, and what is compressed in that."""
    try:
        if piece.startswith(_ZSTD):
            inner = zstandard.ZstdDecompressor().decompressobj().decompress(piece)
        elif piece.startswith(_GZIP):
            inner = gzip.decompress(piece)
        else:
            return
    except (zstandard.ZstdError, OSError, EOFError):
        return
    yield inner
    yield from unpacked(inner)
