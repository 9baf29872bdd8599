"""Groups findings by the phrases that they share."""

from collections.abc import Sequence

from analysis.corpus import Passage
from analysis.keyphrases import Phrase, Stems
from analysis.terms import terms

MOST_THEMES = 6
LEAST_SENTENCES = 2
MOST_SENTENCES = 4


def themes(
    found: Sequence[Passage], phrases: Sequence[Phrase]
) -> tuple[list[tuple[str, list[Passage]]], list[Passage]]:
    """Each theme by its phrase, the largest first, and what belongs to none."""
    left = [(passage, terms(f"{passage.source.title} . {passage.sentence.words}")) for passage in found]
    titles = [terms(passage.source.title) for passage in found]
    grouped: list[tuple[str, list[Passage]]] = []
    # What no page calls itself by is no subject.
    open_phrases = [one for one in phrases if any(_has(title, one.stems) for title in titles)]
    while open_phrases and len(grouped) < MOST_THEMES:
        phrase, members = max(
            (
                (one, [place for place, (_, said) in enumerate(left) if _has(said, one.stems)])
                for one in open_phrases
            ),
            key=lambda pair: (min(len(pair[1]), MOST_SENTENCES), pair[0].score),
        )
        open_phrases.remove(phrase)
        if len(members) < LEAST_SENTENCES:
            break
        kept = members[:MOST_SENTENCES]
        grouped.append((phrase.words[0].upper() + phrase.words[1:], [left[place][0] for place in kept]))
        left = [one for place, one in enumerate(left) if place not in kept]
    return grouped, [passage for passage, _ in left]


def _has(said: Sequence[str], stems: Stems) -> bool:
    """Whether the stems follow each other."""
    size = len(stems)
    return any(tuple(said[place : place + size]) == stems for place in range(len(said) - size + 1))
