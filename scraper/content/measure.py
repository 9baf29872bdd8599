"""Measures a page's elements: what each holds, how it repeats, how far it is from the title and the text."""

from itertools import accumulate
from math import log1p
from operator import mul

from scraper.content.blocks import Block, Blocks, Element
from scraper.content.lexicon import Lexicon
from scraper.content.looks import LINK

LONG_WORDS = 10  # of a block that counts as running text
_LEAVES = frozenset(("p", "li", "td", "dd", "h1", "h2", "h3"))


class Measures:
    """Sums over the blocks of a page; measuring also fills in its elements."""

    def __init__(self, found: Blocks, lexicon: Lexicon) -> None:
        self.blocks = found.blocks
        self.words = [block.text.count(" ") + 1 for block in found.blocks]
        sizes = [len(block.text) for block in found.blocks]
        links = [_link_chars(block) for block in found.blocks]
        self.link_shares = [link / size for link, size in zip(links, sizes, strict=True)]
        is_long = [
            count >= LONG_WORDS and share < 0.34
            for count, share in zip(self.words, self.link_shares, strict=True)
        ]
        # Running sums: what an element holds is the difference of two of them.
        self.sum_words = [0, *accumulate(self.words)]
        self.sum_chars = [0, *accumulate(sizes)]
        self.sum_links = [0, *accumulate(links)]
        self.sum_long = [0, *accumulate(map(mul, self.words, is_long))]
        self.paths: dict[int, int] = {}
        self.path_words: dict[int, int] = {}
        for block, count in zip(found.blocks, self.words, strict=True):
            path = block.element.path
            self.paths[path] = self.paths.get(path, 0) + 1
            self.path_words[path] = self.path_words.get(path, 0) + count
        self.title_at = next((i for i, block in enumerate(found.blocks) if block.element.tag == "h1"), -1)
        self._measure(found.elements, lexicon)

    def _measure(self, elements: list[Element], lexicon: Lexicon) -> None:
        """Every element after the one it stands in."""
        title = _chain(self.blocks[self.title_at].element if self.title_at >= 0 else None)
        core = _chain(self._core())
        weigh = lexicon.weigh
        near, beside, far = weigh(elements[0].look)
        elements[0].place = (near, beside, far, min(far, 0.0), None, None, None, False, None, None)
        for element in elements:
            first, last = element.first, element.last
            above = element.parent
            if first == last or above is None:
                continue
            near, beside, far = weigh(element.look)
            _, _, far_above, lowest, wider, with_title, with_core, is_repeated, repeat, outer = above.place
            if above.last - above.first > last - first:
                wider = above
            if is_repeated:
                repeat = above
            copies = above.same[element.look.kind] if above.same is not None else 0
            element.place = (
                near, beside, far_above + far, min(lowest, far),
                wider,
                None if element in title else with_title or above,
                None if element in core else with_core or above,
                copies >= 3, repeat, outer or repeat,
            )  # fmt: skip

    def held(self, element: Element) -> tuple[float, ...]:
        """Blocks, share of page words, link density, words per block, share of running text, of blocks."""
        if element.held is None:
            first, last = element.first, element.last
            words = self.sum_words[last] - self.sum_words[first]
            chars = self.sum_chars[last] - self.sum_chars[first]
            element.held = (
                log1p(last - first),
                words / self.sum_words[-1],
                (self.sum_links[last] - self.sum_links[first]) / chars,
                log1p(words / (last - first)),
                (self.sum_long[last] - self.sum_long[first]) / max(self.sum_long[-1], 1),
                (last - first) / len(self.blocks),
            )
        return element.held

    def _core(self) -> Element | None:
        """The element whose children and grandchildren hold most running text."""
        scores: dict[Element, float] = {}
        for block, words, links in zip(self.blocks, self.words, self.link_shares, strict=True):
            if words < 8 or links > 0.5:
                continue
            element: Element | None = block.element
            share = float(min(words, 100))
            for _ in range(3):
                if element is None:
                    break
                if element is not block.element or element.tag not in _LEAVES:
                    scores[element] = scores.get(element, 0.0) + share
                    share /= 2
                element = element.parent
        return max(scores, key=scores.__getitem__) if scores else None


def _link_chars(block: Block) -> int:
    size = len(block.text)
    return size if block.element.bits & LINK else min(block.link_chars, size)


def _chain(element: Element | None) -> set[Element]:
    """An element and all its ancestors."""
    chain: set[Element] = set()
    while element is not None:
        chain.add(element)
        element = element.parent
    return chain
