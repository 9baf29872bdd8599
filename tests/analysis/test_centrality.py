"""LexRank."""

import pytest

from analysis.centrality import centrality, similarity, vectors

TEXTS = [
    "The stove boils water in four minutes.",
    "Water boils on the stove after four minutes.",
    "A stove needs four minutes to boil water.",
    "Mountain goats sleep on narrow ledges.",
]


def test_what_shares_most_is_most_central() -> None:
    scores = centrality(vectors(TEXTS))
    assert min(scores[:3]) > scores[3]
    assert sum(scores) == pytest.approx(1)


def test_texts_without_terms_or_company_do_no_harm() -> None:
    assert centrality([]) == []
    assert centrality(vectors(["the of and", "", "unique"])) == pytest.approx([1 / 3] * 3)


def test_similarity_is_one_with_itself_and_none_with_strangers() -> None:
    space = vectors(TEXTS)
    assert similarity(space[0], space[0]) == pytest.approx(1)
    assert similarity(space[0], space[3]) == 0
    assert similarity(space[0], space[1]) == pytest.approx(similarity(space[1], space[0]))
