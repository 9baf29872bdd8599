from pathlib import Path

import storage
from storage.ledger import Ledger
from storage.render_templates import TemplateRow, keep_templates, read_templates
from storage.workspace import ledger_path, prepare

ROW = TemplateRow("a.test", "a.test/item/*", 7, 5, True, 40, 38, 37, 0, 1, 0, 0, 0, 0)
OTHER = TemplateRow("b.test", "b.test/*", 255, 0, None, 1, 0, 0, 0, 0, 1, 0, 2, 9)


async def test_what_was_learned_of_templates_is_read_again_the_best_known_first(tmp_path: Path) -> None:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        await ledger.write(lambda c: keep_templates(c, [OTHER, ROW._replace(pages=3)]))
        await ledger.write(lambda c: keep_templates(c, [ROW]))
        assert await ledger.read(lambda c: read_templates(c, 10)) == [ROW, OTHER]
        assert await ledger.read(lambda c: read_templates(c, 1)) == [ROW]


async def test_what_was_learned_is_seen_in_sql(tmp_path: Path) -> None:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        await ledger.write(lambda c: keep_templates(c, [OTHER, ROW]))
    with storage.open(tmp_path) as store:
        told = store.sql("SELECT host, needs_browser, pages, build FROM render_templates ORDER BY host")
    assert told == [
        {"host": "a.test", "needs_browser": True, "pages": 40, "build": "00000007"},
        {"host": "b.test", "needs_browser": None, "pages": 1, "build": "000000ff"},
    ]
