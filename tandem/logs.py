"""Logs for machines: one JSON object per line on stderr, whoever speaks."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Any, TextIO, cast

from tandem.progress.bus import Subscription
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, PageBatch, RecordBatch
from tandem.progress.figures import Hosts

LONGEST_LINE = 16_000  # characters of a message out of plain text


class LogFormat(StrEnum):
    """How what a run tells on stderr is written."""

    TEXT = "text"
    JSON = "json"


class _Lines:
    """Text on its way to stderr: each line becomes the message of one object."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._rest = ""
        self.encoding = "utf-8"
        self.errors = "replace"

    def write(self, text: str) -> int:
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()[-LONGEST_LINE:]
        for line in lines:
            if line.strip():
                self._say(line)
        return len(text)

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """What had no end of line is said, too."""
        if self._rest.strip():
            self._say(self._rest)
        self._rest = ""
        self.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._out.fileno()

    def _say(self, line: str) -> None:
        message = line.rstrip("\r")[:LONGEST_LINE]
        level = "error" if message.startswith(("tandem:", "Traceback")) else "info"
        write_line(self._out, _now(), level, "message", {"message": message})


@contextmanager
def logging_as(form: LogFormat) -> Iterator[IO[str] | None]:
    """With JSON, all of stderr; hands out where objects are written, None where it stays as it is.

    After an error it stays so for the line that tells it; the front door takes it back.
    """
    if form is LogFormat.TEXT:
        yield None
        return
    out = sys.stderr
    lines = _Lines(out)
    sys.stderr = cast("TextIO", lines)  # as much of it as print and loggers use
    yield out
    sys.stderr = out
    lines.close()


async def log_events(messages: Subscription, out: IO[str]) -> None:
    """Until the bus closes; a reader that goes away is no reason to end a run."""
    try:
        async for message in messages:
            for level, event, fields in _entries(message.data):
                write_line(out, message.time, level, event, fields)
            out.flush()
    except OSError:
        messages.close()


def write_line(out: IO[str], time: datetime, level: str, event: str, fields: dict[str, Any]) -> None:
    """One object; what stands in a page can break no line."""
    stamp = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry = {"timestamp": stamp, "level": level, "event": event, **fields}
    out.write(json.dumps(entry, default=str) + "\n")


def _entries(event: Event) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Batches become single lines; the slowest hosts, every two seconds, are for those who watch."""
    name = event.type.removeprefix("tandem.").rsplit(".", 1)[0]
    if isinstance(event, PageBatch):
        for page in event.pages:
            level = "warning" if page.outcome == "failed" else "info"
            yield level, "page", {"run": event.run, **page.model_dump(mode="json")}
    elif isinstance(event, RecordBatch):
        for record in event.records:
            yield "info", "record", {"run": event.run, **record.model_dump(mode="json")}
    elif not isinstance(event, Hosts):
        level = "error" if isinstance(event, ErrorEvent) else "info"
        yield level, name, event.model_dump(mode="json", exclude_none=True)


def _now() -> datetime:
    return datetime.now(UTC)
