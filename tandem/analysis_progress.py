"""Tells how far an analysis is, at most once a second, and at once when it waits for a model."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from analysis.deep.course import Course
from tandem.progress.announcer import Announcer
from tandem.progress.figures import AnalysisStats, ModelStats
from tandem.progress_lines import analysis_line

PAUSE_SECONDS = 1.0


class AnalysisProgress:
    """The course of one analysis, for those who follow its run."""

    def __init__(
        self,
        announcer: Announcer,
        models: Callable[[], tuple[ModelStats, ...]] = tuple,
        *,
        says_states: bool = True,
    ) -> None:
        """Of a run that another process crawls only the figures are told: its state is not ours to say."""
        self._says_states = says_states
        self.course = Course(on_change=self._changed)
        self._announcer = announcer
        self._models = models
        self._reason = ""
        self._has_news = False
        self._keep: Callable[[str], None] = lambda _: None

    @asynccontextmanager
    async def told(self, keep: Callable[[str], None]) -> AsyncIterator[None]:
        """Tells while it goes on, and the last figures at its end; `keep` has the newest line."""
        self._keep = keep
        task = asyncio.create_task(self._tell(), name="progress of the analysis")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            self._say()
            keep("")

    async def _tell(self) -> None:
        while True:
            if self._has_news:
                self._say()
            await asyncio.sleep(PAUSE_SECONDS)

    def _changed(self, course: Course) -> None:
        self._has_news = True
        reason = f"waiting for {course.waiting}" if course.waiting else course.warning
        if reason != self._reason and self._says_states:
            self._reason = reason
            self._announcer.say_state("analysing", reason)

    def _say(self) -> None:
        self._has_news = False
        stats = stats_of(self._announcer.run, self.course)
        self._announcer.say(stats)
        self._keep(analysis_line(stats))
        for model in self._models():
            self._announcer.say(model)


def stats_of(run: str, course: Course) -> AnalysisStats:
    """The figures as they are published."""
    rate, eta = course.tokens_per_second, course.eta_seconds
    return AnalysisStats(
        run=run,
        section=course.section[:2000],
        writer=course.writer,
        batches=course.batches,
        batches_done=course.batches_done,
        batches_failed=course.batches_failed,
        calls=course.calls,
        calls_reused=course.calls_reused,
        tokens_in=course.tokens_in,
        tokens_out=course.tokens_out,
        tokens_per_second=None if rate is None else round(rate, 2),
        eta_seconds=None if eta is None else round(eta, 1),
        waiting=course.waiting[:2000],
        warning=course.warning[:2000],
    )
