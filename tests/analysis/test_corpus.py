"""Reading pages into a corpus."""

from collections.abc import Callable, Iterator
from functools import partial

from analysis.corpus import (
    MOST_CHARACTERS,
    MOST_SENTENCES,
    Corpus,
    Listed,
    SourcePage,
    read_corpus,
)
from tests.analysis.conftest import listed

MakePage = Callable[..., SourcePage]
MakeCorpus = Callable[..., Corpus]


def test_no_more_pages_are_touched_than_allowed(page: MakePage) -> None:
    touched = []

    def pages() -> Iterator[Listed]:
        for number in range(10):
            yield Listed(bytes([number]), partial(read, number))

    def read(number: int) -> SourcePage:
        touched.append(number)
        return page(f"This is page number {number}.", f"http://site.test/{number}")

    corpus = read_corpus(pages(), 3)
    assert (corpus.read, touched) == (3, [0, 1, 2])


def test_pages_without_text_are_counted_apart(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of("", " \n ", "Some words stand here.")
    assert (corpus.read, corpus.empty) == (1, 2)


def test_the_same_words_are_kept_once_and_counted(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of("The shop is closed. One.", "The  shop is closed.", "THE SHOP IS CLOSED.")
    [passage] = corpus.passages
    assert passage.source.url == "http://site.test/0"
    assert corpus.pages_having(passage) == 3


def test_words_repeated_inside_one_page_count_as_one_page(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of("Wash it cold. Wash it cold. Wash it cold.")
    assert corpus.pages_having(corpus.passages[0]) == 1


def test_words_on_many_pages_are_boilerplate(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of(
        *(f"All rights are reserved. Page {number} says something else." for number in range(8))
    )
    judged = {passage.sentence.words: corpus.is_boilerplate(passage) for passage in corpus.passages}
    assert judged.pop("All rights are reserved.")
    assert not any(judged.values())


def test_sentences_that_differ_in_names_and_figures_are_one_pattern(corpus_of: MakeCorpus) -> None:
    names = ("Skarv", "Lumi", "Adler", "Merle", "Heron")
    corpus = corpus_of(*(f"The tent {name} weighs {place + 2} kg." for place, name in enumerate(names)))
    assert len(corpus.passages) == 5
    assert all(corpus.is_pattern(passage) for passage in corpus.passages)


def test_a_huge_page_is_read_within_bounds(page: MakePage) -> None:
    text = "\n".join(f"This is line number {number}." for number in range(100_000))
    corpus = read_corpus([listed(page(text)), listed(page("x" * (2 * MOST_CHARACTERS)))], 5)
    assert len(corpus.passages) == MOST_SENTENCES
    assert corpus.read == 2


def test_broken_characters_never_reach_the_report(page: MakePage) -> None:
    corpus = read_corpus(
        [listed(page("This \ud800 is broken. This sentence is fine.", title="A \udfff title"))], 5
    )
    assert [passage.sentence.words for passage in corpus.passages] == ["This sentence is fine."]
    assert corpus.passages[0].source.title == "A ? title"
    assert corpus.passages[0].sentence.start == 18


def test_of_copies_the_first_is_read_and_all_are_counted(page: MakePage) -> None:
    one, other, last = (
        page("One text stands here."),
        page("One text stands there."),
        page("Another text here."),
    )
    pages = [
        listed(other, one.digest),
        listed(one),
        listed(one),
        listed(last),
        listed(page("X"), last.digest),
    ]
    corpus = read_corpus(pages, 1000)
    assert (corpus.read, corpus.clustered) == (2, 3)
    assert corpus.clusters.representative(one.digest) == other.digest


def test_what_cannot_be_read_is_counted_and_its_copy_is_tried(page: MakePage) -> None:
    found = page("A text stands here.")
    corpus = read_corpus([Listed(found.digest, lambda: None), listed(found)], 1000)
    assert (corpus.read, corpus.failed, corpus.clustered) == (1, 1, 0)
