"""Looks at every tier: is its server there, its model pulled and loaded, how fast does it answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from tandem.inference.manner import Probed, tiny
from tandem.inference.model import Model
from tandem.inference.models import Models
from tandem.inference.outcomes import (
    Answered,
    ChatOutcome,
    Embedded,
    EmbedOutcome,
    Failure,
    Invalid,
    Truncated,
    Unavailable,
)
from tandem.inference.refusal import missing, pull_command
from tandem.inference.words import Description, Dialect, Endpoint, Lane, Tier

_PARTLY = 0.99


@dataclass(frozen=True, slots=True)
class TierReport:
    """One tier, as it was found."""

    tier: Tier
    endpoint: Endpoint | None = None
    description: Description | None = None
    probed: Probed | None = None
    latency_seconds: float | None = None
    failure: Failure | None = None
    server_slots: int = 1  # that the models of one server need

    @property
    def is_usable(self) -> bool:
        """Whether nothing speaks against it; a tier that nobody configured is fine, too."""
        return self.failure is None

    @property
    def context(self) -> int:
        """The tokens that there is really room for."""
        told = self.description
        known = (told.context, told.most_context) if told else ()
        return min([self.endpoint.context if self.endpoint else 0, *filter(None, known)])

    @property
    def remedy(self) -> str:
        """The command that mends it."""
        if self.failure is None or self.endpoint is None:
            return ""
        if self.failure.reason == "model_missing" and self.endpoint.backend is Dialect.OLLAMA:
            return pull_command(self.endpoint)
        if isinstance(self.failure, Unavailable) and self.failure.reason == "connect":
            return _start_command(self.endpoint, self.tier, self.server_slots)
        return ""

    @property
    def slowness(self) -> str:
        """Where the model lies, when that is not a graphics card alone."""
        share = self.description.gpu_share if self.description else None
        if share is None or share >= _PARTLY:
            return ""
        return "on the CPU" if share == 0 else f"{1 - share:.0%} of it on the CPU"


async def report_tiers(endpoints: Mapping[Tier, Endpoint], lanes: Path, *, probes: bool) -> list[TierReport]:
    """All tiers in their order, one after the other: servers that have one model at a time must swap."""
    async with Models(endpoints, lanes) as models:
        found = [await _report(tier, models.get(tier), probes=probes) for tier in Tier]
    slots: dict[str, int] = {}
    for endpoint in endpoints.values():
        slots[endpoint.url] = max(endpoint.slots, slots.get(endpoint.url, 1))
    return [
        replace(one, server_slots=slots.get(one.endpoint.url if one.endpoint else "", 1)) for one in found
    ]


async def _report(tier: Tier, model: Model | None, *, probes: bool) -> TierReport:
    if model is None:
        return TierReport(tier)
    described = await model.describe()
    if not isinstance(described, Description):
        return TierReport(tier, model.endpoint, failure=described)
    if not described.is_present:
        absent = missing(model.endpoint, described.others)
        return TierReport(tier, model.endpoint, described, failure=absent)
    return await _probed(model) if probes else TierReport(tier, model.endpoint, described)


async def _probed(model: Model) -> TierReport:
    warmed = await model.warm(Lane.INTERACTIVE)
    if not isinstance(warmed, Probed):
        return TierReport(model.tier, model.endpoint, model.description, failure=warmed)
    outcome = await _tiny(model)
    if isinstance(outcome, Answered | Embedded | Truncated | Invalid):  # one token is no whole answer
        seconds = outcome.usage.total_seconds
        return TierReport(model.tier, model.endpoint, model.description, warmed, seconds)
    return TierReport(model.tier, model.endpoint, model.description, warmed, failure=outcome)


async def _tiny(model: Model) -> ChatOutcome | EmbedOutcome:
    if model.tier is Tier.EMBED:
        return await model.embed(["a"], Lane.INTERACTIVE)
    return await model.ask(tiny(Lane.INTERACTIVE))


def _start_command(endpoint: Endpoint, tier: Tier, slots: int) -> str:
    parts = urlsplit(endpoint.url)
    if endpoint.backend is Dialect.OLLAMA and parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        return f"OLLAMA_HOST={parts.netloc} OLLAMA_NUM_PARALLEL={slots} ollama serve"
    return f"start the server at {parts.netloc}, or set models.{tier}.url"
