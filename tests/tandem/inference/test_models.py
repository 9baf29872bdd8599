"""Asking the tiers of a run: which there are, where tasks go, what is counted."""

from pathlib import Path

import pytest

from tandem.inference.models import Models
from tandem.inference.outcomes import Answered, Embedded
from tandem.inference.routing import Task
from tandem.inference.words import Dialect, Lane, Tier
from tests.tandem.inference.asking import COLOUR, endpoint, request
from tests.tandem.inference.scripted_server import ScriptedServer


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_tier_answers_and_its_figures_tell(
    server: ScriptedServer, lanes: Path, dialect: Dialect
) -> None:
    async with Models({Tier.FAST: endpoint(server.url, dialect)}, lanes) as models:
        model = models.get(Tier.FAST)
        assert model is not None
        outcome = await model.ask(request(schema=COLOUR))
        assert isinstance(outcome, Answered)
        assert outcome.parsed == {"colour": "red", "count": 0}
        vectors = await model.embed(["a", "b"], Lane.BATCH)
        assert isinstance(vectors, Embedded)
        figures = models.figures()[Tier.FAST]
    assert (figures.answers, figures.failures, figures.in_flight) == (2, 0, 0)
    assert figures.outcomes == {"answered:ok": 2}
    assert figures.tokens_out == outcome.usage.tokens_out > 0
    assert figures.latency_p95_seconds is not None


async def test_a_tier_that_is_not_configured_is_none(lanes: Path) -> None:
    async with Models({}, lanes) as models:
        assert models.available == frozenset()
        assert models.get(Tier.DEEP) is None
        assert models.route(Task.SUMMARY).tier is None
