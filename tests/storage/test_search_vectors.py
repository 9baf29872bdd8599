"""Vectors of chunks: which are missing, and exactly which are nearest."""

import random
from pathlib import Path

from storage.nearest import nearest
from storage.search_index import Body, Piece, Place, SearchIndex
from storage.search_vectors import Space, count, keep, missing, near

SPACE = Space("model-a", 1)


def _add(index: SearchIndex, number: int) -> None:
    words = f"text number {number}"
    digest = number.to_bytes(32, "big")
    place = Place(number, digest, f"http://a.test/{number}", "a.test", "run", 1.0)
    index.add([place], [Body(digest, "plain-1", "", words, [Piece(0, len(words), words)])])


def test_the_nearest_are_exactly_those_that_arithmetic_says(workspace: Path) -> None:
    dice = random.Random(1)
    vectors = {n: [dice.gauss(0, 1) for _ in range(48)] for n in range(1, 301)}
    wanted = [dice.gauss(0, 1) for _ in range(48)]

    def likeness(number: int) -> float:
        vector = vectors[number]
        length = sum(value * value for value in vector) ** 0.5
        return sum(one * other for one, other in zip(vector, wanted, strict=True)) / length

    with SearchIndex(workspace) as index:
        for number in vectors:
            _add(index, number)
        keep(index, SPACE, vectors.items())
        assert near(index, SPACE, wanted, 20) == sorted(vectors, key=likeness, reverse=True)[:20]


def test_only_vectors_of_the_same_model_count(workspace: Path) -> None:
    with SearchIndex(workspace) as index:
        _add(index, 1)
        _add(index, 2)
        keep(index, SPACE, [(1, [1.0, 0.0])])
        keep(index, Space("model-b", 1), [(2, [1.0, 0.0])])
        assert near(index, SPACE, [1.0, 0.0], 9) == [1]
        assert near(index, Space("model-a", 2), [1.0, 0.0], 9) == []
        assert near(index, SPACE, [1.0, 0.0, 0.0], 9) == [], "of another dimension"
        assert [chunk for chunk, _, _ in missing(index, SPACE, 9)] == [2]
        assert count(index, SPACE) == (1, 2)


def test_a_text_takes_its_vectors_along(workspace: Path) -> None:
    with SearchIndex(workspace) as index:
        _add(index, 1)
        keep(index, SPACE, [(1, [1.0, 0.0]), (99, [1.0, 0.0])])
        index.remove([1])
        assert index.connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


def test_vectors_that_are_broken_count_for_nothing() -> None:
    assert nearest([(1, b""), (2, b"\0" * 7)], [1.0, 0.0], 5) == []
