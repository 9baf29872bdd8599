"""Answers a question out of passages: by a model whose claims are checked, else in the words of the pages."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.ask.check import Checked, Refused, TextOf, checked
from analysis.ask.prompt import SCHEMA, Document, messages, packed, tokens_for_answer
from analysis.cite import Source
from analysis.claim import Claim
from analysis.corpus import Corpus, SourcePage
from analysis.extractive import Texts, answered
from analysis.schema import Writer
from tandem.inference.model import Model
from tandem.inference.outcomes import Answered, ChatOutcome, Failure, Overflowed, Truncated
from tandem.inference.words import ChatRequest, Lane, Tier

MOST_ATTEMPTS = 4  # each with half of the documents, when they turn out to be too many
MOST_PAGES = 40  # that an answer without a model reads whole


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be shown: without a claim there is no evidence."""

    claims: tuple[Claim, ...] = ()
    writer: Writer | None = None  # None: nobody had anything to read
    model: str = ""
    refused: tuple[Refused, ...] = ()
    trouble: str = ""  # why a model did not answer
    seconds: float = 0.0


async def by_model(
    model: Model,
    question: str,
    documents: Sequence[Document],
    text_of: TextOf,
    on_text: Callable[[str], None],
) -> Answer:
    """The checked answer; without a claim when the model finds none, or when none holds."""
    await model.describe()  # what it has loaded bounds the prompt
    chosen = packed(question, documents, model.context, model.tokens.estimate)
    outcome: ChatOutcome | None = None
    for _ in range(MOST_ATTEMPTS):
        if not chosen:
            break
        outcome = await model.ask(_request(model, question, chosen), on_text)
        if not isinstance(outcome, Overflowed | Truncated) or len(chosen) == 1:
            break
        chosen = chosen[: len(chosen) // 2]
    if not isinstance(outcome, Answered):
        return Answer(model=model.endpoint.model, trouble=_trouble(outcome))
    found = checked(outcome.parsed, chosen, text_of)
    return _answer(found, model, outcome)


def extractive(question: str, sources: Sequence[Source], text_of: TextOf) -> Answer:
    """Sentences of the pages, word for word, where some answer."""
    corpus = Corpus()
    for source in list(dict.fromkeys(sources))[:MOST_PAGES]:
        text = text_of(source)
        if text is not None:
            corpus.add(SourcePage(source.url, source.title, text, source.digest, source.engine))
    known = {(one.url, one.digest.hex(), one.engine): one for one in sources}

    def find(url: str, digest: str, engine: str) -> str | None:
        source = known.get((url, digest, engine))
        return text_of(source) if source is not None else None

    [section] = answered(corpus, Texts(find), [question])
    return Answer(claims=section.claims, writer=Writer.EXTRACTIVE)


def _request(model: Model, question: str, documents: Sequence[Document]) -> ChatRequest:
    return ChatRequest(
        messages=messages(question, documents, secrets.token_hex(16)),
        lane=Lane.INTERACTIVE,
        max_tokens=tokens_for_answer(model.context),
        schema=SCHEMA,
    )


def _answer(found: Checked, model: Model, outcome: Answered) -> Answer:
    writer = Writer.DEEP if model.tier is Tier.DEEP else Writer.FAST
    seconds = outcome.usage.total_seconds
    return Answer(found.claims, writer, model.endpoint.model, found.refused, "", seconds)


def _trouble(outcome: Failure | None) -> str:
    if outcome is None:
        return "no passage fits into its context"
    return f"{outcome.kind.replace('_', ' ')} ({outcome.reason}): {outcome.detail}".rstrip(": ")
