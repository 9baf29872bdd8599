"""The benchmark of search measures what it says."""

from benchmarks.search import NEW_PAGES, QUERIES, measure


async def test_a_small_index_is_built_asked_and_added_to() -> None:
    figures = await measure(100)
    assert 90 <= figures.chunks <= 150
    assert (len(figures.queries), len(figures.fresh)) == (QUERIES, NEW_PAGES)
    assert figures.is_good
    assert "found at once" in str(figures)
