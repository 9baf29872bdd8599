"""Finds the passages for words or for a question: by words, and by vectors where there are some."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from analysis.fusion import fused
from analysis.terms import terms
from storage.search import Found, Scope, Search
from storage.search_file import SearchTorn, discard
from storage.search_query import Term, beginnings, expression, parse, stems
from storage.search_vectors import Space, near
from storage.store import Store
from tandem.search_catch_up import catch_up
from tandem.snippet import snippet

T = TypeVar("T")
MOST_RANKED = 200  # of each ranking, where several are fused
PAGES_FOR_TITLES = 3  # whose titles say what a question is about


@dataclass(frozen=True, slots=True)
class Towards:
    """A question as a vector, in its space."""

    space: Space
    vector: Sequence[float]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found, the best first."""

    found: tuple[Found, ...]
    terms: tuple[Term, ...]
    has_all_words: bool = True  # False: no passage has all, these have some


def with_search(workspace: Path, told: Callable[[int], None], work: Callable[[Store, Search], T]) -> T:
    """Does the work on an index that knows everything; one that is torn is made again, once."""
    try:
        return _once(workspace, told, work)
    except SearchTorn:
        discard(workspace)
        return _once(workspace, told, work)


def by_words(search: Search, text: str, scope: Scope, most: int, towards: Towards | None = None) -> Retrieved:
    """Pages for what a person typed: those with all words, else those with some."""
    wanted = parse(text)
    is_plain = not any(term.is_excluded or term.is_prefix or len(term.words) > 1 for term in wanted)
    if towards is not None and is_plain:
        rankings = [_ranking(search, expression(wanted)), _near(search, towards)]
        found = search.found(_texts(search, fused(rankings)), scope, most)
        return Retrieved(_telling(search, found, wanted), wanted)
    found = _found(search, expression(wanted), scope, most)
    longer = beginnings(wanted)
    if len(found) < most and longer != wanted:  # jackets, where there are few with a jacket
        found = _joined(found, _found(search, expression(longer), scope, most))[:most]
    if found or len(wanted) < 2:
        return Retrieved(_telling(search, found, longer), longer)
    some = _found(search, expression(wanted, any_of=True), scope, most)
    some = some or _found(search, expression(longer, any_of=True), scope, most)
    return Retrieved(_telling(search, some, longer), longer, has_all_words=False)


def for_question(
    search: Search, question: str, scope: Scope, most: int, towards: Towards | None = None
) -> Retrieved:
    """Passages that may hold the answer; the titles of the best ones say what else to look for."""
    wanted = stems(terms(question))
    first = _ranking(search, expression(wanted, any_of=True))
    titles = dict.fromkeys(chunk.title for chunk in search.index.chunks(first[:PAGES_FOR_TITLES]))
    more = stems(terms(" ".join(titles)))
    rankings = [first]
    if first and more:
        rankings.append(_ranking(search, expression((*wanted, *more), any_of=True)))
    if towards is not None:
        rankings.append(_near(search, towards))
    found = search.found(_texts(search, fused(rankings)), scope, most, per_text=3)
    return Retrieved(tuple(found), wanted)


def _once(workspace: Path, told: Callable[[int], None], work: Callable[[Store, Search], T]) -> T:
    with Store(workspace) as store, Search(workspace) as search:
        catch_up(store, search, told)
        return work(store, search)


def _joined(found: Sequence[Found], more: Iterable[Found]) -> list[Found]:
    known = {one.chunk.text for one in found}
    return [*found, *(one for one in more if one.chunk.text not in known)]


def _telling(search: Search, found: Iterable[Found], terms: Sequence[Term]) -> tuple[Found, ...]:
    """A page that was found by its title alone is shown from its beginning."""
    return tuple(
        one
        if snippet(one.chunk.words, terms).marks
        else replace(one, chunk=search.index.first_chunk(one.chunk))
        for one in found
    )


def _found(search: Search, match: str, scope: Scope, most: int) -> list[Found]:
    with closing(search.index.ranked(match)) as pairs:
        return search.found(pairs, scope, most)


def _ranking(search: Search, match: str) -> list[int]:
    with closing(search.index.ranked(match)) as pairs:
        return [chunk for chunk, _ in islice(pairs, MOST_RANKED)]


def _near(search: Search, towards: Towards) -> list[int]:
    return near(search.index, towards.space, towards.vector, MOST_RANKED // 2)


def _texts(search: Search, chunks: Iterable[int]) -> list[tuple[int, int]]:
    return search.index.texts_of(list(chunks))
