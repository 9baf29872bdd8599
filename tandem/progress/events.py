"""What can be said about a run while it goes on: one type per kind of message."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["running", "paused", "draining", "analysing", "done", "failed", "stopped", "lost"]
Amount = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Event(BaseModel):
    """Something to be told; how it is delivered belongs to its type."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    type: ClassVar[str]
    retained: ClassVar[bool] = False  # whoever comes later sees the last one
    is_assured: ClassVar[bool] = False  # delivered at least once (QoS 1); never dropped before others

    def topic(self) -> str:
        """Where it is published, behind the prefix and the version."""
        raise NotImplementedError


class _OfRun(Event):
    """About one run."""

    run: str
    """The run's id."""

    leaf: ClassVar[str]

    def topic(self) -> str:
        return f"run/{self.run}/{self.leaf}"


class RunState(_OfRun):
    """What a run is doing now."""

    type: ClassVar[str] = "tandem.run.state.v1"
    leaf: ClassVar[str] = "state"
    retained: ClassVar[bool] = True
    is_assured: ClassVar[bool] = True

    job: str
    """The job's name."""
    number: Amount
    """The run's number within its job."""
    state: State
    """What it does."""
    reason: str = ""
    """Why, in a few words; empty while nothing is remarkable."""
    exit_code: int | None = None
    """How it ended, once it has."""


class Stats(_OfRun):
    """A run in figures, once a second."""

    type: ClassVar[str] = "tandem.run.stats.v1"
    leaf: ClassVar[str] = "stats"
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
    outcomes: dict[str, Amount] = Field(default_factory=dict)
    """Visits by `outcome:reason`, over all continuations."""
    limit_pages: Amount | None = None
    """The limit on pages."""
    eta_seconds: Rate | None = None
    """Until the queue is empty or a limit is reached at the present rate."""
    dropped_messages: Amount = 0
    """Messages of this run that nobody could be told."""


class Host(BaseModel):
    """One host, as the frontier sees it."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

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


class Hosts(_OfRun):
    """The hosts that hold a run up most."""

    type: ClassVar[str] = "tandem.run.hosts.v1"
    leaf: ClassVar[str] = "hosts"
    retained: ClassVar[bool] = True

    hosts: tuple[Host, ...] = Field(max_length=50)
    """The slowest first."""


class PageNote(BaseModel):
    """What became of one URL."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    url: str = Field(max_length=2048)
    """The URL that was requested."""
    outcome: str
    """fetched, unchanged, refused or failed."""
    reason: str
    """Why."""
    status: Amount = 0
    """HTTP status; 0 without one."""
    bytes: Amount = 0
    """Over the wire."""
    ms: Amount = 0
    """From request to last byte."""


class PageBatch(_OfRun):
    """What became of some URLs; several in one message, so that a fast crawl sends few."""

    type: ClassVar[str] = "tandem.run.pages.v1"
    leaf: ClassVar[str] = "event/page"

    pages: tuple[PageNote, ...] = Field(max_length=200)
    """In the order of their commit."""


class ErrorEvent(_OfRun):
    """Something went wrong that a person may want to know; the state says whether the run goes on."""

    type: ClassVar[str] = "tandem.run.error.v1"
    leaf: ClassVar[str] = "event/error"
    is_assured: ClassVar[bool] = True

    what: str
    """The kind of error, in one word."""
    message: str = Field(max_length=2000)
    """One line."""
    url: str = Field(default="", max_length=2048)
    """The URL it is about, if any."""


class ReportEvent(_OfRun):
    """A report was written."""

    type: ClassVar[str] = "tandem.run.report.v1"
    leaf: ClassVar[str] = "event/report"
    is_assured: ClassVar[bool] = True

    title: str
    """Its title."""
    files: tuple[str, ...]
    """Paths within the workspace."""
    claims: Amount = 0
    """How many sentences with a source it holds."""


class NewestRun(Event):
    """Which run of a job is the newest."""

    type: ClassVar[str] = "tandem.job.newest.v1"
    retained: ClassVar[bool] = True
    is_assured: ClassVar[bool] = True

    job: str
    """The job's name."""
    run: str
    """The run's id."""

    def topic(self) -> str:
        return f"job/{self.job}"


EVENT_TYPES: dict[str, type[Event]] = {
    event.type: event for event in (RunState, Stats, Hosts, PageBatch, ErrorEvent, ReportEvent, NewestRun)
}
