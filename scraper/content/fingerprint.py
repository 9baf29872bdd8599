"""Fingerprints of main texts, by which exact and near duplicates are known."""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

_SIGNS = "\"'.,:;!?()[]{}<>…«»“”‘’*|-–—•·"
_MASK = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: spreads the 32 bits of a checksum over 64
MOST_WORDS = 20_000  # of longer texts only the beginning counts
MOST_SUMS = 50_000  # remembered
RUN = 3  # words
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
    spelled, titled = text.split()[:MOST_WORDS], title.split()
    sums = _sums.of(spelled)
    # The title is part of what is equal: shops show one text on the pages of many things.
    exact = blake2b(_bytes([*sums, 0, *_sums.of(titled)]), digest_size=16).digest()
    shingles = _simhash(_runs(sums), max(len(sums) - 2, 1)) if sums else 0
    names = {word.strip(_SIGNS).lower() for word in {*spelled, *titled} if not word.islower()}
    particulars = _sums.of(["~" + name for name in names if name])
    return Fingerprint(exact, shingles, _simhash(_side_by_side(particulars), len(particulars)), len(spelled))


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


class _Sums(dict[str, int]):
    """64 bits of which each depends on the whole word; pages of a site share most of their words."""

    def of(self, words: Sequence[str]) -> list[int]:
        if len(self) > MOST_SUMS:
            self.clear()
        return [self[word] for word in words]

    def __missing__(self, word: str) -> int:
        bare = word.lower().strip(_SIGNS)
        number = self[word] = _mix(crc32(bare.encode("utf-8", "replace")) + 1)
        return number


_sums = _Sums()


def _mix(number: int) -> int:
    number = (number * _ODD) & _MASK
    number ^= number >> 29
    number = (number * 0xBF58476D1CE4E5B9) & _MASK
    return number ^ (number >> 32)


def _side_by_side(numbers: Sequence[int]) -> int:
    """All of them in one number, 64 bits each: what is done to it is done to all at once."""
    return int.from_bytes(_bytes(numbers), sys.byteorder)


def _bytes(numbers: Sequence[int]) -> bytes:
    return array("Q", numbers).tobytes()


def _runs(sums: Sequence[int]) -> int:
    """Side by side, the hash of each run of three words: the order of the three counts."""
    all_ = _side_by_side(sums)
    if len(sums) < RUN:
        return all_ & _MASK
    lanes = len(sums) - RUN + 1
    ones = int.from_bytes((1).to_bytes(8, "big") * lanes, "big")
    return (all_ ^ _turned(all_ >> 64, 21, ones) ^ _turned(all_ >> 128, 42, ones)) & (1 << 64 * lanes) - 1


def _turned(numbers: int, by: int, ones: int) -> int:
    """Each of them turned left by some bits."""
    low = ones * ((1 << by) - 1)
    return (numbers << by & ~low) | (numbers >> 64 - by & low)


def _simhash(numbers: int, count: int) -> int:
    """Bit by bit what most of the numbers have; plane n holds bit n of 64 counters for each of them."""
    planes, lanes = [numbers], count
    while lanes > 1:
        half = (lanes + 1) // 2
        low = (1 << 64 * half) - 1
        planes, carry = _added([plane & low for plane in planes], [plane >> 64 * half for plane in planes])
        planes.append(carry)
        lanes = half
    return _above(planes, count // 2)


def _above(planes: Sequence[int], limit: int) -> int:
    """The bits whose counters are above a limit, compared from the highest plane down."""
    more, equal = 0, _MASK
    for level in reversed(range(max(len(planes), limit.bit_length()))):
        plane = planes[level] if level < len(planes) else 0
        if limit >> level & 1:
            equal &= plane
        else:
            more |= equal & plane
            equal &= ~plane
    return more


def _added(one: Sequence[int], two: Sequence[int]) -> tuple[list[int], int]:
    """The sums of counters, plane by plane, and what is carried beyond the last."""
    sums, carry = [], 0
    for a, b in zip(one, two, strict=True):
        sums.append(a ^ b ^ carry)
        carry = (a & b) | (carry & (a ^ b))
    return sums, carry
