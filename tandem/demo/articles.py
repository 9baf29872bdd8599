"""The articles of the magazine, as facts and paragraphs."""

import datetime
from dataclasses import dataclass
from functools import cache

from tandem.demo import gear_tests, hut_guide, portraits
from tandem.demo.chance import below, pick
from tandem.demo.manuscript import slug, table
from tandem.demo.story import Story

PRINTED_EVERY = 5  # every fifth article has a print view
FIRST_DAY = datetime.date(2023, 1, 9)
DAYS = 1340
DAYS_OF_A_SEASON = 220


@dataclass(frozen=True, slots=True)
class Article:
    path: str
    title: str
    section: str
    author: str
    published: datetime.date
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]  # (path, text) of the products and makers it speaks of
    facts: tuple[tuple[str, str], ...]  # label and value, for the box beside the text
    print_path: str = ""

    @property
    def words(self) -> int:
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@cache
def articles() -> tuple[Article, ...]:
    """All articles, the newest first."""
    stories = (*hut_guide.stories(), *gear_tests.stories(), *portraits.stories(), *_howtos())
    written = [_article(number, story) for number, story in enumerate(stories)]
    return tuple(sorted(written, key=lambda article: (article.published, article.path), reverse=True))


@cache
def by_path() -> dict[str, Article]:
    return {article.path: article for article in articles()}


def _article(number: int, story: Story) -> Article:
    path = f"/magazine/{slug(story.title)}"
    return Article(
        path=path,
        title=story.title,
        section=story.section,
        author=pick(f"{path} author", table("people")["authors"]),
        published=_published(path, story.year),
        paragraphs=story.paragraphs,
        links=story.links,
        facts=story.facts,
        print_path="" if number % PRINTED_EVERY else f"{path}/print",
    )


def _published(path: str, year: int) -> datetime.date:
    if year:
        return datetime.date(year, 2, 1) + datetime.timedelta(days=below(f"{path} day", DAYS_OF_A_SEASON))
    return FIRST_DAY + datetime.timedelta(days=below(f"{path} day", DAYS))


def _howtos() -> list[Story]:
    return [
        Story(title=row["title"], section="How to", paragraphs=tuple(row["paragraphs"]))
        for row in table("howtos")["howto"]
    ]
