"""Reads pages as JSON lines and writes what they say, one line for each, in order."""

from collections.abc import Iterable
from typing import TextIO

from scraper.content.read import read_html
from scraper.content.weights import weights
from scraper.page_lines import Answer, answer_lines


def run(lines: Iterable[str], output: TextIO) -> None:
    """One answer per line of input: the content of the page, or an error with its reason."""
    weights()
    answer_lines(lines, output, _read)


def _read(html: str, url: str) -> Answer:
    content = read_html(html, url)
    if content.reason != "ok":
        return {"error": content.reason}
    return {
        "page_type": content.page_type,
        "title": content.title,
        "text": content.text,
        "markdown": content.markdown,
        "language": content.language,
    }
