"""Learns of which pages an answer in JSON says what a browser would show, template by template.

Pure. Two renderings of different pages prove it: the address of each page's answer follows from the page's by
one rule, the answer holds what the browser showed more, and what is peculiar to a page stands in its own
answer and not in the other's. After that the answer is asked for, a rendering looks now and then whether it
still holds, and answers that miss again and again are asked for no more. Nothing of it outlives a run: the
links that all pages of a template have in common are known because some of them were shown in the same run.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.render.answer_rule import AddressRule, derived
from scraper.render.template import Key

COVERED = 0.9  # of what the browser showed more
LEAST_COVERED = 0.5  # with the words that all pages of the template have
ALIKE = 0.5  # of the names in answers before, that a further one has to have
MOST_TEMPLATES = 200  # at hand: some 200 KB each
MOST_RULES = 4  # of one template
MOST_TRIES = 4  # renderings without a rule, after which there is none
FIRST_CHECK = 12  # answers, after which a page is shown again
CHECKED_LESS = 4  # times as many lie between a check and the next
LONGEST_MISS = 3  # answers in a row that were none

Facts = frozenset[Hashable]  # words; keys of links
Values = frozenset[tuple[str, int, str, str]]  # record, ordinal, field, what it holds


class Answer(NamedTuple):
    """What is read in a page that is filled from one answer."""

    url: str
    words: Facts
    values: Values
    links: Facts
    names: frozenset[str]  # in its JSON


class Sight(NamedTuple):
    """What a browser showed of a page that plain HTTP did not bring, and the answers that may hold it."""

    url: str
    words: Facts
    values: Values
    links: Facts
    answers: tuple[Answer, ...] = ()
    shapes: frozenset[str] = frozenset()  # of the addresses that its links lead to


class Rule(NamedTuple):
    """Where the answer is, and what was seen when it was proven."""

    address: AddressRule
    usual: Facts  # words that pages of the template have in common and answers have not
    common: Facts  # links of all of them
    names: frozenset[str]  # that both answers have
    fields: frozenset[tuple[str, str]]  # of records, in both
    shapes: frozenset[str]  # of the addresses that links lead to

    def after(self, sight: Sight) -> "Rule | None":
        """The same, expecting no more than this page has; None where its answer is not what is shown."""
        url = self.address.fill(sight.url)
        for one in sight.answers:
            if one.url == url and _holds(sight, one, self.usual, self.common):
                fields, shapes = self.fields & _fields(one), self.shapes | sight.shapes
                return self._replace(names=self.names & one.names, fields=fields, shapes=shapes)
        return None


class Asked(NamedTuple):
    """The answer to ask for in place of showing a page."""

    url: str
    rule: Rule


@dataclass(slots=True)
class _Known:
    sights: list[Sight] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    tries: int = 0
    in_hand: int = 0
    answered: int = 0
    next_check: int = FIRST_CHECK
    misses: int = 0
    is_hopeless: bool = False


class Answers:
    """What is known of the templates of one run."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, _Known] = OrderedDict()

    def asked(self, key: Key, url: str) -> Asked | None:
        """What to ask for in place of showing the page; None where it is shown."""
        known = self._of(key)
        if known.answered >= known.next_check and not known.in_hand:
            return None
        filled = ((rule.address.fill(url), rule) for rule in known.rules)
        return next((Asked(address, rule) for address, rule in filled if address), None)

    def waits(self, key: Key) -> bool:
        """Whether a rendering is under way that may show that no further one is needed."""
        known = self._of(key)
        may_show = not known.tries or bool(known.sights)
        return bool(known.in_hand) and may_show and not known.rules and not known.is_hopeless

    def begins(self, key: Key) -> bool:
        """A page is shown; whether its answers are worth keeping until it is over."""
        known = self._of(key)
        known.in_hand += 1
        return not known.is_hopeless

    def ends(self, key: Key, sight: Sight | None) -> None:
        """It is over; None where nothing was seen."""
        known = self._of(key)
        known.in_hand = max(known.in_hand - 1, 0)
        if known.is_hopeless:
            return
        if sight is None:
            known.next_check = max(known.next_check, known.answered + FIRST_CHECK)
            return
        fitting = [rule for rule in known.rules if rule.address.fill(sight.url)]
        if fitting:
            self._checked(known, fitting[0], sight)
            return
        known.tries += 1
        found = [rule for other in known.sights for rule in _rules(other, sight)]
        known.rules = [*known.rules, *found][:MOST_RULES]
        if sight.answers:
            known.sights = [*known.sights, sight][-MOST_TRIES:]
        if found:
            known.tries, known.sights = 0, known.sights[-1:]
        elif known.tries >= MOST_TRIES:
            self._give_up(known, keeps_rules=True)

    def answered(self, key: Key) -> None:
        """An answer was as expected."""
        known = self._of(key)
        known.answered += 1
        known.misses = 0

    def missed(self, key: Key, *, is_final: bool = False) -> None:
        """An answer was none, or another; with `is_final` no further one may be asked for."""
        known = self._of(key)
        known.misses += 1
        if is_final or known.misses >= LONGEST_MISS:
            self._give_up(known)

    def _checked(self, known: _Known, rule: Rule, sight: Sight) -> None:
        better = rule.after(sight)
        if better is None:
            self._give_up(known)
            return
        known.rules[known.rules.index(rule)] = better
        known.misses = 0
        if known.answered >= known.next_check:
            known.next_check = known.answered * CHECKED_LESS

    @staticmethod
    def _give_up(known: _Known, *, keeps_rules: bool = False) -> None:
        """What fits no rule is shown from now on; without rules all pages are."""
        known.sights = []
        if not (keeps_rules and known.rules):
            known.rules, known.is_hopeless = [], True

    def _of(self, key: Key) -> _Known:
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_TEMPLATES:
                self._known.popitem(last=False)
            known = self._known[key] = _Known()
        self._known.move_to_end(key)
        return known


