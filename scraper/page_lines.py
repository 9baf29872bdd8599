"""Reads pages that come as JSON lines and answers each with one line, in order."""

import gc
import json
import time
from collections.abc import Callable, Iterable
from typing import Any, TextIO

# A page makes thousands of objects and hardly a cycle: collecting as often as usual costs up to a fifth.
YOUNG_OBJECTS = 50_000

Answer = dict[str, Any]
ReadPage = Callable[[str, str], Answer]  # html and url to what is answered beside `id` and `ms`


def answer_lines(lines: Iterable[str], output: TextIO, read: ReadPage) -> None:
    """One answer per line of input: what was read, or an `error` with its reason."""
    gc.freeze()  # what is loaded by now lives as long as the process: no collection needs to look at it again
    gc.set_threshold(YOUNG_OBJECTS)
    for line in lines:
        started = time.process_time()
        answer = _answer(line, read)
        answer["ms"] = round((time.process_time() - started) * 1000, 3)
        output.write(json.dumps(answer, ensure_ascii=False))
        output.write("\n")
        output.flush()


def _answer(line: str, read: ReadPage) -> Answer:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "not_json"}
    if not isinstance(asked, dict):
        return {"id": None, "error": "not_an_object"}
    identity, html, url = asked.get("id"), asked.get("html"), asked.get("url")
    if not isinstance(html, str):
        return {"id": identity, "error": "no_html"}
    return {"id": identity, **read(html, url if isinstance(url, str) else "")}
