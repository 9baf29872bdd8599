"""What is different in a run, compared with the complete run of the job before it."""

from collections.abc import Iterator

from storage.catalog import Catalog, Limits
from storage.page_change import Change, Changes
from storage.runs import Run
from storage.sql import Engine, read, trusted
from storage.views import quoted_text

LIMITS = Limits(
    memory_bytes=4 << 30
)  # two rows of a hundred bytes for each URL; a million take a third of one


_STORED = "outcome IN ('fetched', 'unchanged') AND reason <> 'redirected'"

# Texts are looked at only where what was read differs: they are most of what is stored.
_READ = "coalesce(dom_digest, digest) AS digest"
_PAGES = f"""
WITH later AS (
    SELECT key, url, status, {_READ}, reason, {_STORED} AS is_stored
    FROM stored.pages WHERE run = $now AND kind = 0
), earlier AS (
    SELECT key, url, {_READ} FROM stored.pages WHERE run = $before AND kind = 0 AND {_STORED}
), pairs AS (
    SELECT coalesce(l.url, e.url) AS url, l.status, l.reason, l.digest, e.digest AS old_digest,
           l.is_stored, l.key IS NOT NULL AS is_known, e.key IS NOT NULL AS was_stored,
           l.digest IS NOT DISTINCT FROM e.digest AS is_same
    FROM later l FULL JOIN earlier e ON e.key = l.key
), texts AS (
    SELECT digest, md5(text) AS text FROM content
    WHERE text <> '' AND digest IN (
        SELECT unnest([digest, old_digest]) FROM pairs WHERE is_stored AND was_stored AND NOT is_same
    )
)
SELECT p.url, CASE
    WHEN NOT is_known THEN 'unlinked'
    WHEN is_stored AND NOT was_stored THEN 'new'
    WHEN is_stored AND is_same THEN 'unchanged'
    WHEN is_stored AND n.text = o.text THEN 'touched'
    WHEN is_stored THEN 'changed'
    WHEN NOT was_stored THEN NULL
    WHEN status IN (404, 410) THEN 'gone'
    WHEN reason = 'redirected' THEN 'moved'
    ELSE 'unread' END AS change
FROM pairs p LEFT JOIN texts n ON n.digest = p.digest LEFT JOIN texts o ON o.digest = p.old_digest
"""  # noqa: S608 - of constants


def count_changes(run: Run, before: Run, catalog: Catalog, *, is_whole: bool) -> Changes:
    """How many pages of a run changed how since another; `is_whole`: the run has visited all it found."""
    query = f"SELECT change, count(*) FROM ({_query(run, before)}) WHERE change IS NOT NULL GROUP BY change"  # noqa: S608
    with trusted(catalog, LIMITS) as engine:
        found = {str(change): int(count) for change, count in _rows(engine, query)}
    return Changes(before, {change: found.get(change, 0) for change in _sayable(is_whole)})


def changed_urls(run: Run, before: Run, change: Change, catalog: Catalog, *, is_whole: bool) -> Iterator[str]:
    """The URLs of the pages that changed so, in order."""
    if change not in _sayable(is_whole):
        return
    query = f"SELECT url FROM ({_query(run, before)}) WHERE change = {quoted_text(change)} ORDER BY url"  # noqa: S608
    with trusted(catalog, LIMITS) as engine:
        yield from (str(url) for (url,) in _rows(engine, query))


def _sayable(is_whole: bool) -> list[Change]:
    """That nothing leads to a page is known only when everything was looked at."""
    return [change for change in Change if is_whole or change is not Change.UNLINKED]


def _query(run: Run, before: Run) -> str:
    return _PAGES.replace("$now", quoted_text(run.id)).replace("$before", quoted_text(before.id))


def _rows(engine: Engine, query: str) -> Iterator[tuple[str | int, ...]]:
    _, batches = read(engine, query)
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
