"""The store of a workspace as a Python program holds it: it reads at once, and writes inside `async with`."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from storage import workspace
from storage.ledger import Ledger, StorageError
from storage.page_lookup import StoredPage
from storage.record_row import Decision, RecordRow
from storage.record_rows import Put
from storage.record_writer import RecordWriter
from storage.runs import Run
from storage.store import Store
from storage.tidy import tidy
from storage.upkeep import Upkeep


class OpenedStore:
    """Reads beside whoever writes; `async with` holds the workspace, so that this program may write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading: Store | None = None
        self._writing: RecordWriter | None = None
        self._held = AsyncExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        workspace.prepare(self.path)
        async with AsyncExitStack() as held:
            held.callback(self.close)
            held.enter_context(workspace.hold(self.path))
            ledger = await held.enter_async_context(Ledger(workspace.ledger_path(self.path)))
            await ledger.write(lambda connection: tidy(connection, self.path))
            held.push_async_exit(self._settled(ledger))
            self._writing = await held.enter_async_context(RecordWriter(ledger, self.path))
            self._held = held.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writing = None
        await self._held.__aexit__(kind, error, trace)

    def _settled(self, ledger: Ledger) -> Callable[..., Awaitable[None]]:
        async def settle(kind: type[BaseException] | None, *_: object) -> None:
            """Small files become larger ones once nothing is put any more; after an error, the next time."""
            if kind is None:
                await Upkeep(ledger, self.path).settle()

        return settle

    def close(self) -> None:
        """Gives back what reading holds; the next call opens it again."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    @property
    def reading(self) -> Store:
        """Everything that can be read."""
        if self._reading is None:
            self._reading = Store(self.path)
        return self._reading

    def get(self, url: str, run: Run | None = None) -> bytes | None:
        """The body of a page by any spelling of its URL."""
        return self.reading.get(url, run)

    def get_page(self, url: str, run: Run | None = None) -> StoredPage | None:
        """The newest version of a page, or the one of a run, by any spelling of its URL."""
        return self.reading.get_page(url, run)

    def get_records(self, url: str, run: Run | None = None) -> tuple[RecordRow, ...]:
        """The current records of a page, as the newest run that has some found them, or the one given."""
        return self.reading.get_records(url, run)

    def sql(self, query: str) -> list[dict[str, Any]]:
        """All rows of the answer to one SELECT over the tables of docs/tables.md."""
        with self.reading.query(query) as result:
            return [row for batch in result for row in batch.to_pylist()]

    async def put_many(self, records: Iterable[RecordRow], nothing: Iterable[Decision] = ()) -> Put:
        """Stores records in one commit, and returns when it is on the disk; see RecordWriter."""
        return await self._writer().put_many(records, nothing)

    async def flush(self) -> None:
        """Returns when all that was put lies in sealed files."""
        await self._writer().flush()

    def _writer(self) -> RecordWriter:
        if self._writing is None:
            raise StorageError("only `async with storage.open(path) as store:` may write")
        return self._writing
