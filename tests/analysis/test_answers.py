"""Answers to questions."""

from collections.abc import Callable

from analysis.answers import answers
from analysis.corpus import Corpus, SourcePage, read_corpus
from tests.analysis.conftest import listed

MakePage = Callable[..., SourcePage]
MakeCorpus = Callable[..., Corpus]

TEXTS = (
    "The Valdor hut has 48 beds. It opened in 1931. Dinner is at seven.",
    "Wash a down bag at thirty degrees. Never use softener for it.",
    "The Kaltenberg hut has 92 beds and a winter room. Dogs are welcome.",
    "Gas stoves fail below minus ten degrees. Petrol stoves do not.",
)


def test_the_sentence_that_says_it_comes_first(corpus_of: MakeCorpus) -> None:
    [beds, washing] = answers(
        corpus_of(*TEXTS), ["How many beds has the Valdor hut?", "How to wash a down bag?"], 3
    )
    assert beds[0].sentence.words == "The Valdor hut has 48 beds."
    assert washing[0].sentence.words == "Wash a down bag at thirty degrees."


def test_a_question_that_the_pages_do_not_touch_stays_open(corpus_of: MakeCorpus) -> None:
    questions = [
        "Who won the election in Peru?",
        "Where do penguins sleep in the winter room?",
        "the of and",
        "",
    ]
    assert answers(corpus_of(*TEXTS), questions, 3) == [[], [], [], []]


def test_the_title_of_the_page_helps(page: MakePage) -> None:
    pages = [
        page("It takes about twenty minutes to dry.", "http://site.test/1", "Rain jackets"),
        page("It takes about four hours to dry.", "http://site.test/2", "Down bags"),
    ]
    [found] = answers(read_corpus(map(listed, pages), 5), ["How long do down bags take to dry?"], 3)
    assert found[0].source.title == "Down bags"


def test_a_title_alone_is_no_answer(page: MakePage) -> None:
    pages = [page("Repairing a tent\nGlue holds for years on silicone.", title="Repairing a tent")]
    [found] = answers(read_corpus(map(listed, pages), 5), ["Repairing a tent"], 3)
    assert found == []


def test_no_more_quotes_than_wanted_and_none_twice(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of(*(f"Hut number {number} near lake {number} has beds." for number in range(20)))
    [found] = answers(corpus, ["Which hut has beds?"], 3)
    assert len(found) <= 3
    assert len({passage.same for passage in found}) == len(found)
