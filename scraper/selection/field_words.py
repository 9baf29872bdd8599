"""What a field means: its words, the phrases pages use for it, the properties machines use."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scraper.selection.value_number import unit_in
from scraper.selection.vocabulary import CONCEPTS, Concept
from scraper.selection.wanted import Field, Kind, Wanted
from scraper.selection.word_lists import word_lists

_PIECE = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-Z])")
_LISTS = {name: words for name, _, words in word_lists("qualifiers.txt")}
_STOP = frozenset(_LISTS.pop("stop"))
_QUALIFIER_OF = {word: name for name, words in _LISTS.items() for word in words}


_VAGUE = 0.78  # likeness of a label that may as well name something else


@dataclass(frozen=True, slots=True, eq=False)  # by identity: it is part of the keys of memos
class FieldWords:
    """A field with what it may be called."""

    field: Field
    words: tuple[str, ...]  # of its name
    concept: str  # the vocabulary's name of its meaning, or nothing
    phrases: frozenset[tuple[str, ...]]  # labels, each as its words
    properties: tuple[str, ...]
    qualifiers: frozenset[str]  # that its name or hint has beside the concept
    unit: str
    hint: frozenset[str]
    vague: frozenset[tuple[str, ...]]  # phrases that may as well name something else
    single: frozenset[str]  # phrases of one word
    all_words: frozenset[str]  # of its name and of the phrases
    joined: frozenset[str]  # all phrases without blanks
    starts: Mapping[str, tuple[tuple[str, ...], ...]]  # phrases by their first word

    @property
    def is_stock(self) -> bool:
        return self.concept in {"availability", "stock"}

    def lengths_in(self, words: tuple[str, ...]) -> Iterator[int]:
        """How many words each phrase has that stands in the words."""
        if self.starts.keys().isdisjoint(words):
            return
        for place, word in enumerate(words):
            for phrase in self.starts.get(word, ()):
                if words[place : place + len(phrase)] == phrase:
                    yield len(phrase)


@lru_cache(maxsize=50_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a label or a name, lower case; camelCase and marks divide."""
    return tuple(_PIECE.findall(_CAMEL.sub(" ", text).lower()))


@lru_cache(maxsize=256)
def field_words(field: Field) -> FieldWords:
    """What a field of a job may be called."""
    words = words_of(field.name)
    unit = unit_in(words)
    named = words[:-1] if unit else words
    concept, rest = _concept_of(named, field)
    hint = frozenset(words_of(field.hint)) - _STOP
    qualifiers = frozenset(_QUALIFIER_OF[word] for word in rest if word in _QUALIFIER_OF)
    phrases = {named} | (
        {words_of(one) for one in concept.phrases}
        if concept and not (set(rest) - _STOP - set(_QUALIFIER_OF))
        else set()
    )
    if qualifiers:
        phrases.discard(named)
    starts: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in sorted(filter(None, phrases)):
        starts[phrase[0]] = (*starts.get(phrase[0], ()), phrase)
    return FieldWords(
        field,
        named,
        concept.name if concept else "",
        frozenset(phrases),
        _properties(concept, named, rest),
        qualifiers,
        unit,
        hint,
        frozenset(words_of(one) for one in concept.vague) - {named} if concept else frozenset(),
        frozenset(one[0] for one in phrases if len(one) == 1),
        frozenset(named).union(*phrases),
        frozenset("".join(one) for one in phrases),
        starts,
    )


def fields_words(wanted: Wanted) -> tuple[FieldWords, ...]:
    """The same of every field of a record."""
    return tuple(field_words(one) for one in wanted.fields)


def _properties(concept: Concept | None, named: tuple[str, ...], rest: tuple[str, ...]) -> tuple[str, ...]:
    own = ("".join(named),)
    return (*concept.properties, *own) if concept and not rest else own


def _concept_of(words: tuple[str, ...], field: Field) -> tuple[Concept | None, tuple[str, ...]]:
    """The concept whose name or phrase is the name, else the longest one in it, and the words left over."""
    whole = [one for one in CONCEPTS if "".join(words) == one.name.replace("_", "")]
    whole += [one for one in CONCEPTS if words in _phrases(one)]
    if whole:
        return _fitting(whole, field), ()
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length, -1, -1):
            part = words[start : start + length]
            found = [one for one in CONCEPTS if "".join(part) == one.name.replace("_", "")]
            found += [one for one in CONCEPTS if part in _phrases(one)]
            if found and part[0] not in _STOP:
                rest = tuple(word for word in (*words[:start], *words[start + length :]) if word not in _STOP)
                return _fitting(found, field), rest
    return None, ()


def _fitting(found: list[Concept], field: Field) -> Concept:
    """A count of things and a state share their names: the type tells."""
    for one in found:
        is_count = field.kind in {Kind.INTEGER, Kind.NUMBER}
        if one.name == "availability" and is_count:
            continue
        if one.name == "stock" and not is_count:
            continue
        return one
    return _BY_NAME["availability" if found[0].name == "stock" else "stock"]


@lru_cache(maxsize=256)
def _phrases(concept: Concept) -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(one) for one in concept.phrases)


_BY_NAME = {one.name: one for one in CONCEPTS}


def qualifiers_in(words: tuple[str, ...]) -> frozenset[str]:
    """Which qualifiers a label has."""
    return frozenset(_QUALIFIER_OF[word] for word in words if word in _QUALIFIER_OF)


def likeness(label: str, wanted: FieldWords) -> float:
    """How surely a label names the field: 1 for one of its phrases, less the more stands around it."""
    return _likeness(label[:120], wanted)


@lru_cache(maxsize=20_000)
def _likeness(label: str, wanted: FieldWords) -> float:
    words = words_of(label)
    if not words or not label:
        return 0.0
    return max(0.0, _covered(words, wanted) - _otherwise(words, wanted))


def _covered(words: tuple[str, ...], wanted: FieldWords) -> float:
    if words in wanted.phrases:
        return _VAGUE if words in wanted.vague else 1.0
    best = 0.0
    for length in wanted.lengths_in(words):
        left = [word for word in words if word not in _STOP and word not in _QUALIFIER_OF]
        if length == 1:
            left = [word for word in left if word not in wanted.single]
            named = [word for word in words if word in wanted.single]
            weak = all(word in _STOP for word in named)
            vague = all((word,) in wanted.vague for word in named)
        else:
            left = left[length:]
            weak = vague = False
        sure = 0.3 if weak else _VAGUE - 0.05 if vague else 0.95
        best = max(best, sure / (1 + 0.45 * len(left)))
    if best < 0.9 and (tail := set(wanted.words) - _STOP):
        common = len(tail & set(words)) / len(tail)
        best = max(
            best,
            0.75 * common / (1 + 0.2 * len([one for one in words if one not in tail and one not in _STOP])),
        )
    return best


def _otherwise(words: tuple[str, ...], wanted: FieldWords) -> float:
    """How much the label's qualifiers speak against it."""
    found = qualifiers_in(words)
    if wanted.qualifiers:
        missing = len(wanted.qualifiers - found) / len(wanted.qualifiers)
        return 0.7 * missing + (0.4 if found - wanted.qualifiers else 0.0)
    hinted = qualifiers_in(tuple(wanted.hint))
    against = found - hinted - {"tax", "with"}
    if words in wanted.phrases:
        return 0.0
    return 0.6 if against else 0.0
