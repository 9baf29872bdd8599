"""What the shop answers to one request, as a value."""

import datetime
from dataclasses import dataclass

HTML = "text/html; charset=utf-8"
OPENED = datetime.date(2026, 10, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    modified: datetime.date | None = None  # None: the page carries no validators
    delay_seconds: float = 0.0


def html(text: str, modified: datetime.date | None = OPENED) -> Answer:
    return Answer(text.encode(), modified=modified)
