"""The search of one workspace: what is new goes in, what may be shown comes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from storage import workspace as places_of
from storage.connection import connect
from storage.search_file import SearchTorn, discard, scrub, search_errors, search_path
from storage.search_index import Body, Chunk, Place, SearchIndex
from storage.search_news import News, fresh_readings, gone, may_be_shown, news


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look; empty names mean anywhere."""

    run: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk, and the pages whose newest version says it, the newest first."""

    chunk: Chunk
    places: tuple[Place, ...]


class Search:
    """Reads beside a running crawl, as every reader does."""

    def __init__(self, workspace: Path) -> None:
        places_of.require(workspace)
        self._ledger = connect(places_of.ledger_path(workspace), read_only=True)
        self.index = SearchIndex(workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.index.__exit__(kind, error, trace)
        self._ledger.close()

    def news(self) -> Iterator[News]:
        """Pages that were committed since somebody looked last."""
        return news(self._ledger, self.index)

    def outdated(self) -> Iterator[tuple[str, list[bytes]]]:
        """Bodies that a newer engine has read since, and the name of the file to be kept with them."""
        for file, readings in fresh_readings(self._ledger, self.index):
            newest: dict[bytes, int] = {}
            for digest, engine in readings:
                newest[digest] = max(engine, newest.get(digest, 0))
            known = self.index.engines(list(newest))
            yield file, [digest for digest, engine in known.items() if _is_older(engine, newest[digest])]

    def add(self, places: Iterable[Place], bodies: Iterable[Body], file: str = "") -> None:
        """Keeps one batch."""
        self.index.add(places, bodies, file)

    def drop_gone(self) -> None:
        """Takes out what the workspace does not know any more; nobody is shown it before, either."""
        lost = gone(self._ledger, self.index)
        if lost:
            self.index.remove(lost)

    def found(
        self, pairs: Iterable[tuple[int, int]], scope: Scope, most: int, per_text: int = 1
    ) -> list[Found]:
        """The first of these chunks that may be shown, so many of one text."""
        allowed = self.index.texts_in(scope.run, scope.host) if scope.run or scope.host else None
        places: dict[int, tuple[Place, ...]] = {}
        taken: dict[int, int] = {}
        chosen: list[int] = []
        for chunk, text in pairs:
            if (allowed is not None and text not in allowed) or taken.get(text, 0) >= per_text:
                continue
            if text not in places:
                places[text] = self._places(text, scope)
            if places[text]:
                taken[text] = taken.get(text, 0) + 1
                chosen.append(chunk)
                if len(chosen) >= most:
                    break
        return [Found(chunk, places[chunk.text]) for chunk in self.index.chunks(chosen)]

    def _places(self, text: int, scope: Scope) -> tuple[Place, ...]:
        """Visits that brought the text, where it is what the page says now."""
        within = [
            place
            for place in may_be_shown(self._ledger, self.index.places(text))
            if scope.run in {"", place.run} and scope.host in {"", place.host}
        ]
        newest: dict[str, Place] = {}
        for place in within:
            newest.setdefault(place.url, place)
        return tuple(
            place
            for place in newest.values()
            if self.index.newest_visit(place.url, scope.run) in {one.visit for one in within}
        )


def forget_in_search(workspace: Path) -> None:
    """Takes what the workspace does not know any more out of the index, and its bytes out of the file."""
    if not search_path(workspace).exists():
        return
    if not places_of.ledger_path(workspace).is_file():
        discard(workspace)
        return
    try:
        with Search(workspace) as search, search_errors(workspace):
            search.drop_gone()
            is_clean = scrub(search.index.connection)
    except SearchTorn:
        is_clean = False
    if not is_clean:
        discard(workspace)  # torn, or somebody reads it: whoever comes next makes it again


def _is_older(engine: str, newest: int) -> bool:
    number = engine.rpartition("-")[2] if engine.startswith("content-") else ""
    return engine != "" and (not number.isdigit() or int(number) < newest)
