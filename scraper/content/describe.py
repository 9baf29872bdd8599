"""Describes every block of a page by numbers that do not depend on the site."""

import re
from math import log1p

from scraper.content.blocks import (
    ARTICLE,
    DIALOG,
    FOOTER,
    HEADINGS,
    HIDDEN,
    MAIN,
    Block,
    Element,
)
from scraper.content.facts import Facts
from scraper.content.lexicon import Lexicon, text_words
from scraper.content.measure import Measures

WORD = re.compile(r"\w+")
TAGS = {
    "div": 0, "p": 1, "li": 2, "td": 3, "th": 4, "dt": 5, "dd": 6,
    "h1": 7, "h2": 8, "h3": 9, "h4": 10, "h5": 11, "h6": 12,
    "button": 13, "label": 14, "pre": 15, "figcaption": 16, "blockquote": 17, "summary": 18,
    "section": 19, "article": 20, "header": 21, "footer": 22, "body": 23, "legend": 24, "noscript": 25,
}  # fmt: skip
BITS = (FOOTER, MAIN, ARTICLE, HIDDEN, DIALOG)
LOOKED_AT = 200  # characters of a block whose words are looked at

_TEXT = ("words", "link_share", "ends_sentence", "tag", "in_title", "in_data", "copies", "copies_before",
         "text_weight", "inline_weight", "chars_per_word")  # fmt: skip
_PLACE = ("footer", "main", "article", "hidden", "dialog",
          "near", "beside", "far", "class_weight", "lowest",
          "index", "index_share", "words_before", "depth", "blocks_after",
          "page_words", "page_blocks", "page_links", "page_long",
          "since_heading", "heading_level", "heading_text", "heading_class", "headings", "section_words",
          "after_title",
          "title_steps", "title_words", "title_blocks",
          "core_steps", "core_words", "core_blocks", "core_links",
          "path_copies", "path_words", "path_mean")  # fmt: skip
_REPEATS = tuple(
    f"{which}_{what}"
    for which in ("repeat", "outer")
    for what in ("copies", "blocks", "mean", "links", "around")
)
_HELD = ("blocks", "words", "links", "mean", "long", "block_share")
_HOLDERS = tuple(f"own_{what}" for what in _HELD[:4]) + tuple(
    f"holder{level}_{what}" for level in range(1, 5) for what in _HELD
)
_NEXT = tuple(f"{which}_{what}" for which in ("before", "after") for what in ("tag", "text", "class"))
_TYPES = tuple(f"type{place}" for place in range(7))
FEATURES = _TEXT + _PLACE + _REPEATS + _HOLDERS + _NEXT + _TYPES
TEXT_WEIGHT, CLASS_WEIGHT = FEATURES.index("text_weight"), FEATURES.index("class_weight")
NO_HOLDER = (0.0,) * len(_HELD)
NO_REPEAT = [0.0] * 5
NO_NEIGHBOUR = [-1.0, 0.0, 0.0]


