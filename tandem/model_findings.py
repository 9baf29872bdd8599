"""What `doctor` says about the models of a job."""

import asyncio
from collections.abc import Mapping

from tandem.environment import Environment
from tandem.finding import Finding, Health
from tandem.inference.words import Endpoint, Tier
from tandem.lanes_place import lanes_place
from tandem.model_report import TierReport, report_tiers
from tandem.problem import UsageError

_WITHOUT = {
    Tier.FAST: "the built-in engine selects alone",
    Tier.DEEP: "reports are written by the fast tier, or without a model",
    Tier.EMBED: "search finds words, not meanings",
    Tier.VISION: "images and scanned pages are not read",
}


def model_findings(endpoints: Mapping[Tier, Endpoint], environment: Environment) -> list[Finding]:
    """One for each tier that is configured; nothing is loaded for it."""
    if not endpoints:
        return []
    try:
        lanes = lanes_place(environment.lanes, environment.runtime_folder)
    except UsageError as error:
        return [Finding("lanes", Health.BROKEN, str(error), "no model can be asked", "export TANDEM_LANES=…")]
    found = asyncio.run(report_tiers(endpoints, lanes, probes=False))
    return [_finding(report, report.endpoint) for report in found if report.endpoint is not None]


def _finding(report: TierReport, endpoint: Endpoint) -> Finding:
    subject, cost = f"{report.tier} model", _WITHOUT[report.tier]
    if report.failure is not None:
        return Finding(subject, Health.LIMITED, report.failure.detail, cost, report.remedy)
    is_loaded = report.description.is_loaded if report.description else None
    state = {True: ", loaded", False: ", not loaded yet", None: ""}[is_loaded]
    found = f"{endpoint.model} at {endpoint.url}{state}, context {report.context}"
    if report.slowness:
        slow = "answers take many times as long as on a graphics card"
        return Finding(
            subject, Health.LIMITED, f"{found}, {report.slowness}", slow, "a smaller model or context"
        )
    return Finding(subject, Health.GOOD, found)
