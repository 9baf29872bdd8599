"""The vectors of the chunks: which are missing, and which are nearest."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.search_file import search_errors, writing
from storage.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Space:
    """What makes vectors comparable."""

    model: str  # digest of the model, or its name where a server has none
    prefix: int  # version of what is said before a text


def missing(index: SearchIndex, space: Space, most: int) -> list[tuple[int, str, str]]:
    """Chunks without a vector of this space: number, title, words."""
    query = (
        "SELECT c.chunk, c.title, c.words FROM chunks c LEFT JOIN vectors v"
        " ON v.chunk = c.chunk AND v.model = ? AND v.prefix = ?"
        " WHERE v.chunk IS NULL ORDER BY c.chunk LIMIT ?"
    )
    with search_errors(index.workspace):
        return index.connection.execute(query, (space.model, space.prefix, most)).fetchall()


def count(index: SearchIndex, space: Space) -> tuple[int, int]:
    """How many chunks have a vector of this space, and how many there are."""
    query = (
        "SELECT (SELECT count(*) FROM vectors WHERE model = ? AND prefix = ?), (SELECT count(*) FROM chunks)"
    )
    with search_errors(index.workspace):
        have, every = index.connection.execute(query, (space.model, space.prefix)).fetchone()
    return int(have), int(every)


def keep(index: SearchIndex, space: Space, vectors: Iterable[tuple[int, Sequence[float]]]) -> None:
    """Keeps vectors of chunks that are still there."""
    query = "INSERT OR REPLACE INTO vectors SELECT chunk, ?, ?, ?, ? FROM chunks WHERE chunk = ?"
    rows = [
        (space.model, space.prefix, len(vector), _of_length_one(vector).tobytes(), chunk)
        for chunk, vector in vectors
    ]
    with search_errors(index.workspace), writing(index.connection):
        index.connection.executemany(query, rows)


def near(index: SearchIndex, space: Space, to: Sequence[float], most: int) -> list[int]:
    """Chunks by their likeness to a vector, the nearest first."""
    from storage.nearest import nearest  # noqa: PLC0415 - loads duckdb, which a search by words never needs

    query = "SELECT chunk, vector FROM vectors WHERE model = ? AND prefix = ? AND dimension = ?"
    with search_errors(index.workspace):
        rows = index.connection.execute(query, (space.model, space.prefix, len(to))).fetchall()
    return nearest(rows, _of_length_one(to), most) if rows else []


def _of_length_one(vector: Sequence[float]) -> "array[float]":
    length = math.sqrt(sum(value * value for value in vector))
    return array("f", (value / length if length else 0.0 for value in vector))
