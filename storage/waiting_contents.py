"""Contents that wait to be sealed, as rows of their file."""

from collections.abc import Iterable, Iterator

import zstandard

from storage.columns import ContentRow
from storage.connection import Connection
from storage.content_pack import unpacked

_SIZES = "SELECT content, length(packed) FROM pending_contents ORDER BY content"
_ORDER = "SELECT host, url FROM pending_contents WHERE content = ?"
_ROW = (
    "SELECT host, url, digest, engine, page_type, duplicate_of, fingerprint, packed FROM pending_contents"
    " WHERE content = ?"
)
_PACKED_RATIO = 8  # of decoded texts to packed ones, roughly


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
