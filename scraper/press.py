"""A body as it is kept: one zstd frame, and the digest of what is inside."""

import hashlib

import zstandard

_LEVEL = 3


class Press:
    """Compresses one body after the other; every thread needs its own."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)

    def keep(self, body: bytes) -> tuple[bytes, bytes]:
        """(zstd frame, sha-256 of the body)."""
        return self._compressor.compress(body), hashlib.sha256(body).digest()

    def squeeze(self, data: bytes) -> bytes:
        return self._compressor.compress(data)
