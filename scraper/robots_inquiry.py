"""Decides, answer by answer, what the robots.txt of one authority says; somebody else does the asking.

2xx                                   its rules
3xx, at most five, also across hosts  ask there; the rules are those of the authority first asked
a sixth 3xx, or one that leads nowhere  no rules, as if there were no file
4xx, but 429                          no rules
429, 5xx, no answer at all            nothing is allowed, and the question is asked again later
"""

from dataclasses import dataclass
from typing import Final, Protocol

from scraper.retry import OURS
from scraper.robots import RobotsRules
from storage.address import NotAnAddress, parse

MAX_HOPS: Final = 5
TRIES: Final = 3  # before what stands behind an unreachable robots.txt is given up
FRESH_SECONDS: Final = 24 * 3600.0
ERROR_SECONDS: Final = 2.0  # doubled with every failure in a row, up to an hour
MAX_ERROR_SECONDS: Final = 3600.0
# Ends of a request after which the status speaks: a file over the limit is read as far as it came, and what
# is no text holds no rules.
_ANSWERED: Final = frozenset({"ok", "too_large", "unwanted_type", "no_location", "unasked_304"})


class Answer(Protocol):
    """As much of a response as the decision needs; `reason` is "ok" when the server gave an answer."""

    @property
    def reason(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def location(self) -> str: ...
    @property
    def retry_after(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one authority until `fresh_until`."""

    rules: RobotsRules
    reason: str  # robots_read, robots_absent, robots_unreachable
    fresh_until: float
    failures: int = 0  # in a row
    cause: str = "robots_unreachable"  # what visits end with that are given up over it

    @property
    def is_given_up(self) -> bool:
        return self.failures >= TRIES


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Where a question stands: the URL to ask next, and how many redirects led there."""

    agent: str
    url: str
    failures: int = 0  # of earlier inquiries at this authority, in a row
    hops: int = 0

    def after(self, answer: Answer, now: float) -> "Inquiry | Verdict":
        """The next question, or the verdict."""
        if answer.reason not in _ANSWERED or answer.status == 429 or not 200 <= answer.status < 500:
            return self._unreachable(answer, now)
        if answer.status < 300:
            rules = RobotsRules.parse(answer.body, self.agent)
            return Verdict(rules, "robots_read", now + FRESH_SECONDS)
        target = _target(self.url, answer)
        if target and self.hops < MAX_HOPS:
            return Inquiry(self.agent, target, self.failures, self.hops + 1)
        return Verdict(RobotsRules.allow_all(), "robots_absent", now + FRESH_SECONDS)

    def _unreachable(self, answer: Answer, now: float) -> Verdict:
        wait = ERROR_SECONDS * 2 ** min(self.failures, 20)
        wait = min(max(wait, answer.retry_after or 0.0), MAX_ERROR_SECONDS)
        cause = answer.reason if answer.reason in OURS else "robots_unreachable"
        return Verdict(RobotsRules.disallow_all(), "robots_unreachable", now + wait, self.failures + 1, cause)


def inquire(authority: str, agent: str, failures: int = 0) -> Inquiry:
    """The first question to an authority: scheme, host and port, which is what one robots.txt speaks for."""
    return Inquiry(agent, f"{authority}/robots.txt", failures)


def _target(url: str, answer: Answer) -> str:
    if not answer.location or answer.status not in {301, 302, 303, 307, 308}:
        return ""
    try:
        return parse(answer.location, url).fetch
    except NotAnAddress:
        return ""
