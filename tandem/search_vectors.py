"""Makes vectors: of passages in the batch lane, of a question in the interactive one."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from storage.search import Search
from storage.search_vectors import Space, count, keep, missing
from tandem.inference.clean import cleaned, cleaned_lines
from tandem.inference.model import Model
from tandem.inference.outcomes import Embedded
from tandem.inference.words import Lane, Limits
from tandem.retrieval import Towards

PREFIX_VERSION = 1
# What models for search were trained with; others take no harm of no prefix.
_PREFIXES = {"nomic-embed": ("search_document: ", "search_query: "), "e5": ("passage: ", "query: ")}
TEXTS_AT_ONCE = 16
MOST_CHARACTERS = 1_200  # of one text, with its title
SECONDS = 20.0  # that one command spends on missing vectors; the next one goes on
QUESTION_SECONDS = 60.0


async def towards(
    workspace: Path, question: str, model: Model, told: Callable[[int], None]
) -> Towards | None:
    """The question as a vector, after vectors of chunks were made for a while; None when there is none."""
    space = await _space(model)
    with Search(workspace) as search:
        await _embed_missing(search, space, model, told)
        have, every = count(search.index, space)
    if have < every:
        sys.stderr.write(f"vectors: {have:,} of {every:,} passages have one; the next search makes more\n")
    if not have:
        return None
    before = _prefix(model, 1)
    limits = Limits(total_seconds=QUESTION_SECONDS)
    outcome = await model.embed([f"{before}{cleaned(question)[:MOST_CHARACTERS]}"], Lane.INTERACTIVE, limits)
    if isinstance(outcome, Embedded):
        return Towards(space, outcome.vectors[0])
    sys.stderr.write(f"vectors: {outcome.kind} ({outcome.reason}); looking by words alone\n")
    return None


async def _space(model: Model) -> Space:
    told = model.description or await model.describe()
    return Space(getattr(told, "digest", "") or model.endpoint.model, PREFIX_VERSION)


async def _embed_missing(search: Search, space: Space, model: Model, told: Callable[[int], None]) -> None:
    before = _prefix(model, 0)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and (wanted := missing(search.index, space, TEXTS_AT_ONCE)):
        texts = [
            f"{before}{cleaned(title)}\n{cleaned_lines(words)}"[:MOST_CHARACTERS]
            for _, title, words in wanted
        ]
        outcome = await model.embed(texts, Lane.BATCH, Limits(total_seconds=SECONDS))
        if not isinstance(outcome, Embedded):
            sys.stderr.write(f"vectors: {outcome.kind} ({outcome.reason})\n")
            return
        chunks = (chunk for chunk, _, _ in wanted)
        keep(search.index, space, zip(chunks, outcome.vectors, strict=True))
        told(len(wanted))


def _prefix(model: Model, side: int) -> str:
    name = model.endpoint.model.lower()
    return next((pair[side] for known, pair in _PREFIXES.items() if known in name), "")
