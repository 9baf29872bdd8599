"""How a job uses a browser, and what it has done on which pages."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from tandem.job_steps import Step
from tandem.job_urls import UrlPattern
from tandem.job_values import Count, Flag, Seconds, Section, Size, Text, word_for_flag

Blocked = Literal["image", "font", "media", "tracker"]
Shot = Literal["viewport", "full_page"]


def _list_or_none(value: Any) -> Any:
    if value is False or value == "none":
        return []
    return [value] if isinstance(value, str) else value


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _kind_of_capture(value: Any) -> str:
    return "(patterns)" if isinstance(value, str | list | tuple) else "(flag)"


Shots = Annotated[
    tuple[Shot, ...],
    BeforeValidator(_list_or_none, json_schema_input_type=Literal["none"] | Shot | tuple[Shot, ...]),
]
Patterns = Annotated[
    tuple[UrlPattern, ...],
    BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...]),
    Field(max_length=100),
]
Capture = Annotated[
    Annotated[Patterns, Tag("(patterns)")] | Annotated[Flag, Tag("(flag)")], Discriminator(_kind_of_capture)
]


class Browser(Section):
    """The browser that shows pages which say little without one."""

    executable: Annotated[Text, Field(min_length=1, max_length=4096)] | None = None
    """The browser, a Chromium; looked for when not given."""
    sandbox: Annotated[Literal["on", "off"], word_for_flag("off", "on")] = "on"
    """off runs pages of strangers without Chromium's sandbox, for machines that cannot have one."""
    tabs: Annotated[Count, Field(ge=1, le=64)] | None = None
    """Most pages shown at a time; two for each core, at most four, when not given."""
    timeout: Annotated[Seconds, Field(gt=0, le=3600)] = 20
    """Seconds for one page, without the steps of `pages`."""
    settle: Annotated[Seconds, Field(ge=0, le=300)] = 5
    """Most seconds that a loaded page may go on building itself."""
    step_timeout: Annotated[Seconds, Field(gt=0, le=300)] = 10
    """Seconds for one step of `pages`, unless it says otherwise."""
    steps_timeout: Annotated[Seconds, Field(gt=0, le=3600)] = 120
    """Seconds for all steps of one page."""
    max_memory: Annotated[Size, Field(ge=200 * 10**6, le=10**12)] = 10**9
    """Most memory of all processes of the browser; above it, the browser is started anew."""
    block: Annotated[
        tuple[Blocked, ...],
        BeforeValidator(_list_or_none, json_schema_input_type=Literal["none"] | tuple[Blocked, ...]),
    ] = ("image", "font", "media", "tracker")
    """What pages are shown without, to save time: image, font, media, tracker, or none of them."""
    screenshots: Shots = ()
    """Pictures that are kept of each page that is shown: viewport, full_page, or none."""
    keep_dom: Flag = True
    """Whether the document that the browser made is kept beside the body."""
    capture_json: Capture = False
    """Whether answers in JSON that a page asks its own site for become pages; or URL patterns of answers."""


class PageSteps(Section):
    """What is done on some pages; a page follows the first entry that its URL fits."""

    match: Annotated[Patterns, Field(min_length=1)]
    """URL patterns of the pages."""
    do: tuple[Step, ...] = Field(default=(), max_length=100)
    """Steps, in their order, once the page is there."""
    render: Annotated[Literal["auto", "never", "always"], word_for_flag("never", "always")] | None = None
    """Whether these pages are rendered: as in `crawl` when not given, always when more is asked here."""
    screenshots: Shots | None = None
    """Pictures that are kept of these pages; `browser.screenshots` when not given."""
    capture_json: Capture | None = None
    """Which answers in JSON become pages; `browser.capture_json` when not given."""

    @property
    def needs_browser(self) -> bool:
        """Whether something is asked that only a browser can do."""
        return bool(self.do or self.screenshots or self.capture_json)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.render in {"never", "auto"} and self.needs_browser:
            raise ValueError(
                f"render: {self.render} contradicts what else is asked of these pages: it needs a browser"
                " every time; leave out `render`, or write `render: always`"
            )
        return self


def _agreeing(entry: PageSteps, info: ValidationInfo) -> PageSteps:
    """The entry itself; refused when the job renders nothing."""
    crawl = info.data.get("crawl")
    if crawl is not None and crawl.render == "never" and entry.needs_browser and entry.render is None:
        raise ValueError(
            "contradicts crawl.render: never, for what is asked of these pages needs a browser;"
            " write `render: always` here, or another crawl.render"
        )
    return entry


# Stands in a job after `crawl`, which it must not contradict.
Pages = Annotated[tuple[Annotated[PageSteps, AfterValidator(_agreeing)], ...], Field(max_length=1000)]
