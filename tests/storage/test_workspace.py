import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.workspace import NoWorkspace, WorkspaceHeld, hold, prepare, require


def test_a_second_process_is_refused_and_told_who_holds_it(workspace: Path) -> None:
    code = "import sys, storage.workspace as w, pathlib\nwith w.hold(pathlib.Path(sys.argv[1])): pass"
    with hold(workspace), pytest.raises(WorkspaceHeld, match=str(os.getpid())), hold(workspace):
        pass
    with hold(workspace):
        other = subprocess.run(
            [sys.executable, "-c", code, str(workspace)], capture_output=True, text=True, check=False
        )
    assert f"held by process {os.getpid()}" in other.stderr


def test_a_workspace_is_free_once_its_holder_has_let_go(workspace: Path) -> None:
    with hold(workspace):
        pass
    with hold(workspace):
        pass


def test_a_folder_without_a_ledger_is_no_workspace(tmp_path: Path) -> None:
    prepare(tmp_path)
    with pytest.raises(NoWorkspace, match="run a job first"):
        require(tmp_path)
