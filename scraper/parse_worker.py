"""The process that reads pages: chunks in, answers out, until the other side is gone.

    python -m scraper.parse_worker FD PARENT

It holds no truth and may be killed at any time. It imports only what it needs, and starts in some 60 ms.
"""

import gc
import os
import socket
import sys

from scraper.confinement import (
    NO_MEMORY,
    keep_freed_memory,
    limit_memory,
    live_and_die_with,
    processor_seconds,
    return_freed_memory,
)
from scraper.frames import packed, receive
from scraper.pages import Parsed, ParseSettings, Raw, settings_from
from scraper.parse import ContentReader, FieldReader, PageParser, Scale, TopicSeer

_BIG_BODY = 1 << 20
# A page makes thousands of objects and hardly a cycle: looking for those as often as usual costs a tenth.
YOUNG_OBJECTS = 50_000


def main(channel: socket.socket) -> None:
    order = receive(channel)
    if order is None:
        return
    settings = settings_from(order)
    content = _content_reader(settings) if settings.reads_content else None
    topic = _topic_reader(settings.topic) if settings.topic else None
    fields = _field_reader(settings) if settings.wanted else None
    parser = PageParser(settings, content, topic, fields, _scale(settings) if settings.weighs else None)
    keep_freed_memory()
    limit_memory(settings.memory_bytes)
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    channel.sendall(packed("ready"))
    while (chunk := receive(channel)) is not None:
        channel.sendall(packed([_read(parser, settings, Raw._make(page)) for page in chunk]))


def _content_reader(settings: ParseSettings) -> ContentReader:
    from scraper.page_content import PageContent  # noqa: PLC0415 - its weights cost as much as all the rest of a start

    return PageContent(asks=settings.asks)


def _field_reader(settings: ParseSettings) -> FieldReader:
    from scraper.selection.page_selection import PageSelection  # noqa: PLC0415 - many jobs select nothing

    return PageSelection(settings.wanted, asks=settings.asks)


def _scale(settings: ParseSettings) -> Scale:
    from scraper.render.evidence import PageScale  # noqa: PLC0415 - not where nothing is rendered

    return PageScale({one.record: len(one.fields) for one in settings.wanted})


def _topic_reader(text: str) -> TopicSeer | None:
    from scraper.relevance.sight import TopicReader  # noqa: PLC0415 - most jobs have no topic
    from scraper.relevance.topic import Topic  # noqa: PLC0415

    topic = Topic.of(text)
    return TopicReader(topic) if topic else None


def _read(parser: PageParser, settings: ParseSettings, raw: Raw) -> Parsed:
    try:
        with processor_seconds(settings.page_seconds):
            parsed = parser.parse(raw)
    except MemoryError:
        if settings.reads_more and raw.reads_content:  # without its content it may well have room
            return _read(parser, settings, raw._replace(reads_content=False))
        parsed = Parsed(reason="parse_memory")
    if len(raw.body) > _BIG_BODY or not parsed.digest:
        return_freed_memory()
    return parsed


if __name__ == "__main__":
    live_and_die_with(parent=int(sys.argv[2]))
    try:
        main(socket.socket(fileno=int(sys.argv[1])))
    except MemoryError:
        os._exit(NO_MEMORY)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent closed the pool while an answer was on its way
