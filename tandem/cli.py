"""The command line: a table of commands, each of which is loaded when it is called."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from tandem import __version__

_COMMANDS = {
    "run": ("run", "Crawl, select and analyse as a job file says; run again to continue."),
    "demo": ("run", "Serve the bundled demo shop and run the quickstart job against it."),
    "init": ("job", "Write a commented job file."),
    "check": ("job", "Name every problem with a job file at once."),
    "schema": ("job", "Print the JSON Schema of job files, for editors."),
    "runs": ("runs", "List what ran and how it ended."),
    "status": ("runs", "Count what became of the URLs of one run and why, and what changed since."),
    "watch": ("progress", "Follow runs over MQTT, from any machine."),
    "pause": ("progress", "Let a run begin nothing more until it is resumed, over MQTT."),
    "resume": ("progress", "Let a paused run go on, over MQTT."),
    "stop": ("progress", "End a run as the first Ctrl-C does, over MQTT."),
    "get": ("pages", "Print one stored page, by any spelling of its URL."),
    "ask": ("ask", "Answer a question out of the stored pages, with sources."),
    "search": ("search", "Find stored pages by words."),
    "select": ("select", "Read stored pages again, without one request."),
    "inspect": ("inspect", "Show what Tandem sees in one page, and why."),
    "extract": ("extract", "Read the main content of many pages: JSON lines in, JSON lines out."),
    "fields": ("fields", "Read the fields of many pages: JSON lines in, JSON lines out."),
    "selectors": ("selectors", "See, fix and share what was learned of where fields stand."),
    "report": ("report", "Print the report of a run, or write it into a file."),
    "verify": ("report", "Check all that a report says against the stored pages, without one request."),
    "analyze": ("analyze", "Write the report of a run anew, or for another question."),
    "forget": ("forget", "Delete a page, a host or a run for good."),
    "query": ("query", "Ask the workspace with SQL; nothing can be changed."),
    "export": ("export", "Write pages, records or links into files for other programs."),
    "import": ("import_warc", "Take the pages of WARC files into the workspace, as a run of its own."),
    "robots": ("rules", "Say which URLs a robots.txt allows."),
    "url": ("rules", "Show which URL is requested, and by which key it is known."),
    "models": ("models", "Show which models help, and whether they can."),
    "doctor": ("doctor", "Say what works here, what does not, what that costs, and how to mend it."),
}


class _Commands(TyperGroup):
    """Lists every command, but imports only the one that is called: others would cost a second."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed if listed is None else load_command(str(listed.name)), rest


app = typer.Typer(
    cls=_Commands,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tandem {__version__}")
        raise typer.Exit


@app.callback()
def tandem(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Crawl the web politely on your own machine, and report what the pages say.

    `tandem demo` shows all of it in half a minute. `tandem COMMAND --help` explains one command.
    """


def load_command(name: str) -> TyperCommand | TyperGroup:
    """The real command of a name in the table."""
    module = import_module(f"tandem.commands.{_COMMANDS[name][0]}")
    group = get_command(module.app)
    command = group.commands[name] if isinstance(group, TyperGroup) else group
    assert isinstance(command, TyperCommand | TyperGroup)  # noqa: S101 - the tables of this module and its neighbours agree
    return command


def run_command(arguments: Sequence[str]) -> int:
    """Runs one command; what it gives back is the exit status."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)  # noqa: S101 - as declared above
    for name, (_, line) in _COMMANDS.items():
        group.add_command(TyperCommand(name=name, help=line))
    status = group.main(args=list(arguments) or ["--help"], prog_name="tandem", standalone_mode=False)
    return status if isinstance(status, int) else 0
