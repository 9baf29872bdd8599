"""Describes a whole page, so that its type can be told: declared words, words inside, and counts."""

import re
from collections import Counter
from functools import lru_cache
from math import log1p
from urllib.parse import urlsplit

from scraper.content.blocks import HEADINGS, Blocks
from scraper.content.content import PageType
from scraper.content.facts import Facts, address_words
from scraper.content.lexicon import WORD, name_words
from scraper.content.looks import ARTICLE, CODE, MAIN, TABLE, Look
from scraper.content.measure import Measures

TYPES = tuple(PageType)
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹]|USD|EUR|GBP|zł|kr)\b")
_MONEY = re.compile("[$€£¥₹]|USD|EUR|GBP|zł|kr")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\bago\b|\b\d{1,2} (?:days?|hours?|min)"
)
COUNTS = 47  # columns of `page_row`
_META_GROUPS = ("article:", "product:", "og:", "twitter:", "book:", "profile:")


def declared_words(facts: Facts) -> set[str]:
    """What the address, the head and the structured data of a page say."""
    words = {"u" + word for word in address_words(facts.url)}
    words.update("t:" + word for word in WORD.findall(facts.title.lower())[:25])
    words.update("b:" + word for word in name_words(facts.body_names))
    types = facts.types()
    words.update("l:" + name for name in types)
    words.add(f"l#{min(len(types), 3)}")
    words.add("o:" + facts.metas.get("og:type", "").lower()[:30])
    words.update("g:" + word for word in WORD.findall(facts.metas.get("generator", "").lower())[:2])
    words.update("m:" + name for name in facts.metas if name.startswith(_META_GROUPS))
    return words


def inner_words(found: Blocks) -> set[str]:
    """What elements are called, what headings say, what short texts are."""
    words: set[str] = set().union(*map(_named, {element.look for element in found.elements}))
    for block in found.blocks:
        text = block.text
        if len(text) < 40 and text.count(" ") < 4:
            words.add("x:" + text.lower())
        if block.element.tag in HEADINGS:
            words.update("h:" + word for word in WORD.findall(text[:100].lower())[:12])
    return words


@lru_cache(maxsize=20_000)
def _named(look: Look) -> tuple[str, ...]:
    """What one element is called, each word with the sign of its kind."""
    return ("<" + look.tag, *("c:" + word for word in name_words(look.names)))


def page_row(found: Blocks, facts: Facts, measures: Measures) -> list[float]:
    """Counts and shares of one page."""
    count = len(found.blocks) or 1
    total = measures.sum_words[-1] or 1
    chars = measures.sum_chars[-1] or 1
    biggest = max(measures.path_words, key=measures.path_words.__getitem__, default=0)
    return [
        log1p(count), log1p(total), total / count, measures.sum_links[-1] / chars,
        log1p(measures.sum_long[-1]), measures.sum_long[-1] / total,
        *_lengths(measures, total),
        max(measures.paths.values(), default=0) / count, log1p(max(measures.paths.values(), default=0)),
        float(measures.paths.get(biggest, 0)), measures.path_words.get(biggest, 0) / total,
        *_shown(found, count),
        *_tags(found),
        float(found.picture_count), found.picture_count / count,
        *_inside(found, measures, total),
        float(found.most_alike),
        *_address(facts.url),
        float(len(facts.metas)), float(len(facts.things)), float(len(facts.text_of("description"))),
        float(len(facts.text_of("articleBody"))), float(facts.title.count(" ")),
    ]  # fmt: skip


def _lengths(measures: Measures, total: int) -> list[float]:
    long = [
        words
        for words, links in zip(measures.words, measures.link_shares, strict=True)
        if words >= 40 and links < 0.34
    ]
    return [float(len(long)), sum(long) / total, float(max(measures.words, default=0))]


def _shown(found: Blocks, count: int) -> list[float]:
    """Prices and dates in short texts, and questions."""
    short = "\n".join([block.text for block in found.blocks if len(block.text) < 80])
    prices = len(_PRICE.findall(short)) if _MONEY.search(short) else 0
    dates = len(_DATE.findall(short))
    asking = [block.element.tag in HEADINGS for block in found.blocks if "?" in block.text]
    return [
        float(prices), prices / count, float(dates), dates / count, float(len(asking)), float(sum(asking))
    ]  # fmt: skip


def _tags(found: Blocks) -> list[float]:
    tags = Counter([block.element.tag for block in found.blocks])
    return [float(tags[tag]) for tag in ("h1", "h2", "h3", "h4", "li", "button", "td", "p", "pre", "dd")]


def _inside(found: Blocks, measures: Measures, total: int) -> list[float]:
    """Shares of the words in main, article, code, tables, paragraphs; how many articles there are."""
    main = article = code = table = paragraphs = 0
    for block, words in zip(found.blocks, measures.words, strict=True):
        bits = block.element.bits
        main += words if bits & MAIN else 0
        article += words if bits & ARTICLE else 0
        code += words if bits & CODE else 0
        table += words if bits & TABLE else 0
        paragraphs += words if block.element.tag == "p" else 0
    articles = sum([element.tag == "article" for element in found.elements])
    return [main / total, article / total, code / total, table / total, paragraphs / total, float(articles)]


def _address(url: str) -> list[float]:
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    return [float(len(segments)), float(len(last)), float(last.count("-")), float(sum(map(str.isdigit, url)))]
