"""All that is known of one field on the pages of one template, from the first vote to the last version."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scraper.selection.ballot import MOST_PAGES, Ballot, Votes
from scraper.selection.beside import Beside
from scraper.selection.field_event import Event, Step
from scraper.selection.health import Health
from scraper.selection.knowledge import KnownField, LearnedField, State
from scraper.selection.observation import FieldSeen
from scraper.selection.version import Version, lines_of

MOST_VERSIONS = 3  # that are kept beside the one in use
TRIAL = 5  # pages before an earlier version may come back
TRIAL_END = 20  # pages after which it no longer stands behind the new one
PATIENCE = 12  # pages for one search; each further one is twice as long, after a pause as long again
ASKED_AT_ONCE = 3  # pages about which the model is asked: as many have to agree
ASK_AGAIN = 4  # pages until it may be asked again; four times as many each time
MOST_ASKED = 6


class FieldMemory:
    """Of one wish for one field; `key` is its row without version and state."""

    def __init__(self, key: LearnedField) -> None:
        self.key = key
        self.versions: list[Version] = []
        self.ballot: Ballot | None = Ballot()
        self.pinned: tuple[str, ...] = ()
        self.is_sought = False
        self.since = 0  # the version of the host since which workers know what is in use now
        self.why = ""
        self._may_repeat = False
        self._wins = [0, 0]  # of the newest version and of the one before it, while that stands behind it
        self._searches = 0
        self._rounds = 0  # ballots that ended without an election
        self._rest = 0  # pages until the next one begins: making selectors costs more than reading a page
        self._pages_left = 0  # of this search, or of the pause before the next
        self._asked = 0
        self._pages_since_asked = 0
        self._beside: Beside | None = None  # what the version in use misses
        self._misses_left = 0  # that are looked into

    @property
    def current(self) -> Version | None:
        return next((one for one in reversed(self.versions) if one.state is State.PROMOTED), None)

    @property
    def is_settled(self) -> bool:
        return bool(self.pinned) or (self.current is not None and not self.is_sought)

    def fresh(self, seen: FieldSeen, version: int) -> FieldSeen:
        """What a page says, without how selectors did that it was not yet told of, or was still told of."""
        return seen if version >= self.since else seen._replace(trial="", used=-1)

    def take(self, body: bytes, seen: FieldSeen, version: int, *, is_other: bool) -> Iterable[Event]:
        """What one page says; `is_other`: it looks like a page of another kind, or of a changed site."""
        self._may_repeat = seen.may_repeat
        self._pages_since_asked += 1
        if self.pinned:
            return
        current = self.current
        if current is not None and seen.trial:
            yield from self._tried(current, seen, is_other=is_other)
            if seen.used < 0 and not is_other and current is self.current:
                yield from self._look_beside(body, seen, current)
        if self._rest > 0:
            self._rest -= 1
        elif self.ballot is not None and self.ballot.take(body, seen):
            yield from self._count()
        if version >= self.since:
            yield from self._pass_time()

    def seek(self, why: str) -> Iterable[Event]:
        """Opens a search for where the field stands now."""
        if self.is_sought or self._pages_left > 0 or self.pinned:
            return
        self.is_sought = True
        self.ballot = Ballot()
        self._rest = 0
        self._wins = [0, 0]  # the version before may do again
        self._pages_left = PATIENCE * 2**self._searches
        self._searches = min(self._searches + 1, 8)
        self._asked = 0
        self.why = why
        yield Event(self.key.field, Step.MOVED, why)

    @property
    def may_ask(self) -> bool:
        """Whether the model may be asked now."""
        if self.is_settled or self._asked >= MOST_ASKED:
            return False
        rests = self._asked - ASKED_AT_ONCE + 1
        return rests <= 0 or self._pages_since_asked >= ASK_AGAIN**rests

    def note_asked(self) -> None:
        """The model was asked, and said something."""
        self._asked += 1
        self._pages_since_asked = 0

    def take_over(self, other: "FieldMemory") -> None:
        """What was learned of the same field on pages that turn out to be of one template."""
        if self.current is None and other.current is not None:
            self.versions, self.ballot = other.versions, other.ballot
        elif self.ballot is not None and other.ballot is not None:
            self.ballot.join(other.ballot)
        self.pinned = self.pinned or other.pinned
        self._asked = max(self._asked, other._asked)

    def known(self) -> KnownField:
        """What workers get to know."""
        current = self.current
        earlier = self._before(current) if current is not None and self._is_on_trial else None
        open_ = self.ballot or self._beside
        return KnownField(
            self.key.template,
            self.key.record,
            self.key.field,
            self.key.schema,
            self.pinned,
            lines_of(current),
            lines_of(earlier),
            open_.standing if open_ is not None else (),
            is_sought=self.is_sought,
            is_learning=open_ is not None and self._rest == 0,
            is_watched=self._beside is not None,
        )

    def rows(self) -> list[LearnedField]:
        """As it is kept."""
        rows = [self._row(one.number, one.state, one.as_json()) for one in self.versions]
        if self.pinned:
            selectors = [{"line": line} for line in self.pinned]
            rows.append(self._row(0, State.PINNED, {"selectors": selectors, "why": "fixed by the user"}))
        if self.ballot is not None:  # also an empty one: about this field the model may be asked
            rows.append(self._row(self._next_number, State.PROBATION, self._search_json()))
        return rows

    def restore(self, rows: Iterable[LearnedField]) -> None:
        """From rows of one key, in any order."""
        self.ballot = None
        for row in sorted(rows, key=lambda one: one.version):
            body = json.loads(row.body)
            if row.state is State.PINNED:
                self.pinned = tuple(one["line"] for one in body["selectors"])
            elif row.state is State.PROBATION:
                self._restore_search(body)
            else:
                self.versions.append(Version.from_json(row.version, row.state, body))
        current = self.current
        if current is None and self.ballot is None:
            self.ballot = Ballot()
        if current is not None and current.health.total >= TRIAL_END and not self.is_sought:
            self._wins = [TRIAL_END, 0]
        if current is not None:
            self._beside = Beside()

    def _tried(self, current: Version, seen: FieldSeen, *, is_other: bool) -> Iterable[Event]:
        if seen.used < 0:
            if not is_other:
                current.health.miss(is_invalid=seen.trial in {"invalid", "ambiguous"})
                if current.health.is_moved:
                    yield from self.seek(self._moved(current))
            return
        is_new = seen.used < len(current.lines)
        was_on_trial = self._is_on_trial
        if was_on_trial:
            self._wins[not is_new] += 1
        if is_new:
            current.health.hit()
            if self.is_sought:
                yield from self._found_again()
        if was_on_trial:
            yield from self._judge(current)

    def _look_beside(self, body: bytes, seen: FieldSeen, current: Version) -> Iterable[Event]:
        """Selectors that find the field where those in use miss it join them."""
        if self._beside is None or self.ballot is not None:
            return
        known = lines_of(current)
        if joined := self._beside.take(body, seen, known, may_repeat=self._may_repeat):
            current.lines += joined
            why = f"version {current.number}, on pages that it missed: {self._beside.why}"
            yield Event(self.key.field, Step.PROMOTED, why)
        if not self._beside.is_open:
            self._beside = None

    def _found_again(self) -> Iterable[Event]:
        self.is_sought, self.ballot, self._pages_left = False, None, 0
        yield Event(self.key.field, Step.FOUND_AGAIN, "the selectors in use hit again")

    def _count(self) -> Iterable[Event]:
        assert self.ballot is not None  # noqa: S101 - the caller has just counted a vote
        election = self.ballot.election(may_repeat=self._may_repeat)
        self.why = election.why
        if election.lines:
            yield self._promote(election.lines, election.why)
        elif len(self.ballot.pages) >= MOST_PAGES:
            self.ballot = Ballot()
            self._rest = MOST_PAGES * 2**self._rounds
            self._rounds = min(self._rounds + 1, 8)

    def _promote(self, lines: Iterable[tuple[str, Votes]], why: str) -> Event:
        before = self.current
        if before is not None:
            before.state = State.RETIRED
        elected = list(lines)
        agreed, pages = elected[0][1].agreed, len(self.ballot.pages) if self.ballot is not None else 0
        health = Health(hits=agreed, pages=max(agreed, pages))
        version = Version(self._next_number, State.PROMOTED, elected, why, health)
        self.versions = [*self.versions[-MOST_VERSIONS:], version]
        self.ballot, self.is_sought = None, False
        self._wins, self._pages_left = [0, 0], 0
        self._beside = Beside()
        return Event(self.key.field, Step.PROMOTED, f"version {version.number}: {why}")

    def _judge(self, current: Version) -> Iterable[Event]:
        """While the earlier version stands behind the new one, the better of them is found out."""
        new, old = self._wins
        if new + old >= TRIAL and old > new:
            before = self._before(current)
            assert before is not None  # noqa: S101 - it has just won
            current.state, before.state = State.RETIRED, State.PROMOTED
            why = f"version {before.number} found it on {old} pages, version {current.number} on {new}"
            before.why, before.health = why, Health()
            self.versions = [one for one in self.versions if one is not before] + [before]
            self.is_sought, self.ballot, self._pages_left = False, None, 0
            self._wins = [TRIAL_END, 0]
            yield Event(self.key.field, Step.ROLLED_BACK, why)
        elif new + old >= TRIAL_END and old:  # pages of both kinds go on to come
            before = self._before(current)
            known = {line for line, _ in current.lines}
            current.lines += [one for one in (before.lines if before else []) if one[0] not in known]

    def _pass_time(self) -> Iterable[Event]:
        if self._pages_left <= 0:
            return
        self._pages_left -= 1
        if self._pages_left == 0 and self.is_sought:
            self.is_sought, self.ballot = False, None
            self._pages_left = PATIENCE * 2**self._searches
            why = f"not found anew; looked for again in {self._pages_left} pages"
            yield Event(self.key.field, Step.GIVEN_UP, why)

    @property
    def _is_on_trial(self) -> bool:
        current = self.current
        return current is not None and sum(self._wins) < TRIAL_END and self._before(current) is not None

    @property
    def _next_number(self) -> int:
        return max((one.number for one in self.versions), default=0) + 1

    def _before(self, version: Version) -> Version | None:
        others = [one for one in self.versions if one is not version]
        return others[-1] if others else None

    def _moved(self, current: Version) -> str:
        health = current.health
        return (
            f"missing on {health.run} pages in a row, though {health.presence:.0%} of pages had it"
            f" where version {current.number} was in use"
        )

    def _row(self, version: int, state: State, body: dict[str, Any]) -> LearnedField:
        packed = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        return replace(self.key, version=version, state=state, body=packed)

    def _search_json(self) -> dict[str, Any]:
        assert self.ballot is not None  # noqa: S101 - the caller looked
        return {
            "ballot": self.ballot.as_json(),
            "sought": self.is_sought,
            "searches": self._searches,
            "left": self._pages_left,
            "asked": self._asked,
            "why": self.why,
        }

    def _restore_search(self, body: dict[str, Any]) -> None:
        self.ballot = Ballot.from_json(body["ballot"])
        self.is_sought = bool(body.get("sought"))
        self._searches, self._pages_left = body.get("searches", 0), body.get("left", 0)
        self._asked, self.why = body.get("asked", 0), body.get("why", "")
