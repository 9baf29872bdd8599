"""Searches with the embed tier of a job, where there is one."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.runs import Run
from storage.search import Scope
from storage.store import Store
from tandem import job_models
from tandem.environment import Environment
from tandem.inference.words import Tier
from tandem.job_file import load_job
from tandem.lanes_place import lanes_place
from tandem.model_choice import endpoints_of
from tandem.retrieval import Retrieved, Towards, by_words, with_search

if TYPE_CHECKING:
    from tandem.inference.models import Models


def search_with_models(
    workspace: Path, words: str, where: tuple[Run | None, str], most: int, told: Callable[[int], None]
) -> tuple[Retrieved, str]:
    """What was found, and the hash of what was searched."""
    run, host = where
    towards = _towards(workspace, words, run, told)
    scope = Scope(run.id if run is not None else "", host)
    return with_search(
        workspace,
        told,
        lambda _, search: (by_words(search, words, scope, most, towards), search.index.corpus()),
    )


def models_of(workspace: Path, run: Run | None) -> job_models.Models:
    """The models of the run's job, else of the newest run's."""
    if run is None:
        with Store(workspace) as store:
            runs = store.runs()
        if not runs:
            return job_models.Models()
        run = max(runs, key=lambda one: (one.started_at, one.run))
    return job_models.Models.model_validate(json.loads(run.job_file).get("models", {}))


def chosen_models(
    workspace: Path, run: Run | None, job: str | None, profile: job_models.Profile | None
) -> job_models.Models:
    """Those that are named, else those of the run."""
    if job is not None:
        return load_job(job).job.models
    if profile is not None:
        return job_models.Models(profile=profile)
    return models_of(workspace, run)


@asynccontextmanager
async def opened_models(models: job_models.Models, environment: Environment) -> AsyncIterator["Models"]:
    """Ready to be asked; nothing is sent before something is."""
    from tandem.inference.models import Models  # noqa: PLC0415 - loads what speaks to servers

    endpoints = endpoints_of(models, environment.ollama, os.environ)
    async with Models(endpoints, lanes_place(environment.lanes, environment.runtime_folder)) as opened:
        yield opened


def _towards(workspace: Path, words: str, run: Run | None, told: Callable[[int], None]) -> Towards | None:
    models, environment = models_of(workspace, run), Environment.read(os.environ)
    if Tier.EMBED not in endpoints_of(models, environment.ollama, os.environ):
        return None
    return asyncio.run(_embedded(workspace, words, models, environment, told))


async def _embedded(
    workspace: Path,
    words: str,
    models: job_models.Models,
    environment: Environment,
    told: Callable[[int], None],
) -> Towards | None:
    # a search by words need not load what speaks to models
    from tandem.search_vectors import towards  # noqa: PLC0415

    with_search(workspace, told, lambda _store, _search: None)
    async with opened_models(models, environment) as opened:
        model = opened.get(Tier.EMBED)
        return await towards(workspace, words, model, told) if model is not None else None
