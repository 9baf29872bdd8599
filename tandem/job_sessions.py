"""Sessions of a job: what hosts are told so that they show what they show to their users."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from scraper.host_pattern import HostPattern
from storage.address import parse
from tandem.job_crawl import Headers, HostText, TextOrSecret, refusing_plain
from tandem.job_urls import UrlPattern, requestable
from tandem.job_values import Count, Secret, Section, Text, is_secret_name, web_address, without_password

_PASSWORD = re.compile(r"pass|pwd|\bpin\b|\botp\b", re.IGNORECASE)


def _css(selector: str) -> str:
    from scraper.document import is_css  # noqa: PLC0415 - the parser is for jobs that name an element

    if not is_css(selector):
        raise ValueError(f"must be a CSS selector such as `#login` or `form.login`, not {selector[:60]!r}")
    return selector


def _is_secret_field(name: str) -> bool:
    return is_secret_name(name) or _PASSWORD.search(name) is not None


Url = Annotated[
    Text, AfterValidator(web_address), AfterValidator(without_password), AfterValidator(requestable)
]
Css = Annotated[Text, Field(min_length=1, max_length=1000), AfterValidator(_css)]
Words = Annotated[Text, Field(min_length=1, max_length=1000)]
Status = Annotated[Count, Field(ge=300, le=599)]


class Basic(Section):
    """User and password of HTTP's own login."""

    user: TextOrSecret
    """The user."""
    password: Secret
    """The password, by the name of an environment variable."""


class LoginCheck(Section):
    """What proves that a login went well."""

    url: Url | None = None
    """A page that only users see; the page that the login leads to when not given."""
    text: Words | None = None
    """What stands in the source of that page."""
    selector: Css | None = None
    """An element of that page."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.url is None and self.text is None and self.selector is None:
            raise ValueError("needs one of `url`, `text` and `selector`")
        return self


class Login(Section):
    """A form that is filled in before the first page, and again whenever the session has expired."""

    url: Url
    """The page with the form."""
    fields: Annotated[dict[Words, TextOrSecret], refusing_plain(_is_secret_field)] = Field(
        min_length=1, max_length=50
    )
    """What is filled in, by the names of the fields; secrets as `{env: NAME}`. Hidden fields go along."""
    form: Css | None = None
    """The form, where the page has several with these fields."""
    submit: Words | None = None
    """The name of the button, where the form has several."""
    check: LoginCheck | None = None
    """What proves that the login went well; that the form does not come back when not given."""


class ExpiredWhen(Section):
    """How a page looks to strangers; it is not stored, but fetched again after a login."""

    status: Annotated[tuple[Status, ...], Field(max_length=20)] = (401, 403)
    """Its status."""
    redirects_to: UrlPattern | None = None
    """Where it redirects to; the address of the login always counts."""
    text: Words | None = None
    """What stands in its source."""


class SessionSpec(Section):
    """One session, for the hosts that it names and for nobody else."""

    hosts: Annotated[tuple[HostText, ...], Field(min_length=1, max_length=100)]
    """Hosts such as shop.example, shop.example:8080 or *.shop.example."""
    cookies: dict[Text, Secret] = Field(default={}, max_length=100)
    """Cookies, each value as `{env: NAME}`."""
    headers: Headers = Field(default={}, max_length=100)
    """Further request headers; secret ones as `{env: NAME}`."""
    basic: Basic | None = None
    """User and password of HTTP's own login."""
    login: Login | None = None
    """A form to fill in."""
    expired_when: ExpiredWhen | None = None
    """How it shows that the session has expired; 401, 403 or a redirect to the login when not given."""

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if not (self.cookies or self.headers or self.basic or self.login):
            raise ValueError("needs one of `cookies`, `headers`, `basic` and `login`")
        if self.basic is not None and "authorization" in {name.lower() for name in self.headers}:
            raise ValueError("`basic` and a header Authorization say the same twice: write one of them")
        return self

    @model_validator(mode="after")
    def _logs_in_at_its_own_hosts(self) -> Self:
        if self.login is None:
            return self
        check = self.login.check.url if self.login.check else None
        for url in filter(None, (self.login.url, check)):
            address = parse(url)
            if not any(HostPattern.of(text).covers(address.host) for text in self.hosts):
                raise ValueError(f"`hosts` must name {address.host} as well: the login goes there")
            if address.scheme != parse(self.login.url).scheme:
                raise ValueError("`login.url` and `login.check.url` must both begin with https://")
        return self