def _rules(one: Sight, other: Sight) -> Iterator[Rule]:
    for here in one.answers:
        for there in other.answers:
            address = derived(one.url, here.url, other.url, there.url)
            if address is None or not (_is_peculiar(one, here, other, there)):
                continue
            usual = (one.words & other.words) - here.words - there.words
            common = one.links & other.links
            if _holds(one, here, usual, common) and _holds(other, there, usual, common):
                fields = _fields(here) & _fields(there)
                yield Rule(
                    address, usual, common, here.names & there.names, fields, one.shapes | other.shapes
                )


def _fields(answer: Answer) -> frozenset[tuple[str, str]]:
    return frozenset((record, name) for record, _, name, _ in answer.values)


def _is_peculiar(one: Sight, here: Answer, other: Sight, there: Answer) -> bool:
    """Whether what each page has for itself stands in its own answer alone."""
    return _is_own(one, other, here, there) and _is_own(other, one, there, here)


def _is_own(one: Sight, other: Sight, here: Answer, there: Answer) -> bool:
    own: Facts = (one.words - other.words) | (one.values - other.values)
    told: Facts = here.words | here.values
    elsewhere: Facts = there.words | there.values
    return bool(own) and _share(own, told) >= COVERED > _share(own, elsewhere)


def _holds(sight: Sight, answer: Answer, usual: Facts, common: Facts) -> bool:
    """Words for the most part, links that no other page has, and every wanted value."""
    return (
        sight.values <= answer.values
        and _share(sight.words - usual, answer.words) >= COVERED
        and _share(sight.words, answer.words) >= LEAST_COVERED
        and _share(sight.links - common, answer.links) >= COVERED
    )


def _share(wanted: Facts, there: Facts) -> float:
    return len(wanted & there) / len(wanted) if wanted else 1.0
