"""All tiers of one run: which there are, and asking them."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tandem.inference.backend import Backend
from tandem.inference.lanes import Lanes
from tandem.inference.meter import Figures
from tandem.inference.model import Model
from tandem.inference.ollama_backend import OllamaBackend
from tandem.inference.openai_backend import OpenAiBackend
from tandem.inference.routing import Route, route
from tandem.inference.wire import Wire
from tandem.inference.words import Dialect, Endpoint, Tier


class Models:
    """The configured tiers; asking costs nothing until something is asked."""

    def __init__(self, endpoints: Mapping[Tier, Endpoint], lanes: Path) -> None:
        self._endpoints = endpoints
        self._folder = lanes
        self._models: dict[Tier, Model] = {}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for tier, endpoint in self._endpoints.items():
                wire = await stack.enter_async_context(Wire(endpoint))
                model = Model(tier, endpoint, backend_of(endpoint, wire), Lanes(self._folder, endpoint))
                stack.push_async_callback(model.close)
                self._models[tier] = model
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def available(self) -> frozenset[Tier]:
        """The tiers that are configured; whether their servers answer is another question."""
        return frozenset(self._models)

    def get(self, tier: Tier) -> Model | None:
        """The model of a tier, if one is configured."""
        return self._models.get(tier)

    def route(self, task: str, failed_check: str = "") -> Route:
        """Which tier a task goes to, and why."""
        return route(task, self.available, failed_check)

    def figures(self) -> dict[Tier, Figures]:
        """The counters of every tier."""
        return {tier: model.figures for tier, model in self._models.items()}


def backend_of(endpoint: Endpoint, wire: Wire) -> Backend:
    """The backend that speaks the endpoint's protocol."""
    if endpoint.backend is Dialect.OPENAI:
        return OpenAiBackend(endpoint, wire)
    return OllamaBackend(endpoint, wire)
