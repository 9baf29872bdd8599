"""The command `search`."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.long_work import LongWork
from tandem.query_cells import as_cell
from tandem.workspace_access import chosen_run, reading, storage_errors

if TYPE_CHECKING:
    from storage.search import Found
    from tandem.retrieval import Retrieved

app = typer.Typer(rich_markup_mode=None)
_MARKED, _PLAIN = "\x1b[1m", "\x1b[0m"
MOST_SHOWN_URLS = 3


# a query may begin with an excluded word
@app.command(
    context_settings={"ignore_unknown_options": True},
    epilog="Example: tandem search '\"shelf price\" tax* -refund' --limit 5",
)
def search(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help='Words, "phrases", -excluded words, beginnings*.')
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many pages.")] = 10,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only pages of one run.")] = None,
    host: Annotated[str | None, typer.Option("--host", metavar="H", help="Only pages of one host.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Find stored pages by words.

    The best come first. A page is found as soon as it is committed, also beside a running crawl. What was
    forgotten is not. With the embed tier of the job (that of the run, else of the newest one) pages are also
    found by what they mean.
    """
    from tandem.search_models import search_with_models  # noqa: PLC0415 - loads what no help needs

    environment = Environment.read(os.environ)
    path = environment.workspace_path(workspace)
    with reading(path) as store:
        wanted_run = chosen_run(store, run) if run is not None else None
    work = LongWork("read", "pages for the index")
    with storage_errors():
        retrieved, corpus = search_with_models(
            path, words, (wanted_run, (host or "").lower()), limit, work.add
        )
    if as_json:
        _write_json(words, retrieved, corpus)
    else:
        _write(words, retrieved)
    return ExitCode.OK


def _write(words: str, retrieved: "Retrieved") -> None:
    if not retrieved.found:
        sys.stdout.write(f"nothing found for {as_cell(words)[:200]}\n")
        return
    if not retrieved.has_all_words:
        sys.stderr.write("no page has all of these words; these have some\n")
    for rank, one in enumerate(retrieved.found, start=1):
        place = one.places[0]
        day = f"{datetime.fromtimestamp(place.fetched_at, UTC):%Y-%m-%d}"
        sys.stdout.write(f"{rank:>2}. {as_cell(one.chunk.title) or as_cell(place.url)}\n")
        sys.stdout.writelines(f"    {as_cell(each.url)}\n" for each in one.places[:MOST_SHOWN_URLS])
        if len(one.places) > MOST_SHOWN_URLS:
            sys.stdout.write(f"    and {len(one.places) - MOST_SHOWN_URLS:,} more pages with the same text\n")
        sys.stdout.write(f"    {day}  {_shown(one, retrieved, marks=sys.stdout.isatty())}\n")


def _shown(one: "Found", retrieved: "Retrieved", *, marks: bool) -> str:
    """The snippet; nothing in it can move the cursor."""
    from tandem.snippet import snippet  # noqa: PLC0415 - as above

    made = snippet(one.chunk.words, retrieved.terms)
    parts, at = [], 0
    for start, end in made.marks if marks else ():
        parts += [as_cell(made.text[at:start]), _MARKED, as_cell(made.text[start:end]), _PLAIN]
        at = end
    return "".join([*parts, as_cell(made.text[at:])])


def _write_json(words: str, retrieved: "Retrieved", corpus: str) -> None:
    found = {
        "words": words,
        "corpus": corpus,
        "all_words": retrieved.has_all_words,
        "pages": [_as_json(one, retrieved) for one in retrieved.found],
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _as_json(one: "Found", retrieved: "Retrieved") -> dict[str, Any]:
    place = one.places[0]
    return {
        "url": place.url,
        "title": one.chunk.title,
        "fetched_at": place.fetched_at,
        "run": place.run,
        "snippet": _shown(one, retrieved, marks=False),
        "digest": place.digest.hex(),
        "engine": one.chunk.engine,
        "start": one.chunk.start,
        "end": one.chunk.stop,
        "same_text": [each.url for each in one.places[1:]],
    }
