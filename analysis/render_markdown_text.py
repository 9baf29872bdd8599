"""Text of pages inside of Markdown: escaped, so that it stays text."""

import re
from collections.abc import Iterable, Iterator

from analysis import wording

# Beside the marks of Markdown: what makes many readers turn bare addresses into links.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&@$^]|(?<=:)//|(?<=www)\.)", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|\Z))")
_NOT_IN_LINK = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"})


def text(page_text: str) -> str:
    """One line in which nothing is markup."""
    line = _SPECIAL.sub(r"\\\1", wording.visible(page_text))
    return _LINE_START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", line)


def link(name: str, url: str) -> str:
    """A link with a name, or the name alone."""
    target = wording.safe_url(wording.visible(url))
    shown = text(wording.title(name, url))
    return f"[{shown}](<{target.translate(_NOT_IN_LINK)}>)" if target else shown


def table(head: Iterable[tuple[str, bool]], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A heading says whether its column holds numbers."""
    columns = list(head)
    yield f"| {' | '.join(text(name) for name, _ in columns)} |"
    yield f"|{'|'.join('---:' if is_number else '---' for _, is_number in columns)}|"
    for row in rows:
        yield f"| {' | '.join(text(cell) for cell in row)} |"
    yield ""


def block(*lines: str) -> Iterator[str]:
    """The lines that say something, each with an empty one behind it."""
    for line in filter(None, lines):
        yield line
        yield ""
