"""Fingerprints of main texts, by which exact and near duplicates are known."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

_WORD = re.compile(r"\w+")
_MASK = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: spreads the 32 bits of a checksum over 64
MOST_WORDS = 20_000  # of longer texts only the beginning counts
NEAR_BITS = 3
NEAR_PARTICULAR_BITS = 6
FEWEST_WORDS = 8  # shorter texts are duplicates only when they are equal


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one main text is compared by."""

    exact: bytes  # digest of the words in order, and of the title
    shingles: int  # simhash over runs of three words
    particulars: int  # simhash over the words that tell one thing of a kind from another: numbers and names
    words: int

    @property
    def hex(self) -> str:
        """Both simhashes as text that sorts and stores."""
        return f"{self.shingles:016x}{self.particulars:016x}"


def fingerprint(text: str, title: str = "") -> Fingerprint:
    """The fingerprint of a text; its title counts among the particulars."""
    spelled = _WORD.findall(text)[:MOST_WORDS]
    words = [word.lower() for word in spelled]
    titled = _WORD.findall(title)
    # The title is part of what is equal: shops show one text on the pages of many things.
    told = [*words, "", *map(str.lower, titled)]
    exact = blake2b("\0".join(told).encode("utf-8", "replace"), digest_size=16).digest()
    sums = [_spread(word) for word in words]
    runs = zip(sums, sums[1:] or sums, sums[2:] or sums, strict=False)
    shingles = _simhash([_mix(3 * one + 5 * two + 7 * three) for one, two, three in runs])
    names = [word.lower() for word in spelled + titled if not word.islower()]
    return Fingerprint(exact, shingles, _simhash([_spread("~" + name) for name in set(names)]), len(words))


def are_near(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether two texts say the same about the same thing.

    Pages of one template share most runs of words; what is particular about their things must agree as well.
    """
    if one.exact == two.exact:
        return True
    if min(one.words, two.words) < FEWEST_WORDS or abs(one.words - two.words) * 10 > max(
        one.words, two.words
    ):
        return False
    return (one.shingles ^ two.shingles).bit_count() <= NEAR_BITS and (
        one.particulars ^ two.particulars
    ).bit_count() <= NEAR_PARTICULAR_BITS


class Seen:
    """Remembers fingerprints and finds the first one that a new text is near to.

    Two simhashes that differ in at most three bits agree in one of four quarters.
    """

    def __init__(self, capacity: int = 1_000_000) -> None:
        self._capacity = capacity  # bounds the memory; texts beyond it are compared but not remembered
        self._exact: dict[bytes, str] = {}
        self._quarters: tuple[dict[int, list[tuple[Fingerprint, str]]], ...] = ({}, {}, {}, {})

    def find(self, print_: Fingerprint) -> str | None:
        """The key of a text that this one repeats."""
        if not print_.words:
            return None
        if (key := self._exact.get(print_.exact)) is not None:
            return key
        for place, quarter in enumerate(self._quarters):
            for known, key in quarter.get(print_.shingles >> 16 * place & 0xFFFF, ()):
                if are_near(known, print_):
                    return key
        return None

    def add(self, key: str, print_: Fingerprint) -> None:
        """Remembers a text under its key."""
        if not print_.words or len(self._exact) >= self._capacity:
            return
        self._exact.setdefault(print_.exact, key)
        for place, quarter in enumerate(self._quarters):
            quarter.setdefault(print_.shingles >> 16 * place & 0xFFFF, []).append((print_, key))


def _spread(word: str) -> int:
    return _mix(crc32(word.encode("utf-8", "replace")) + 1)


def _mix(number: int) -> int:
    number = (number * _ODD) & _MASK
    number ^= number >> 29
    number = (number * 0xBF58476D1CE4E5B9) & _MASK
    return number ^ (number >> 32)


def _simhash(numbers: list[int]) -> int:
    """Bit by bit what most of the numbers have; counted in planes of 64 counters at once."""
    planes: list[int] = []
    for number in numbers:
        carry = number
        for level, plane in enumerate(planes):
            planes[level], carry = plane ^ carry, plane & carry
            if not carry:
                break
        if carry:
            planes.append(carry)
    half = len(numbers) / 2
    found = 0
    for bit in range(64):
        count = sum((plane >> bit & 1) << level for level, plane in enumerate(planes))
        if count > half:
            found |= 1 << bit
    return found
