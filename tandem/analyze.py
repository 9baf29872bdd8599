"""Writes the report of a run that was crawled before, and says on stderr how far it is."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from storage.runs import Run
from tandem.analysis_progress import AnalysisProgress
from tandem.deep_run import Assignment, write_report_of
from tandem.environment import Environment
from tandem.job import Analysis
from tandem.job_file import load_job
from tandem.job_models import Models
from tandem.progress.announcer import Announcer
from tandem.progress.events import ReportEvent
from tandem.progress.memory import MemoryBus
from tandem.run_models import run_models
from tandem.show_progress import Style, show_progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """The models and the questions of a report."""

    analysis: Analysis
    models: Models

    @classmethod
    def of(cls, run: Run, job: str | None, questions: tuple[str, ...]) -> Self:
        """Those of another job when one is named, else of the run's own; questions given here come first."""
        if job is not None:
            loaded = load_job(job).job
            analysis, models = loaded.analysis, loaded.models
        else:
            written = json.loads(run.job_file)
            analysis = Analysis.model_validate(written.get("analysis", {}))
            models = Models.model_validate(written.get("models", {}))
        if questions:
            analysis = Analysis.model_validate({**analysis.model_dump(), "questions": questions})
        return cls(analysis, models)


async def analyze_run(
    workspace: Path, run: Run, wanted: Wanted, environment: Environment, variables: Mapping[str, str]
) -> ReportEvent:
    """The report in the formats that are wanted; ReportFailed when there is none."""
    announcer, bus = Announcer(run.id, run.job, run.number), MemoryBus()
    announcer.connect(bus)
    assignment = Assignment(workspace, run.id, wanted.analysis, wanted.models)
    shown = asyncio.create_task(show_progress(bus.subscribe("#"), Style.LINES), name="show")
    try:
        async with run_models(wanted.models, environment, variables) as models:
            progress = AnalysisProgress(announcer, lambda: models.stats(run.id))
            return await write_report_of(assignment, models, progress)
    finally:
        bus.close()
        await asyncio.wait([shown])
