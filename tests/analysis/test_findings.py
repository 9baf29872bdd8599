"""The most telling sentences."""

from collections.abc import Callable

import pytest

from analysis.corpus import Corpus
from analysis.findings import PER_PAGE, findings, is_telling

MakeCorpus = Callable[..., Corpus]


@pytest.mark.parametrize(
    "words",
    [
        "The hut stands at 2,314 m and has been open since 1931.",
        "Storing a bag compressed for a winter costs a tenth of its loft.",
        "この山小屋は標高二千三百メートルにあり、夏だけ開いている。",
    ],
)
def test_statements_are_telling(words: str) -> None:
    assert is_telling(words)


@pytest.mark.parametrize(
    "words",
    [
        "Add to cart",
        "Home / Shelves / Tents / Tunnel tents / All of them",
        "Would you like to know more about our tents and lamps?",
        "and it was closed again before we arrived at the door.",
        "They turn over four times a year, lamps most often.",
        "12.90 € 14.90 € 19.90 € 24.90 € 29.90 € 34.90 €.",
        "Open daily.",
        "A sentence that never ends " * 20 + ".",
    ],
)
def test_fragments_questions_and_riddles_are_not(words: str) -> None:
    assert not is_telling(words)


def test_boilerplate_and_doubles_are_left_out(corpus_of: MakeCorpus) -> None:
    facts = (
        "The northern hut was built from larch wood by forty people.",
        "Forty people from the village built the northern hut from larch.",
        "Sleeping bags filled with down should be dried for four hours.",
        "A filter that froze over night should never be used again.",
        "Contour lines on this map stand twenty metres apart from each other.",
    )
    corpus = corpus_of(
        *(f"This site uses cookies to make your visit more pleasant. {fact}" for fact in facts)
    )
    found = [passage.sentence.words for passage in findings(corpus, 10)]
    assert not any("cookies" in words for words in found)
    assert set(found) <= set(facts)
    assert len(found) >= 4


def test_one_page_gives_only_a_few(corpus_of: MakeCorpus) -> None:
    animals = ("marmot", "chamois", "eagle", "vulture", "salamander", "grouse", "weasel")
    text = " ".join(f"Near the {animal} rock we once saw a {animal} eating flowers." for animal in animals)
    assert len(findings(corpus_of(text), 10)) == PER_PAGE


def test_patterns_come_only_after_sentences_of_their_own(corpus_of: MakeCorpus) -> None:
    patterned = [
        f"The Model {number} stove boils a litre of water within {number} minutes." for number in range(2, 12)
    ]
    own = "Cartridges of butane stop giving gas when the night gets cold."
    found = findings(corpus_of(*patterned, own), 2)
    assert found[0].sentence.words == own
    assert found[1].sentence.words in patterned


def test_an_empty_corpus_has_nothing_to_tell(corpus_of: MakeCorpus) -> None:
    assert findings(corpus_of(), 10) == []
    assert findings(corpus_of("Menu\nHome\nCart"), 10) == []
