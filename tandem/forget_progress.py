"""Lets the broker of a forgotten run forget it, too."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from storage.runs import Run
from tandem.broker_choice import choose_broker
from tandem.environment import Environment
from tandem.job import Job
from tandem.problem import UsageError
from tandem.progress.broker_tls import BadTlsFiles
from tandem.progress.broker_url import BrokerAway


def forget_progress(run: Run, newest: str | None, variables: Mapping[str, str]) -> str:
    """Clears what the broker of the run's job retains about it; why that failed, or nothing.

    `newest` is the job's newest run that is left. The certificates are looked for in the present folder.
    """
    from tandem.progress.clear import clear_run  # noqa: PLC0415 - most runs leave nothing on any broker

    progress = Job.model_validate_json(run.job_file).progress
    try:
        choice = choose_broker(progress, Environment.read(variables), variables, Path.cwd())
        if choice.url is not None:
            work = clear_run(
                choice.url, run.id, run.job, newest=newest, prefix=progress.prefix, tls=choice.tls
            )
            asyncio.run(work)
    except (UsageError, BrokerAway, BadTlsFiles) as error:
        return f"what the broker retains about {run.id} could not be cleared: {error}"
    return ""
