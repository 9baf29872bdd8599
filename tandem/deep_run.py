"""Has the models of a job write the report of a run; without any, the writer that needs none does it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.report import Counted, Plan, RunFacts, assemble
from analysis.schema import Report
from storage.runs import Run
from storage.store import Store
from tandem.analysis_progress import AnalysisProgress
from tandem.inference.words import Tier
from tandem.job import Analysis
from tandem.job_run import ReportFailed
from tandem.progress.events import ReportEvent
from tandem.report_figures import counted
from tandem.run_models import RunModels
from tandem.run_report import publish, run_facts, write_run_report
from tandem.stored_texts import listed_pages
from tandem.version import __version__

if TYPE_CHECKING:
    from analysis.deep.calls import Caller
    from analysis.deep.course import Course
    from analysis.deep.gather import Gathered
    from tandem.inference.model import Model
    from tandem.job_models import Models as WantedModels

WRITERS = (Tier.DEEP, Tier.FAST)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What report is wanted of which run."""

    workspace: Path
    run: str
    wanted: Analysis
    models: "WantedModels"


@dataclass(frozen=True, slots=True)
class _Material:
    """Everything that the store has for it."""

    run: Run
    facts: RunFacts
    counted: Counted
    gathered: "Gathered"


async def write_report_of(
    assignment: Assignment, models: RunModels, progress: AnalysisProgress
) -> ReportEvent:
    """The report in the formats that the job names; ReportFailed when there is none."""
    writers = [model for tier in WRITERS if (model := models.get(tier)) is not None]
    if not writers:
        return await asyncio.to_thread(
            write_run_report, assignment.workspace, assignment.run, assignment.wanted
        )
    material = await asyncio.to_thread(_material, assignment)
    report = await _written(assignment, material, writers, progress)
    return await asyncio.to_thread(
        publish,
        assignment.workspace,
        material.run,
        report,
        assignment.wanted,
        incomplete=lacking(report, writers[0].tier),
    )


def lacking(report: Report, best: Tier) -> str:
    """What of a report was not made as well as it could have been; empty when nothing."""
    sections = [section for section in (report.summary, *report.sections) if report.coverage.read]
    worse = sum(section.writer.value != best.value for section in sections)
    parts = []
    if worse:
        parts.append(f"{worse} of {len(sections)} sections were written without the {best} model")
    if report.coverage.failed:
        parts.append(f"{report.coverage.failed:,} pages could not be read")
    return ", ".join(parts)


async def _written(
    assignment: Assignment, material: _Material, writers: "Sequence[Model]", progress: AnalysisProgress
) -> Report:
    # a run without models needs none of this
    from analysis.deep.report import DeepReport  # noqa: PLC0415

    plan = Plan(assignment.wanted.questions, assignment.wanted.max_pages)
    async with (
        _callers(assignment, writers, progress.course) as callers,
        progress.told(partial(callers[0].ledger.tell, assignment.run)),
    ):
        deep = DeepReport(material.gathered, plan, callers, progress.course, __version__)
        written = await deep.write(material.facts)
    return assemble(material.facts, written, material.counted)


@asynccontextmanager
async def _callers(
    assignment: Assignment, writers: "Sequence[Model]", course: "Course"
) -> "AsyncIterator[list[Caller]]":
    """The models, asked through the ledger of calls; the large one is let go when all is written."""
    from analysis.deep.calls import Caller  # noqa: PLC0415 - as above
    from storage.call_ledger import CallLedger  # noqa: PLC0415
    from tandem.on_demand import OnDemand  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(CallLedger(assignment.workspace))
        callers = []
        for model in writers:
            rouse = None
            if model.tier is Tier.DEEP:
                demand = OnDemand(model, assignment.models.deep, course, keeps=_is_shared(model, writers))
                stack.push_async_callback(demand.rest)
                rouse = demand.rouse
            callers.append(Caller(model, ledger, assignment.run, course, rouse=rouse))
        yield callers


def _is_shared(model: "Model", writers: "Sequence[Model]") -> bool:
    """Whether another tier is the same model on the same server."""
    mine = (model.endpoint.url, model.endpoint.model)
    return any((one.endpoint.url, one.endpoint.model) == mine for one in writers if one is not model)


def _material(assignment: Assignment) -> _Material:
    from analysis.deep.gather import gather  # noqa: PLC0415 - as above

    with Store(assignment.workspace) as store:
        run = store.find_run(assignment.run)
        if run is None:
            raise ReportFailed(f"no run {assignment.run} in {assignment.workspace}")
        return _Material(
            run,
            run_facts(store, run),
            counted(store, run),
            gather(listed_pages(store, run, with_values=True)),
        )
