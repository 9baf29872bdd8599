"""Derives from two pages and their answers how the address of an answer follows from that of its page.

Pure. What stands in both addresses alike is literal; what differs must be a part of the page's address that
differs in the same way. What did not differ between the two pages must not differ on a further one either.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

LONGEST = 2_000  # characters of an address that is looked at
MOST_PARTS = 40  # folders and arguments of one address
MOST_NUMBERS = 4  # of one part, from each end
_NUMBER = re.compile(r"[0-9]+")
_NUMBERED = re.compile(r"^[0-9]+-+|-+[0-9]+$")
_NOWHERE = frozenset({"", ".", ".."})

Token = tuple[str, str]  # where it stands in a page's address, which part of that it is


class Piece(NamedTuple):
    """A folder or an argument's value of an answer's address."""

    before: str  # all of it, as it is spelled, where nothing is put in
    token: Token | None = None
    after: str = ""


class AddressRule(NamedTuple):
    """How the address of an answer follows from the address of its page."""

    origin: str
    folders: tuple[Piece, ...]
    arguments: tuple[tuple[str, Piece], ...]
    places: frozenset[str]  # that a page's address has
    fixed: frozenset[tuple[str, str]]  # what stands in those that did not differ

    def fill(self, page_url: str) -> str:
        """The address of the answer for a page; empty where the rule says nothing of the page."""
        page = _places(page_url)
        if page.keys() != self.places or any(page[place] != value for place, value in self.fixed):
            return ""
        tokens = dict(_tokens(page))
        folders = [_spelled(piece, tokens, "-._~!$'()*+,;=:@") for piece in self.folders]
        values = [(name, _spelled(piece, tokens, "-._~:@,")) for name, piece in self.arguments]
        if None in folders or any(value is None for _, value in values):
            return ""
        query = "&".join(f"{name}={value}" for name, value in values)
        return f"{self.origin}{'/'.join(map(str, folders))}{f'?{query}' if query else ''}"


class _Parts(NamedTuple):
    origin: str
    folders: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]


def is_of(page_url: str, answer_url: str) -> bool:
    """Whether anything of the page's address stands in the answer's: else no rule can come of it."""
    answer = _parts(answer_url)
    if answer is None:
        return False
    told = [unquote(one) for one in (*answer.folders, *(value for _, value in answer.arguments))]
    return any(token in one for _, token in _tokens(_places(page_url)) for one in told)


def derived(page: str, answer: str, other_page: str, other_answer: str) -> AddressRule | None:
    """The rule by which both answers follow from their pages; None where there is none."""
    one, other = _parts(answer), _parts(other_answer)
    if one is None or other is None or answer == other_answer or one.origin != other.origin:
        return None
    names, others = [name for name, _ in one.arguments], [name for name, _ in other.arguments]
    here, there = _places(page), _places(other_page)
    if len(one.folders) != len(other.folders) or names != others or here.keys() != there.keys():
        return None
    tokens = list(_shared(here, there))
    folders = [_piece(*pair, tokens) for pair in zip(one.folders, other.folders, strict=True)]
    values = [_piece(a[1], b[1], tokens) for a, b in zip(one.arguments, other.arguments, strict=True)]
    pieces = [piece for piece in (*folders, *values) if piece is not None]
    if len(pieces) < len(folders) + len(values):
        return None
    rule = AddressRule(
        one.origin,
        tuple(pieces[: len(folders)]),
        tuple(zip(names, pieces[len(folders) :], strict=True)),
        frozenset(here),
        frozenset(here.items() & there.items()),
    )
    return rule if rule.fill(page) == answer and rule.fill(other_page) == other_answer else None


def _parts(url: str) -> _Parts | None:
    if len(url) > LONGEST:
        return None
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    folders = tuple(split.path.split("/"))
    pairs = (one.partition("=") for one in split.query.split("&")) if split.query else ()
    arguments = tuple((name, value) for name, _, value in pairs)
    if not split.netloc or len(folders) + len(arguments) > MOST_PARTS:
        return None
    return _Parts(f"{split.scheme}://{split.netloc}", folders, arguments)


def _places(url: str) -> dict[str, str]:
    """What stands at each place of a page's address."""
    parts = _parts(url)
    if parts is None:
        return {}
    found = {f"folder {at}": unquote(one) for at, one in enumerate(parts.folders)}
    for name, value in parts.arguments:
        found.setdefault(f"argument {name}", unquote(value))
    return found


def _tokens(places: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
    """Every part of an address that may stand in another, the longest of each place first."""
    for place, value in places.items():
        if value in _NOWHERE:
            continue
        yield (place, "all"), value
        stem = value.rpartition(".")[0]
        if stem not in _NOWHERE:
            yield (place, "stem"), stem
        name = _NUMBERED.sub("", stem or value)
        if name not in _NOWHERE:
            yield (place, "name"), name
        numbers = _NUMBER.findall(value)
        for at in range(min(len(numbers), MOST_NUMBERS)):
            yield (place, f"number -{at + 1}"), numbers[-at - 1]
            yield (place, f"number {at}"), numbers[at]


def _shared(here: Mapping[str, str], there: Mapping[str, str]) -> Iterator[tuple[Token, str, str]]:
    """The tokens that both pages have, and that differ."""
    others = dict(_tokens(there))
    for token, value in _tokens(here):
        if others.get(token, value) != value:
            yield token, value, others[token]


def _piece(one: str, other: str, tokens: list[tuple[Token, str, str]]) -> Piece | None:
    if one == other:
        return Piece(one)
    one, other = unquote(one), unquote(other)
    for token, here, there in tokens:
        at = one.find(here)
        while at >= 0:
            before, after = one[:at], one[at + len(here) :]
            if other == f"{before}{there}{after}":
                return Piece(before, token, after)
            at = one.find(here, at + 1)
    return None


def _spelled(piece: Piece, tokens: Mapping[Token, str], safe: str) -> str | None:
    if piece.token is None:
        return piece.before
    value = tokens.get(piece.token)
    if value is None:
        return None
    whole = f"{piece.before}{value}{piece.after}"
    return None if whole in _NOWHERE else quote(whole, safe=safe, errors="replace")
