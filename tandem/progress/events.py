"""What happens in a run: its states, pages, records, errors, reports."""

from typing import ClassVar, Literal

from pydantic import Field

from tandem.progress.event import Amount, Event, OfRun, Part, Url

State = Literal["running", "paused", "draining", "analysing", "done", "failed", "stopped", "lost"]
ENDED: frozenset[State] = frozenset({"done", "failed", "stopped"})  # `lost` may come back


class RunState(OfRun):
    """What a run is doing now."""

    type: ClassVar[str] = "tandem.run.state.v1"
    address: ClassVar[str] = "run/{run}/state"
    retained: ClassVar[bool] = True
    is_assured: ClassVar[bool] = True

    job: str
    """The job's name."""
    number: Amount
    """The run's number within its job."""
    state: State
    """What it does."""
    reason: str = Field(default="", max_length=2000)
    """Why, in a few words; empty while nothing is remarkable."""
    exit_code: int | None = None
    """How it ended, once it has."""


class PageNote(Part):
    """What became of one URL."""

    url: Url
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
    rendered: str = Field(default="", max_length=40)
    """Why a browser was asked to show it; empty where none was."""
    render_outcome: str = Field(default="", max_length=40)
    """ok, or why the browser did not show it as asked."""
    render_ms: Amount = 0
    """How long that took."""
    visit: Amount = 0
    """Its number in the workspace: the column `visit` of every table."""


class PageBatch(OfRun):
    """What became of some URLs; several in one message, so that a fast crawl sends few."""

    type: ClassVar[str] = "tandem.run.pages.v1"
    address: ClassVar[str] = "run/{run}/event/page"

    pages: tuple[PageNote, ...] = Field(max_length=200)
    """In the order of their commit."""


class RecordNote(Part):
    """That records were read from one page; the records themselves are in the workspace."""

    url: Url
    """The page."""
    record: str = Field(max_length=200)
    """The kind of record, as the job names it."""
    count: Amount
    """How many of them."""
    incomplete: Amount = 0
    """How many of them lack a required field."""
    visit: Amount = 0
    """The number of the visit that brought the page."""


class RecordBatch(OfRun):
    """Which pages gave which records; several in one message."""

    type: ClassVar[str] = "tandem.run.records.v1"
    address: ClassVar[str] = "run/{run}/event/record"

    records: tuple[RecordNote, ...] = Field(max_length=200)
    """In the order of their commit."""


class ErrorEvent(OfRun):
    """Something went wrong that a person may want to know; the state says whether the run goes on."""

    type: ClassVar[str] = "tandem.run.error.v1"
    address: ClassVar[str] = "run/{run}/event/error"
    is_assured: ClassVar[bool] = True

    what: str = Field(max_length=100)
    """The kind of error: a reason of a visit, or `run` or `report`."""
    message: str = Field(max_length=2000)
    """One line."""
    url: Url = ""
    """The URL it is about, if any."""


class ReportEvent(OfRun):
    """A report was written."""

    type: ClassVar[str] = "tandem.run.report.v1"
    address: ClassVar[str] = "run/{run}/event/report"
    is_assured: ClassVar[bool] = True

    title: str
    """Its title."""
    files: tuple[str, ...]
    """Paths within the workspace."""
    claims: Amount = 0
    """How many sentences with a source it holds."""
    incomplete: str = Field(default="", max_length=2000)
    """What of it could not be made as asked; empty when all could."""


class NewestRun(Event):
    """Which run of a job is the newest."""

    type: ClassVar[str] = "tandem.job.newest.v1"
    address: ClassVar[str] = "job/{job}"
    retained: ClassVar[bool] = True
    is_assured: ClassVar[bool] = True

    job: str
    """The job's name."""
    run: str
    """The run's id."""
