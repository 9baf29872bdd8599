"""Describes every block of a page by numbers that do not depend on the site."""

from math import log1p

from scraper.content.blocks import HEADINGS, MAIN, Block, Element
from scraper.content.lexicon import Lexicon
from scraper.content.measure import Measures

TAGS = {
    "div": 0, "p": 1, "li": 2, "td": 3, "th": 4, "dt": 5, "dd": 6,
    "h1": 7, "h2": 8, "h3": 9, "h4": 10, "h5": 11, "h6": 12,
    "button": 13, "label": 14, "pre": 15, "figcaption": 16, "blockquote": 17, "summary": 18,
    "section": 19, "article": 20, "header": 21, "footer": 22, "body": 23, "legend": 24, "noscript": 25,
}  # fmt: skip
_ENDS = '.!?。”"'

# Every column costs time on every block: these are the ones that trees asked for out of about twice as many.
_TEXT = ("words", "link_share", "ends_sentence", "tag", "copies_before", "text_weight", "inline_weight")
_PLACE = ("main", "near", "beside", "far", "class_weight", "lowest",
          "index", "index_share", "words_before", "depth",
          "since_heading", "heading_class", "headings", "after_title")  # fmt: skip
_DISTANCES = ("title_words", "title_blocks", "core_steps", "core_words", "core_blocks", "core_links",
              "path_copies", "path_words", "path_mean",
              "repeat_around", "outer_copies", "outer_blocks", "outer_around")  # fmt: skip
_HOLDERS = ("holder1_words", "holder1_mean", "holder1_long", "holder1_block_share",
            "holder2_words", "holder2_links", "holder2_mean", "holder2_block_share",
            "holder3_blocks", "holder4_blocks", "holder4_links", "holder4_mean")  # fmt: skip
_NEXT = ("before_class", "after_class")
_PAGE = ("page_words", "page_blocks", "page_links", "page_long")
_TYPES = tuple(f"type{place}" for place in range(7))
FEATURES = _TEXT + _PLACE + _DISTANCES + _HOLDERS + _NEXT + _PAGE + _TYPES
CLASS_WEIGHT = FEATURES.index("class_weight")
NO_TITLE = -999.0  # where a page has none


class Describer:
    """Makes the rows of one page."""

    def __init__(self, measures: Measures, lexicon: Lexicon) -> None:
        self._measures = measures
        self._lexicon = lexicon
        self._before: dict[str, int] = {}
        self._held: dict[Element | None, tuple[float, ...]] = {None: (0.0,) * len(_HOLDERS)}
        self._paths: dict[int, tuple[float, ...]] = {}

    def rows(self, types: list[float]) -> list[list[float]]:
        """One row per block, its columns as in `FEATURES`."""
        rows: list[list[float]] = []
        heading, headings, heading_class = -1, 0, 0.0
        title_at = self._measures.title_at
        for place, block in enumerate(self._measures.blocks):
            element = block.element
            row = self._text(place, block)
            row += self._place(place, element)
            class_weight = row[CLASS_WEIGHT]
            row += (
                place - heading if heading >= 0 else -1.0, heading_class, headings,
                place - title_at if title_at >= 0 else NO_TITLE,
            )  # fmt: skip
            row += self._distances(element)
            row += self._holders(element.wider)
            rows.append(row)
            if element.tag in HEADINGS:
                heading, heading_class = place, class_weight
                headings += 1
        classes = [0.0, *[row[CLASS_WEIGHT] for row in rows], 0.0]
        page = [*self._page_row(), *types]
        for place, row in enumerate(rows):
            row.extend((classes[place], classes[place + 2], *page))
        return rows

    def _text(self, place: int, block: Block) -> list[float]:
        text = block.text
        lexicon = self._lexicon
        inline = 0.0
        for names in block.names:
            inline += lexicon.weigh("", names)[0]
        before = self._before.get(text, 0)
        self._before[text] = before + 1
        return [
            log1p(self._measures.words[place]),
            self._measures.link_shares[place],
            1.0 if text[-1] in _ENDS else 0.0,
            TAGS.get(block.element.tag, 26),
            before,
            lexicon.read(text),
            inline,
        ]

    def _place(self, place: int, element: Element) -> tuple[float, ...]:
        beside = far = 0.0
        above = element.parent
        if above is not None:
            beside = above.beside
            if (two := above.parent) is not None:
                beside += two.beside
                if two.parent is not None:
                    far = two.parent.far
        near = element.near
        measures = self._measures
        return (
            1.0 if element.bits & MAIN else 0.0,
            near, beside, far, near + beside + far, element.lowest,
            place, place / len(measures.blocks), measures.sum_words[place] / measures.sum_words[-1],
            element.depth,
        )  # fmt: skip

    def _page_row(self) -> list[float]:
        measures = self._measures
        return [
            log1p(measures.sum_words[-1]),
            log1p(len(measures.blocks)),
            measures.sum_links[-1] / max(measures.sum_chars[-1], 1),
            measures.sum_long[-1] / max(measures.sum_words[-1], 1),
        ]

    def _distances(self, element: Element) -> list[float]:
        held = self._measures.held
        title = held(element.with_title or element)
        nearest = element.with_core or element
        core = held(nearest)
        own = element if element.is_repeated else None
        outer_copies, outer_blocks, outer_around = self._repeat(element.outer or own)
        return [
            title[1], title[5],
            element.depth - nearest.depth, core[1], core[5], core[2],
            *(self._paths.get(element.path) or self._path(element.path)),
            self._repeat(own or element.repeat)[2], outer_copies, outer_blocks, outer_around,
        ]  # fmt: skip

    def _path(self, path: int) -> tuple[float, ...]:
        measures = self._measures
        copies, words = measures.paths[path], measures.path_words[path]
        row = (log1p(copies), words / measures.sum_words[-1], log1p(words / copies))
        self._paths[path] = row
        return row

    def _repeat(self, element: Element | None) -> tuple[float, ...]:
        if element is None or element.parent is None or element.parent.same is None:
            return 0.0, 0.0, 0.0
        held = self._measures.held
        return element.parent.same[element.kind], held(element)[0], held(element.parent)[1]

    def _holders(self, wider: Element | None) -> tuple[float, ...]:
        """The next four elements up that each hold more blocks; many blocks have the same ones."""
        known = self._held.get(wider)
        if known is None:
            row: list[float] = []
            step = wider
            for columns in ((1, 3, 4, 5), (1, 2, 3, 5), (0,), (0, 2, 3)):
                held = self._measures.held(step) if step is not None else (0.0,) * 6
                row += [held[column] for column in columns]
                step = step.wider if step is not None else None
            known = self._held[wider] = tuple(row)
        return known
