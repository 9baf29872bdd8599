"""A site whose every answer is known: pages, errors that heal, redirects, one page under many URLs.

python -m benchmarks.kill_site --pages 2000 serves it.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from hashlib import sha256
from pathlib import Path

from benchmarks.pages import links_of, number_of, path_of, render
from benchmarks.server import Answer, answer, serve

LONGEST_DELAY_SECONDS = 0.02


class Manner(Enum):
    """How a page answers."""

    FINE = "fine"
    GONE = "404"
    FAILS_ONCE = "500, then fine"
    BUSY_ONCE = "503 with Retry-After, then fine"
    MOVED = "302 to the page itself"


# Of sixty pages one is missing, one fails once, one is busy once: five per cent. Two of sixty have moved.
_MANNERS = {7: Manner.GONE, 27: Manner.FAILS_ONCE, 47: Manner.BUSY_ONCE, 13: Manner.MOVED, 33: Manner.MOVED}


def manner_of(number: int) -> Manner:
    """Gives the manner of a page."""
    return _MANNERS.get(number % 60, Manner.FINE)


def _target(number: int) -> str:
    return f"/moved/{number}.html"


def body_of(number: int, pages: int) -> bytes:
    """Gives the body of a page; on one of four pages the links carry a tracking parameter."""
    body = render(number, pages)
    return body.replace(b'.html">', b'.html?utm_source=page%d">' % number) if number % 4 == 0 else body


class KillSite:
    """Answers for one crawl: what fails once fails at its first request only."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._asked: Counter[int] = Counter()

    def __call__(self, path: str) -> Answer:
        """Gives the answer to the next request for a path."""
        path = path.partition("?")[0]
        moved = path.startswith("/moved/")
        number = number_of(path.replace("/moved/", "/page/"))
        if number is None or number >= self._pages or (moved and manner_of(number) is not Manner.MOVED):
            return answer(404)
        delay = (number * 37 % 100) / 100 * LONGEST_DELAY_SECONDS
        if moved:
            return answer(body=body_of(number, self._pages), delay_seconds=delay)
        self._asked[number] += 1
        return self._answer(number, is_first=self._asked[number] == 1, delay=delay)

    def _answer(self, number: int, *, is_first: bool, delay: float) -> Answer:
        manner = manner_of(number)
        if manner is Manner.GONE:
            return answer(404, b"<h1>Gone</h1>", delay_seconds=delay)
        if manner is Manner.MOVED:
            return answer(302, headers=(("Location", _target(number)),), delay_seconds=delay)
        if manner is Manner.FAILS_ONCE and is_first:
            return answer(500, b"<h1>Failed</h1>", delay_seconds=delay)
        if manner is Manner.BUSY_ONCE and is_first:
            wait = str(number // 60 % 2)
            return answer(503, b"<h1>Busy</h1>", (("Retry-After", wait),), delay)
        return answer(body=body_of(number, self._pages), delay_seconds=delay)


def _reachable(pages: int) -> Iterator[int]:
    seen, waiting = {0}, [0]
    while waiting:
        number = waiting.pop()
        yield number
        if manner_of(number) is not Manner.GONE:
            new = set(links_of(number, pages)) - seen
            seen |= new
            waiting += new


def truth(pages: int) -> dict[str, str]:
    """Gives every path that a whole crawl ends with a body for, and the SHA-256 of that body."""
    kept: dict[str, str] = {}
    for number in _reachable(pages):
        manner = manner_of(number)
        if manner is Manner.GONE:
            continue
        path = _target(number) if manner is Manner.MOVED else path_of(number)
        kept[path] = sha256(body_of(number, pages)).hexdigest()
    return kept


def missing(pages: int) -> set[str]:
    """Gives every path that a whole crawl ends with a 404 for."""
    return {path_of(number) for number in _reachable(pages) if manner_of(number) is Manner.GONE}


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_site")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--log", type=Path, help="write a line per request")
    options = parser.parse_args()
    asyncio.run(serve(KillSite(options.pages), options.log))


if __name__ == "__main__":
    main()
