"""The job: what to crawl, within which bounds, and what to make of it."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tandem.job_browser import Browser, Pages
from tandem.job_crawl import Crawl
from tandem.job_files import Files
from tandem.job_models import Models
from tandem.job_select import RecordSpec
from tandem.job_sessions import SessionSpec
from tandem.job_topic import naming_something
from tandem.job_urls import UrlPattern, requestable
from tandem.job_values import (
    Count,
    Seconds,
    Secret,
    Section,
    Size,
    Text,
    matching,
    web_address,
    without_password,
    word_for_flag,
)

File = Annotated[Text, Field(min_length=1, max_length=4096)]


class Seed(Section):
    """Where a crawl begins: a URL, or a file with one URL per line."""

    url: (
        Annotated[
            Text, AfterValidator(web_address), AfterValidator(without_password), AfterValidator(requestable)
        ]
        | None
    ) = None
    """Where to begin."""
    depth: Annotated[Count, Field(ge=0, le=1000)] | None = None
    """How many links away from this seed to go; `scope.max_depth` when not given."""
    file: File | None = None
    """A text file with one URL per line, beside the job file."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("needs exactly one of `url` and `file`")
        return self


def _seed(value: Any) -> Any:
    if isinstance(value, str):
        return {"url": value}
    if not isinstance(value, dict | Seed):
        raise ValueError("must be a URL, {url: …} or {file: …}")  # noqa: TRY004 - pydantic passes on ValueError only
    return value


class Scope(Section):
    """Which pages belong to the crawl, and how many of them."""

    within: Literal["page", "prefix", "host", "domain", "any"] = "host"
    """How far links may lead from the seeds, or from where these redirect to within their site."""
    include: tuple[UrlPattern, ...] = Field(default=(), max_length=1000)
    """URL patterns with *, one of which a page must match."""
    exclude: tuple[UrlPattern, ...] = Field(default=(), max_length=1000)
    """URL patterns with *, none of which a page may match."""
    ignore_parameters: tuple[Text, ...] = Field(default=(), max_length=1000)
    """Further query parameters that never change a page; they join the built-in list."""
    max_pages: Annotated[Count, Field(ge=1, le=10**10)] = 1000
    """Most pages to fetch, over all continuations of a run."""
    max_pages_per_host: Annotated[Count, Field(ge=1, le=10**10)] | None = None
    """Most URLs of one host to visit; no limit when not given."""
    max_depth: Annotated[Count, Field(ge=0, le=1000)] = 10
    """Most links between a seed and a page."""
    max_minutes: Annotated[Seconds, Field(gt=0, le=525_600)] = 60
    """Most minutes of crawling, over all continuations of a run."""
    max_bytes: Annotated[Size, Field(ge=1, le=10**15)] = 2 * 10**9
    """Most bytes over the wire, such as 2GB."""
    topic: Annotated[Text, AfterValidator(naming_something)] = Field(default="", max_length=2000)
    """What the crawl is about, in words or as a question; links that lead there go first."""
    min_relevance: Annotated[float, Field(ge=0, le=1, strict=True)] = 0.0
    """Pages less relevant to the topic than this, from 0 to 1, are stored and not followed; seeds always are.
    0.15 leaves out what does not name it, 0.3 what names half of it in passing, 0.5 what is not about it."""

    @model_validator(mode="after")
    def _relevance_is_to_something(self) -> Self:
        if self.min_relevance and not self.topic:
            raise ValueError("min_relevance is of use with topic only")
        return self


class Progress(Section):
    """Where progress is published."""

    broker: Annotated[
        Text,
        word_for_flag("off", "auto"),
        *matching(
            r"^(auto|embedded|off|mqtts?://.+)$", "must be auto, embedded, off or mqtt(s)://user@host:port"
        ),
        AfterValidator(without_password),
    ] = "auto"
    """auto, embedded, off, or mqtt(s)://user@host:port."""
    password: Secret | None = None
    """The broker's password, by the name of an environment variable."""
    ca_file: File | None = None
    """Who signed the broker's certificate, in PEM, beside the job file; else the system's roots count."""
    cert_file: File | None = None
    """Our certificate for brokers that want one, in PEM, beside the job file."""
    key_file: File | None = None
    """The key of that certificate, unless it is in the same file."""
    metrics: Annotated[Count, Field(ge=0, le=65535)] | None = None
    """A port of loopback where Prometheus reads the run's figures; 0 for any free one."""
    control: Annotated[Literal["auto", "off"], word_for_flag("off", "auto")] = "auto"
    """auto lets whoever may use the broker pause, resume, stop and pace the run; off lets nobody."""
    prefix: Annotated[
        Text, *matching(r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,2}$", "must be one to three words joined by /")
    ] = "tandem"
    """What every topic begins with."""

    @model_validator(mode="after")
    def _files_are_of_use(self) -> Self:
        if self.key_file is not None and self.cert_file is None:
            raise ValueError("key_file is of use with cert_file only")
        named = self.ca_file or self.cert_file
        if named is not None and not self.broker.startswith(("mqtts://", "auto")):
            raise ValueError("ca_file and cert_file are of use with mqtts:// only")
        return self


class Analysis(Section):
    """What is made of the pages when the crawl has ended."""

    questions: tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...] = Field(
        default=(), max_length=100
    )
    """What the report should answer."""
    formats: tuple[Literal["md", "html", "json", "pdf"], ...] = ("md", "html", "json")
    """Files the report is written as."""
    max_pages: Annotated[Count, Field(ge=1, le=100_000)] = 500
    """Most pages that are read for the report."""


class Job(Section):
    """One job file."""

    name: Annotated[
        Text, *matching(r"^[A-Za-z0-9_-]{1,100}$", "must be at most 100 letters, digits, - and _")
    ]
    """Names the runs of this job: letters, digits, - and _."""
    seeds: tuple[Annotated[Seed, BeforeValidator(_seed, json_schema_input_type=str | Seed)], ...] = Field(
        min_length=1, max_length=100_000
    )
    """Where the crawl begins."""
    # Constructed, not validated: that would build every section's validator once more at every start.
    scope: Scope = Scope.model_construct()
    """Which pages belong to the crawl."""
    crawl: Crawl = Crawl.model_construct()
    """How servers are treated."""
    sessions: tuple[SessionSpec, ...] = Field(default=(), max_length=100)
    """Logins, cookies and headers for single hosts; the first session that names a host counts."""
    browser: Browser = Browser.model_construct()
    """The browser that shows pages which say little without one."""
    pages: Pages = ()
    """What is done on some pages before they are read; the first entry that fits a page counts."""
    files: Files = Files.model_construct()
    """What is downloaded and kept as files."""
    select: tuple[RecordSpec, ...] = Field(default=(), max_length=100)
    """Which records are read from the pages."""
    models: Models = Models.model_construct()
    """Which models may help."""
    progress: Progress = Progress.model_construct()
    """Whom to tell what happens."""
    analysis: Analysis = Analysis.model_construct()
    """What is made of the pages once they are there."""


def canonical_json(job: Job) -> str:
    """What is kept with a run: only what was written, in one spelling."""
    written = job.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
