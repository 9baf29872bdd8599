"""What a query may see: the files and waiting rows of each table, the views over them, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Source:
    """One stored table: sealed files, plus rows that are committed and not sealed yet."""

    files: tuple[Path, ...] = ()
    pending: pa.Table | None = None  # framed columns still as zstd frames
    where: str = ""  # SQL over the table's columns, for rows that are to stay invisible
    narrow: tuple[Path, ...] = ()  # more sealed files, without the last columns of the others

    @property
    def all_files(self) -> tuple[Path, ...]:
        """All of them."""
        return (*self.files, *self.narrow)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Sources become `stored.<name>`; views, in order, become what a person queries."""

    sources: Mapping[str, Source]
    views: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use; rows and bytes of the result are cut there, the rest ends it."""

    seconds: float = 60.0
    memory_bytes: int = 1 << 30
    rows: int | None = None
    result_bytes: int | None = None
    threads: int = 2
