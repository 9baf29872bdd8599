"""Whoever keeps copies of pages forgets them: each registered place is tried with a copy planted there."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from storage.call_ledger import CallEnd, CallLedger, CallName
from storage.search_index import Body, Piece, Place, SearchIndex
from tandem.copies import COPIES, Gone, forget_copies

URL, HOST, RUN = "http://canary.test/a?b=1&c=2", "canary.test", "books-1-ab"
CANARY = b"canary"


def _plant_report(workspace: Path) -> None:
    folder = workspace / "reports" / RUN
    folder.mkdir(parents=True)
    (folder / "report.html").write_text('<a href="http://canary.test/a?b=1&amp;c=2">quoted</a>')


def _plant_index(workspace: Path) -> None:
    place, text = Place(1, b"d" * 32, URL, HOST, RUN, 1.0), "a canary sang"
    with SearchIndex(workspace) as index:
        index.add([place], [Body(place.digest, "plain-1", "", text, [Piece(0, len(text), text)])])


def _plant_call(workspace: Path) -> None:
    workspace.mkdir(exist_ok=True)
    with CallLedger(workspace) as ledger:
        ledger.lease(CallName("key", RUN, "read", "deep", "large"))
        ledger.end("key", CallEnd("answered", "ok", '{"quote": "canary"}'), [(URL, HOST)])


# A place that is registered is planted here, so that no room can add one untried.
PLANTS: Mapping[str, Callable[[Path], None]] = {
    "reports": _plant_report,
    "search": _plant_index,
    "calls": _plant_call,
}


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize(
    "gone", [Gone(frozenset({URL})), Gone(host=HOST), Gone(run=RUN)], ids=["page", "host", "run"]
)
def test_what_is_gone_is_removed_or_named(tmp_path: Path, name: str, gone: Gone) -> None:
    PLANTS[name](tmp_path)
    named = {tmp_path / quoting for quoting in forget_copies(tmp_path, gone)}
    left = {path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_bytes()}
    assert left == named


@pytest.mark.parametrize(
    "gone", [Gone(), Gone(frozenset({"http://canary.test/a"})), Gone(host="ary.test"), Gone(run="books-1")]
)
def test_what_only_looks_alike_is_not_named(tmp_path: Path, gone: Gone) -> None:
    _plant_report(tmp_path)
    (tmp_path / "reports" / RUN / "report.html").write_text("http://canary.test/ab")
    assert forget_copies(tmp_path, gone) == []
