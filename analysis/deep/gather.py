"""Takes up the pages of a run: their texts, each one for all its copies, and an account of the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.cite import Source
from analysis.corpus import Corpus, Listed, SourcePage, read_corpus
from analysis.deep.near import NearPages
from analysis.deep.pages import DeepPage
from analysis.extractive import Texts

MOST_CHARACTERS = 200_000  # of one page: a page that is longer is read to here
MOST_IN_ALL = 150_000_000  # bounds the memory; pages behind are never read


@dataclass(slots=True)
class Gathered:
    """The pages that may be read, in the order of the crawl."""

    pages: list[DeepPage] = field(default_factory=list)
    empty: int = 0
    failed: int = 0  # could not be read from the store
    eligible: int = 0

    @property
    def by_name(self) -> dict[str, DeepPage]:
        """The same by their names."""
        return {page.name: page for page in self.pages}

    def corpus(self, most_pages: int) -> Corpus:
        """The same pages for the writer without a model."""
        return read_corpus((_listed(page) for page in self.pages), most_pages)

    def texts(self) -> Texts:
        """Their texts by digest, for those who quote."""
        by_name = {page.name: page.text for page in self.pages}

        def text_of(_url: str, digest: str, _engine: str) -> str | None:
            return by_name.get(digest)

        return Texts(text_of)


def gather(pages: Iterable[Listed]) -> Gathered:
    """Reads all of them once; copies of the same body are not even looked at."""
    found, near = Gathered(), NearPages()
    numbers: dict[bytes, int] = {}
    held = 0
    firsts: list[SourcePage] = []
    copies: list[int] = []
    for page in pages:
        found.eligible += 1
        if page.digest in numbers:
            copies[numbers[page.digest]] += 1
            continue
        read = page.read() if held < MOST_IN_ALL else None
        if read is None:
            found.failed += held < MOST_IN_ALL
            continue
        if not read.text.strip():
            found.empty += 1
            continue
        number = numbers[page.digest] = near.join(read.text)
        if number < len(firsts):
            copies[number] += 1
            continue
        firsts.append(read)
        copies.append(1)
        held += len(read.text)
    found.pages = [_page(read, count) for read, count in zip(firsts, copies, strict=True)]
    return found


def _page(read: SourcePage, copies: int) -> DeepPage:
    title, url = (text.encode("utf-8", "replace").decode() for text in (read.title, read.url))
    text = read.text[:MOST_CHARACTERS].encode("utf-8", "replace").decode()
    return DeepPage(Source(url, title, read.digest, read.engine), text, copies, read.values)


def _listed(page: DeepPage) -> Listed:
    source = page.source
    read = SourcePage(source.url, source.title, page.text, source.digest, source.engine)
    return Listed(source.digest, lambda: read)
