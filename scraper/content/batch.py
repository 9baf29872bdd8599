"""Reads pages as JSON lines and writes what they say, one line for each, in order."""

import gc
import json
import time
from collections.abc import Iterable
from typing import Any, TextIO

from scraper.confinement import keep_freed_memory
from scraper.content.read import read_html
from scraper.content.weights import weights

# A page makes thousands of objects and no cycles: collecting as often as usual costs a tenth of the time.
YOUNG_OBJECTS = 500_000


def run(lines: Iterable[str], output: TextIO) -> None:
    """One answer per line of input: the content of the page, or an error with its reason."""
    weights()
    keep_freed_memory()
    gc.freeze()  # the weights live as long as the process: no collection needs to look at them again
    gc.set_threshold(YOUNG_OBJECTS)
    for line in lines:
        started = time.process_time()
        answer = _answer(line)
        answer["ms"] = round((time.process_time() - started) * 1000, 3)
        output.write(json.dumps(answer, ensure_ascii=False))
        output.write("\n")
        output.flush()


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "not_json"}
    if not isinstance(asked, dict):
        return {"id": None, "error": "not_an_object"}
    identity, html, url = asked.get("id"), asked.get("html"), asked.get("url")
    if not isinstance(html, str):
        return {"id": identity, "error": "no_html"}
    content = read_html(html, url if isinstance(url, str) else "")
    if content.reason != "ok":
        return {"id": identity, "error": content.reason}
    return {
        "id": identity,
        "page_type": content.page_type,
        "title": content.title,
        "text": content.text,
        "markdown": content.markdown,
        "language": content.language,
    }
