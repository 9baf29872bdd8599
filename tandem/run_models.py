"""The models of one run: opened when the job has any, counted for whoever follows."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tandem import job_models
from tandem.environment import Environment
from tandem.inference.words import Tier
from tandem.model_choice import endpoints_of
from tandem.progress.figures import ModelStats

if TYPE_CHECKING:
    from tandem.inference.model import Model
    from tandem.inference.models import Models


class RunModels:
    """The tiers that the job has."""

    def __init__(self, models: "Models | None" = None) -> None:
        self._models = models

    @property
    def fast(self) -> "Model | None":
        """The fast tier, where there is one."""
        return self._models.get(Tier.FAST) if self._models is not None else None

    def get(self, tier: Tier) -> "Model | None":
        """The model of a tier, where there is one."""
        return self._models.get(tier) if self._models is not None else None

    def stats(self, run: str) -> tuple[ModelStats, ...]:
        """Every tier that was asked something, in figures."""
        if self._models is None:
            return ()
        found = [(tier, self._models.get(tier)) for tier in Tier]
        return tuple(
            _stats(run, tier, model) for tier, model in found if model is not None and _is_used(model)
        )


def _is_used(model: "Model") -> bool:
    figures = model.figures
    return bool(figures.in_flight or figures.outcomes)


def _stats(run: str, tier: Tier, model: "Model") -> ModelStats:
    figures = model.figures
    return ModelStats(
        run=run,
        tier=tier.value,
        model=model.endpoint.model,
        is_loaded=model.description.is_loaded if model.description is not None else None,
        in_flight=figures.in_flight,
        waiting=figures.waiting,
        answers=figures.answers,
        failures=figures.failures,
        outcomes=dict(figures.outcomes),
        tokens_in=figures.tokens_in,
        tokens_out=figures.tokens_out,
        latency_p50_seconds=figures.latency_p50_seconds,
        latency_p95_seconds=figures.latency_p95_seconds,
        tokens_per_second=figures.tokens_per_second,
    )


@asynccontextmanager
async def run_models(
    models: job_models.Models, environment: Environment, variables: Mapping[str, str]
) -> AsyncIterator[RunModels]:
    """Ready to be asked; nothing is sent before something is."""
    endpoints = endpoints_of(models, environment.ollama, variables)
    if not endpoints:
        yield RunModels()
        return
    from tandem.inference.models import Models  # noqa: PLC0415 - a run without models need not load it
    from tandem.lanes_place import lanes_place  # noqa: PLC0415

    async with Models(endpoints, lanes_place(environment.lanes, environment.runtime_folder)) as opened:
        yield RunModels(opened)
