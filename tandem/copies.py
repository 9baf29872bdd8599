"""What keeps copies of stored pages besides the store: each of them forgets too, or names what still quotes.

A room that comes to keep copies adds its own to `COPIES`, and plants one in tests/tandem/test_copies.py.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from storage.call_forget import forget_calls
from storage.search import forget_in_search

REPORTS = "reports"
SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Gone:
    """What was forgotten, for those who keep copies."""

    urls: frozenset[str] = frozenset()
    host: str | None = None  # when all of a host is gone
    run: str | None = None  # the id of a run that is gone


class Copies(Protocol):
    """One place where copies of pages are kept."""

    def forget(self, workspace: Path, gone: Gone) -> Iterator[str]:
        """Removes its copies; gives the files that still quote them, below the workspace."""


class Reports:
    """Reports are somebody's work and stay; those that quote what is gone are named."""

    def forget(self, workspace: Path, gone: Gone) -> Iterator[str]:
        """The report files that name a forgotten URL or host, or tell of a forgotten run."""
        wanted = _pattern(sorted(gone.urls) + ([gone.host] if gone.host else []))
        for path in sorted((workspace / REPORTS).rglob("*")):
            if not path.is_file():
                continue
            is_of_run = gone.run is not None and path.relative_to(workspace / REPORTS).parts[0] == gone.run
            if is_of_run or (wanted is not None and wanted.search(path.read_bytes())):
                yield str(path.relative_to(workspace))


class SearchIndex:
    """The texts that can be searched: whatever the workspace does not know any more goes."""

    def forget(self, workspace: Path, gone: Gone) -> Iterator[str]:  # noqa: ARG002 - the ledger says it exactly
        """Nothing of it is left, so that nothing is named."""
        forget_in_search(workspace)
        return iter(())


class Calls:
    """What models answered about pages goes with them; of those that stay it can be asked again."""

    def forget(self, workspace: Path, gone: Gone) -> Iterator[str]:
        """Nothing of it is left, so that nothing is named."""
        forget_calls(workspace, gone.urls, gone.host, gone.run)
        return iter(())


COPIES: Mapping[str, Copies] = MappingProxyType({REPORTS: Reports(), SEARCH: SearchIndex(), "calls": Calls()})


def forget_copies(workspace: Path, gone: Gone) -> list[str]:
    """Has everyone forget; what still quotes it."""
    return [quoting for copies in COPIES.values() for quoting in copies.forget(workspace, gone)]


def _pattern(texts: Sequence[str]) -> re.Pattern[bytes] | None:
    """Any of the texts as it is written in text, HTML or JSON, but not as the beginning of a longer name."""
    if not texts:
        return None
    spelled = {spelling for text in texts for spelling in (text, escape(text))}
    return re.compile(
        rb"(?<![\w.-])(?:" + b"|".join(re.escape(text.encode()) for text in spelled) + rb")(?![\w%-])"
    )
