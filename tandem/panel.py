"""The live panel of a run on a terminal, drawn from what the bus tells."""

import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tandem.outcome_words import duration, size, tallied
from tandem.progress.event import Event
from tandem.progress.events import RunState
from tandem.progress.figures import AnalysisStats, Host, Hosts, RenderFigures, Stats
from tandem.progress_lines import analysis_line

_REASONS = 8
_HOSTS = 5
_COLOURS = {"fetched": "green", "unchanged": "cyan", "refused": "yellow", "failed": "red"}


@dataclass(slots=True)
class _Shown:
    """The newest of one run."""

    state: RunState | None = None
    stats: Stats | None = None
    hosts: tuple[Host, ...] = ()
    analysis: AnalysisStats | None = None


class LivePanel:
    """Shows the newest figures, hosts and state of each run; gone when they are over."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(file=sys.stderr)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._runs: dict[str, _Shown] = {}

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, event: Event) -> None:
        """Takes in one event and draws anew when it changes what is seen."""
        if not isinstance(event, RunState | Hosts | Stats | AnalysisStats):
            return
        shown = self._runs.setdefault(event.run, _Shown())
        match event:
            case RunState():
                shown.state = event
            case Hosts():
                shown.hosts = event.hosts
            case Stats():
                shown.stats = event
            case AnalysisStats():
                shown.analysis = event
        panels = [draw(one.state, one.stats, one.hosts, one.analysis) for one in self._runs.values()]
        self._live.update(Group(*panels), refresh=True)


def draw(
    state: RunState | None,
    stats: Stats | None,
    hosts: tuple[Host, ...],
    analysis: AnalysisStats | None = None,
) -> RenderableType:
    """The panel for one moment."""
    title = f"{state.job}/{state.number} {state.state}" if state else "starting"
    if state and state.reason:
        title += f": {state.reason}"
    if stats is None:
        return Panel(Text("waiting for the first figures"), title=Text(title), title_align="left")
    parts: list[RenderableType] = [_figures(stats), _outcomes(stats)]
    if hosts:
        parts.append(_slowest(hosts))
    if analysis is not None:
        parts.append(Text(analysis_line(analysis)))
    return Panel(Group(*parts), title=Text(title), title_align="left")


def _figures(stats: Stats) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    limit = f" of {stats.limit_pages:,}" if stats.limit_pages is not None else ""
    eta = "" if stats.eta_seconds is None else duration(stats.eta_seconds)
    table.add_row("pages", f"{stats.pages:,}{limit}", f"{stats.pages_per_second:,.1f}/s")
    table.add_row("bytes", size(stats.bytes), f"{size(stats.bytes_per_second)}/s")
    table.add_row("queue", f"{stats.waiting:,}", f"{stats.in_flight:,} in flight, {stats.hosts:,} hosts")
    if stats.coverage is not None:
        table.add_row("covered", f"{stats.coverage:.0%}", "of the URLs known so far")
    table.add_row("time", duration(stats.elapsed_seconds), f"about {eta} left" if eta else "")
    if stats.browser is not None and (stats.browser.rendered or stats.browser.tabs or stats.browser.missed):
        table.add_row("browser", f"{stats.browser.rendered:,} pages", _browser(stats.browser))
    if stats.undecided:
        table.add_row("undecided", f"{stats.undecided:,}", "pages wait for a model to answer")
    if stats.dropped_messages:
        table.add_row("progress", f"{stats.dropped_messages:,}", "messages not told")
    return table


def _browser(figures: RenderFigures) -> str:
    parts = [f"{figures.tabs:,} shown now", f"{figures.avoided:,} did without", size(figures.memory_bytes)]
    parts += [f"{figures.missed:,} were not shown"] if figures.missed else []
    return ", ".join(parts)


def _outcomes(stats: Stats) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for entry in tallied(stats.outcomes)[:_REASONS]:
        colour = _COLOURS.get(entry.outcome, "")
        table.add_row(Text(entry.outcome, style=colour), entry.reason.replace("_", " "), f"{entry.visits:,}")
    return table


def _slowest(hosts: tuple[Host, ...]) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("slowest hosts", "waiting", "in flight", "latency", "gap", ""):
        table.add_column(name)
    for host in hosts[:_HOSTS]:
        latency = "" if host.latency_seconds is None else f"{host.latency_seconds * 1000:.0f} ms"
        parked = f"parked for {duration(host.parked_seconds)}" if host.parked_seconds > 0 else ""
        waiting, in_flight = f"{host.waiting:,}", f"{host.in_flight:,}"
        table.add_row(Text(host.host), waiting, in_flight, latency, f"{host.gap_seconds:.1f} s", parked)
    return table
