"""Where the lanes of models are: one folder for all processes of a person on this machine."""

import os
import tempfile
from pathlib import Path

from tandem.inference.errors import LanesUnusable
from tandem.inference.slots import private_folder
from tandem.problem import UsageError


def lanes_place(given: str, runtime_folder: str) -> Path:
    """The folder, made where it is missing; a UsageError when others may write there."""
    try:
        return private_folder(_place(given, runtime_folder))
    except LanesUnusable as error:
        raise UsageError(error) from error


def _place(given: str, runtime_folder: str) -> Path:
    """As given, else the person's own folder for such files, else one beside other temporary files."""
    if given:
        return Path(given).absolute()
    if runtime_folder and os.access(runtime_folder, os.W_OK | os.X_OK):
        return Path(runtime_folder) / "tandem-lanes"
    return Path(tempfile.gettempdir()) / f"tandem-lanes-{os.geteuid()}"
