"""How a job treats the servers it visits."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from scraper.host_pattern import HostPattern
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


def _proxy_or_direct(value: str | Secret) -> str | Secret:
    return value if value == "direct" else _proxy(value)


def _host(text: str) -> str:
    return HostPattern.of(text).text


def refusing_plain(is_secret: Callable[[str], bool]) -> BeforeValidator:
    """Named values, of which those whose name is that of a secret must not be written down."""

    def mark(values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {
            name: _PlainSecret(value) if isinstance(value, str) and is_secret(str(name)) else value
            for name, value in values.items()
        }

    return BeforeValidator(mark)


ProxyAddress = Annotated[TextOrSecret, AfterValidator(_proxy)]
HostText = Annotated[Text, AfterValidator(_host)]
Headers = Annotated[dict[Text, TextOrSecret], refusing_plain(is_secret_name)]


class Proxies(Section):
    """HTTP proxies: some for single hosts, and a list that the other hosts share."""

    list: tuple[ProxyAddress, ...] = Field(default=(), max_length=1000)
    """Proxies that hosts are spread over; one that fails is left alone for a while."""
    per_host: dict[HostText, Annotated[TextOrSecret, AfterValidator(_proxy_or_direct)]] = Field(
        default={}, max_length=1000
    )
    """Hosts such as shop.example or *.shop.example, each with its proxy or with `direct`."""


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
    proxy: ProxyAddress | None = None
    """An HTTP proxy; with a password, `{env: NAME}` of a variable that holds the whole URL."""
    proxies: Proxies = Proxies.model_construct()
    """Several HTTP proxies; `proxy` is for hosts that are not named here."""
    headers: Headers = Field(default={}, max_length=100)
    """Further request headers; secret ones as `{env: NAME}`."""
    cookies: dict[Text, Secret] = Field(default={}, max_length=100)
    """Cookies for the hosts of the seeds, each value as `{env: NAME}`."""
    allow_private_hosts: tuple[Text, ...] = Field(default=(), max_length=1000)
    """Hosts on private or loopback addresses that may be visited."""

    @model_validator(mode="after")
    def _one_way_for_the_rest(self) -> Self:
        if self.proxy is not None and self.proxies.list:
            raise ValueError("proxy and proxies.list are both for all other hosts: write one of them")
        return self
