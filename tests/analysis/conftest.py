"""Pages for tests of reports."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from analysis.corpus import Corpus, SourcePage, read_corpus

MakePage = Callable[..., SourcePage]
MakeCorpus = Callable[..., Corpus]


@pytest.fixture
def page() -> MakePage:
    def make(text: str, url: str = "http://site.test/a", title: str = "A page") -> SourcePage:
        return SourcePage(url, title, text, sha256(text.encode("utf-8", "replace")).digest(), "test 1")

    return make


@pytest.fixture
def corpus_of(page: MakePage) -> MakeCorpus:
    """A corpus of texts, each a page of its own."""

    def make(*texts: str) -> Corpus:
        return read_corpus(
            (page(text, f"http://site.test/{place}") for place, text in enumerate(texts)), 1000
        )

    return make
