"""Says what became of the URLs of a run, and what was not fetched and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from storage.runs import Count

_HINTS = {
    "egress": "a private address, unless `crawl.allow_private_hosts` names it, or a port of another protocol",
    "login_failed": "the reason was said in a line of its own; run again when it is mended",
    "proxy_unavailable": "none of the host's proxies could be reached",
    "redirect_out_of_scope": "moved: seed the address it leads to, or widen `scope.within`",
    "robots": "its robots.txt says no",
    "session_expired": "the session needs new cookies or headers",
    "session_refused": "it leads to the login although the session is logged in",
    "trap_session": "a login or logout, which would end the session",
}
NOT_RENDERED = "not_rendered"
_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many visits ended in one way."""

    outcome: str
    reason: str
    visits: int


def tallied(outcomes: Mapping[str, int]) -> tuple[Tallied, ...]:
    """From counts by `outcome:reason`."""
    found = []
    for name, visits in outcomes.items():
        outcome, _, reason = name.partition(":")
        found.append(Tallied(outcome, reason, visits))
    return tuple(sorted(found, key=lambda one: (-one.visits, one.outcome, one.reason)))


def by_outcome(counts: Iterable[Count]) -> dict[str, int]:
    """Counts by `outcome:reason`, over all kinds of visits."""
    found: dict[str, int] = {}
    for count in counts:
        name = f"{count.outcome}:{count.reason}"
        found[name] = found.get(name, 0) + count.visits
    return found


def summary_lines(outcomes: Mapping[str, int]) -> Iterator[str]:
    """What was fetched in one line, then one line per reason why something was not."""
    entries = tallied(outcomes)
    stored = [entry for entry in entries if entry.outcome in {"fetched", "unchanged"}]
    missing = [entry for entry in entries if entry.outcome in {"refused", "failed"}]
    inner = ", ".join(f"{entry.visits:,} {entry.outcome} ({entry.reason})" for entry in stored)
    yield f"fetched      {inner or 'nothing'}"
    if unshown := sum(entry.visits for entry in stored if entry.reason == NOT_RENDERED):
        pages = "1 page says" if unshown == 1 else f"{unshown:,} pages say"
        yield f"not shown    {pages} little without a browser: `tandem doctor` says how to get one"
    for entry in missing:
        hint = f" ({_HINTS[entry.reason]})" if entry.reason in _HINTS else ""
        yield f"not fetched  {entry.visits:,} {entry.outcome}: {entry.reason.replace('_', ' ')}{hint}"


def record_line(records: Mapping[str, int]) -> Iterator[str]:
    """How many records there are of each type; no line when there are none."""
    if records:
        inner = ", ".join(f"{count:,} {name}" for name, count in records.items())
        yield f"records      {inner}"


def size(count: float) -> str:
    """`12.3 MB`"""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError  # the last unit has returned


def duration(seconds: float) -> str:
    """`3 h 05 min`, `2 min 09 s`, `1.5 s`"""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