class Describer:
    """Makes the rows of one page."""

    def __init__(self, measures: Measures, facts: Facts, lexicon: Lexicon) -> None:
        self._measures = measures
        self._lexicon = lexicon
        self._title = set(WORD.findall((facts.metas.get("og:title", "") + " " + facts.title).lower()))
        self._data = set(WORD.findall(facts.text_of("articleBody", "description", "text")[:20_000].lower()))
        self._copies: dict[str, int] = {}
        for block in measures.blocks:
            self._copies[block.text] = self._copies.get(block.text, 0) + 1
        self._before: dict[str, int] = {}
        self._page = self._page_row()

    def rows(self, types: list[float]) -> list[list[float]]:
        """One row per block, its columns as in `FEATURES`."""
        rows: list[list[float]] = []
        neighbours: list[list[float]] = []
        heading, level, headings = -1, 0, 0
        heading_row: list[float] = [0.0, 0.0]
        sections = self._sections()
        for place, block in enumerate(self._measures.blocks):
            row = self._text(place, block)
            weight = row[TEXT_WEIGHT]
            row += self._place(place, block.element)
            class_weight = row[CLASS_WEIGHT]
            row += [
                float(place - heading) if heading >= 0 else -1.0, float(level), *heading_row, float(headings),
                log1p(sections[place]),
                float(place - self._measures.title_at) if self._measures.title_at >= 0 else -999.0,
            ]  # fmt: skip
            row += self._distances(block.element)
            rows.append(row)
            neighbours.append([row[3], weight, class_weight])
            if own := HEADINGS.get(block.element.tag, 0):
                heading, level, heading_row = place, own, [weight, class_weight]
                headings += 1
        neighbours.append(NO_NEIGHBOUR)  # stands before the first block as well, at -1
        for place, row in enumerate(rows):
            row.extend(neighbours[place - 1])
            row.extend(neighbours[place + 1])
            row.extend(types)
        return rows

    def _text(self, place: int, block: Block) -> list[float]:
        text = block.text
        words = WORD.findall(text[:LOOKED_AT].lower())
        distinct = set(words)
        count = len(distinct) or 1
        lexicon = self._lexicon
        inline = 0.0
        for names in block.names:
            inline += lexicon.weigh("", names)[0]
        get = lexicon.text.get
        weight = 0.0
        for word in text_words(words):
            weight += get(word, 0.0)
        before = self._before.get(text, 0)
        self._before[text] = before + 1
        measures = self._measures
        size = measures.words[place]
        return [
            log1p(size),
            measures.link_shares[place],
            1.0 if text[-1] in '.!?。”"' else 0.0,
            float(TAGS.get(block.element.tag, 26)),
            len(distinct & self._title) / count,
            len(distinct & self._data) / count if self._data else -1.0,
            float(self._copies[text]),
            float(before),
            weight,
            inline,
            len(text) / size,
        ]

    def _place(self, place: int, element: Element) -> list[float]:
        bits = element.bits
        beside = far = 0.0
        above = element.parent
        if above is not None:
            beside = above.beside
            if (two := above.parent) is not None:
                beside += two.beside
                if two.parent is not None:
                    far = two.parent.far
        row = [1.0 if bits & bit else 0.0 for bit in BITS]
        measures = self._measures
        total = len(measures.blocks)
        row += [
            element.near, beside, far, element.near + beside + far, element.lowest,
            float(place), place / total, measures.sum_words[place] / measures.sum_words[-1],
            float(element.depth), float(total - place),
        ]  # fmt: skip
        row += self._page
        return row

    def _page_row(self) -> list[float]:
        measures = self._measures
        return [
            log1p(measures.sum_words[-1]),
            log1p(len(measures.blocks)),
            measures.sum_links[-1] / max(measures.sum_chars[-1], 1),
            measures.sum_long[-1] / max(measures.sum_words[-1], 1),
        ]

    def _distances(self, element: Element) -> list[float]:
        measures = self._measures
        title = element.with_title or element
        core = element.with_core or element
        path = element.path
        copies, words = measures.paths[path], measures.path_words[path]
        held = core.held
        row = [
            float(element.depth - title.depth), title.held[1], title.held[5],
            float(element.depth - core.depth), held[1], held[5], held[2],
            log1p(copies), words / measures.sum_words[-1], log1p(words / copies),
        ]  # fmt: skip
        own = element if element.is_repeated else None
        row += _repeat(own or element.repeat)
        row += _repeat(element.outer or own)
        row += element.held[:4]
        step = element.wider
        for _ in range(4):
            if step is None:
                row += NO_HOLDER
            else:
                row += step.held
                step = step.wider
        return row

    def _sections(self) -> list[int]:
        """How many words follow each block before the next heading."""
        sections = [0] * len(self._measures.blocks)
        run = 0
        for place in range(len(sections) - 1, -1, -1):
            sections[place] = run
            is_heading = self._measures.blocks[place].element.tag in HEADINGS
            run = 0 if is_heading else run + self._measures.words[place]
        return sections


def _repeat(element: Element | None) -> list[float]:
    if element is None or element.parent is None or element.parent.same is None:
        return NO_REPEAT
    held = element.held
    return [float(element.parent.same[element.kind]), held[0], held[3], held[2], element.parent.held[1]]
