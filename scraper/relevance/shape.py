"""The shape of an address: what the pages of one kind have in common in theirs."""

import re

_NUMBERS = re.compile(r"\d+")


def shape(url: str) -> str:
    """Host and first folder, a star for the rest: shop.example/red/*."""
    host, _, path = url.partition("://")[2].partition("/")
    folder, slash, _ = path.partition("/")
    return f"{host}/{_NUMBERS.sub('#', folder)}/*" if slash else f"{host}/*"


def page_of_numbers(url: str) -> str:
    """The address without its query, numbers made equal: the parts of a long list share it."""
    return _NUMBERS.sub("#", url.partition("?")[0])
