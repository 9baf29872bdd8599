"""Shows what the bus tells: as a live panel, as lines, or as JSON."""

import sys
from enum import StrEnum

from tandem.progress.bus import Subscription
from tandem.progress.events import Stats
from tandem.progress_lines import plain_line


class Style(StrEnum):
    """How progress is shown."""

    LIVE = "live"
    LINES = "lines"
    JSON = "json"
    SILENT = "silent"


def style_for(*, as_json: bool) -> Style:
    """JSON when asked for; a panel where there is a terminal to draw it on; lines otherwise."""
    if as_json:
        return Style.JSON
    return Style.LIVE if sys.stderr.isatty() else Style.LINES


async def show_progress(messages: Subscription, style: Style) -> None:
    """Shows everything until the bus closes."""
    match style:
        case Style.JSON:
            await _show_json(messages)
        case Style.LIVE:
            await _show_panel(messages)
        case Style.LINES:
            await _show_lines(messages)
        case Style.SILENT:
            messages.close()


async def _show_json(messages: Subscription) -> None:
    """A reader that goes away, as `head` does, is no reason to end a run."""
    async for message in messages:
        try:
            sys.stdout.write(message.to_json() + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            messages.close()
            return


async def _show_panel(messages: Subscription) -> None:
    from tandem.panel import LivePanel  # noqa: PLC0415 - draws with rich, which a script never needs

    with LivePanel() as panel:
        async for message in messages:
            panel.show(message.data)


async def _show_lines(messages: Subscription) -> None:
    async for message in messages:
        if isinstance(message.data, Stats):
            sys.stderr.write(plain_line(message.data) + "\n")
            sys.stderr.flush()
