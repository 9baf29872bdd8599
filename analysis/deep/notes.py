"""Reads notes out of a model's answer: what they cite must exist, and what they say passes the gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analysis.claim import Quote
from analysis.deep.gates import Gates, Statement
from analysis.deep.pages import Piece
from analysis.gates.words import words


class Fact(NamedTuple):
    """One value of one thing, with the words that say so."""

    entity: str
    attribute: str
    value: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Notes:
    """What an answer holds."""

    statements: tuple[Statement, ...] = ()
    facts: tuple[Fact, ...] = ()
    stripped: int = 0  # references to documents that do not exist


def notes_in(answer: Mapping[str, Any], pieces: Sequence[Piece], gates: Gates) -> Notes:
    """Every note of an answer that keeps to its schema."""
    statements, facts, stripped = [], [], 0
    for note in answer.get("notes", ()):
        number = note["page"]
        if not 1 <= number <= len(pieces):
            stripped += 1
            continue
        page = pieces[number - 1].page
        statement = gates.pass_note(" ".join(note["text"].split()), note["quote"], page, note["score"])
        statements.append(statement)
        facts += _fact(note, statement, page.source.title)
    return Notes(tuple(statements), tuple(facts), stripped)


def _fact(note: Mapping[str, Any], statement: Statement, title: str) -> list[Fact]:
    """The value that a note names, if its words do stand in what was quoted."""
    entity, attribute, value = (" ".join(note[name].split()) for name in ("entity", "attribute", "value"))
    if not (entity and attribute and value and statement.quotes):
        return []
    quote = statement.quotes[0]
    said = f" {_plain(quote.words)} "
    is_there = f" {_plain(value)} " in said and f" {_plain(entity)} " in f"{said}{_plain(title)} "
    return [Fact(entity, attribute, value, quote)] if is_there else []


def _plain(text: str) -> str:
    return " ".join(word.text for word in words(text))
