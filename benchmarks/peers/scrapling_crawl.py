"""Scrapling on the benchmark's site: follows every link, reads the title and the heading of every page."""

import logging
import sys
from collections.abc import AsyncGenerator
from typing import Any

from scrapling.spiders import Response, Spider


class Pages(Spider):
    """Counts what it read."""

    name = "pages"
    start_urls = [sys.argv[1]]  # noqa: RUF012 - Scrapling's own form
    concurrent_requests = int(sys.argv[2])
    logging_level = logging.ERROR
    read = 0

    async def parse(self, response: Response) -> AsyncGenerator[Any, None]:
        """Reads one page and follows its links."""
        title, heading = response.css("title::text").get(), response.css("h1::text").get()
        type(self).read += bool(title and heading)
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href)


Pages().start()
print(Pages.read)
