"""Serves the generated site of the crawl and soak benchmarks: python -m benchmarks.site --pages 3000"""

import argparse
import asyncio
from pathlib import Path

from benchmarks.pages import number_of, path_of, render
from benchmarks.server import Answer, Respond, answer, serve

NOT_FOUND = answer(404, b"<h1>Not found</h1>")


def kept_site(pages: int) -> Respond:
    """Gives the answers of a site that is rendered before the first request."""
    ready = {path_of(number): answer(body=render(number, pages)) for number in range(pages)}
    return lambda path: ready.get(path, NOT_FOUND)


def computed_site(pages: int) -> Respond:
    """Gives the answers of a site of any size, rendered when asked for."""

    def respond(path: str) -> Answer:
        number = number_of(path)
        return NOT_FOUND if number is None or number >= pages else answer(body=render(number, pages))

    return respond


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="write a line per request")
    parser.add_argument("--compute", action="store_true", help="render pages when asked for, keep none")
    options = parser.parse_args()
    site = computed_site if options.compute else kept_site
    asyncio.run(serve(site(options.pages), options.log, options.port))


if __name__ == "__main__":
    main()
