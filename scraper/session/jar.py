"""The cookies of one login: kept in memory, for the hosts of its session alone."""

from collections.abc import Sequence
from http.cookies import Morsel

import aiohttp
from yarl import URL

from storage.site import hostname, site


class Jar:
    """What servers have set, over what the job declares; made anew for every login."""

    def __init__(self, declared: Sequence[tuple[str, str]] = ()) -> None:
        """To be made where an event loop runs."""
        self._declared = dict(declared)
        self._jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)

    def learn(self, url: str, set_cookies: Sequence[str]) -> None:
        """Takes the Set-Cookie headers of an answer from this URL."""
        if set_cookies:
            kept = [cookie for cookie in set_cookies if not _is_for_everyone(cookie)]
            self._jar.update_cookies_from_headers(kept, URL(url, encoded=True))

    def pairs(self, url: str) -> tuple[tuple[str, str], ...]:
        """Names and values for a request of this URL."""
        found = {morsel.key: morsel.coded_value for morsel in self._morsels(url)}
        return tuple((self._declared | found).items())

    def header(self, url: str) -> str:
        """The value of the Cookie header; empty when there is none to send."""
        return "; ".join(f"{name}={value}" for name, value in self.pairs(url))

    def _morsels(self, url: str) -> Sequence[Morsel[str]]:
        return list(self._jar.filter_cookies(URL(url, encoded=True)).values())


def _is_for_everyone(cookie: str) -> bool:
    """Whether a cookie claims a whole public suffix, as `Domain=com` does."""
    for part in cookie.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "domain":
            domain = value.strip().strip(".").lower()
            return "." in f"x.{domain}" and site(f"x.{domain}") == hostname(f"x.{domain}")
    return False
