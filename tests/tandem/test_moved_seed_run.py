"""A run whose seed has moved, stopped on the way to the new address and run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tandem.small_site import SmallSite, answered
from tests.tandem.test_run_cli import Bench

PLACES = {"/old": "/mid", "/mid": "/0"}


class Moved(SmallSite):
    """`/old` has moved to `/mid`, and that to `/0`."""

    def _page(self, path: str) -> bytes:
        if path in self.failing or path not in PLACES:
            return super()._page(path)
        return answered(b"", f"301 Moved\r\nLocation: {PLACES[path]}")


@pytest.fixture
def site() -> Iterator[Moved]:
    with Moved() as served:
        yield served


def test_a_continued_run_follows_a_seed_as_the_first_would_have(site: Moved, tmp_path: Path) -> None:
    bench = Bench(tmp_path, site)
    bench.write([f"{site.url}old"], {"within": "page"})
    site.failing = frozenset({"/mid"})
    assert bench.run().returncode == 6
    site.failing = frozenset()
    assert bench.run().returncode == 0
    assert bench.stored() == {"/old": 1, "/mid": 1, "/0": 1}
    assert site.asked == {"/old": 1, "/mid": 2, "/0": 1}
