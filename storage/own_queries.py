"""Questions that are part of the program: many of them, to one engine in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from storage.catalog import Catalog, Limits
from storage.sql import Engine, read, trusted

LIMITS = Limits(memory_bytes=1 << 30)


class Tables:
    """The tables of docs/tables.md at one moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The whole answer to one SELECT that we wrote."""
        _, batches = read(self._engine, query)
        return [
            row
            for batch in batches
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]


@contextmanager
def tables(catalog: Catalog) -> Iterator[Tables]:
    """An engine for as long as it is entered."""
    with trusted(catalog, LIMITS) as engine:
        yield Tables(engine)
