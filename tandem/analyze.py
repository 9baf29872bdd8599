"""Writes the report of a run that was crawled before, and tells how far it is."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from storage.runs import Run
from tandem.analysis_progress import AnalysisProgress
from tandem.broker_choice import BrokerChoice, choose_broker
from tandem.broker_place import announced
from tandem.deep_run import Assignment, write_report_of
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.job import Analysis, Progress
from tandem.job_file import load_job
from tandem.job_models import Models
from tandem.progress.announcer import Announcer
from tandem.progress.bus import Subscription
from tandem.progress.envelope import Envelope
from tandem.progress.events import ReportEvent
from tandem.progress.memory import MemoryBus
from tandem.publication import Publication
from tandem.run_models import run_models
from tandem.show_progress import Style, show_progress
from tandem.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """The models and the questions of a report, and who is told how far it is."""

    analysis: Analysis
    models: Models
    progress: Progress = field(default_factory=Progress)
    folder: Path = Path()  # where files that the job names are found

    @classmethod
    def of(cls, run: Run, job: str | None, questions: tuple[str, ...]) -> Self:
        """Those of another job when one is named, else of the run's own; questions given here come first."""
        if job is not None:
            loaded = load_job(job)
            wanted = cls(loaded.job.analysis, loaded.job.models, loaded.job.progress, loaded.folder)
        else:
            written = json.loads(run.job_file)
            wanted = cls(
                Analysis.model_validate(written.get("analysis", {})),
                Models.model_validate(written.get("models", {})),
                Progress.model_validate(written.get("progress", {})),
                Path(run.folder),
            )
        if not questions:
            return wanted
        asked = Analysis.model_validate({**wanted.analysis.model_dump(), "questions": questions})
        return replace(wanted, analysis=asked)


async def analyze_run(
    workspace: Path, run: Run, wanted: Wanted, environment: Environment, variables: Mapping[str, str]
) -> ReportEvent:
    """The report in the formats that are wanted; ReportFailed when there is none."""
    broker = _broker(workspace, choose_broker(wanted.progress, environment, variables, wanted.folder))
    speaker = _Speaker(run, Announcer(run.id, run.job, run.number))
    bus = MemoryBus()
    speaker.announcer.connect(bus)
    said = speaker.announcer, Style.LINES, _nobody_answers, speaker.will
    publication = Publication(broker, wanted.progress.prefix, workspace, *said)
    assignment = Assignment(workspace, run.id, wanted.analysis, wanted.models)
    listeners = [
        asyncio.create_task(show_progress(bus.subscribe("#"), Style.LINES), name="show"),
        asyncio.create_task(publication.carry(bus.subscribe("#")), name="publish"),
    ]
    try:
        async with run_models(wanted.models, environment, variables) as models:
            speaker.begins()
            progress = AnalysisProgress(
                speaker.announcer, lambda: models.stats(run.id), says_states=speaker.says_states
            )
            report = await write_report_of(assignment, models, progress)
            speaker.announcer.say(report)
            return report
    finally:
        speaker.ends()
        bus.close()
        await asyncio.wait(listeners)


def _broker(workspace: Path, chosen: BrokerChoice) -> BrokerChoice:
    """An embedded broker that serves the workspace already is everybody's."""
    if chosen.url is not None or chosen.is_off:
        return chosen
    url = announced(workspace)
    return chosen if url is None else BrokerChoice(url)


async def _nobody_answers(requests: Subscription) -> None:
    """An analysis is stopped where it was started; what is asked of its run is asked of its crawl."""
    async for _ in requests:
        pass


class _Speaker:
    """Speaks for a run in its afterlife; of one that has not ended only its own process says the state."""

    def __init__(self, run: Run, announcer: Announcer) -> None:
        self.announcer = announcer
        self._verdict = None if run.exit_code is None else Verdict(ExitCode(run.exit_code), run.note)

    @property
    def says_states(self) -> bool:
        """Whether the state of the run may be said here."""
        return self._verdict is not None

    def begins(self) -> None:
        """The run is looked at once more."""
        if self._verdict is not None:
            self.announcer.say_state("analysing")

    def ends(self) -> None:
        """The run is again what it was."""
        if self._verdict is not None:
            self.announcer.say_state(self._verdict.state, self._verdict.note, int(self._verdict.code))

    def will(self) -> Envelope | None:
        """What a broker says when this process is gone: that the run has ended as it had."""
        if self._verdict is None:
            return None
        verdict = self._verdict
        return self.announcer.state_as_will(verdict.state, verdict.note, int(verdict.code))
