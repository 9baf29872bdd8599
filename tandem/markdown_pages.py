"""Writes pages as a folder of Markdown files, one for each, that appears whole or not at all."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scraper.documents.read import is_readable as may_have_text
from storage.columns import PageRow
from storage.reading import reading_of
from storage.words import Kind, Outcome

_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 80  # characters of a name; file systems take 255 bytes

ReadBody = Callable[[int], bytes | None]


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder that takes its name when all is in it; one that is there and empty is replaced."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        temporary.rename(path)
    finally:
        if temporary.exists():
            shutil.rmtree(temporary)


def is_readable(page: PageRow) -> bool:
    """Whether there is a text to write."""
    is_stored = page.outcome in _STORED and page.kind == Kind.PAGE
    read = reading_of(page)
    return is_stored and may_have_text(read.media_type) and bool(read.digest)


def write_markdown(folder: Path, page: PageRow, markdown: str) -> Path:
    """One page, under its host and a name made of its address."""
    target = folder / _safe(page.host) / f"{_slug(page.url)}-{page.key.hex()[:8]}.md"
    target.parent.mkdir(exist_ok=True)
    heading = "" if markdown.startswith("# ") else _heading(page.title)
    target.write_text(f"{_front_matter(page)}\n{heading}\n{markdown.strip()}\n", encoding="utf-8")
    return target


def _front_matter(page: PageRow) -> str:
    moment = datetime.fromtimestamp(page.fetched_at / 1e6, UTC)
    facts = {
        "url": page.url,
        "title": page.title,
        "language": page.language,
        "fetched_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "run": page.run,
        "digest": page.digest.hex() if page.digest else "",
    }
    # a JSON string is a YAML string, whatever is in it
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items() if value)
    return f"---\n{''.join(lines)}---\n"


def _heading(title: str) -> str:
    return f"# {' '.join(title.split())}\n" if title.strip() else ""


def _slug(url: str) -> str:
    parts = urlsplit(url)
    return _safe(f"{parts.path.strip('/')}{'-' if parts.query else ''}{parts.query}") or "index"


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-.")[:_LONGEST]
