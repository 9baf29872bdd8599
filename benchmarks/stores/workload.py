"""The records that every store gets: generated, the same for the same number, about 1 KB each.

20,000 texts of 12 to 110 words out of 6,000, drawn as unevenly as words are in prose, are spread over a
million addresses of a thousand hosts, by lot. The records of one store run come in the order of a crawl:
hosts mixed.
"""

import gc
import hashlib
import itertools
import json
import random
from typing import NamedTuple

TEXTS, WORDS, HOSTS = 20_000, 6_000, 1_000
BATCH = 1_000


class Record(NamedTuple):
    """One record, in the order of Tandem's own."""

    host: str
    url: str
    visit: int
    run: str
    key: bytes
    record: str
    ordinal: int
    decision: int
    decided_at: int
    data: str
    sources: str


def vocabulary() -> list[str]:
    """Made-up words, the frequent ones short."""
    dice = random.Random(5)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")]
    return ["".join(dice.choices(syllables, k=1 + min(n // 300, 3))) for n in range(WORDS)]


def texts(count: int = TEXTS) -> list[str]:
    """The data of records as JSON."""
    dice = random.Random(7)
    words = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))
    found = []
    for number in range(count):

        def some(many: int) -> str:
            return " ".join(dice.choices(words, cum_weights=weights, k=many))

        product = {
            "title": some(6).title(),
            "price": {"amount": f"{dice.randrange(1, 400)}.{dice.randrange(100):02}", "currency": "EUR"},
            "upc": f"{dice.getrandbits(48):012x}",
            "stock": dice.randrange(40),
            "image": f"https://img.example/{dice.getrandbits(64):016x}.jpg",
            "description": some(120),
            "number": number,
        }
        found.append(json.dumps(product))
    return found


def records(count: int) -> list[Record]:
    """All records of one run of the benchmark, kept out of the garbage collector's way."""
    data = texts()
    sources = json.dumps(dict.fromkeys(("title", "price", "upc", "stock", "image"), "jsonld"))
    found = []
    dice = random.Random(13)
    for n in range(count):
        host = f"shop-{n * 7919 % HOSTS}.example"
        url = f"https://{host}/catalogue/item-{n:07}"
        key = hashlib.blake2b(url.encode(), digest_size=16).digest()
        text = data[dice.randrange(TEXTS)]
        found.append(
            Record(
                host,
                url,
                n + 1,
                "shops-1-0badcafe",
                key,
                "product",
                0,
                1,
                1_700_000_000_000_000 + n,
                text,
                sources,
            )
        )
    gc.collect()
    gc.freeze()
    return found
