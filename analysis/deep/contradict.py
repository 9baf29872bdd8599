"""Finds what pages say differently about the same property of the same thing; no model judges it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from analysis.claim import Quote
from analysis.deep.gates import merged
from analysis.deep.notes import Fact
from analysis.exhibits import Contradiction, Side
from analysis.gates.figures import figures
from analysis.gates.words import words
from analysis.terms import terms

_Value = tuple[object, ...]


def contradictions(facts: Iterable[Fact]) -> tuple[Contradiction, ...]:
    """One for each property of which different pages give different values.

    Where one page alone gives several values, the property may have several, and nothing is contradicted.
    """
    found: dict[tuple[str, frozenset[str]], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[_plain(fact.entity), frozenset(terms(fact.attribute))].append(fact)
    return tuple(one for same in found.values() if (one := _contradiction(same)) is not None)


def agreement(quote: Quote, known: Sequence[Contradiction]) -> float:
    """Of the pages that say something about what is quoted, the share that says the same."""
    for one in known:
        of_sides = [{side_quote.witness for side_quote in side.quotes} for side in one.sides]
        for side, witnesses in zip(one.sides, of_sides, strict=True):
            if any((q.body_digest, q.start) == (quote.body_digest, quote.start) for q in side.quotes):
                return len(witnesses) / sum(map(len, of_sides))
    return 1.0


def _contradiction(facts: Sequence[Fact]) -> Contradiction | None:
    sides: dict[_Value, list[Fact]] = defaultdict(list)
    values_of: dict[str, set[_Value]] = defaultdict(set)
    for fact in facts:
        value = _value(fact.value)
        sides[value].append(fact)
        values_of[fact.quote.witness].add(value)
    if len(sides) < 2 or any(len(values) > 1 for values in values_of.values()):
        return None
    first = facts[0]
    return Contradiction(
        entity=first.entity, attribute=first.attribute, sides=tuple(_side(same) for same in sides.values())
    )


def _side(facts: Sequence[Fact]) -> Side:
    quotes = merged([fact.quote for fact in facts])
    return Side(value=facts[0].value, pages=sum(quote.pages for quote in quotes), quotes=quotes)


def _value(text: str) -> _Value:
    """Equal for values that say the same: numbers by what they are worth, other words as they are."""
    found = figures(text)
    if found.numbers or found.months:
        numbers = frozenset((number.values, number.unit) for number in found.numbers)
        return (numbers, found.months)
    return tuple(word.text for word in words(text))


def _plain(text: str) -> str:
    return " ".join(word.text for word in words(text))
