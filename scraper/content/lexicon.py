"""Learned weights of words: in class names, in short texts, in addresses."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])")


@lru_cache(maxsize=20_000)
def name_words(names: str) -> tuple[str, ...]:
    """The distinct words of a class attribute: camelCase, hyphens and digits divide."""
    return tuple(dict.fromkeys([word.lower() for word in _NAME.findall(names[:300]) if len(word) <= 20]))


def text_words(words: list[str]) -> list[str]:
    """What is looked up of a block's lower-case words: its beginning, pairs, its end, itself when short."""
    start = words[:10]
    found = list(dict.fromkeys(start))
    found += [one + " " + two for one, two in zip(start, words[1:8], strict=False)]
    if len(words) > 10:
        found += ["$" + word for word in words[-3:]]
    elif len(words) <= 4:
        found.append("=" + " ".join(words))
    return found


Weights = tuple[float, float, float]


@dataclass(slots=True)
class Lexicon:
    """Words with weights: positive where main content is more likely.

    A word in a name has three: in a block's own element, in the two around it, in any further up.
    """

    names: dict[str, Weights] = field(default_factory=dict)
    text: dict[str, float] = field(default_factory=dict)
    _seen: dict[str, dict[str, Weights]] = field(default_factory=dict)

    def weigh(self, tag: str, names: str) -> Weights:
        """The weights of one element in the three places it can have."""
        seen = self._seen.setdefault(tag, {})
        known = seen.get(names)
        if known is None:
            if len(seen) > 20_000:  # bounds what a crawl over many sites remembers
                seen.clear()
            known = seen[names] = self._sum(tag, names)
        return known

    def _sum(self, tag: str, names: str) -> Weights:
        get = self.names.get
        near, beside, far = get("<" + tag, (0.0, 0.0, 0.0))
        for word in name_words(names):
            weights = get(word)
            if weights is not None:
                near += weights[0]
                beside += weights[1]
                far += weights[2]
        return near, beside, far
