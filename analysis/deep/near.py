"""Finds pages that say the same in almost the same words: shingles, a sketch to find them by, and Jaccard."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32

from analysis.gates.words import is_figure, words

SHINGLE = 5  # words
SKETCH = 64  # the smallest shingles of a page
LEAST_SHARED = 20  # of two sketches: pages of .8 share some 45, and recall is what counts here
LEAST_JACCARD = 0.8
MOST_WORDS = 20_000  # of a page


@dataclass(slots=True)
class _Known:
    shingles: "array[int]"
    figures: frozenset[str]


@dataclass(slots=True)
class NearPages:
    """Numbers of pages by what they say; a page with another figure is another witness, however alike."""

    _known: list[_Known] = field(default_factory=list)
    _by_shingle: dict[int, list[int]] = field(default_factory=dict)

    def join(self, text: str) -> int:
        """The number of the page that says the same; a new number when none does."""
        page = _looked_at(text)
        for number in self._candidates(page):
            if (
                self._known[number].figures == page.figures
                and _jaccard(page, self._known[number]) >= LEAST_JACCARD
            ):
                return number
        self._known.append(page)
        for one in page.shingles[:SKETCH]:
            self._by_shingle.setdefault(one, []).append(len(self._known) - 1)
        return len(self._known) - 1

    def _candidates(self, page: _Known) -> list[int]:
        shared = Counter(number for one in page.shingles[:SKETCH] for number in self._by_shingle.get(one, ()))
        least = min(LEAST_SHARED, max(1, len(page.shingles) // 3))
        return [number for number, count in shared.most_common(20) if count >= least]


def _looked_at(text: str) -> _Known:
    found = [word.text for word in words(text[: MOST_WORDS * 8])][:MOST_WORDS]
    runs = (" ".join(found[at : at + SHINGLE]) for at in range(max(1, len(found) - SHINGLE + 1)))
    shingles = array("Q", sorted({crc32(run.encode("utf-8", "replace")) for run in runs}))
    return _Known(shingles, frozenset(word for word in found if is_figure(word)))


def _jaccard(one: _Known, other: _Known) -> float:
    mine, theirs = set(one.shingles), set(other.shingles)
    return len(mine & theirs) / len(mine | theirs)
