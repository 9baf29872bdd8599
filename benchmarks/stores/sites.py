"""Web pages of made-up shops, the same for the same host and number.

Every host has a template of its own: a head with styles and scripts, a menu, a footer, and 80 teasers of
which a page shows 24. A page's own are its name, its address, five paragraphs and the choice of teasers:
about an eighth of its bytes. Words are drawn from 6,000 as unevenly as in prose. The template's share is a
choice: it was set so that single pages shrink as real ones do, by 79 % with gzip and 82 % sealed alone. What
is saved on several pages of a host follows from that share: real pages are the better witness (`--pages`).
"""

import itertools
import random
from collections.abc import Iterator
from functools import cache

from benchmarks.stores.workload import WORDS, vocabulary

PARAGRAPHS = 5
WEIGHTS = tuple(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))


@cache
def _words() -> tuple[str, ...]:
    return tuple(vocabulary())


def _some(dice: random.Random, many: int) -> str:
    return " ".join(dice.choices(_words(), cum_weights=WEIGHTS, k=many))


def _token(dice: random.Random) -> str:
    return f"{dice.getrandbits(64):016x}"


class Site:
    """One host and its template."""

    def __init__(self, number: int) -> None:
        self._dice = dice = random.Random(1_000_003 * number + 1)
        self.host = f"site-{number:05}.example"
        self._classes = [f"{_some(dice, 1)}-{_token(dice)[:4]}" for _ in range(24)]
        self._top = f"<style>{self._styles()}</style>{self._scripts()}</head><body>{self._menu()}"
        self._bottom = f"<footer><p>{_some(dice, 150)}</p></footer></body></html>"
        self._teasers = [self._teaser() for _ in range(80)]

    def _styles(self) -> str:
        dice = self._dice
        return "".join(
            f".{name}{{margin:{dice.randrange(40)}px;color:#{_token(dice)[:6]};width:{dice.randrange(100)}%}}"
            for name in self._classes
            for _ in range(6)
        )

    def _scripts(self) -> str:
        dice = self._dice
        return "".join(
            f'<script src="https://cdn.example/{_token(dice)}/{_some(dice, 1)}.js" crossorigin="anonymous"'
            f' integrity="sha256-{_token(dice)}"></script>'
            for _ in range(12)
        )

    def _menu(self) -> str:
        dice = self._dice
        return "".join(
            f'<li class="menu-item menu-item-type-post {dice.choice(self._classes)}">'
            f'<a href="https://{self.host}/{_some(dice, 1)}/{_some(dice, 1)}">{_some(dice, 2)}</a></li>\n'
            for _ in range(140)
        )

    def _teaser(self) -> str:
        dice, names = self._dice, self._classes
        return (
            f'<div class="{names[0]}"><a href="https://{self.host}/item/{dice.randrange(10**6)}"><img alt="" '
            f'width="320" height="240" loading="lazy" class="{names[8]}" src="/media/{_token(dice)}.jpg">'
            f'<span class="{names[9]}">{_some(dice, 5)}</span><span class="{names[10]}">'
            f"{dice.randrange(900)}.{dice.randrange(100):02} EUR</span></a></div>\n"
        )

    def page(self, number: int) -> bytes:
        """About 45 KB of HTML; its own are a name, an address, some paragraphs, and the choice of teasers."""
        dice = random.Random(number * 7919 + sum(self.host.encode()))
        name = _some(dice, 5).title()
        teasers = "".join(dice.sample(self._teasers, 24))
        text = "".join(
            f'<p class="{self._classes[11]}" data-block-type="paragraph">{_some(dice, 40)}.</p>\n'
            for _ in range(PARAGRAPHS)
        )
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
            f'<meta property="og:title" content="{name}">'
            f'<link rel="canonical" href="https://{self.host}/item/{number}">'
            f"{self._top}<main><h1>{name}</h1>\n{text}</main><aside>{teasers}</aside>{self._bottom}"
        ).encode()


def corpus(hosts: int, pages_per_host: int) -> Iterator[tuple[str, str, bytes]]:
    """Host, URL and body, in the order of a sealed file."""
    for host in range(hosts):
        site = Site(host)
        for number in range(pages_per_host):
            yield site.host, f"https://{site.host}/item/{number:06}", site.page(number)
