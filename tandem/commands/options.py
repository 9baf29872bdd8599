"""The options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.environment import Environment
from tandem.logs import LogFormat
from tandem.problem import UsageError

JobSource = Annotated[
    str, typer.Argument(metavar="JOB.yaml|URL|-", help="The job: a file, a URL alone, or - for stdin.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="key.path=value", help="Change one value of the job; may be repeated."),
]
Workspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace", help="Where pages are kept; TANDEM_WORKSPACE or ./tandem-data when not given."
    ),
]
Logs = Annotated[
    LogFormat | None,
    typer.Option(
        "--log-format", help="Write stderr for people or for programs; TANDEM_LOG_FORMAT, else text."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


def log_format(given: LogFormat | None, environment: Environment) -> LogFormat:
    """As given, as in the environment, or text."""
    if given is not None:
        return given
    try:
        return LogFormat(environment.log_format or LogFormat.TEXT)
    except ValueError:
        raise UsageError(f"TANDEM_LOG_FORMAT: {environment.log_format!r} is neither text nor json") from None
