"""Title, author and dates of a page, from what it declares before what it shows."""

import re
from collections.abc import Iterator
from typing import Any

from scraper.content.blocks import Blocks
from scraper.content.facts import Facts

LONGEST_NAME = 120
_SITE = re.compile(r"\s+[|·•–—»-]\s+")
_WORD = re.compile(r"\w+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
_NAMED = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b"
)
_BY = re.compile(r"^(?:written |posted |published )?by:?\s+", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "date", "dc.date", "dc.date.issued",
    "pubdate", "publish-date", "parsely-pub-date", "sailthru.date",
    "citation_publication_date", "publication_date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified", "dc.date.modified")
_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "citation_author",
    "twitter:data1",
)
_STORIES = (
    "article", "posting", "blog", "report", "review", "recipe", "qapage", "question", "webpage", "video",
    "howto", "creativework",
)  # fmt: skip


def read_title(facts: Facts, found: Blocks) -> str:
    """The page's own title, without the name of the site."""
    declared = facts.metas.get("og:title") or facts.metas.get("twitter:title") or ""
    full = facts.title or declared
    headings = [block.text for block in found.blocks if block.element.tag == "h1" and len(block.text) <= 300][
        :5
    ]
    own = _without_site(full, facts)
    if heading := _spoken_heading(headings, own, declared):
        return heading
    if declared and (not facts.title or declared in facts.title):
        return _without_site(declared, facts)
    return own or (headings[0] if headings else "")


def _spoken_heading(headings: list[str], own: str, declared: str) -> str:
    """The heading that says what the title says: it is what readers see."""
    spoken = set(_WORD.findall((own + " " + declared).lower()))
    best, most = "", 0.0
    for heading in headings:
        words = set(_WORD.findall(heading.lower()))
        common = len(words & spoken)
        if (
            words
            and common >= 0.7 * len(words)
            and common >= 0.35 * len(spoken)
            and common / (len(words) + len(spoken)) > most
        ):
            best, most = heading, common / (len(words) + len(spoken))
    return best


def _without_site(title: str, facts: Facts) -> str:
    """The title before the site's name: the name is said in the head, or is the last part."""
    site = facts.metas.get("og:site_name", "").lower().strip()
    cuts = list(_SITE.finditer(title))
    if not cuts:
        return title
    first, last = title[: cuts[0].start()], title[cuts[-1].end() :]
    if site and first.lower().strip() == site:
        return title[cuts[0].end() :]
    if (site and last.lower().strip() == site) or len(last.split()) <= 4:
        return title[: cuts[-1].start()]
    return first if len(first) >= 15 else title


def read_author(facts: Facts, found: Blocks) -> str:
    """Who wrote the page, or nothing."""
    for thing in _stories(facts):
        if name := _name(thing.get("author")):
            return name
    for key in _AUTHORS:
        name = facts.metas.get(key, "")
        if (
            name
            and "/" not in name
            and "@" not in name
            and not any(map(str.isdigit, name))
            and len(name) <= LONGEST_NAME
        ):
            return name
    return _byline(found)


def _byline(found: Blocks) -> str:
    for block in found.blocks:
        if len(block.text) > 100:
            continue
        names = (block.element.names + " " + " ".join(block.names)).lower()
        match = _BY.match(block.text)
        if match or "author" in names or "byline" in names:
            name = _BY.sub("", block.text)
            name = re.split(r"\s*(?:[|•·,\n]|\bon\b|\d)", name, maxsplit=1)[0].strip()
            if 1 < len(name.split()) <= 5 and name[:1].isupper() and len(name) >= 5:
                return name
    return ""


def _name(value: Any) -> str:
    if isinstance(value, list):
        names = [name for one in value[:5] if (name := _name(one))]
        return ", ".join(dict.fromkeys(names))
    if isinstance(value, dict):
        value = value.get("name")
        if isinstance(value, list):
            value = value[0] if value else None
    if isinstance(value, str) and not value.startswith("http"):
        return " ".join(value.split())[:LONGEST_NAME]
    return ""


def read_dates(facts: Facts, found: Blocks) -> tuple[str, str]:
    """When it was published and changed, as ISO days."""
    published = _declared(facts, "datePublished", _PUBLISHED) or _declared(facts, "dateCreated", ())
    modified = _declared(facts, "dateModified", _MODIFIED)
    return published or _shown(found), modified


def _declared(facts: Facts, key: str, metas: tuple[str, ...]) -> str:
    for thing in _stories(facts):
        value = thing.get(key)
        if isinstance(value, str) and (day := iso_day(value)):
            return day
    for name in metas:
        if day := iso_day(facts.metas.get(name, "")):
            return day
    return ""


def _shown(found: Blocks) -> str:
    """The first date that stands alone or in an element named after dates."""
    for text in found.moments[:3]:
        if day := iso_day(text):
            return day
    for place, block in enumerate(found.blocks):
        if len(block.text) > 80 or not _YEAR.search(block.text):
            continue
        if len(block.text) <= 30 and place < 60 and (day := iso_day(block.text)):
            return day
        names = (block.element.names + " " + " ".join(block.names)).lower()
        if (
            "date" in names or "time" in names or "publish" in names or "byline" in names or "meta" in names
        ) and (day := iso_day(block.text)):
            return day
    return ""


def iso_day(text: str) -> str:
    """The day that a text names, as YYYY-MM-DD, or nothing."""
    text = text[:200]
    if (match := _DAY.search(text)) or (match := _COMPACT.match(text.strip())):
        year, month, day = (int(part) for part in match.groups())
    elif (match := _NAMED.search(text)) and (match[1] or match[3]):
        month = _MONTHS.get(match[2].lower(), 0)
        year, day = int(match[4]), int(match[1] or match[3])
    else:
        return ""
    if 1990 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31:
        return f"{year:04}-{month:02}-{day:02}"
    return ""


def _stories(facts: Facts) -> Iterator[dict[str, Any]]:
    """Structured things that are written by someone, the page's own before others."""
    for thing in facts.things:
        kind = thing.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(one, str) and any(story in one.lower() for story in _STORIES) for one in kinds):
            yield thing
