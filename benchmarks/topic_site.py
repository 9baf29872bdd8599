"""A magazine by arithmetic, with one subject that few pages are about: python -m benchmarks.topic_site

Sections list shelves, shelves list articles. Of the articles on the topic two thirds stand in one section;
the others are scattered over all shelves and linked from articles on the topic. Half of all articles on the
topic are announced by titles that do not say so, and some that announce it are about something else.
"""

import argparse
import asyncio
from functools import cache
from pathlib import Path
from random import Random

from benchmarks.server import Answer, answer, serve

TOPIC = "How is a violin repaired?"
_VOCABULARY = {
    "kitchen": "oven bread flour butter salt pan roast simmer spoon pastry yeast crust",
    "gardens": "soil seed compost hedge rose prune lawn spade tulip greenhouse mulch bulb",
    "railways": "engine track signal station carriage steam timetable tunnel gauge points platform",
    "astronomy": "telescope star comet orbit lens planet eclipse nebula moon galaxy crater",
    "sailing": "keel mast sail harbour anchor tide rope hull rudder compass deck knot",
    "strings": "violin repair varnish bow luthier peg bridge scroll maple glue crack soundpost",
    "printing": "ink paper press letter type binding margin proof page plate roller",
    "mountains": "ridge glacier hut rope summit boots trail valley snow weather map",
    "clocks": "spring dial pendulum gear watch escapement hour strike case bell wind",
    "weaving": "loom wool thread dye pattern shuttle cloth spindle warp weft fringe",
}
_FILLER = (
    "the of and to in was for on as with by from at that this year old new found made kept seen told people "
    "house town winter summer morning work hands story little long road later found again first second"
)
SUBJECTS = {name: words.split() for name, words in _VOCABULARY.items()}
FILLER = _FILLER.split()
SECTIONS = tuple(SUBJECTS)
ON_TOPIC = "strings"
SHELVES, ARTICLES = 10, 12  # shelves of a section, articles of a shelf
SCATTERED_EVERY = 25  # of all other articles one in so many is on the topic
TOPIC_SHELVES = 6  # of its section; the others are about instruments in general
_NEUTRAL = ("Notes from workshop", "A letter from reader", "Plate", "Diary, page", "From the archive, box")


def article_path(number: int) -> str:
    """Gives the path of an article, which says nothing of its subject."""
    return f"/articles/{number}.html"


def articles() -> range:
    """Gives the numbers of all articles."""
    return range(len(SECTIONS) * SHELVES * ARTICLES)


def is_relevant(number: int) -> bool:
    """Says whether an article is about the topic."""
    section, shelf = divmod(number // ARTICLES, SHELVES)
    return shelf < TOPIC_SHELVES if SECTIONS[section] == ON_TOPIC else number % SCATTERED_EVERY == 7


@cache
def relevant_paths() -> frozenset[str]:
    """Gives the paths of all pages that a reader of the topic wants."""
    return frozenset(article_path(number) for number in articles() if is_relevant(number))


def respond(path: str) -> Answer:
    """Gives the answer of the site."""
    parts = path.strip("/").removesuffix(".html").split("/")
    if path == "/":
        return answer(body=_home())
    if parts[0] in SUBJECTS and len(parts) == 1:
        return answer(body=_section(parts[0]))
    if parts[0] in SUBJECTS and len(parts) == 2 and parts[1].isdecimal() and int(parts[1]) < SHELVES:
        return answer(body=_shelf(parts[0], int(parts[1])))
    if parts[0] == "articles" and parts[-1].isdecimal() and int(parts[-1]) in articles():
        return answer(body=_article(int(parts[-1])))
    return answer(404, b"<h1>Not found</h1>")


def _subject(number: int) -> str:
    if is_relevant(number):
        return ON_TOPIC
    section = SECTIONS[number // (ARTICLES * SHELVES)]
    return section if section != ON_TOPIC else SECTIONS[number % SECTIONS.index(ON_TOPIC)]


def title(number: int) -> str:
    """Gives the title of an article."""
    random = Random(number)
    if random.random() < 0.5:
        return f"{random.choice(_NEUTRAL)} {number}"
    if not is_relevant(number) and random.random() < 0.03:
        return f"The violin and the {random.choice(SUBJECTS[_subject(number)])}"
    words = ("violin", "repair") if is_relevant(number) else SUBJECTS[_subject(number)]
    return f"{random.choice(words).capitalize()} and {random.choice(SUBJECTS[_subject(number)])}"


def _home() -> bytes:
    return _page("The Magazine", f"<p>{_prose(Random(1), 'kitchen', 60)}</p>")


def _section(name: str) -> bytes:
    shelves = "".join(
        f'<li><a href="/{name}/{shelf}">{name} {shelf + 1}</a></li>' for shelf in range(SHELVES)
    )
    about = _prose(Random(name), name, 40)
    return _page(name.capitalize(), f'<p>{about}</p><ul class="shelves">{shelves}</ul>')


def _shelf(name: str, shelf: int) -> bytes:
    first = (SECTIONS.index(name) * SHELVES + shelf) * ARTICLES
    cards = "".join(
        f'<div class="card"><h3><a href="{article_path(number)}">{title(number)}</a></h3></div>'
        for number in range(first, first + ARTICLES)
    )
    return _page(f"{name.capitalize()} {shelf + 1}", f'<div class="cards">{cards}</div>')


def _article(number: int) -> bytes:
    random = Random(-number)
    paragraphs = "".join(f"<p>{_prose(random, _subject(number), 70)}</p>" for _ in range(5))
    related = "".join(
        f'<li><a href="{article_path(other)}">{title(other)}</a></li>' for other in _related(number, random)
    )
    chosen = random.sample(articles(), 5)
    popular = "".join(f'<li><a href="{article_path(other)}">{title(other)}</a></li>' for other in chosen)
    body = f"<article><h1>{title(number)}</h1>{paragraphs}</article>"
    aside = f'<ul class="related">{related}</ul><ul class="popular">{popular}</ul>'
    return _page(title(number), f"{body}<aside>{aside}</aside>")


def _related(number: int, random: Random) -> list[int]:
    if is_relevant(number):
        alike = [other for other in articles() if is_relevant(other) and other != number]
        return random.sample(alike, 4)
    first = number - number % (ARTICLES * SHELVES)
    return random.sample(range(first, first + ARTICLES * SHELVES), 4)


def _prose(random: Random, subject: str, words: int) -> str:
    told = (
        random.choice(SUBJECTS[subject]) if random.random() < 0.25 else random.choice(FILLER)
        for _ in range(words)
    )
    return " ".join(told).capitalize() + "."


def _page(name: str, body: str) -> bytes:
    menu = "".join(f'<li><a href="/{section}">{section.capitalize()}</a></li>' for section in SECTIONS)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name} - The Magazine</title>'
        f'</head><body><nav class="menu"><ul>{menu}</ul></nav><main>{body}</main>'
        f"<footer><p>The Magazine</p></footer></body></html>"
    ).encode()


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.topic_site")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="write a line per request")
    options = parser.parse_args()
    asyncio.run(serve(respond, options.log, options.port))


if __name__ == "__main__":
    main()
