"""Finds the registrable domain of a host, by the public suffix list."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=8192)
def site(host: str) -> str:
    """`shop.example.co.uk:8080` is `example.co.uk`; IP addresses, `localhost` and suffixes are themselves."""
    name = hostname(host)
    if name.startswith("[") or name.rpartition(".")[2].isdigit():
        return name
    return _suffixes().privatesuffix(name) or name


def hostname(host: str) -> str:
    """An authority without its port and without the dot of the root."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".") or host


@cache
def _suffixes() -> "PublicSuffixList":
    # Reading the list takes 50 ms, and most commands never ask for it.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList()
