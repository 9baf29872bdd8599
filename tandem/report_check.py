"""Checks a report against a store: its citations, and what it counted."""

from collections.abc import Iterator
from typing import Any

from analysis.report import Counted
from analysis.schema import Report
from analysis.verify import Unproved, verify
from analysis.verify_figures import Miscounted, verify_figures
from storage.store import Store
from tandem.report_figures import counted
from tandem.stored_texts import is_body_of, text_of

FIGURES_DIFFER = "figures_differ"
Fault = Unproved | Miscounted


def faults(store: Store, report: Report) -> Iterator[Fault]:
    """Everything that does not hold."""
    run = store.find_run(report.run)
    yield from verify(report, text_of(store, run), is_body_of(store, run))
    if report.data or report.trends or any(one.record for one in report.contradictions):
        yield from verify_figures(report, Counted() if run is None else counted(store, run))


def figure_count(report: Report) -> int:
    """How many tables and charts it has."""
    return sum(len(one.tables) + len(one.charts) for one in (*report.data, *report.trends))


def as_line(fault: Fault) -> str:
    """For people."""
    if isinstance(fault, Miscounted):
        return f"{FIGURES_DIFFER.replace('_', ' ')}: {fault.section}: {fault.title}"
    why = f" ({', '.join(fault.reasons)})" if fault.reasons else ""
    return f"{fault.flaw.replace('_', ' ')}{why}: {fault.cited.url}: {fault.claim}"


def as_json(fault: Fault) -> dict[str, Any]:
    """For programs."""
    if isinstance(fault, Miscounted):
        return {"flaw": FIGURES_DIFFER, "reasons": [], "section": fault.section, "claim": fault.title}
    cited = fault.cited.model_dump(include={"url", "body_digest", "engine", "start", "end", "words"})
    said = {"flaw": fault.flaw, "reasons": fault.reasons, "section": fault.section, "claim": fault.claim}
    return said | cited
