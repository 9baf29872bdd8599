"""Opens a workspace for a command; what storage says went wrong becomes what the command says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.ledger import StorageError
from storage.runs import Run
from storage.workspace import NoWorkspace, WorkspaceHeld
from tandem.problem import CommandError, HeldError, UsageError, WorkspaceError

if TYPE_CHECKING:
    from storage.store import Store


@contextmanager
def storage_errors() -> Iterator[None]:
    """Translates the errors of storage, also those that come out of a group of tasks."""
    try:
        yield
    except StorageError as error:
        raise _translated(error) from error
    except BaseExceptionGroup as group:
        first = _first_storage_error(group)
        if first is None:
            raise
        raise _translated(first) from group


def _translated(error: StorageError) -> CommandError:
    if isinstance(error, NoWorkspace):
        return UsageError(error)
    if isinstance(error, WorkspaceHeld):
        return HeldError(f"{error}; wait for it, stop it, or name another with --workspace")
    return WorkspaceError(f"{error}; what was stored is safe, run again once this is mended")


def _first_storage_error(group: BaseExceptionGroup[BaseException]) -> StorageError | None:
    for error in group.exceptions:
        if isinstance(error, StorageError):
            return error
        if isinstance(error, BaseExceptionGroup) and (found := _first_storage_error(error)):
            return found
    return None


@contextmanager
def reading(workspace: Path) -> "Iterator[Store]":
    """The store of a workspace, beside whoever writes it."""
    from storage.store import Store  # noqa: PLC0415 - loads pyarrow, which a crawl leaves to other processes

    with storage_errors(), Store(workspace) as store:
        yield store


def chosen_run(store: "Store", name: str | None) -> Run:
    """The named run, or the newest of the workspace."""
    if name is not None:
        found = store.find_run(name)
        if found is None:
            raise UsageError(f"no run {name!r} in {store.path}; `tandem runs` lists them")
        return found
    runs = store.runs()
    if not runs:
        raise UsageError(f"no run in {store.path} yet; `tandem run JOB.yaml` makes one")
    return max(runs, key=lambda run: (run.started_at, run.run))
