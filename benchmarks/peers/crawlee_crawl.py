"""Crawlee on the benchmark's site: follows every link, reads the title and the heading of every page."""

import asyncio
import logging
import sys

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient


async def crawl(url: str, concurrency: int) -> int:
    """Gives the number of pages that were read."""
    read = 0
    crawler = ParselCrawler(
        storage_client=MemoryStorageClient(),
        configure_logging=False,
        concurrency_settings=ConcurrencySettings(
            min_concurrency=concurrency, desired_concurrency=concurrency, max_concurrency=concurrency
        ),
    )

    @crawler.router.default_handler
    async def parse(context: ParselCrawlingContext) -> None:
        nonlocal read
        title = context.selector.css("title::text").get()
        heading = context.selector.css("h1::text").get()
        read += bool(title and heading)
        await context.enqueue_links()

    await crawler.run([url])
    return read


logging.disable(logging.WARNING)
print(asyncio.run(crawl(sys.argv[1], int(sys.argv[2]))))
