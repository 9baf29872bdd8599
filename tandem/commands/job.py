"""The commands about job files: `init`, `check`, `schema`."""

import json
import os
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from tandem.commands.options import AsJson, Changes, JobSource
from tandem.environment import missing_secrets
from tandem.exit_codes import ExitCode
from tandem.job import Job, canonical_json
from tandem.job_file import job_name_of, load_job
from tandem.problem import JobError, Problem, UsageError
from tandem.progress.field_words import Worded

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem init https://books.example/ -o books.yaml")
def init(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where the crawl begins.")
    ] = "https://example.com/",
    output: Annotated[Path, typer.Option("--output", "-o", help="The file; - for stdout.")] = Path(
        "job.yaml"
    ),
) -> None:
    """Write a commented job file."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise UsageError(f"{url}: must begin with http:// or https://")
    text = _template().replace("{name}", job_name_of(url)).replace("{url}", json.dumps(url))
    if str(output) == "-":
        sys.stdout.write(text)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{output}: is there already and is left as it is; name another with -o") from error
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    sys.stderr.write(f"wrote {output}; next: tandem check {output} && tandem run {output}\n")


def _template() -> str:
    return resources.files("tandem").joinpath("job_template.yaml").read_text(encoding="utf-8")


@app.command(epilog="Example: tandem check books.yaml --set scope.max_pages=50")
def check(job: JobSource, changes: Changes = None, as_json: AsJson = False) -> int:
    """Name every problem with a job file at once.

    Prints one line per problem, with its line, column and key, and exits 2 when there is any.
    """
    try:
        loaded = load_job(job, changes or ())
    except JobError as error:
        if not as_json:
            raise
        sys.stdout.write(json.dumps({"problems": [_as_json(problem) for problem in error.problems]}) + "\n")
        return ExitCode.USAGE
    if as_json:
        sys.stdout.write(f'{{"problems":[],"job":{canonical_json(loaded.job)}}}\n')
    else:
        sys.stdout.write(f"{job}: nothing is wrong with job {loaded.job.name}\n")
    for name in missing_secrets(loaded.job, os.environ):
        sys.stderr.write(f"note: the environment variable {name} is not set; `run` needs it\n")
    return ExitCode.OK


def _as_json(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "source": place.source,
        "line": place.line,
        "column": place.column,
        "path": problem.path,
        "message": problem.message,
    }


@app.command(epilog="Example: tandem schema > job.schema.json")
def schema() -> None:
    """Print the JSON Schema of job files, for editors.

    In VS Code, a first line `# yaml-language-server: $schema=job.schema.json` makes use of it.
    """
    keys = Job.model_json_schema(schema_generator=Worded)
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", **keys}
    sys.stdout.write(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
