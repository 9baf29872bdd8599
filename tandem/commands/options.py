"""The options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

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
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]
