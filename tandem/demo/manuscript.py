"""The written content of the shop, read from the files beside the code."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from tandem.demo.chance import pick

CONTENT = Path(__file__).with_name("content")


@cache
def table(name: str) -> dict[str, Any]:
    """One content file in TOML."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def fragment(folder: str, name: str) -> str:
    """The HTML of one written page, without the frame around it."""
    return (CONTENT / folder / f"{name}.html").read_text(encoding="utf-8")


def sentence(text: str, pattern: str, key: str, facts: dict[str, object]) -> str:
    """One sentence of the asked-for pattern with the facts filled in; the key decides which wording."""
    wordings: list[str] = table("prose")[text][pattern]
    return pick(f"{key}|{pattern}", wordings).format_map(facts)


def in_prose(country: str) -> str:
    """A country as it stands inside a sentence."""
    return f"the {country}" if country in {"United Kingdom", "Netherlands"} else country


def slug(name: str) -> str:
    """The part of a path that stands for a name: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(UNDECOMPOSED))
    bare = (letter for letter in plain if not unicodedata.combining(letter))
    return "-".join(
        "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in bare).split()
    )


UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "'": None})
