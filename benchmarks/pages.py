"""Pages by arithmetic: page N of a site always has the same words, tags and links, and is kept nowhere."""

from random import Random

# fmt: off
WORDS = (
    "amber", "anchor", "arrow", "basin", "beacon", "birch", "bridge", "candle", "canyon", "cedar", "copper",
    "coral", "cotton", "crystal", "delta", "ember", "fable", "falcon", "feather", "fern", "flint", "forest",
    "garden", "glacier", "granite", "harbor", "hazel", "heron", "hollow", "indigo", "island", "ivory",
    "jasmine", "juniper", "kettle", "lagoon", "lantern", "linen", "lotus", "maple", "marble", "meadow",
    "mirror", "moss", "nectar", "oasis", "olive", "orchid", "paper", "pebble", "pine", "prairie", "quartz",
    "quill", "raven", "reed", "ribbon", "river", "saffron", "sage", "shadow", "silver", "slate", "sparrow",
    "spruce", "stone", "summit", "thistle", "thunder", "timber", "topaz", "valley", "velvet", "violet",
    "walnut", "water", "willow", "winter", "wonder",
)
# fmt: on
BRANCHES = 5


def path_of(number: int) -> str:
    """Gives the path of a page."""
    return f"/page/{number}.html" if number else "/"


def number_of(path: str) -> int | None:
    """Gives the page that a path leads to, if it leads to one."""
    if path == "/":
        return 0
    digits = path.removeprefix("/page/").removesuffix(".html")
    return int(digits) if path.startswith("/page/") and digits.isdigit() else None


def links_of(number: int, pages: int, count: int = 30) -> list[int]:
    """Gives the pages that a page links to: branches of a tree, so that all are reachable, then others."""
    branches = [n for n in range(number * BRANCHES + 1, number * BRANCHES + BRANCHES + 1) if n < pages]
    scattered = [(number * 7919 + step * 104_729) % pages for step in range(1, count + 1)]
    return [*branches, *scattered][:count]


def render(number: int, pages: int) -> bytes:
    """Gives page N of a site: about 18 KB, 30 links, some 240 tags."""
    random = Random(number)

    def words(count: int) -> str:
        return " ".join(random.choices(WORDS, k=count))

    links = "\n".join(
        f'<li class="item"><a href="{path_of(target)}"><span>{words(3)}</span></a></li>'
        for target in links_of(number, pages)
    )
    rows = "\n".join(f"<tr><th>{words(1)}</th><td>{random.randrange(10_000)}</td></tr>" for _ in range(25))
    paragraphs = "\n".join(f'<p class="text">{words(64)} <b>{words(2)}</b></p>' for _ in range(30))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<title>Page {number}: {words(3)}</title><meta name="description" content="{words(12)}">'
        f"</head>\n<body><main><h1>{words(4)}</h1>\n"
        f"<nav><ul>\n{links}\n</ul></nav>\n<table>\n{rows}\n</table>\n{paragraphs}\n"
        f"</main><footer><p>{words(8)}</p></footer></body></html>\n"
    ).encode()
