"""A fingerprint as it travels and is stored: 36 bytes."""

from scraper.content.fingerprint import Fingerprint

_DIGEST, _SIMHASH = 16, 8  # bytes; then comes the number of words


def as_bytes(print_: Fingerprint) -> bytes:
    """A fingerprint as it is stored."""
    numbers = (print_.shingles, print_.particulars)
    return b"".join(
        (print_.exact, *(n.to_bytes(_SIMHASH, "big") for n in numbers), print_.words.to_bytes(4, "big"))
    )


def from_bytes(stored: bytes) -> Fingerprint:
    """A fingerprint from its stored form."""
    shingles, particulars = (
        int.from_bytes(stored[start : start + _SIMHASH], "big") for start in (_DIGEST, _DIGEST + _SIMHASH)
    )
    words = int.from_bytes(stored[_DIGEST + 2 * _SIMHASH :], "big")
    return Fingerprint(stored[:_DIGEST], shingles, particulars, words)
