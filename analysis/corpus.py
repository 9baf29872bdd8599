"""The sentences of the pages that a report reads, within bounds, with what repeats found out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice

from analysis.cite import Source
from analysis.clusters import Clusters
from analysis.pattern import masked
from analysis.sentences import Sentence, sentences

MOST_CHARACTERS = 200_000  # of one page: a page that is longer is read to here
MOST_SENTENCES = 400  # of one page
MOST_SENTENCES_IN_ALL = 100_000  # some 30 MB
FEWEST_WORDS = 3
LONGEST_SENTENCE = 1_000  # characters; longer is a list or a table that lost its lines


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A stored page as text; digest names its body, engine what made the text from it."""

    url: str
    title: str
    text: str
    digest: bytes
    engine: str
    values: tuple[str, ...] = ()  # what was selected in it, in words


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored page that may be read, and the body that it is a near-duplicate of, if any."""

    digest: bytes
    read: Callable[[], SourcePage | None]  # None: it cannot be read any more
    duplicate_of: bytes = b""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence with its page; rank counts from 0 inside the page."""

    source: Source
    sentence: Sentence
    rank: int
    same: bytes  # equal for the same words
    alike: bytes  # equal for words that differ only in names and figures


@dataclass(slots=True)
class Corpus:
    """Passages in the order of the pages; the same words are kept once, from the first page that has them."""

    passages: list[Passage] = field(default_factory=list)
    pages_with: dict[bytes, int] = field(default_factory=dict)  # by `same` or `alike`: on how many pages
    read: int = 0  # pages with text
    empty: int = 0  # pages without
    failed: int = 0  # pages that could not be read
    clustered: int = 0  # copies and near-duplicates of pages that were read
    clusters: Clusters = field(default_factory=Clusters)
    _known: set[bytes] = field(default_factory=set)

    def add(self, page: SourcePage) -> None:
        """Reads one page."""
        if not page.text.strip():
            self.empty += 1
            return
        self.read += 1
        source = Source(_encodable(page.url), _encodable(page.title), page.digest, page.engine)
        found = [_passage(source, each, rank) for rank, each in enumerate(_readable(page.text))]
        for name in {passage.same for passage in found} | {passage.alike for passage in found}:
            self.pages_with[name] = self.pages_with.get(name, 0) + 1
        room = MOST_SENTENCES_IN_ALL - len(self.passages)
        for passage in found[: max(0, room)]:
            if passage.same not in self._known:
                self._known.add(passage.same)
                self.passages.append(passage)

    def pages_having(self, passage: Passage) -> int:
        """On how many pages the same words stand."""
        return self.pages_with[passage.same]

    def is_boilerplate(self, passage: Passage) -> bool:
        """Whether the same words stand on so many pages that they say nothing about one."""
        return self.pages_having(passage) > self._too_many()

    def is_pattern(self, passage: Passage) -> bool:
        """Whether the sentence is filled in from a pattern that many pages share."""
        return self.pages_with[passage.alike] > self._too_many()

    def _too_many(self) -> int:
        return max(3, self.read // 50)


def read_corpus(pages: Iterable[Listed], most_pages: int) -> Corpus:
    """A corpus of at most so many pages; of pages that are copies of each other the first is read for all."""
    corpus = Corpus()
    looked_into = 0
    for page in pages:
        if not corpus.clusters.join(page.digest, page.duplicate_of):
            corpus.clustered += 1
        elif looked_into < most_pages:
            looked_into += 1
            found = page.read()
            if found is None:
                corpus.failed += 1
            else:
                corpus.clusters.represent(page.digest)
                corpus.add(found)
    return corpus


def _readable(text: str) -> Iterable[Sentence]:
    within = (
        sentence
        for sentence in sentences(text[:MOST_CHARACTERS])
        if len(sentence.words) <= LONGEST_SENTENCE
        and (sentence.end < MOST_CHARACTERS or len(text) <= MOST_CHARACTERS)  # else it may go on
        and _is_sentence(sentence.words)
        and _encodable(sentence.words) == sentence.words
    )
    return islice(within, MOST_SENTENCES)


def _is_sentence(words: str) -> bool:
    """Whether there are enough words; writing without spaces counts by its characters."""
    return words.count(" ") + 1 >= FEWEST_WORDS or (not words.isascii() and len(words) >= 3 * FEWEST_WORDS)


def _encodable(text: str) -> str:
    """The text with halves of surrogate pairs replaced: no file can hold them."""
    return text.encode("utf-8", "replace").decode()


def _passage(source: Source, sentence: Sentence, rank: int) -> Passage:
    plain = " ".join(sentence.words.split())
    return Passage(source, sentence, rank, _name(plain.casefold()), _name(masked(plain)))


def _name(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()
