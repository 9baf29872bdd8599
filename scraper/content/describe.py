"""Describes every block of a page by numbers that do not depend on the site."""

from collections.abc import Sequence
from math import log1p

from scraper.content.blocks import HEADINGS, Block, Element
from scraper.content.lexicon import Lexicon
from scraper.content.looks import MAIN, Look
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
_ORDER = ("index", "index_share", "words_before", "since_heading", "heading_class", "headings", "after_title",
          "before_class", "after_class")  # fmt: skip
_PLACE = ("main", "near", "beside", "far", "class_weight", "lowest", "depth")
_DISTANCES = ("title_words", "title_blocks", "core_steps", "core_words", "core_blocks", "core_links")
_PATH = ("path_copies", "path_words", "path_mean")
_REPEATS = ("repeat_around", "outer_copies", "outer_blocks", "outer_around")
_HOLDERS = ("holder1_words", "holder1_mean", "holder1_long", "holder1_block_share",
            "holder2_words", "holder2_links", "holder2_mean", "holder2_block_share",
            "holder3_blocks", "holder4_blocks", "holder4_links", "holder4_mean")  # fmt: skip
_PAGE = ("page_words", "page_blocks", "page_links", "page_long")
_TYPES = tuple(f"type{place}" for place in range(7))
FEATURES = _TEXT + _ORDER + _PLACE + _DISTANCES + _PATH + _REPEATS + _HOLDERS + _PAGE + _TYPES
NO_TITLE = -999.0  # where a page has none
NO_REPEATS = (0.0,) * len(_REPEATS)
NOTHING_HELD = (0.0,) * 6
_CLASS_WEIGHT = _PLACE.index("class_weight")

Row = tuple[float, ...]


class Describer:
    """Makes the rows of one page."""

    def __init__(self, measures: Measures, lexicon: Lexicon) -> None:
        self._measures = measures
        self._lexicon = lexicon
        self._before: dict[str, int] = {}
        self._held: dict[Element | None, Row] = {None: (0.0,) * len(_HOLDERS)}
        self._paths: dict[int, Row] = {}
        self._alike: dict[tuple[Element | None, Look], Row] = {}

    def rows(self, types: Sequence[float]) -> list[Row]:
        """One row per block, its columns as in `FEATURES`."""
        measures = self._measures
        blocks = measures.blocks
        all_blocks, all_words = len(blocks), measures.sum_words[-1]
        title_at = measures.title_at
        page = (*self._page_row(), *types)
        around = [self._around(block.element) for block in blocks]
        classes = [0.0, *[row[_CLASS_WEIGHT] for row in around], 0.0]
        rows: list[Row] = []
        heading, headings, heading_class = -1, 0, 0.0
        for place, block in enumerate(blocks):
            order = (
                place, place / all_blocks, measures.sum_words[place] / all_words,
                place - heading if heading >= 0 else -1.0, heading_class, headings,
                place - title_at if title_at >= 0 else NO_TITLE,
                classes[place], classes[place + 2],
            )  # fmt: skip
            rows.append(self._text(place, block) + order + around[place] + page)
            if block.element.tag in HEADINGS:
                heading, heading_class = place, classes[place + 1]
                headings += 1
        return rows

    def _text(self, place: int, block: Block) -> Row:
        text = block.text
        lexicon = self._lexicon
        before = self._before.get(text, 0)
        self._before[text] = before + 1
        return (
            log1p(self._measures.words[place]),
            self._measures.link_shares[place],
            1.0 if text[-1] in _ENDS else 0.0,
            TAGS.get(block.element.tag, 26),
            before,
            lexicon.read(text),
            sum(map(lexicon.weigh_inline, block.names)) if block.names else 0.0,
        )

    def _around(self, element: Element) -> Row:
        """All that siblings of one look have in common, when they are a block each."""
        if element.last - element.first > 1 or element.place[5] is None or element.place[6] is None:
            return self._place(element)
        key = element.parent, element.look
        known = self._alike.get(key)
        if known is None:
            known = self._alike[key] = self._place(element)
        return known

    def _place(self, element: Element) -> Row:
        near, _, _, lowest, wider, *_ = element.place
        beside = far = 0.0
        above = element.parent
        if above is not None:
            beside = above.place[1]
            if (two := above.parent) is not None:
                beside += two.place[1]
                if two.parent is not None:
                    far = two.parent.place[2]
        is_main = 1.0 if element.bits & MAIN else 0.0
        return (
            is_main, near, beside, far, near + beside + far, lowest, element.depth,
            *self._distances(element),
            *(self._paths.get(element.path) or self._path(element.path)),
            *self._repeats(element),
            *(self._held.get(wider) or self._holders(wider)),
        )  # fmt: skip

    def _page_row(self) -> Row:
        measures = self._measures
        return (
            log1p(measures.sum_words[-1]),
            log1p(len(measures.blocks)),
            measures.sum_links[-1] / max(measures.sum_chars[-1], 1),
            measures.sum_long[-1] / max(measures.sum_words[-1], 1),
        )

    def _distances(self, element: Element) -> Row:
        held = self._measures.held
        place = element.place
        title = held(place[5] or element)
        nearest = place[6] or element
        core = held(nearest)
        return title[1], title[5], element.depth - nearest.depth, core[1], core[5], core[2]

    def _path(self, path: int) -> Row:
        measures = self._measures
        copies, words = measures.paths[path], measures.path_words[path]
        row = (log1p(copies), words / measures.sum_words[-1], log1p(words / copies))
        self._paths[path] = row
        return row

    def _repeats(self, element: Element) -> Row:
        *_, is_repeated, repeat, outer = element.place
        own = element if is_repeated else None
        held = self._measures.held
        nearest, outermost = own or repeat, outer or own
        if nearest is None or outermost is None:
            return NO_REPEATS
        around, above = nearest.parent, outermost.parent
        if around is None or above is None or above.same is None:
            return NO_REPEATS
        return held(around)[1], above.same[outermost.look.kind], held(outermost)[0], held(above)[1]

    def _holders(self, wider: Element | None) -> Row:
        """The next four elements up that each hold more blocks; many blocks have the same ones."""
        held = self._measures.held
        one = wider
        two = one.place[4] if one is not None else None
        three = two.place[4] if two is not None else None
        four = three.place[4] if three is not None else None
        _, words1, _, mean1, long1, share1 = held(one) if one is not None else NOTHING_HELD
        _, words2, links2, mean2, _, share2 = held(two) if two is not None else NOTHING_HELD
        blocks3 = held(three)[0] if three is not None else 0.0
        blocks4, _, links4, mean4, _, _ = held(four) if four is not None else NOTHING_HELD
        row = self._held[wider] = (
            words1, mean1, long1, share1, words2, links2, mean2, share2, blocks3, blocks4, links4, mean4
        )  # fmt: skip
        return row
