"""What a run tells, as Prometheus reads it."""

import os
import resource
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tandem.progress.event import Event
from tandem.progress.events import RecordBatch, RunState
from tandem.progress.figures import AnalysisStats, ModelStats, Stats

Labels = Mapping[str, str]
Sample = tuple[Labels, float]
_NONE: Labels = {}


@dataclass
class Metrics:
    """The newest figures of one run."""

    state: RunState | None = None
    stats: Stats | None = None
    analysis: AnalysisStats | None = None
    models: dict[str, ModelStats] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Keeps what an event says."""
        match event:
            case RunState():
                self.state = event
            case Stats():
                self.stats = event
            case AnalysisStats():
                self.analysis = event
            case ModelStats():
                self.models[event.tier] = event
            case RecordBatch():
                for note in event.records:
                    self.records[note.record] = self.records.get(note.record, 0) + note.count

    def text(self) -> str:
        """All of it in Prometheus' text format."""
        page = _Page()
        self._run(page)
        if self.stats is not None:
            _crawl(page, self.stats)
        for name, count in sorted(self.records.items()):
            page.add("records_total", "counter", "Records read by this process.", [({"record": name}, count)])
        _models(page, self.models.values())
        if self.analysis is not None:
            _analysis(page, self.analysis)
        _process(page)
        return page.text()

    def _run(self, page: "_Page") -> None:
        if (state := self.state) is not None:
            labels = {"run": state.run, "job": state.job, "number": str(state.number), "state": state.state}
            page.add("run_info", "gauge", "The run and what it does now.", [(labels, 1)])


class _Page:
    """Families of samples, each with its help and type once."""

    def __init__(self) -> None:
        self._families: dict[str, tuple[str, str, list[Sample]]] = {}

    def add(self, name: str, kind: str, told: str, samples: Iterable[Sample]) -> None:
        self._families.setdefault(name, (kind, told, []))[2].extend(samples)

    def one(self, name: str, kind: str, told: str, value: float | None) -> None:
        if value is not None:
            self.add(name, kind, told, [(_NONE, value)])

    def text(self) -> str:
        lines = []
        for name, (kind, told, samples) in self._families.items():
            full = name if name.startswith("process_") else f"tandem_{name}"
            lines += [f"# HELP {full} {told}", f"# TYPE {full} {kind}"]
            lines += [f"{full}{_labelled(labels)} {_number(value)}" for labels, value in samples]
        return "\n".join(lines) + "\n"


def _crawl(page: _Page, stats: Stats) -> None:
    counter, gauge = "counter", "gauge"
    page.one("pages_total", counter, "Pages stored or found unchanged, over all continuations.", stats.pages)
    page.one("bytes_total", counter, "Bytes over the wire, over all continuations.", stats.bytes)
    visits = [(_outcome(name), float(count)) for name, count in sorted(stats.outcomes.items())]
    page.add("visits_total", counter, "Visits by outcome and reason, over all continuations.", visits)
    page.one("pages_per_second", gauge, "Over the last seconds.", stats.pages_per_second)
    page.one("bytes_per_second", gauge, "Over the last seconds.", stats.bytes_per_second)
    page.one("elapsed_seconds", gauge, "Since this process began.", stats.elapsed_seconds)
    page.one("queue_links", gauge, "Links that wait.", stats.waiting)
    page.one("queue_hosts", gauge, "Hosts with something waiting.", stats.hosts)
    page.one("in_flight", gauge, "Visits in hand.", stats.in_flight)
    page.one("coverage_ratio", gauge, "Part of the known URLs with an outcome.", stats.coverage)
    page.one("eta_seconds", gauge, "Until the end at the present rate.", stats.eta_seconds)
    page.one("undecided_pages", gauge, "Pages whose fields wait for a model.", stats.undecided)
    page.one("dropped_messages_total", counter, "Messages nobody could be told.", stats.dropped_messages)
    if (store := stats.store) is not None:
        page.one("store_pending_rows", gauge, "Visits not sealed yet.", store.pending_rows)
        page.one("store_pending_bytes", gauge, "Decoded bodies of these.", store.pending_bytes)
        page.one("store_files", gauge, "Sealed files.", store.files)
        page.one("store_ledger_bytes", gauge, "The ledger with its log.", store.ledger_bytes)
    if (browser := stats.browser) is not None:
        counts = {name: getattr(browser, name) for name in ("rendered", "avoided", "failed", "missed")}
        samples = [({"what": name}, float(count)) for name, count in counts.items()]
        page.add("browser_pages_total", counter, "What the browser did for pages, in this process.", samples)
        page.one("browser_tabs", gauge, "Pages that it shows now.", browser.tabs)
        page.one("browser_memory_bytes", gauge, "Of all its processes.", browser.memory_bytes)


def _models(page: _Page, models: Iterable[ModelStats]) -> None:
    for one in models:
        labels = {"tier": one.tier, "model": one.model}

        def say(name: str, kind: str, told: str, value: float | None, labels: Labels = labels) -> None:
            if value is not None:
                page.add(f"model_{name}", kind, told, [(labels, value)])

        say("in_flight", "gauge", "Requests under way.", one.in_flight)
        say("waiting", "gauge", "Of these, for a slot.", one.waiting)
        say("answers_total", "counter", "Requests answered by this process.", one.answers)
        say("failures_total", "counter", "Requests without an answer of use.", one.failures)
        say("tokens_in_total", "counter", "Tokens read.", one.tokens_in)
        say("tokens_out_total", "counter", "Tokens written.", one.tokens_out)
        say("latency_p50_seconds", "gauge", "Of the last answers.", one.latency_p50_seconds)
        say("latency_p95_seconds", "gauge", "Of the last answers.", one.latency_p95_seconds)
        say("tokens_per_second", "gauge", "Written, over the last answers.", one.tokens_per_second)


def _analysis(page: _Page, stats: AnalysisStats) -> None:
    page.one("analysis_batches", "gauge", "Batches of this section.", stats.batches)
    page.one("analysis_batches_done", "gauge", "Of these, read.", stats.batches_done)
    page.one("analysis_batches_failed", "gauge", "Of these, failed.", stats.batches_failed)
    page.one("analysis_calls_total", "counter", "Calls of this process.", stats.calls)
    page.one("analysis_eta_seconds", "gauge", "Until the batches are read.", stats.eta_seconds)


def _process(page: _Page) -> None:
    """Of this process alone, by the names that all exporters give them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    page.one("process_cpu_seconds_total", "counter", "User and system time.", used.ru_utime + used.ru_stime)
    try:
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return  # not on Linux
    told = "Resident memory."
    page.one("process_resident_memory_bytes", "gauge", told, float(resident * os.sysconf("SC_PAGE_SIZE")))


def _outcome(name: str) -> Labels:
    outcome, _, reason = name.partition(":")
    return {"outcome": outcome, "reason": reason}


def _labelled(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
