"""The downloads of one crawl, wired to the workspace they go to."""

from functools import partial
from pathlib import Path

from scraper.downloads import Downloads, Wishes
from scraper.pattern import Pattern
from storage.download_rows import downloaded
from storage.ledger import Ledger
from storage.spool import Spool
from tandem.job_files import Files


def wished(files: Files) -> Wishes | None:
    """What a job asks for; None when that is nothing."""
    types = files.asked_types
    if not types:
        return None
    return Wishes(
        types,
        tuple(map(Pattern.of, files.match)),
        files.max_file_bytes,
        files.max_files,
        files.max_total_bytes,
        files.keep,
    )


async def downloads(files: Files, ledger: Ledger, workspace: Path, run: int) -> Downloads | None:
    """Counts what this run has kept already."""
    wishes = wished(files)
    if wishes is None:
        return None
    before = await ledger.read(lambda connection: downloaded(connection, run))
    return Downloads(wishes, partial(Spool, workspace), before.files, before.bytes)


def elements(files: Files) -> tuple[str, ...]:
    """The elements of pages that name such files."""
    wishes = wished(files)
    return wishes.elements if wishes is not None else ()
