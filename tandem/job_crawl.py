"""How a job treats the servers it visits."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from tandem.job_values import (
    Count,
    Flag,
    Seconds,
    Secret,
    Section,
    Size,
    Text,
    is_secret_name,
    matching,
    web_address,
    without_password,
    word_for_flag,
)


class _PlainSecret(str):
    """A value that should have been named by its variable."""


def _kind(value: Any) -> str:
    if isinstance(value, _PlainSecret):
        return "(plain)"
    return "(secret)" if isinstance(value, dict | Secret) else "(text)"


def _refuse(_value: str) -> str:
    raise ValueError("carries a secret: write {env: NAME} and put it in that environment variable")


TextOrSecret = Annotated[
    Annotated[Text, Tag("(text)")]
    | Annotated[Secret, Tag("(secret)")]
    | Annotated[str, AfterValidator(_refuse), Tag("(plain)")],
    Discriminator(_kind),
]


def _proxy(value: str | Secret) -> str | Secret:
    return without_password(web_address(value)) if isinstance(value, str) else value


def _mark_plain_secrets(headers: Any) -> Any:
    if not isinstance(headers, dict):
        return headers
    return {
        name: _PlainSecret(value) if isinstance(value, str) and is_secret_name(str(name)) else value
        for name, value in headers.items()
    }


class Crawl(Section):
    """How the crawl behaves towards the servers it visits."""

    concurrency: Annotated[Count, Field(ge=1, le=1024)] = 64
    """Most requests in flight."""
    per_host: Annotated[Count, Field(ge=1, le=256)] = 4
    """Most requests in flight to one host."""
    delay: Annotated[Seconds, Field(ge=0, le=3600)] = 0.5
    """Seconds between the starts of two requests to one host."""
    user_agent: (
        Annotated[Text, *matching(r"^[\x20-\x7e]{1,500}$", "must be a short line of plain ASCII text")] | None
    ) = None
    """How the crawler names itself to servers and to robots.txt."""
    robots: Flag = True
    """Whether robots.txt is obeyed."""
    sitemaps: Flag = True
    """Whether sitemaps are read for further pages."""
    render: Annotated[Literal["auto", "never", "always"], word_for_flag("never", "always")] = "auto"
    """Whether pages are rendered in a browser."""
    content: Flag = True
    """Whether the main content of pages is read, beside their links."""
    timeout: Annotated[Seconds, Field(gt=0, le=3600)] = 30
    """Seconds for one request, from first to last byte."""
    retries: Annotated[Count, Field(ge=0, le=20)] = 2
    """How often a request is tried again that may yet succeed."""
    max_page_bytes: Annotated[Size, Field(ge=1024, le=10**9)] = 8 * 10**6
    """Most decoded bytes of one page; the rest is cut and marked."""
    proxy: Annotated[TextOrSecret, AfterValidator(_proxy)] | None = None
    """An HTTP proxy; with a password, `{env: NAME}` of a variable that holds the whole URL."""
    headers: Annotated[dict[Text, TextOrSecret], BeforeValidator(_mark_plain_secrets)] = Field(
        default={}, max_length=100
    )
    """Further request headers; secret ones as `{env: NAME}`."""
    cookies: dict[Text, Secret] = Field(default={}, max_length=100)
    """Cookies for the hosts of the seeds, each value as `{env: NAME}`."""
    allow_private_hosts: tuple[Text, ...] = Field(default=(), max_length=1000)
    """Hosts on private or loopback addresses that may be visited."""
