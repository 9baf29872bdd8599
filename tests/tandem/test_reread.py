"""Stored pages are read again without one request."""

import json
from pathlib import Path

import pytest

from storage.ledger import connect
from storage.store import Store
from storage.workspace import ledger_path
from tandem.__main__ import enter

from .small_site import SmallSite

PAGES = 12


def _run(site: SmallSite, workspace: Path, content: str) -> None:
    arguments = ["run", site.url, "--workspace", str(workspace), "--no-analysis", "--json"]
    changes = [
        "crawl.allow_private_hosts=[127.0.0.1]",
        "crawl.delay=0",
        "progress.broker=off",
        f"crawl.content={content}",
    ]
    assert enter([*arguments, *(part for change in changes for part in ("--set", change))]) == 0


def _select(workspace: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    capsys.readouterr()
    assert enter(["select", "--workspace", str(workspace), "--json", *options]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def _read(workspace: Path) -> list[object]:
    with (
        Store(workspace) as store,
        store.query(
            "SELECT c.engine, p.url FROM content c, pages p WHERE lower(hex(c.digest)) = p.digest"
        ) as answer,
    ):
        return [engine for batch in answer for engine in batch.column(0).to_pylist()]


def test_pages_without_content_are_read_where_they_lie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SmallSite(pages=PAGES) as site:
        _run(site, tmp_path, "false")
        asked = site.asked.total()
        assert _read(tmp_path) == []
        first = _select(tmp_path, capsys)
        assert site.asked.total() == asked
    pages = int(str(first["pages"]))
    assert (pages, first["known"], first["unread"]) == (PAGES + 1, 0, 0)
    assert len(_read(tmp_path)) == pages
    again = _select(tmp_path, capsys)
    assert (again["pages"], again["known"]) == (0, pages)
    assert _select(tmp_path, capsys, "--all")["pages"] == 0


def test_what_an_older_engine_read_is_read_again_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SmallSite(pages=PAGES) as site:
        _run(site, tmp_path, "true")

    with connect(ledger_path(tmp_path)) as ledger:
        ledger.execute("UPDATE contents SET engine = 0")
    assert _select(tmp_path, capsys, "--all")["pages"] == PAGES + 1
