"""What search costs: python -m benchmarks.search [CHUNKS]

Texts of a vocabulary with the frequencies of a language are cut into chunks of some 150 words and go into an
index, straight from memory: reading pages is what `make bench-content` measures. Queries of rare and of
common words go through all that the command does except to start: what is new is looked for, the index is
asked, pages are looked up.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from analysis.chunks import chunks
from storage.ledger import Ledger
from storage.search import Scope, Search
from storage.search_file import search_path
from storage.search_index import Body, Piece, Place
from storage.workspace import ledger_path, prepare
from tandem.answering import PASSAGES
from tandem.retrieval import by_words, for_question, with_search
from tandem.search_catch_up import BODIES_AT_ONCE
from tests.storage.crawled import begin
from tests.tandem.searched import page, say

WORDS_PER_CHUNK, SENTENCES, CHUNKS_PER_PAGE, VOCABULARY = 150, 10, 5, 40_000
FAR = 1_000_000
QUERIES, NEW_PAGES = 200, 20
MOST_BUILD_SECONDS, MOST_QUERY_MS = 10.0, 50.0
NOON = 1_700_000_000.0


class Cost(NamedTuple):
    """What one query took, in milliseconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What one index took."""

    chunks: int
    build_seconds: float
    build_cpu_seconds: float
    megabytes: float
    queries: tuple[Cost, ...]
    questions: tuple[Cost, ...]
    fresh: tuple[Cost, ...]

    def __str__(self) -> str:
        return (
            f"{self.chunks:,} chunks of {WORDS_PER_CHUNK} words: built in {self.build_seconds:.1f} s"
            f" ({self.build_cpu_seconds:.1f} s CPU), {self.megabytes:.0f} MB\n"
            f"search:   {_spread(self.queries)}\n"
            f"question: {_spread(self.questions)}\n"
            f"a page committed a moment ago: found at once, {_spread(self.fresh)}"
        )

    @property
    def is_good(self) -> bool:
        """Whether they are as promised, by CPU time: other work on the machine does not lengthen it."""
        slowest = _p95(cost.cpu for cost in self.queries)
        return self.build_cpu_seconds <= MOST_BUILD_SECONDS and slowest <= MOST_QUERY_MS


class _Language:
    """Words, of which few are common and most are rare."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        letters = "etaoinshrdlucmfwypvbgkqjxz"
        self.words = [
            "".join(self._random.choices(letters, k=self._random.randint(3, 9))) for _ in range(VOCABULARY)
        ]
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def text(self, words: int) -> str:
        return " ".join(self._random.choices(self.words, cum_weights=self._weights, k=words))

    def query(self) -> str:
        """Two to four words, as common as in a text; the most common ones are nobody's subject."""
        chosen = [self._random.randint(10, 400), *(self._random.randint(100, 20_000) for _ in range(2))]
        return " ".join(self.words[place] for place in chosen[: self._random.randint(2, 3)])


def _pages(language: _Language, wanted: int) -> Iterator[tuple[Place, str, str]]:
    """Places, titles and texts; a text is cut into so many chunks."""
    for number in range(wanted // CHUNKS_PER_PAGE):
        sentences = (
            f"{language.text(WORDS_PER_CHUNK // SENTENCES).capitalize()}."
            for _ in range(SENTENCES * CHUNKS_PER_PAGE)
        )
        text = "\n".join(sentences)
        digest = sha256(text.encode()).digest()
        # far beyond the visits of the ledger, which knows nothing else of these pages
        yield (
            Place(number + FAR, digest, f"http://b.test/{number}", "b.test", "run", NOON),
            language.text(5),
            text,
        )


def _build(workspace: Path, pages: Sequence[tuple[Place, str, str]]) -> tuple[int, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    count = 0
    with Search(workspace) as search:
        for start in range(0, len(pages), BODIES_AT_ONCE):
            some = pages[start : start + BODIES_AT_ONCE]
            bodies = []
            for place, title, text in some:
                pieces = [Piece(one.start, one.stop, one.words) for one in chunks(text)]
                count += len(pieces)
                bodies.append(Body(place.digest, "content-1", title, text, pieces))
            search.add([place for place, _, _ in some], bodies)
    return count, time.perf_counter() - wall, time.process_time() - cpu


async def _know(ledger: Ledger, wanted: int) -> None:
    """The ledger has the visits, or the index would be told to forget them."""
    rows = [(number + FAR, number.to_bytes(16, "big"), 99) for number in range(wanted // CHUNKS_PER_PAGE)]
    query = "INSERT INTO known (visit, key, run, state, links_left) VALUES (?, ?, ?, 1, 0)"
    await ledger.write(lambda c: c.executemany(query, rows))


def _timed(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


async def measure(wanted: int) -> Figures:
    """Builds, asks, and adds pages while the ledger is open for writing."""
    language = _Language()
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        workspace = Path(folder)
        prepare(workspace)
        async with Ledger(ledger_path(workspace)) as ledger:
            run = await begin(ledger)
            await _know(ledger, wanted)
            count, wall, cpu = _build(workspace, list(_pages(language, wanted)))
            size = search_path(workspace).stat().st_size / 1e6
            queries = [_timed(partial(_search, workspace, language.query())) for _ in range(QUERIES)]
            questions = [_timed(partial(_question, workspace, language.query())) for _ in range(QUERIES)]
            fresh = []
            for number in range(NEW_PAGES):
                await say(ledger, run, {f"/new{number}": page("New", f"A page with unheardof{number}.")})
                fresh.append(_timed(partial(_search_new, workspace, f"unheardof{number}")))
    return Figures(count, wall, cpu, size, tuple(queries), tuple(questions), tuple(fresh))


def _search_new(workspace: Path, word: str) -> None:
    assert _search(workspace, word) == 1, "a new page was not found at once"


def _search(workspace: Path, words: str) -> int:
    return with_search(
        workspace, lambda _: None, lambda _, search: len(by_words(search, words, Scope(), 10).found)
    )


def _question(workspace: Path, words: str) -> int:
    return with_search(
        workspace, lambda _: None, lambda _, search: len(for_question(search, words, Scope(), PASSAGES).found)
    )


def _p95(values: Iterable[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _spread(costs: Sequence[Cost]) -> str:
    walls, cpus = zip(*costs, strict=True)
    return (
        f"median {statistics.median(walls):.1f} ms, p95 {_p95(walls):.1f} ms"
        f" (CPU {statistics.median(cpus):.1f} and {_p95(cpus):.1f} ms)"
    )


if __name__ == "__main__":
    FIGURES = asyncio.run(measure(int(sys.argv[1]) if sys.argv[1:] else 30_000))
    sys.stdout.write(f"{FIGURES}\n")
    sys.exit(0 if FIGURES.is_good else 1)
