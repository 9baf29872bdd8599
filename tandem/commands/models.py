"""The command `models`."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from tandem.commands.options import AsJson
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.inference.words import Tier
from tandem.job_file import load_job
from tandem.job_models import Models, Profile
from tandem.lanes_place import lanes_place
from tandem.model_choice import endpoints_of
from tandem.model_report import TierReport, report_tiers

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem models --profile laptop --probe")
def models(
    job: Annotated[
        str | None, typer.Option("--job", metavar="JOB.yaml", help="The models of this job.")
    ] = None,
    profile: Annotated[Profile | None, typer.Option(help="The models of this profile.")] = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Load each model, ask it something tiny, find out what it takes.")
    ] = False,
    pull: Annotated[
        bool, typer.Option("--pull", help="Bring missing models to their Ollama servers.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show which models help, and whether they can.

    Of each tier: its endpoint, model, context, whether it is loaded and how fast it answers.

    Exits 0 when every tier that is configured can be used, 6 when one cannot.
    """
    environment = Environment.read(os.environ)
    endpoints = endpoints_of(_models(job, profile), environment.ollama, os.environ)
    lanes = lanes_place(environment.lanes, environment.runtime_folder)
    if pull:
        # The ollama package costs half a second to import, which only this needs.
        from tandem.model_pull import pull_missing  # noqa: PLC0415

        asyncio.run(pull_missing(endpoints, sys.stderr.write))
    found = asyncio.run(report_tiers(endpoints, lanes, probes=probe))
    for report in found:
        sys.stdout.write(json.dumps(_as_json(report)) + "\n" if as_json else _lines(report))
    if not endpoints and not as_json:
        sys.stdout.write("No model is configured: name a job with --job, or look at a --profile.\n")
    return ExitCode.OK if all(report.is_usable for report in found) else ExitCode.INCOMPLETE


def _models(job: str | None, profile: Profile | None) -> Models:
    if job is not None:
        return load_job(job).job.models
    return Models(profile=profile or "none")


def _lines(report: TierReport) -> str:
    endpoint = report.endpoint
    if endpoint is None:
        return f"{report.tier:<7} none is configured\n"
    slots = "1 slot" if endpoint.slots == 1 else f"{endpoint.slots} slots"
    lines = f"{report.tier:<7} {endpoint.model} at {endpoint.url} ({endpoint.backend})"
    lines += f", context {report.context}, {slots}\n"
    if report.failure is not None:
        lines += f"{'':<8}{report.failure.kind.replace('_', ' ')}: {report.failure.detail}\n"
        lines += f"{'':<8}to mend it: {report.remedy}\n" if report.remedy else ""
        return lines
    return lines + f"{'':<8}{_state(report)}\n"


def _state(report: TierReport) -> str:
    description, words = report.description, []
    if description is not None and description.is_loaded is not None:
        words.append("loaded" if description.is_loaded else "not loaded")
    if report.slowness:
        words.append(report.slowness)
    if report.latency_seconds is not None:
        words.append(f"a tiny answer took {report.latency_seconds:.2f} s")
    if report.probed is not None and report.probed.obeys_schema is False:
        words.append("does not keep to schemas")
    return ", ".join(words) or "there"


def _as_json(report: TierReport) -> Mapping[str, Any]:
    endpoint, told, probed = report.endpoint, report.description, report.probed
    return {
        "tier": report.tier,
        "endpoint": endpoint.url if endpoint else None,
        "backend": endpoint.backend if endpoint else None,
        "model": endpoint.model if endpoint else None,
        "slots": endpoint.slots if endpoint else None,
        "context": report.context if endpoint else None,
        "most_context": told.most_context if told else None,
        "digest": told.digest if told else None,
        "loaded": told.is_loaded if told else None,
        "bytes": told.bytes if told else None,
        "gpu_share": told.gpu_share if told else None,
        "latency_seconds": report.latency_seconds,
        "obeys_schema": probed.obeys_schema if probed else None,
        "think": probed.manner.think if probed else None,
        "flags": _flags(report),
        "problem": f"{report.failure.kind}: {report.failure.reason}" if report.failure else None,
        "detail": report.failure.detail if report.failure else "",
        "remedy": report.remedy,
    }


def _flags(report: TierReport) -> list[str] | None:
    if report.probed is None or report.tier is Tier.EMBED:
        return None
    manner = report.probed.manner
    pairs = (("truncate", manner.has_truncate), ("shift", manner.has_shift))
    return [name for name, is_taken in pairs if is_taken]
