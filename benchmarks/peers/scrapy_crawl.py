"""Scrapy on the benchmark's site: follows every link, reads the title and the heading of every page."""

import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Pages(Spider):
    """Counts what it read."""

    name = "pages"
    read = 0

    def parse(self, response: Response) -> Iterator[Any]:
        """Reads one page and follows its links."""
        title, heading = response.css("title::text").get(), response.css("h1::text").get()
        type(self).read += bool(title and heading)
        yield from response.follow_all(css="a")


process = CrawlerProcess(
    {
        "CONCURRENT_REQUESTS": int(sys.argv[2]),
        "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Pages, start_urls=[sys.argv[1]])
process.start()
print(Pages.read)
