"""Answers a question out of a workspace: what is found, who answers, what is shown meanwhile."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.ask.answer import Answer, by_model, extractive
from analysis.ask.prompt import Document
from analysis.cite import Source, Standing
from storage.reading import reading_of
from storage.search import Found, Scope, Search
from storage.store import Store
from tandem import job_models
from tandem.environment import Environment
from tandem.inference.model import Model
from tandem.inference.models import Models
from tandem.inference.routing import Task
from tandem.inference.words import Tier
from tandem.page_text import text_by_engine
from tandem.retrieval import for_question, with_search
from tandem.search_models import opened_models
from tandem.search_vectors import towards

PASSAGES = 24  # some 6,000 tokens: a person waits while they are read
TEXTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where its answer may come from."""

    workspace: Path
    question: str
    scope: Scope
    models: job_models.Models


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears what happens meanwhile."""

    read: Callable[[int], None]  # pages for the index
    asking: Callable[[Model], None]
    draft: Callable[[str], None]


async def answer(asked: Asked, told: Told) -> Answer:
    """The checked answer; nothing is asked where nothing was found."""
    async with opened_models(asked.models, Environment.read(os.environ)) as models:
        found = await _passages(asked, models, told)
        if not found:
            return Answer()
        with Store(asked.workspace) as store:
            text_of = _texts(store, found)
            documents = [_document(store, one) for one in found]
            return await _answered(asked.question, documents, models, text_of, told)


async def _passages(asked: Asked, models: Models, told: Told) -> tuple[Found, ...]:
    def has_words(_store: Store, search: Search) -> bool:
        return not search.index.is_empty()

    embedder, there = models.get(Tier.EMBED), None
    if not with_search(asked.workspace, told.read, has_words):
        return ()
    if embedder is not None:
        there = await towards(asked.workspace, asked.question, embedder, told.read)
    return with_search(
        asked.workspace,
        told.read,
        lambda _, search: for_question(search, asked.question, asked.scope, PASSAGES, there).found,
    )


async def _answered(
    question: str,
    documents: Sequence[Document],
    models: Models,
    text_of: Callable[[Source], str | None],
    told: Told,
) -> Answer:
    tier = models.route(Task.ANSWER).tier
    model = models.get(tier) if tier is not None else None
    made = Answer()
    if model is not None:
        told.asking(model)
        made = await by_model(model, question, documents, text_of, told.draft)
        if made.claims or not (made.trouble or made.refused):
            return made
    plain = extractive(question, [one.source for one in documents], text_of)
    return Answer(plain.claims, plain.writer, made.model, made.refused, made.trouble, made.seconds)


def _document(store: Store, one: Found) -> Document:
    """The passage, on how many pages it stands, and which page its page repeats."""
    content = store.content(one.places[0].digest)
    cluster = content.duplicate_of if content is not None else None
    return Document(_source(one), one.chunk.words, Standing(len(one.places), cluster or b""))


def _source(one: Found) -> Source:
    place = one.places[0]
    return Source(place.url, one.chunk.title, place.digest, one.chunk.engine)


def _texts(store: Store, found: Sequence[Found]) -> Callable[[Source], str | None]:
    """The whole texts of the pages that were found, of which some are kept."""
    runs = {run.id: run for run in store.runs()}
    run_of = {_source(one): one.places[0].run for one in found}

    @lru_cache(maxsize=TEXTS_KEPT)
    def find(source: Source) -> str | None:
        page = store.get_page(source.url, runs.get(run_of[source]))
        if page is None or reading_of(page).digest != source.digest:
            return None
        return text_by_engine(store, page, page.read, source.engine)

    return find
