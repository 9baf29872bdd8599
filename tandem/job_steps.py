"""What a job has done on a page: steps that are named, never code."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tandem.job_crawl import TextOrSecret
from tandem.job_values import Count, Flag, Seconds, Section, Text, matching

MOST_TIMES = 1000
_ENGINE = re.compile(r"^\s*(?:[a-z_:-]+=|//|\.\./)|>>")  # ways to point at elements that are no CSS
_PASSWORD = re.compile(r"passw(?:or)?d|passcode|\bpin\b", re.IGNORECASE)
_KEY = (
    r"^((Control|Shift|Alt|Meta)\+){0,3}"
    r"(Enter|Tab|Escape|Backspace|Delete|Insert|Space|Home|End|PageUp|PageDown"
    r"|Arrow(Up|Down|Left|Right)|F([1-9]|1[0-2])|[!-~])$"
)


def _css(selector: str) -> str:
    if not selector.strip():
        raise ValueError("an empty selector points at nothing")
    if _ENGINE.search(selector):
        raise ValueError(f"must be a CSS selector such as `#more` or `.item a`, not {selector[:60]!r}")
    return selector


Selector = Annotated[Text, AfterValidator(_css), Field(max_length=1000)]
Times = Annotated[Count, Field(ge=1, le=MOST_TIMES)]
Key = Annotated[
    Text, *matching(_KEY, "must be a key such as Enter, Tab, ArrowDown, PageDown, a or Control+a")
]


class Fill(Section):
    """A text for a field of a form."""

    into: Selector
    """The field."""
    text: TextOrSecret
    """What is filled in; a secret as `{env: NAME}`."""

    @model_validator(mode="after")
    def _password_is_named(self) -> Self:
        if isinstance(self.text, str) and _PASSWORD.search(self.into):
            raise ValueError("carries a secret: write {env: NAME} and put it in that environment variable")
        return self


class Choice(Section):
    """An option of a list to choose from."""

    from_: Selector = Field(alias="from")
    """The list."""
    option: Annotated[Text, Field(max_length=1000)]
    """The option, as readers see it or by its value."""


class Scroll(Section):
    """How far a page is scrolled down; `until_no_more` alone goes on while it grows."""

    times: Times | None = None
    """How many times; as long as the page grows when not given."""
    at_most: Times = 50
    """Most times while the page grows."""
    inside: Selector | None = None
    """The element that scrolls; the page itself when not given."""


def _scroll(value: Any) -> Any:
    if value == "until_no_more":
        return {}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"times": value}
    if isinstance(value, str):
        raise ValueError("must be until_no_more, {times: 5} or {at_most: 200}")  # noqa: TRY004 - pydantic passes on ValueError only
    return value


_KINDS = ("wait_for", "click", "fill", "press", "select", "scroll", "repeat")


class SingleStep(Section):
    """One thing to do."""

    wait_for: Selector | None = None
    """Waits until this is seen."""
    click: Selector | None = None
    """Clicks the first of these."""
    fill: Fill | None = None
    """Fills in a field: `{into: "#q", text: lamp}`."""
    press: Key | None = None
    """Presses a key, such as Enter."""
    select: Choice | None = None
    """Chooses from a list: `{from: "#size", option: XL}`."""
    scroll: Annotated[Scroll, BeforeValidator(_scroll, json_schema_input_type=str | int | Scroll)] | None = (
        None
    )
    """Scrolls down: `until_no_more`, or `{times: 5}`."""
    optional: Flag = False
    """Whether the page is taken as well where this cannot be done."""
    timeout: Annotated[Seconds, Field(gt=0, le=300)] | None = None
    """Seconds that this step may take; `browser.step_timeout` when not given."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        known = [kind for kind in _KINDS if kind in type(self).model_fields]
        if len([kind for kind in known if getattr(self, kind) is not None]) != 1:
            raise ValueError(f"does exactly one of {', '.join(known)}")
        return self


class Repeat(Section):
    """Steps that are done again and again: `{click: "#more"}`, or several of them under `do`."""

    click: Selector | None = None
    """Clicked until it is gone or brings nothing new."""
    do: tuple[SingleStep, ...] = Field(default=(), max_length=20)
    """Done until one of them has nothing left to work on, or all of them bring nothing new."""
    at_most: Times = 20
    """Most times."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.click is None) == (not self.do):
            raise ValueError("needs exactly one of `click` and `do`")
        return self


class Step(SingleStep):
    """One thing to do on a page; steps are done in their order."""

    repeat: Repeat | None = None
    """Repeats a click, as for load-more buttons: `{click: "#more", at_most: 20}`; or several under `do`."""
