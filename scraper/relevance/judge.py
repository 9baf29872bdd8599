"""The border to whoever can judge relevance better than counting words can, and later."""

import asyncio
from typing import NamedTuple, Protocol


class Glance(NamedTuple):
    """As much of a page as a judge is shown."""

    pattern: str  # host and shape of the address: pages of one pattern are worth one question
    url: str
    title: str
    heading: str
    opening: str  # the first words of its text
    score: float  # what counting words says, 0 to 1


class Verdict(NamedTuple):
    """What a judge thinks of the pages of a pattern."""

    pattern: str
    relevance: float  # 0 to 1


class Judge(Protocol):
    """Judges pages by a glance; the crawl never waits for it."""

    def known(self, glance: Glance) -> float | None:
        """What it thinks of the glance's pattern already; where it is None a verdict may come later."""

    async def verdict(self) -> Verdict:
        """The next verdict that came late; waits for one."""


class NoJudge:
    """Knows nothing and never will."""

    def known(self, glance: Glance) -> float | None:  # noqa: ARG002 - the border's signature
        return None

    async def verdict(self) -> Verdict:
        """Never comes."""
        never: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        return await never
