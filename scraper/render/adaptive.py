"""Decides which pages are worth a browser, template by template, from what a browser gained before.

Pure: it is told of every page that plain HTTP brought, says what to do with it, and hears what came of it.
A template is a host, a shape of addresses and a way of being built. Two trials that agree decide it, one
where it turned out as it looked; three where they differ. After that, pages of a template that needs no
browser are looked at again more and more rarely, and one whose renderings gain nothing any more needs none.
A page that could not be fetched or shown teaches nothing.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scraper.barren import shape
from scraper.render.evidence import Evidence, Mark
from scraper.render.gain import Gain
from scraper.render.template import Key, Template

MOST_TEMPLATES = 20_000
MOST_SHAPES = 50_000
TRIALS = 3  # after which a template is decided, whatever they say
FIRST_CHECK = 12  # pages after a template was found to need no browser
CHECKED_LESS = 4  # times as many pages lie between a check and the next
LONGEST_MISS = 4  # renderings in a row that gained nothing, after which a template needs no browser any more
FAMILY = 4  # templates of one shape that agree speak for further ones
PATIENCE = 3  # failed renderings in a row, before a template is left alone for a while
REST = 10  # pages that it is left alone for, twice as many after each further failure
FRUITLESS = 4  # trials in a row of pages that said enough, after which those of their host wait longer
JUDGED_AFTER = 50  # such trials on all hosts, …
LEAST_GAINED = 0.05  # … and if fewer than this share of them was worth it, one is enough on a new host
HALVED_AT = 1000  # trials, after which the older half of what was seen counts half
_EAGER = Mark.LITTLE | Mark.ASKS | Mark.LACKS


class Why(StrEnum):
    """Why a page is rendered; as `storage.words.Rendering.why`."""

    ALWAYS = "always"
    ACTIONS = "actions"
    LEARNED = "learned"
    TRIAL = "trial"
    CHECK = "check"
    ANSWERED = "answered"  # it was not: an answer in JSON holds what a browser would show


class Do(StrEnum):
    """What to do with a page."""

    KEEP = "keep"  # as plain HTTP brought it
    RENDER = "render"
    WAIT = "wait"  # until the trial that is under way has shown whether it is worth it


class Choice(NamedTuple):
    """What to do with one page, and why."""

    do: Do
    key: Key
    why: Why | None = None
    is_needed: bool = False  # as far as one knows; said where there is no browser


@dataclass(slots=True)
class _Host:
    fruitless: int = 0  # trials in a row of pages that said enough
    passed: int = 0  # pages of templates that wait for their trial


class Adaptive:
    """What is known of the templates of all hosts."""

    def __init__(self, known: Iterable[Template] = ()) -> None:
        self._templates: OrderedDict[Key, Template] = OrderedDict((one.key, one) for one in known)
        self._families: dict[tuple[str, str, int], list[int]] = {}  # templates that need none, that need one
        self._hosts: dict[str, _Host] = {}
        self._trials = self._trials_gained = 0  # of pages that said enough, on all hosts
        self._open: Counter[tuple[str, str]] = Counter()  # templates of a shape that may be rendered
        for one in self._templates.values():
            self._count(one, 1)

    def may_render(self, url: str, host: str) -> bool:
        """Whether a page of this address may be rendered, as far as one can tell before it is there."""
        return self._open.get((host, shape(url)), 1) > 0

    def choose(self, url: str, host: str, seen: Evidence, *, is_seed: bool = False) -> Choice:
        """What to do with a page that was fetched in full and read."""
        key = Key(host, shape(url), seen.build, seen.marks)
        if not seen.scripts:
            self._calm(key)
            return Choice(Do.KEEP, key)
        template = self._template(key)
        template.pages += 1
        return self._chosen(template, is_seed=is_seed)

    def again(self, waited: Choice) -> Choice:
        """What to do with a page that has waited for a trial."""
        return self._chosen(self._template(waited.key), is_seed=False)

    def _chosen(self, template: Template, *, is_seed: bool) -> Choice:
        key = template.key
        if template.is_resting:
            return Choice(Do.KEEP, key, is_needed=bool(template.needs_browser))
        if template.needs_browser is None:
            return self._tried(template, is_seed=is_seed)
        if template.needs_browser:
            return Choice(Do.RENDER, key, Why.LEARNED, is_needed=True)
        if template.pages >= template.next_check and not template.in_hand:
            template.in_hand += 1
            return Choice(Do.RENDER, key, Why.CHECK)
        return Choice(Do.KEEP, key)

    def _tried(self, template: Template, *, is_seed: bool) -> Choice:
        key, is_eager = template.key, bool(template.key.marks & _EAGER)
        if template.in_hand:
            return Choice(Do.WAIT, key, is_needed=is_eager)
        if not (is_eager or is_seed or template.trials or self._is_due(template)):
            return Choice(Do.KEEP, key)
        template.in_hand += 1
        return Choice(Do.RENDER, key, Why.TRIAL, is_needed=is_eager)

    def _is_due(self, template: Template) -> bool:
        """A page that says enough is tried at once, unless that was in vain on its host again and again."""
        host = self._host(template.key.host)
        if host.fruitless < FRUITLESS:
            return True
        host.passed += 1
        return template.pages > host.fruitless or host.passed % (FIRST_CHECK + host.fruitless) == 0

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MOST_TEMPLATES:
                self._hosts.clear()
            is_in_vain = self._trials >= JUDGED_AFTER and self._trials_gained < LEAST_GAINED * self._trials
            host = self._hosts[name] = _Host(FRUITLESS - 1 if is_in_vain else 0)
        return host

    def dropped(self, choice: Choice) -> None:
        """A rendering was called off: nothing is known of it."""
        if choice.why in {Why.TRIAL, Why.CHECK}:
            template = self._template(choice.key)
            template.in_hand = max(template.in_hand - 1, 0)

    def heard(self, choice: Choice, gain: Gain | None) -> Template:
        """What a rendering gained; None where the browser failed, which teaches nothing of the page."""
        self.dropped(choice)
        template = self._template(choice.key)
        if gain is None:
            template.failures += 1
            if template.failures >= PATIENCE:
                template.resting_until = template.pages + REST * 2 ** min(template.failures - PATIENCE, 10)
            return template
        template.failures = 0
        template.rendered += 1
        template.gained += gain.is_worth
        template.misses = 0 if gain.is_worth else template.misses + 1
        if template.needs_browser is None:
            self._judge(template, gain)
        elif template.needs_browser:
            if template.misses >= LONGEST_MISS:
                self._decide(template, needs_browser=False)
        elif gain.is_worth:  # once more, before it counts
            self._decide(template, None)
            template.trials = template.trials_gained = 1
        else:
            template.next_check = max(template.pages, FIRST_CHECK) * CHECKED_LESS
        return template

    def _judge(self, template: Template, gain: Gain) -> None:
        template.trials += 1
        template.trials_gained += gain.is_worth
        is_eager = bool(template.key.marks & _EAGER)
        if not is_eager:
            host = self._host(template.key.host)
            host.fruitless = 0 if gain.is_worth else host.fruitless + 1
            self._trials, self._trials_gained = self._trials + 1, self._trials_gained + gain.is_worth
            if self._trials >= HALVED_AT:
                self._trials, self._trials_gained = self._trials // 2, self._trials_gained // 2
        lost = template.trials - template.trials_gained
        gained = template.trials_gained
        if gained == template.trials and (is_eager or gained > 1):
            self._decide(template, needs_browser=True)
        elif lost == template.trials and (not is_eager or lost > 1):
            self._decide(template, needs_browser=False)
        elif template.trials >= TRIALS:
            self._decide(template, needs_browser=gained > lost)

    def _decide(self, template: Template, needs_browser: bool | None) -> None:
        self._count(template, -1)
        template.needs_browser = needs_browser
        self._count(template, 1)
        template.trials = template.trials_gained = template.misses = 0
        template.next_check = template.pages + FIRST_CHECK

    def _calm(self, key: Key) -> None:
        """Pages of this shape are taken as they come, until one with scripts is met."""
        if len(self._open) >= MOST_SHAPES:
            self._open = +self._open  # those may be rendered again, as far as one knows
        self._open.setdefault((key.host, key.shape), 0)

    def _count(self, template: Template, by: int) -> None:
        needs, key = template.needs_browser, template.key
        if needs is not None:
            self._family(key)[needs] += by
        self._open[key.host, key.shape] += by * (needs is not False)

    def _family(self, key: Key) -> list[int]:
        return self._families.setdefault((key.host, key.shape, key.marks), [0, 0])

    def _template(self, key: Key) -> Template:
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) >= MOST_TEMPLATES:
                self._forget()
            template = self._templates[key] = self._new(key)
        return template

    def _new(self, key: Key) -> Template:
        """What is built anew for every page never comes to its trials: its family speaks for it."""
        template = Template(key)
        none, some = self._family(key)
        if none + some >= FAMILY and 0 in {none, some}:
            template.needs_browser = some > 0
            template.next_check = FIRST_CHECK
            family_pages = none + some
            if not some and family_pages & (family_pages - 1) == 0:  # 4, 8, 16, …: looked at once more
                template.next_check = 1
        self._count(template, 1)
        return template

    def _forget(self) -> None:
        for _ in range(MOST_TEMPLATES // 10):
            _, gone = self._templates.popitem(last=False)
            self._count(gone, -1)
        self._open = +self._open
        self._families = {key: counts for key, counts in self._families.items() if any(counts)}

    @property
    def templates(self) -> tuple[Template, ...]:
        """All that is known."""
        return tuple(self._templates.values())

    @property
    def decided(self) -> tuple[int, int]:
        """Templates that need no browser, and that need one."""
        known = [one.needs_browser for one in self._templates.values()]
        return known.count(False), known.count(True)
