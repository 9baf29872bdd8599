"""Figures drawn from names: the same name always gives the same figure, in whatever order it is asked."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Option = TypeVar("Option")

SEED = "larch and lantern, first edition"


def below(name: str, limit: int) -> int:
    """A whole number from 0 up to, not including, the limit."""
    digest = blake2b(f"{SEED}|{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % limit


def between(name: str, low: int, high: int) -> int:
    """A whole number from low up to and including high."""
    return low + below(name, high - low + 1)


def pick(name: str, options: Sequence[Option]) -> Option:
    return options[below(name, len(options))]
