"""Finds the robots rule with the longest matching pattern among many."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self


class Wildcard(NamedTuple):
    allow: bool
    length: int
    pieces: tuple[str, ...]  # between the stars
    to_the_end: bool

    def matches(self, path: str) -> bool:
        *before, last = self.pieces
        at = 0
        if before:
            if not path.startswith(before[0]):
                return False
            at = len(before[0])
            for piece in before[1:]:
                at = path.find(piece, at)
                if at < 0:
                    return False
                at += len(piece)
        if self.to_the_end:
            return path.endswith(last) and len(path) - len(last) >= at if before else path == last
        return path.find(last, at) >= 0 if before else path.startswith(last)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one agent. Most patterns are plain beginnings of paths: those are looked up, not tried."""

    plain: dict[str, bool]  # pattern: allow
    plain_lengths: tuple[int, ...]  # longest first
    wild: dict[str, tuple[Wildcard, ...]]  # by the text before their first star, longest first
    wild_lengths: tuple[int, ...]

    @classmethod
    def of(cls, rules: Iterable[tuple[bool, str]]) -> Self:
        plain: dict[str, bool] = {}
        wild: dict[str, dict[str, bool]] = {}
        for allow, pattern in rules:
            if "*" in pattern or pattern.endswith("$"):
                chosen = wild.setdefault(_head(pattern), {})
            elif pattern:
                chosen = plain
            else:
                continue  # an empty rule matches nothing
            chosen[pattern] = allow or chosen.get(pattern, False)
        return cls(
            plain,
            _lengths(plain),
            {head: _wildcards(patterns) for head, patterns in wild.items()},
            _lengths(wild),
        )

    def allow(self, path: str) -> bool:
        """The longest match decides; with two of one length, allow does; without any, it is allowed."""
        best, allowed = self._plain(path)
        for size in self.wild_lengths:
            for rule in self.wild.get(path[:size], ()):
                if rule.length < best or (rule.length == best and allowed):
                    break
                if rule.matches(path):
                    best, allowed = rule.length, rule.allow
                    break
        return allowed

    def _plain(self, path: str) -> tuple[int, bool]:
        for size in self.plain_lengths:
            beginning = path[:size]
            if beginning in self.plain:
                return len(beginning), self.plain[beginning]  # a path shorter than `size` is looked up whole
        return 0, True


def _head(pattern: str) -> str:
    return pattern.removesuffix("$").partition("*")[0]


def _wildcards(patterns: dict[str, bool]) -> tuple[Wildcard, ...]:
    rules = [_wildcard(pattern, allow) for pattern, allow in patterns.items()]
    return tuple(sorted(rules, key=lambda rule: (rule.length, rule.allow), reverse=True))


def _wildcard(pattern: str, allow: bool) -> Wildcard:
    to_the_end = pattern.endswith("$")
    return Wildcard(allow, len(pattern), tuple(pattern.removesuffix("$").split("*")), to_the_end)


def _lengths(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({len(text) for text in texts}, reverse=True))
