"""Key phrases and themes."""

from collections.abc import Callable

from analysis.corpus import Corpus
from analysis.findings import findings
from analysis.keyphrases import keyphrases
from analysis.themes import themes

MakeCorpus = Callable[..., Corpus]


def test_what_several_pages_speak_of_comes_before_what_one_says(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of(
        "We slept in the mountain hut on Monday.",
        "That mountain hut was full of guests.",
        "My mountain hut has a stove.",
        "Rain fell on the valley.",
        "A pear tree grows here.",
        "Bells ring in town at noon.",
    )
    found = keyphrases(corpus, 3)
    assert (found[0].words, found[0].pages) == ("mountain hut", 3)


def test_no_phrase_is_a_part_of_another(corpus_of: MakeCorpus) -> None:
    corpus = corpus_of(
        *(f"Line {n} is about a down sleeping bag, {word}." for n, word in enumerate("abcdefgh"))
    )
    stems = [stem for phrase in keyphrases(corpus, 10) for stem in phrase.stems]
    assert len(stems) == len(set(stems))


def test_words_of_a_pattern_say_little(corpus_of: MakeCorpus) -> None:
    filled = [f"It keeps an average sleeper warm to {n} degrees." for n in range(3)]
    free = ["Goose down is light.", "Nobody washes goose down often.", "Old goose down clumps."]
    found = [phrase.words.lower() for phrase in keyphrases(corpus_of(*filled, *free), 5)]
    assert "goose down" in found
    assert found.index("goose down") == 0


def test_an_empty_corpus_has_no_phrases(corpus_of: MakeCorpus) -> None:
    assert keyphrases(corpus_of(), 5) == []


def test_findings_are_grouped_by_what_their_pages_are_called(page: Callable[..., object]) -> None:
    from analysis.corpus import SourcePage, read_corpus
    from tests.analysis.conftest import listed

    def told(number: int, title: str, text: str) -> SourcePage:
        made = page(text, f"http://a.test/{number}", title)
        assert isinstance(made, SourcePage)
        return made

    pages = [
        told(1, "Rain jackets", "Rain jackets live longer when they are washed often."),
        told(2, "Care", "Every good rain jacket needs a new coat of wax in spring."),
        told(3, "Boots", "Leather boots want grease before a long and wet winter."),
        told(4, "Bells", "The bells of the chapel ring at noon over the quiet town."),
        told(5, "Care of leather", "Our boots are lasted by hand from thick leather."),
    ]
    corpus = read_corpus(map(listed, pages), 10)
    found = findings(corpus, 10)
    grouped, rest = themes(found, keyphrases(corpus, 20))
    by_title = {title: {passage.source.url[-1] for passage in passages} for title, passages in grouped}
    assert {"1", "2"} in by_title.values()
    assert {"3", "5"} in by_title.values()
    assert [passage.source.url[-1] for passage in rest] == ["4"]
