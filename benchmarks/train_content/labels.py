"""Labels blocks by how much of their words the truth has, in the truth's order."""

import re
from collections import Counter

WORD = re.compile(r"\w+")
MOST_WORDS = 60_000  # of a page; keeps the alignment in memory


def words(text: str) -> list[str]:
    """The words that the score counts."""
    return WORD.findall(text.lower())


def align(page: list[str], truth: list[str]) -> list[bool]:
    """For each word of the page, whether it is in one longest common subsequence with the truth.

    Bit-parallel: bit j of a row is zero where the common length grows between j and j + 1 words of the truth.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(truth):
        places[word] = places.get(word, 0) | (1 << place)
    full = (1 << len(truth)) - 1
    row = full
    rows = []
    for word in page:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & full
        rows.append(row)
    marks = [False] * len(page)
    at, place = len(page) - 1, len(truth) - 1
    while at >= 0 and place >= 0:
        if rows[at] >> place & 1:
            place -= 1
        elif at > 0 and not rows[at - 1] >> place & 1:
            at -= 1
        else:
            marks[at] = True
            at, place = at - 1, place - 1
    return marks


def label(texts: list[str], truth: str) -> list[float]:
    """For each block, the share of its words that belong to the truth."""
    wanted = words(truth)
    known = set(wanted)
    blocks = [words(text) for text in texts]
    flat, owners = [], []
    for owner, block in enumerate(blocks):
        for word in block:
            if word in known:
                flat.append(word)
                owners.append(owner)
    flat = flat[:MOST_WORDS]
    hits: Counter[int] = Counter()
    for owner, hit in zip(owners, align(flat, wanted) if wanted else [], strict=False):
        hits[owner] += hit
    shares = [hits[owner] / len(block) if block else 0.0 for owner, block in enumerate(blocks)]
    return _moved(blocks, shares, wanted)


def _moved(blocks: list[list[str]], shares: list[float], wanted: list[str]) -> list[float]:
    """Blocks that stand elsewhere in the truth: it has most of their runs of three words, words to spare."""
    runs = set(zip(wanted, wanted[1:], wanted[2:], strict=False))
    left = Counter(wanted)
    for block, share in zip(blocks, shares, strict=True):
        if share >= 0.5:
            left.subtract(block)
    for place, block in enumerate(blocks):
        if shares[place] >= 0.5 or len(block) < 4:
            continue
        own = list(zip(block, block[1:], block[2:], strict=False))
        known = sum(run in runs for run in own) / len(own)
        there = sum(min(count, max(left[word], 0)) for word, count in Counter(block).items()) / len(block)
        shares[place] = max(shares[place], min(known, there))
        if shares[place] >= 0.5:
            left.subtract(block)
    return shares
