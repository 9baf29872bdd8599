"""Lets brokers forget what the workspace has forgotten: a run, or the hosts that runs told of."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from storage.runs import Run
from tandem.broker_choice import choose_broker
from tandem.environment import Environment
from tandem.job import Job
from tandem.problem import UsageError
from tandem.progress.broker_tls import BadTlsFiles, TlsFiles
from tandem.progress.broker_url import BrokerAway, BrokerUrl


class _Place(NamedTuple):
    """Where runs have published."""

    broker: BrokerUrl
    prefix: str
    tls: TlsFiles | None


def forget_progress(run: Run, newest: str | None, variables: Mapping[str, str]) -> str:
    """Clears what the broker of the run's job retains about it; why that failed, or nothing.

    `newest` is the job's newest run that is left.
    """
    from tandem.progress.clear import clear_run  # noqa: PLC0415 - most runs leave nothing on any broker

    try:
        if place := _place(run, variables):
            work = clear_run(place.broker, run.id, run.job, newest=newest, prefix=place.prefix, tls=place.tls)
            asyncio.run(work)
    except (UsageError, BrokerAway, BadTlsFiles) as error:
        return f"what the broker retains about {run.id} could not be cleared: {error}"
    return ""


def forget_hosts(runs: Iterable[Run], variables: Mapping[str, str]) -> list[str]:
    """Clears the hosts that brokers retain of these runs, each broker in one go; why that failed, if so."""
    from tandem.progress.clear import clear_hosts  # noqa: PLC0415 - as above

    places: dict[_Place, list[str]] = {}
    failures = []
    for run in runs:
        try:
            if place := _place(run, variables):
                places.setdefault(place, []).append(run.id)
        except UsageError as error:
            failures.append(f"the hosts that the broker retains of {run.id} could not be cleared: {error}")
    for (broker, prefix, tls), names in places.items():
        try:
            asyncio.run(clear_hosts(broker, names, prefix=prefix, tls=tls))
        except (BrokerAway, BadTlsFiles) as error:
            failures.append(f"the hosts that the broker retains could not be cleared: {error}")
    return failures


def _place(run: Run, variables: Mapping[str, str]) -> _Place | None:
    """The broker outside that the run's job names; its certificates lie beside the job file."""
    try:
        progress = Job.model_validate_json(run.job_file).progress
    except ValidationError:  # an archive's run had no job
        return None
    choice = choose_broker(progress, Environment.read(variables), variables, Path(run.folder))
    return None if choice.url is None else _Place(choice.url, progress.prefix, choice.tls)
