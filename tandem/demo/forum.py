"""Threads of the forum, as posts on pages."""

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any

from tandem.demo.catalogue import products
from tandem.demo.chance import below, between, pick
from tandem.demo.manuscript import sentence, table

POSTS_PER_PAGE = 10
FIRST_DAY = datetime.datetime(2025, 2, 3, 8, 0, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Post:
    number: int
    author: str
    written: datetime.datetime
    text: str
    quoted: int = 0  # the number of the post it answers, 0 for none


@dataclass(frozen=True, slots=True)
class Thread:
    path: str
    title: str
    posts: tuple[Post, ...]

    @property
    def pages(self) -> int:
        return -(-len(self.posts) // POSTS_PER_PAGE)

    def page_path(self, page: int) -> str:
        return self.path if page == 1 else f"{self.path}?page={page}"

    def page(self, number: int) -> tuple[Post, ...]:
        return self.posts[(number - 1) * POSTS_PER_PAGE : number * POSTS_PER_PAGE]


@cache
def threads() -> tuple[Thread, ...]:
    return tuple(_thread(row) for row in table("threads")["thread"])


def _thread(row: dict[str, Any]) -> Thread:
    path = f"/forum/{row['slug']}"
    started = FIRST_DAY + datetime.timedelta(days=below(path, 400), minutes=below(f"{path} minute", 700))
    posts = [Post(1, _member(path, 1), started, row["question"])]
    for number in range(2, row["posts"] + 1):
        waited = datetime.timedelta(minutes=between(f"{path} wait {number}", 3, 900))
        posts.append(_reply(path, number, posts[-1].written + waited))
    return Thread(path, row["title"], tuple(posts))


def _reply(path: str, number: int, written: datetime.datetime) -> Post:
    key = f"{path} post {number}"
    facts = _figures(key)
    patterns = ("open", "experience", "advice")
    text = " ".join(sentence("forum", pattern, key, facts) for pattern in patterns)
    if number % 4 == 0:
        text += f" By the way, I use the {pick(f'{key} product', products()).name} for it."
    return Post(number, _member(path, number), written, text, number - 2 if number % 5 == 0 else 0)


def _figures(key: str) -> dict[str, object]:
    low = between(f"{key} low", -14, -1)
    return {
        "nights": between(f"{key} nights", 4, 9) * 2 + 10,
        "low": low,
        "high": low + between(f"{key} span", 4, 12),
        "grams": between(f"{key} grams", 240, 2600),
        "over": between(f"{key} over", 4, 60),
        "passes": between(f"{key} passes", 3, 19),
        "country": pick(f"{key} country", ("Norway", "Iceland", "Romania", "Greece", "Finland", "Wales")),
        "hours": between(f"{key} hours", 2, 11),
        "years": between(f"{key} years", 3, 22),
        "euros": between(f"{key} euros", 8, 140),
    }


def _member(path: str, number: int) -> str:
    members: list[str] = table("people")["members"]
    return pick(f"{path} member {number}", members)
