"""The commands that follow and steer a run over MQTT: `watch`, `pause`, `resume`, `stop`."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from tandem.ask import ask
from tandem.broker_place import BrokerPlace, broker_place
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.progress.broker_tls import TlsFiles
from tandem.progress.requests import PauseRequest, Request, ResumeRequest, StopRequest
from tandem.show_progress import style_for
from tandem.watch import watch as watch_runs

app = typer.Typer(rich_markup_mode=None)

RunWord = Annotated[str, typer.Argument(metavar="RUN", help="JOB, JOB/NUMBER or the run's id.")]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="URL",
        help="mqtt(s)://user@host:port, password in TANDEM_BROKER_PASSWORD; TANDEM_BROKER when not given, "
        "else the broker of the workspace's own run.",
    ),
]
Prefix = Annotated[str, typer.Option("--prefix", help="What every topic begins with.")]
CaFile = Annotated[
    Path | None, typer.Option("--ca-file", help="Who signed the certificate of an mqtts:// broker, in PEM.")
]
CertFile = Annotated[
    Path | None, typer.Option("--cert-file", help="Our certificate and its key, in one PEM file.")
]


@app.command(epilog="Example: tandem watch books --broker mqtt://broker.example")
def watch(
    name: Annotated[
        str,
        typer.Argument(metavar="JOB|RUN", help="JOB, JOB/NUMBER or the run's id; every run if not given."),
    ] = "",
    broker: Broker = None,
    workspace: Workspace = None,
    prefix: Prefix = "tandem",
    ca_file: CaFile = None,
    cert_file: CertFile = None,
    as_json: AsJson = False,
) -> int:
    """Follow runs over MQTT, from any machine.

    Ends with the run that is named, by the run's exit status; waits for it when there is none yet.
    """
    place = _place(broker, workspace, prefix, TlsFiles(ca_file, cert_file))
    return asyncio.run(watch_runs(place, name, style_for(as_json=as_json)))


@app.command(epilog="Example: tandem pause books")
def pause(
    run: RunWord,
    broker: Broker = None,
    workspace: Workspace = None,
    prefix: Prefix = "tandem",
    ca_file: CaFile = None,
    cert_file: CertFile = None,
) -> int:
    """Let a run begin nothing more until it is resumed, over MQTT."""
    tls = TlsFiles(ca_file, cert_file)
    return _ask(_place(broker, workspace, prefix, tls), run, PauseRequest)


@app.command(epilog="Example: tandem resume books")
def resume(
    run: RunWord,
    broker: Broker = None,
    workspace: Workspace = None,
    prefix: Prefix = "tandem",
    ca_file: CaFile = None,
    cert_file: CertFile = None,
) -> int:
    """Let a paused run go on, over MQTT."""
    tls = TlsFiles(ca_file, cert_file)
    return _ask(_place(broker, workspace, prefix, tls), run, ResumeRequest)


@app.command(epilog="Example: tandem stop books/2")
def stop(
    run: RunWord,
    broker: Broker = None,
    workspace: Workspace = None,
    prefix: Prefix = "tandem",
    ca_file: CaFile = None,
    cert_file: CertFile = None,
) -> int:
    """End a run as the first Ctrl-C does, over MQTT.

    The command that began it continues it.
    """
    tls = TlsFiles(ca_file, cert_file)
    return _ask(_place(broker, workspace, prefix, tls), run, StopRequest)


def _place(broker: str | None, workspace: Path | None, prefix: str, tls: TlsFiles) -> BrokerPlace:
    environment = Environment.read(os.environ)
    return broker_place(environment.workspace_path(workspace), environment, broker, tls, prefix)


def _ask(place: BrokerPlace, name: str, kind: Callable[..., Request]) -> int:
    state, answer = asyncio.run(ask(place, name, kind))
    title = f"{state.job}/{state.number}"
    if answer is None:
        sys.stderr.write(f"{title}: no answer; its last word was that it is {state.state}\n")
        return ExitCode.NO
    if not answer.ok:
        sys.stderr.write(f"{title}: {answer.reason}\n")
        return ExitCode.NO
    sys.stdout.write(f"{title}: {answer.reason}\n")
    return ExitCode.OK
