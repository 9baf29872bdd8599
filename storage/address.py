"""Reads the text of a link as a web address: which URL is requested, by which key it is known."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

# The wrapped library itself: a page has dozens of links, and the public classes cost twice as much per link.
from ada_url._ada_wrapper import ffi, lib

from storage.key import DEFAULT_RULES, KeyRules, canonical
from storage.site import hostname, site

__all__ = ["DEFAULT_RULES", "MAX_LENGTH", "Address", "KeyRules", "NotAnAddress", "hostname", "parse", "site"]

MAX_LENGTH: Final = 2048  # characters of a URL that is requested
_LONGEST_TEXT: Final = 4 * MAX_LENGTH  # before white space is taken out; longer text is not even looked at
_LONGEST_MEMO: Final = 512  # keeps the memo of addresses within some megabytes

# What needs no parser: unreserved characters only, no empty first segment, no dot but in the last segment.
_PLAIN: Final = re.compile(r"/?[A-Za-z0-9][A-Za-z0-9_~/-]*(?:\.[A-Za-z0-9_~-]+)*/?|/")
_SLASHES: Final = "/\\\t\r\n"  # after a slash these could begin another authority
_ROOT_DOT: Final = re.compile(r"(?<=[^.])\.(?=:|$)")  # of `example.com.`; the host `.` is nothing but itself
_ABSOLUTE: Final = re.compile(r"https?://", re.IGNORECASE)
_NOT_YET_CANONICAL: Final = re.compile(r"[%?;(]")
_HTTP_PORTS: Final = {"http": 80, "https": 443}

_parse: Any = lib.ada_parse
_parse_with_base: Any = lib.ada_parse_with_base
_get_href: Any = lib.ada_get_href
_free: Any = lib.ada_free
_unpack: Any = ffi.unpack


class NotAnAddress(ValueError):
    """The text leads to nothing that could be requested over HTTP; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """One URL: what is sent to the server, and what it is called here."""

    fetch: str  # as WHATWG serialises it, without fragment and credentials, otherwise byte for byte
    key: str
    host: str  # lower case, punycode, without the root's dot, with the port when it is not the scheme's own
    scheme: str

    @property
    def digest(self) -> bytes:
        return blake2b(self.key.encode(), digest_size=16).digest()

    @property
    def port(self) -> int:
        port = self.host.rpartition(":")[2]  # of a bare IPv6 address it is no number: its bracket follows
        return int(port) if port != self.host and port.isdigit() else _HTTP_PORTS[self.scheme]


def parse(text: str, base: str | None = None, rules: KeyRules = DEFAULT_RULES) -> Address:
    """The address that `text` means on the page `base`; raises NotAnAddress.

    Credentials in a link are dropped, not used: they are often bait, and secrets come from elsewhere.
    """
    if len(text) > _LONGEST_TEXT:
        raise NotAnAddress("too_long")
    anchor = ""
    if base:
        text, anchor = _anchored(text, base)
    read = _remembered if len(text) <= _LONGEST_MEMO else _read
    found = read(text, anchor, rules)
    if isinstance(found, str):
        raise NotAnAddress(found)
    return found


def _anchored(text: str, base: str) -> tuple[str, str]:
    """The text and as much of the base as its meaning depends on, so that pages share what is remembered."""
    origin, folder = _places(base)
    first = text[:1]
    if first == "/":
        return text, origin
    if first.isalnum() or first == ".":
        end = len(origin)
        if (
            end
            and text.startswith(origin)
            and text[end : end + 1] == "/"
            and text[end + 1 : end + 2] not in _SLASHES
        ):
            return text[end:], origin
        if ":" not in text:
            return text, folder
        if _ABSOLUTE.match(text):
            return text, ""
    return text, base if origin else ""  # `http:` and `http:?x` too depend on all of it


@lru_cache(maxsize=64)
def _places(base: str) -> tuple[str, str]:
    """The origin of a page and its folder; both empty when the base is no address itself."""
    found = _read(base, "", DEFAULT_RULES)
    if isinstance(found, str):
        return "", ""
    path = found.fetch.partition("?")[0]
    end = path.index("/", len("https://"))
    return path[:end], path[: path.rindex("/") + 1]


def _read(text: str, anchor: str, rules: KeyRules) -> Address | str:
    """The address, or why it is none."""
    if anchor and _PLAIN.fullmatch(text):
        scheme, host, is_canonical = _authority(anchor)
        fetch = anchor + text
        if is_canonical and len(fetch) <= MAX_LENGTH:
            return Address(fetch, fetch, host, scheme)
    if anchor and text[:1] == "/" and text[1:2] not in _SLASHES:
        text, anchor = anchor + text, ""  # half as long to parse as with a base
    href = _href(_encoded(text), anchor)
    if not href:
        return "not_a_url"
    if not href.startswith(("http://", "https://")):
        return "not_http"
    return _address(href, rules)


@lru_cache(maxsize=64)
def _authority(anchor: str) -> tuple[str, str, bool]:
    """Scheme and host of an origin or a folder, and whether its spelling is also that of its key."""
    found = _address(anchor if anchor.endswith("/") else f"{anchor}/", DEFAULT_RULES)
    if isinstance(found, str):
        return "", "", False
    return found.scheme, found.host, found.key == found.fetch and "%" not in found.key


_remembered = lru_cache(maxsize=8192)(_read)


def _href(text: bytes, anchor: str) -> str:
    """The WHATWG serialisation, empty when the text is no URL."""
    if anchor:
        base = _encoded(anchor)
        url = _parse_with_base(text, len(text), base, len(base))
    else:
        url = _parse(text, len(text))
    found = _get_href(url)
    href: bytes = _unpack(found.data, found.length) if found.length else b""
    _free(url)
    return href.decode()


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which the specification replaces
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _address(href: str, rules: KeyRules) -> Address | str:
    scheme, start = ("https", 8) if href[4] == "s" else ("http", 7)
    fetch = href.partition("#")[0] if "#" in href else href
    end = fetch.index("/", start)
    host = fetch[start:end]
    if "@" in host:
        host = host.rpartition("@")[2]
        fetch = f"{scheme}://{host}{fetch[end:]}"
        end = start + len(host)
    if len(fetch) > MAX_LENGTH:
        return "too_long"
    if (host[-1] == "." or ".:" in host) and _ROOT_DOT.search(host):
        host = _ROOT_DOT.sub("", host)
        return Address(fetch, f"{scheme}://{host}{canonical(fetch[end:], rules)}", host, scheme)
    if _NOT_YET_CANONICAL.search(fetch, end):
        return Address(fetch, f"{scheme}://{host}{canonical(fetch[end:], rules)}", host, scheme)
    return Address(fetch, fetch, host, scheme)
