"""The texts that an engine read in one body, as one value that travels without being looked into."""

from typing import NamedTuple

import msgpack
import zstandard


class Texts(NamedTuple):
    """What was read as text."""

    reason: str = "ok"  # or why there is no main text
    title: str = ""
    language: str = ""
    author: str = ""
    published: str = ""  # ISO days
    modified: str = ""
    description: str = ""
    text: str = ""
    markdown: str = ""


def serialized(texts: Texts) -> bytes:
    """The values as msgpack; halves of surrogate pairs, which JSON can smuggle in, become question marks."""
    packed: bytes = msgpack.packb(texts, unicode_errors="replace")
    return packed


def unpacked(frame: bytes, decoder: zstandard.ZstdDecompressor) -> Texts:
    """The values out of one zstd frame over their msgpack."""
    return Texts(*msgpack.unpackb(decoder.decompress(frame)))
