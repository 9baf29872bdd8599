"""The votes of pages on where one field stands; selectors are elected when enough different pages agree."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scraper.selection.known_host import is_by_place, is_lasting_line, selector_of
from scraper.selection.observation import FieldSeen

LEAST_PAGES = 3  # a single poisoned page, or two, decide nothing
LEAST_BY_PLACE = 6  # for selectors that count elements
LEAST_SHARE = 0.6  # of the pages on which the field was found
MOST_WRONG = 0.2  # of the pages on which the selector found something
MOST_LINES = 24  # that stand for election
MOST_ELECTED = 6
SHORT = 16  # hexadecimal digits of a body's digest
MOST_PAGES = 64  # without an election: then it is over
LEAST_CONSTANT = 8  # pages, before what is the same on all of them counts as decoration


@dataclass(slots=True)
class Votes:
    """What pages said of one selector."""

    rank: int  # its place among those made for one page: the most lasting first
    agreed: int = 0
    differed: int = 0
    missed: int = 0
    values: set[str] = field(default_factory=set)  # a few of those that it found

    @property
    def wrong(self) -> float:
        return self.differed / (self.agreed + self.differed or 1)


class Election(NamedTuple):
    """The outcome so far; without lines nothing is elected yet."""

    lines: tuple[tuple[str, Votes], ...]
    why: str


class Ballot:
    """Open for one field of one template until selectors are elected."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}  # body -> value
        self.lines: dict[str, Votes] = {}

    def take(self, body: bytes, seen: FieldSeen) -> bool:
        """Counts a page once; says whether it was counted."""
        name = body.hex()[:SHORT]
        if name in self.pages or not seen.value:
            return False
        self.pages[name] = seen.value.hex()
        for rank, line in enumerate(seen.made):
            votes = self.lines.setdefault(line, Votes(rank))
            votes.rank = min(votes.rank, rank)
            self._agree(votes, seen)
        for line in seen.agreed:
            if line in self.lines:
                self._agree(self.lines[line], seen)
        for line in seen.differed:
            if line in self.lines:
                self.lines[line].differed += 1
        for line in seen.missed:
            if line in self.lines:
                self.lines[line].missed += 1
        if len(self.lines) > MOST_LINES:
            self.lines = dict(self._ordered()[:MOST_LINES])
        return True

    def join(self, other: "Ballot") -> None:
        """The votes of other pages, where two templates turn out to be one."""
        self.pages |= other.pages
        for line, theirs in other.lines.items():
            mine = self.lines.setdefault(line, Votes(theirs.rank))
            mine.rank = min(mine.rank, theirs.rank)
            mine.agreed += theirs.agreed
            mine.differed += theirs.differed
            mine.missed += theirs.missed
            mine.values = set(sorted(mine.values | theirs.values)[:LEAST_PAGES])

    @property
    def standing(self) -> tuple[str, ...]:
        """The selectors that are worth a try on more pages."""
        return tuple(line for line, votes in self._ordered() if votes.wrong <= 0.5)[:MOST_ELECTED]

    def election(self, *, may_repeat: bool) -> Election:
        """`may_repeat`: the field has so few possible values that pages may all have the same."""
        pages = len(self.pages)
        if pages < LEAST_PAGES:
            return Election((), f"found on {_pages(pages)} so far; {LEAST_PAGES} have to agree")
        able = [one for one in self._ordered() if one[1].wrong <= MOST_WRONG]
        if not able or able[0][1].agreed < LEAST_PAGES:
            return Election((), f"no selector finds it on {LEAST_PAGES} of {_pages(pages)}")
        if able[0][1].agreed < LEAST_SHARE * pages:
            return Election((), f"the best selector finds it on only {able[0][1].agreed} of {_pages(pages)}")
        varied = [one for one in able if len(one[1].values) > 1 or may_repeat or is_lasting_line(one[0])]
        if not varied:
            return Election((), self._constant(pages))
        trusted = [one for one in varied if _is_trusted(one[1], LEAST_PAGES, pages)]
        # Where an optional row is missing, a place in numbers is that of another row.
        kept = [one for one in trusted if not is_by_place(one[0])]
        if not kept:
            kept = [one for one in trusted if _is_trusted(one[1], LEAST_BY_PLACE, pages)]
        if not kept:
            return Election((), f"only a place in numbers; {LEAST_BY_PLACE} pages have to agree on it")
        kept = _bound(kept)[:MOST_ELECTED]
        return Election(tuple(kept), f"{kept[0][1].agreed} of {_pages(pages)} agree")

    def as_json(self) -> dict[str, Any]:
        return {"pages": self.pages, "lines": [as_json(line, votes) for line, votes in self._ordered()]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Ballot":
        ballot = cls()
        ballot.pages = dict(data.get("pages", {}))
        ballot.lines = dict(from_json(one) for one in data.get("lines", []))
        return ballot

    def _ordered(self) -> list[tuple[str, Votes]]:
        """By pages that agree, then by kind: the same whatever page came first."""
        return sorted(
            self.lines.items(), key=lambda one: (-one[1].agreed, one[1].rank, one[1].differed, one[0])
        )

    def _constant(self, pages: int) -> str:
        if pages < LEAST_CONSTANT:
            return f"the same value on all {pages} pages so far"
        return f"the same value on all {pages} pages, with no label: decoration of the site"

    @staticmethod
    def _agree(votes: Votes, seen: FieldSeen) -> None:
        votes.agreed += 1
        if len(votes.values) < LEAST_PAGES:
            votes.values.add(seen.value.hex())


def as_json(line: str, votes: Votes) -> dict[str, Any]:
    """One selector with its votes."""
    return {
        "line": line,
        "rank": votes.rank,
        "agreed": votes.agreed,
        "differed": votes.differed,
        "missed": votes.missed,
        "values": sorted(votes.values),
    }


def from_json(data: dict[str, Any]) -> tuple[str, Votes]:
    votes = Votes(data.get("rank", 0), data.get("agreed", 0), data.get("differed", 0), data.get("missed", 0))
    votes.values = set(data.get("values", ()))
    return data["line"], votes


def _is_trusted(votes: Votes, least: int, pages: int) -> bool:
    return votes.agreed >= max(least, LEAST_SHARE * pages) and votes.missed <= votes.agreed


def _bound(lines: list[tuple[str, Votes]]) -> list[tuple[str, Votes]]:
    """A label that is found inside of something is not looked for elsewhere: customers write labels, too."""
    read = [(one, selector_of(one[0])) for one in lines]
    bound = {selector.label for _, selector in read if selector is not None and selector.within}
    return [
        one for one, selector in read if selector is None or selector.within or selector.label not in bound
    ]


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
