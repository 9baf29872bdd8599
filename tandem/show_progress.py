"""Shows what the bus tells: as a live panel, as lines, or as JSON."""

import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum

from tandem.progress.bus import Subscription
from tandem.progress.events import RunState
from tandem.progress.figures import AnalysisStats, Stats
from tandem.progress_lines import analysis_line, plain_line


class Style(StrEnum):
    """How progress is shown."""

    LIVE = "live"
    LINES = "lines"
    JSON = "json"
    LOG = "log"  # lines alone: what happens is logged by others
    SILENT = "silent"


def style_for(*, as_json: bool, logs: bool = False) -> Style:
    """JSON when asked for; a panel where there is a terminal to draw it on; lines otherwise."""
    if as_json:
        return Style.JSON
    if logs:
        return Style.LOG
    return Style.LIVE if sys.stderr.isatty() else Style.LINES


def teller(style: Style) -> Callable[[str], None]:
    """Takes lines that a person should read while the run goes on."""

    def tell(line: str) -> None:
        if style is not Style.SILENT:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    return tell


async def show_progress(messages: Subscription, style: Style) -> None:
    """Until the bus closes; a reader or a terminal that goes away is no reason to end a run."""
    try:
        await _SHOWN[style](messages)
    except OSError:
        messages.close()


async def _show_json(messages: Subscription) -> None:
    async for message in messages:
        sys.stdout.write(message.to_json() + "\n")
        sys.stdout.flush()


async def _show_panel(messages: Subscription) -> None:
    from tandem.panel import LivePanel  # noqa: PLC0415 - draws with rich, which a script never needs

    with LivePanel() as panel:
        async for message in messages:
            panel.show(message.data)


async def _show_lines(messages: Subscription) -> None:
    titles: dict[str, str] = {}
    async for message in messages:
        event = message.data
        if isinstance(event, RunState):
            titles[event.run] = f"{event.job}/{event.number}"
        if isinstance(event, Stats):
            title = f"{titles.get(event.run, event.run)}: " if len(titles) > 1 else ""
            sys.stderr.write(f"{title}{plain_line(event)}\n")
            sys.stderr.flush()
        if isinstance(event, AnalysisStats):
            sys.stderr.write(f"{analysis_line(event)}\n")
            sys.stderr.flush()


async def _show_nothing(messages: Subscription) -> None:
    messages.close()


_SHOWN: dict[Style, Callable[[Subscription], Awaitable[None]]] = {
    Style.LIVE: _show_panel,
    Style.LINES: _show_lines,
    Style.JSON: _show_json,
    Style.LOG: _show_nothing,
    Style.SILENT: _show_nothing,
}
