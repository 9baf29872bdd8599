"""Copies of pages, in whatever order they are met."""

from itertools import permutations

import pytest

from analysis.clusters import Clusters

PAIRS = ((b"a", b""), (b"b", b"a"), (b"c", b"b"), (b"d", b"c"))


@pytest.mark.parametrize("order", list(permutations(PAIRS)))
def test_a_chain_of_copies_is_one_group_in_any_order(order: tuple[tuple[bytes, bytes], ...]) -> None:
    clusters = Clusters()
    for digest, first in order:
        clusters.join(digest, first)
    clusters.represent(order[0][0])
    assert {clusters.representative(digest) for digest, _ in PAIRS} == {order[0][0]}
    assert {clusters.members(digest) for digest, _ in PAIRS} == {4}


def test_the_first_that_is_read_stands_for_all() -> None:
    clusters = Clusters()
    assert clusters.join(b"a")
    clusters.represent(b"a")
    assert not clusters.join(b"a")
    assert not clusters.join(b"b", b"a")
    assert clusters.join(b"x")
    assert (clusters.representative(b"b"), clusters.members(b"b"), clusters.members(b"x")) == (b"a", 3, 1)


def test_a_page_that_names_itself_is_alone() -> None:
    clusters = Clusters()
    assert clusters.join(b"a", b"a")
    assert clusters.members(b"a") == 1
