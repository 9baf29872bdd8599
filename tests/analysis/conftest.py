"""Pages for tests of reports."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from analysis.corpus import Corpus, Listed, SourcePage, read_corpus

MakePage = Callable[..., SourcePage]
MakeCorpus = Callable[..., Corpus]


@pytest.fixture
def page() -> MakePage:
    def make(text: str, url: str = "http://site.test/a", title: str = "A page") -> SourcePage:
        return SourcePage(url, title, text, sha256(text.encode("utf-8", "replace")).digest(), "test 1")

    return make


def listed(page: SourcePage, duplicate_of: bytes = b"") -> Listed:
    """A page that can be read."""
    return Listed(page.digest, lambda: page, duplicate_of)


@pytest.fixture
def corpus_of(page: MakePage) -> MakeCorpus:
    """A corpus of texts, each a page of its own."""

    def make(*texts: str) -> Corpus:
        pages = (page(text, f"http://site.test/{place}") for place, text in enumerate(texts))
        return read_corpus(map(listed, pages), 1000)

    return make
