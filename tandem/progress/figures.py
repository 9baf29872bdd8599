"""A run in figures: all of it, its slowest hosts, its models."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tandem.progress.event import Amount, OfRun, Part, Rate

Tier = Literal["fast", "deep", "embed", "vision"]


class StoreFigures(Part):
    """What the workspace holds that is not in its final place yet, and what is."""

    pending_rows: Amount
    """Visits that are committed and not yet sealed into a file."""
    pending_bytes: Amount
    """The decoded bodies of these."""
    files: Amount
    """Sealed files."""
    ledger_bytes: Amount
    """The ledger on disk, with its log."""


class RenderFigures(Part):
    """What a browser did for pages; counts are of this process."""

    rendered: Amount = 0
    """Pages that it showed."""
    avoided: Amount = 0
    """Pages with scripts that were taken as plain HTTP brought them."""
    failed: Amount = 0
    """Pages that it could not show."""
    missed: Amount = 0
    """Pages that need it, as far as one knows, and were not shown."""
    tabs: Amount = 0
    """Pages that it shows now."""
    waiting: Amount = 0
    """Pages that wait for a tab."""
    memory_bytes: Amount = 0
    """Of all its processes."""
    trouble: str = Field(default="", max_length=2000)
    """Why there is none now."""


class Stats(OfRun):
    """A run in figures, once a second."""

    type: ClassVar[str] = "tandem.run.stats.v1"
    address: ClassVar[str] = "run/{run}/stats"
    retained: ClassVar[bool] = True

    elapsed_seconds: Rate
    """Since the process began; earlier ones of the run are not in it."""
    pages: Amount
    """Pages stored or found unchanged, over all continuations."""
    pages_per_second: Rate
    """Over the last seconds."""
    bytes: Amount
    """Over the wire, over all continuations."""
    bytes_per_second: Rate
    """Over the last seconds."""
    waiting: Amount
    """Links in the queue."""
    in_flight: Amount
    """Visits in hand."""
    hosts: Amount
    """Hosts with something waiting."""
    coverage: Annotated[float, Field(ge=0, le=1)] | None = None
    """The part of all URLs known so far that has an outcome; null before the first is known."""
    outcomes: dict[str, Amount] = Field(default_factory=dict)
    """Visits by `outcome:reason`, over all continuations."""
    limit_pages: Amount | None = None
    """The limit on pages."""
    eta_seconds: Rate | None = None
    """Until the queue is empty or a limit is reached at the present rate."""
    dropped_messages: Amount = 0
    """Messages of this run that nobody could be told."""
    undecided: Amount = 0
    """Pages that wait for a model, once all the others are done."""
    store: StoreFigures | None = None
    """The workspace; null until it was looked at."""
    browser: RenderFigures | None = None
    """What a browser did; null in runs that render nothing, and before any page could need it."""


class Host(Part):
    """One host, as the frontier sees it."""

    host: str
    """Its name, with the port when it is not the usual one."""
    waiting: Amount = 0
    """Links in the queue."""
    in_flight: Amount = 0
    """Requests in flight."""
    latency_seconds: Rate | None = None
    """From request to first byte, smoothed."""
    gap_seconds: Rate = 0.0
    """Between two requests at present."""
    parked_seconds: Rate = 0.0
    """How long it is left alone yet."""


class Hosts(OfRun):
    """The hosts that hold a run up most."""

    type: ClassVar[str] = "tandem.run.hosts.v1"
    address: ClassVar[str] = "run/{run}/hosts"
    retained: ClassVar[bool] = True

    hosts: tuple[Host, ...] = Field(max_length=50)
    """The slowest first."""


class AnalysisStats(OfRun):
    """How far the models are with a report, once a second while they write one."""

    type: ClassVar[str] = "tandem.run.analysis.v1"
    address: ClassVar[str] = "run/{run}/analysis"
    retained: ClassVar[bool] = True

    section: str = Field(default="", max_length=2000)
    """What is being written."""
    writer: str = Field(default="", max_length=20)
    """The tier that writes it."""
    batches: Amount = 0
    """Batches of pages that this section needs, as far as one can tell."""
    batches_done: Amount = 0
    """Of these, read."""
    batches_failed: Amount = 0
    """Of these, failed."""
    calls: Amount = 0
    """Calls that this process made."""
    calls_reused: Amount = 0
    """Calls that were answered before."""
    tokens_in: Amount = 0
    """Read in these calls."""
    tokens_out: Amount = 0
    """Written in these calls."""
    tokens_per_second: Rate | None = None
    """Written, over these calls."""
    eta_seconds: Rate | None = None
    """Until the batches of this section are read."""
    waiting: str = Field(default="", max_length=2000)
    """For which model, and why; empty while work goes on."""
    warning: str = Field(default="", max_length=2000)
    """What slows it down, such as a model that lies on the processor."""


class ModelStats(OfRun):
    """One tier's model in figures; only runs that use models tell them."""

    type: ClassVar[str] = "tandem.run.model.v1"
    address: ClassVar[str] = "run/{run}/model/{tier}"
    retained: ClassVar[bool] = True

    tier: Tier
    """Which tier."""
    model: str = Field(max_length=200)
    """Its name."""
    is_loaded: bool | None = None
    """Whether it is in memory; null when its server does not say."""
    in_flight: Amount = 0
    """Requests under way."""
    waiting: Amount = 0
    """Of these, for a slot."""
    answers: Amount = 0
    """Requests answered by this process."""
    failures: Amount = 0
    """Requests that got no answer of use."""
    outcomes: dict[str, Amount] = Field(default_factory=dict)
    """Requests by `kind:reason`."""
    tokens_in: Amount = 0
    """Read, as the server counts them."""
    tokens_out: Amount = 0
    """Written, as the server counts them."""
    latency_p50_seconds: Rate | None = None
    """Half of the last answers took no longer."""
    latency_p95_seconds: Rate | None = None
    """95 of 100 of the last answers took no longer."""
    tokens_per_second: Rate | None = None
    """Written, over the last answers."""
