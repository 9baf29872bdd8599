"""What selection has learned, for commands that look at it or change it beside a run."""

from contextlib import closing
from pathlib import Path

from storage.connection import connect
from storage.learned_rows import Learned, keep_learned, read_learned
from storage.ledger import Ledger
from storage.workspace import ledger_path, require

_HAS_TABLES = "SELECT count(*) FROM sqlite_master WHERE name IN ('templates', 'learned')"


def learned_in(workspace: Path) -> Learned:
    """All of a workspace's; a ledger from before there was any has none."""
    require(workspace)
    with closing(connect(ledger_path(workspace), read_only=True)) as connection:
        if connection.execute(_HAS_TABLES).fetchone()[0] < 2:
            return Learned()
        return read_learned(connection)


async def change_learned(workspace: Path, learned: Learned, gone: Learned) -> None:
    """Takes rows out, then puts rows in; both or neither."""
    require(workspace)
    async with Ledger(ledger_path(workspace)) as ledger:
        templates = [row.template for row in gone.templates]
        await ledger.write(lambda c: keep_learned(c, learned, templates, gone.fields))
