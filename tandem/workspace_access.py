"""Opens a workspace for a command; what storage says went wrong becomes what the command says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.ledger import StorageError
from storage.runs import Run
from storage.store import Store
from storage.workspace import NoWorkspace, WorkspaceHeld
from tandem.problem import HeldError, UsageError, WorkspaceError


@contextmanager
def storage_errors() -> Iterator[None]:
    """Translates the errors of storage."""
    try:
        yield
    except NoWorkspace as error:
        raise UsageError(error) from error
    except WorkspaceHeld as error:
        raise HeldError(f"{error}; wait for it, stop it, or name another with --workspace") from error
    except StorageError as error:
        raise WorkspaceError(f"{error}; what was stored is safe, run again once the disk works") from error


@contextmanager
def reading(workspace: Path) -> Iterator[Store]:
    """The store of a workspace, beside whoever writes it."""
    with storage_errors(), Store(workspace) as store:
        yield store


def chosen_run(store: Store, name: str | None) -> Run:
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
