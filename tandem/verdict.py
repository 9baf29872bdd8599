"""How a run ended: the exit status, and why in one line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.rendering_rows import RenderCount
from tandem.exit_codes import ExitCode
from tandem.job import Scope
from tandem.progress.events import State

_STATES: dict[ExitCode, State] = {
    ExitCode.OK: "done",
    ExitCode.INCOMPLETE: "done",
    ExitCode.SIGINT: "stopped",
    ExitCode.SIGTERM: "stopped",
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl came to, counted over all continuations of its run."""

    outcomes: Mapping[str, int] = field(default_factory=dict)  # visits by `outcome:reason`
    pages: int = 0
    bytes: int = 0
    unfinished: Mapping[str, int] = field(default_factory=dict)  # visits given up for now, by reason
    limit: str = ""  # the key in `scope` of the limit that ended it
    has_more: bool = False  # whether something still waits that the limit kept out
    records: Mapping[str, int] = field(default_factory=dict)  # by type
    undecided: int = 0  # pages with fields that wait for a model
    renderings: tuple[RenderCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """An exit status and its reason."""

    code: ExitCode
    note: str = ""

    @property
    def state(self) -> State:
        """What the run's last message says."""
        return _STATES.get(self.code, "failed")


def judge(
    crawled: Crawled,
    scope: Scope,
    stopped: ExitCode | None = None,
    failed_report: str = "",
    stopped_by: str = "",
) -> Verdict:
    """The table of docs/exit-codes.md."""
    if stopped is not None:
        return Verdict(stopped, f"stopped by {stopped_by or stopped.name}")
    lost = sum(crawled.unfinished.values())
    if not crawled.limit and not _is_answered(crawled):
        why = _reasons(_not_fetched(crawled)) or "no seed led anywhere"
        return Verdict(ExitCode.NOTHING_FETCHED, f"nothing could be fetched: {why}")
    notes = []
    if lost:
        notes.append(f"{lost:,} given up: {_reasons(crawled.unfinished)}")
    if crawled.undecided:
        notes.append(
            f"fields of {crawled.undecided:,} pages are undecided, since no model answered:"
            " `tandem select` goes on"
        )
    limit = _limit_note(crawled, scope)
    cut_by_default = bool(limit) and not scope.is_written(crawled.limit)
    if failed_report:
        notes.append(f"the report failed: {failed_report}")
    if notes or cut_by_default:
        return Verdict(ExitCode.INCOMPLETE, "; ".join([*notes, *([limit] if limit else [])]))
    return Verdict(ExitCode.OK, limit)


def _is_answered(crawled: Crawled) -> bool:
    """Whether any URL came to more than a failure or a private address: a page, a 404, a robots rule."""
    names = {name for name, visits in crawled.outcomes.items() if visits}
    return bool(names - {"refused:egress", *(f"failed:{reason}" for reason in crawled.unfinished)})


def _not_fetched(crawled: Crawled) -> dict[str, int]:
    return {
        name.partition(":")[2]: visits
        for name, visits in crawled.outcomes.items()
        if name.startswith(("refused:", "failed:"))
    }


def _reasons(unfinished: Mapping[str, int]) -> str:
    most = sorted(unfinished.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{visits:,} {reason.replace('_', ' ')}" for reason, visits in most)


def _limit_note(crawled: Crawled, scope: Scope) -> str:
    if not crawled.limit or not crawled.has_more:
        return ""
    origin = "of the job" if scope.is_written(crawled.limit) else "by default; write it in the job to mean it"
    return f"the limit {crawled.limit}: {getattr(scope, crawled.limit):,} was reached ({origin})"
