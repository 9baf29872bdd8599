"""A body as it is kept: one zstd frame, and the digest of what is inside."""

import hashlib

import zstandard

# The frame waits for sealing, which unpacks it and packs many bodies together: what counts here is time.
# Level 3 makes real pages four per cent smaller for a third more of it.
_LEVEL = 1


class Press:
    """Compresses one body after the other; every thread needs its own."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)

    def keep(self, body: bytes) -> tuple[bytes, bytes]:
        """(zstd frame, sha-256 of the body)."""
        return self._compressor.compress(body), hashlib.sha256(body).digest()

    def squeeze(self, data: bytes) -> bytes:
        return self._compressor.compress(data)
