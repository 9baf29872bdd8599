"""The first Ctrl-C or SIGTERM asks a run to end, the second ends it."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from tandem.exit_codes import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOW_CURSOR = "\x1b[?25h"


class StopSignal:
    """Listens for signals while it is entered; `code` says how the run then ends, `by` who asked."""

    def __init__(self) -> None:
        self.code: ExitCode | None = None
        self.by = ""
        self._tell: list[Callable[[], None]] = []

    def when_stopped(self, tell: Callable[[], None]) -> None:
        """Calls this on the first signal; at once when that has come already."""
        self._tell.append(tell)
        if self.code is not None:
            tell()

    def ask(self, code: ExitCode, by: str) -> None:
        """Stops once; `by` says who asked, in a word or two."""
        if self.code is not None:
            return
        self.code = code
        self.by = by
        for tell in self._tell:
            tell()

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._heard, number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def _heard(self, number: signal.Signals) -> None:
        if self.code is not None:
            _end_at_once(self.code)
        _say("finishing what is in hand, at most ten seconds; once more stops at once")
        code = ExitCode.SIGINT if number is signal.SIGINT else ExitCode.SIGTERM
        self.ask(code, code.name)


def _end_at_once(code: ExitCode) -> None:
    """Without any clean-up: whatever is on disk is whole at any instant, and a clean-up could hang."""
    _say("stopped at once; the same command continues")
    os._exit(code)


def _say(line: str) -> None:
    """Also where the terminal is gone: that is what SIGHUP tells."""
    cursor = _SHOW_CURSOR if sys.stderr.isatty() else ""
    with suppress(OSError):
        sys.stderr.write(f"{cursor}tandem: {line}\n")
        sys.stderr.flush()
