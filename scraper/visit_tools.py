"""What visits are made with, and how those of one job are made."""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from scraper.borders import Bodies, Fetches, Frontier
from scraper.discover import Discovery
from scraper.gate import Gate
from scraper.parse_pool import ParsePool
from scraper.sitemap_reader import SitemapReader

if TYPE_CHECKING:
    from scraper.downloads import Downloads
    from scraper.relevance.best_first import BestFirst
    from scraper.render.captured import CapturedPages
    from scraper.render.stage import Stage


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """How visits of one job are made."""

    retries: int = 2
    max_page_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Tools:
    """What a visit is made with."""

    frontier: Frontier
    fetcher: Fetches
    pool: ParsePool
    bodies: Bodies
    gate: Gate
    discovery: Discovery
    sitemaps: SitemapReader
    chance: Random
    topic: "BestFirst | None" = None
    downloads: "Downloads | None" = None  # where files are asked for
    stage: "Stage | None" = None  # where pages may be rendered
    captured: "CapturedPages | None" = None  # and what they ask for is kept
