"""Which rows of what was learned are in the ledger, and which have to be written anew."""

from collections.abc import Callable, Iterable

from scraper.selection.knowledge import LearnedField

NEWS = 50  # pages that moved only counts, before these are written; more than counts is written at once

Key = tuple[str, str, str, bytes]  # template, record, field, schema


def key_of(row: LearnedField) -> Key:
    return row.template, row.record, row.field, row.schema


class KeptRows:
    """Of one host."""

    def __init__(self) -> None:
        self._stored: dict[Key, list[LearnedField]] = {}
        self._pages: dict[Key, int] = {}  # since the last writing

    def restore(self, rows: Iterable[LearnedField]) -> dict[Key, list[LearnedField]]:
        """What the ledger has, by key."""
        for row in rows:
            self._stored.setdefault(key_of(row), []).append(row)
        return dict(self._stored)

    def note(self, key: Key, *, is_news: bool) -> None:
        """Something about a field is other than it was."""
        self._pages[key] = self._pages.get(key, 0) + (NEWS if is_news else 1)

    def take(
        self, rows_now: Callable[[Key], list[LearnedField]], *, with_counts: bool
    ) -> tuple[tuple[LearnedField, ...], tuple[LearnedField, ...]]:
        """The rows to write and the rows to delete since the last call."""
        changed: list[LearnedField] = []
        gone: list[LearnedField] = []
        for key, pages in list(self._pages.items()):
            if not (with_counts or pages >= NEWS):
                continue
            del self._pages[key]
            before, after = self._stored.get(key, []), rows_now(key)
            changed += [row for row in after if row not in before]
            kept = {row.version for row in after}
            gone += [row for row in before if row.version not in kept]
            self._stored[key] = after
        return tuple(changed), tuple(gone)
