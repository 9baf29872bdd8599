"""Writes reports with scripted models."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from analysis.corpus import Listed, SourcePage
from analysis.deep.calls import Caller, Patience
from analysis.deep.course import Course
from analysis.deep.gather import gather
from analysis.deep.report import DeepReport
from analysis.report import Counted, Plan, RunFacts, assemble
from analysis.schema import Report
from storage.call_ledger import CallLedger
from tandem.inference.models import Models
from tandem.inference.words import Tier
from tests.tandem.inference.scripted_server import ScriptedServer

HURRIED = Patience(warming_seconds=0.2, first_pause_seconds=0.01, longest_pause_seconds=0.05)


def page(url: str, text: str, title: str = "") -> SourcePage:
    """A stored page."""
    return SourcePage(url, title, text, sha256(text.encode()).digest(), "test 1")


def listed(pages: Sequence[SourcePage]) -> list[Listed]:
    """As a run lists them."""
    return [Listed(one.digest, partial(lambda given: given, one)) for one in pages]


@dataclass
class Desk:
    """Writes reports with scripted models."""

    workspace: Path
    servers: dict[Tier, ScriptedServer]
    models: Models
    course: Course = field(default_factory=Course)
    callers: list[Caller] = field(default_factory=list)

    async def written(self, pages: Sequence[SourcePage], *questions: str, max_pages: int = 500) -> Report:
        """The report on these pages."""
        gathered = gather(listed(pages))
        eligible = len(pages)
        facts = RunFacts(
            "job", "job-1-ab", 1, 0.0, 1.0, "complete", [("fetched", "ok", eligible)], [], eligible
        )
        plan = Plan(questions, max_pages)
        with CallLedger(self.workspace) as ledger:
            tiers = [self.models.get(tier) for tier in (Tier.DEEP, Tier.FAST)]
            self.callers = [Caller(one, ledger, "job-1-ab", self.course, HURRIED) for one in tiers if one]
            written = await DeepReport(gathered, plan, self.callers, self.course).write(facts)
        return assemble(facts, written, Counted())


OpenDesk = Callable[..., Awaitable[Desk]]
