"""Makes an event small enough for any broker: batches are split, long lists and texts are cut."""

from collections.abc import Iterator

from tandem.progress.envelope import MAX_BYTES
from tandem.progress.event import Event
from tandem.progress.events import PageBatch, RecordBatch

ENVELOPE_BYTES = 1_000  # room for what is around an event
MARK = "…"


def fitted(event: Event) -> tuple[list[Event], int]:
    """The event in parts that fit, and how many entries and texts were cut or left out."""
    return _fitted(event, _batch_of(event))


def is_small(event: Event) -> bool:
    """Whether it fits as it is."""
    return len(event.model_dump_json().encode()) <= MAX_BYTES - ENVELOPE_BYTES


def _fitted(event: Event, batch: str) -> tuple[list[Event], int]:
    if is_small(event):
        return [event], 0
    entries = getattr(event, batch) if batch else ()
    if len(entries) > 1:
        middle = len(entries) // 2
        halves = [event.model_copy(update={batch: part}) for part in (entries[:middle], entries[middle:])]
        first, second = (_fitted(half, batch) for half in halves)
        return first[0] + second[0], first[1] + second[1]
    return _cut(event)


def _cut(event: Event) -> tuple[list[Event], int]:
    """The longest field loses half of itself, again and again."""
    cut = 0
    while not is_small(event):
        fields = sorted(_lengths(event), reverse=True)
        if not fields or fields[0][0] < 2:
            return [], cut + 1
        event, lost = _halved(event, fields[0][1])
        cut += lost
    return [event], cut


def _lengths(event: Event) -> Iterator[tuple[int, str]]:
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, str | tuple | dict):
            yield len(str(value)) if len(value) > 1 else 0, name


def _halved(event: Event, name: str) -> tuple[Event, int]:
    value = getattr(event, name)
    half = len(value) // 2
    if isinstance(value, str):
        return event.model_copy(update={name: value[: half - 1] + MARK}), 1
    shorter = dict(list(value.items())[:half]) if isinstance(value, dict) else value[:half]
    return event.model_copy(update={name: shorter}), len(value) - half


def _batch_of(event: Event) -> str:
    """The field that a batch holds its entries in."""
    return {PageBatch: "pages", RecordBatch: "records"}.get(type(event), "")
