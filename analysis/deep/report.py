"""The whole report with models: chapters, contradictions, summary, accounts; the rest is extracted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.accounts import Coverage, Methods, ModelUse
from analysis.cite import claim_of
from analysis.claim import Claim, Unverified
from analysis.deep.account import Account
from analysis.deep.calls import Caller
from analysis.deep.contradict import agreement, contradictions
from analysis.deep.course import Course
from analysis.deep.gates import Statement
from analysis.deep.gather import Gathered
from analysis.deep.ladder import Chapter, Ladder
from analysis.deep.notes import Fact
from analysis.deep.once import Anchors
from analysis.deep.prompts import PROMPT_VERSION
from analysis.deep.rank import Ranking
from analysis.exhibits import Contradiction
from analysis.extractive import SHOWN_PHRASES, Extracted, extracted
from analysis.keyphrases import keyphrases
from analysis.report import Plan, RunFacts, Written
from analysis.schema import Keyphrase, Section, Writer

PAGES_FOR_QUESTION = 60  # the best ranked; all of them are read for the findings anyway
FINDINGS = "Findings"
SUMMARY = "Summary"
NO_EVIDENCE = "No page that was read answers this."
NOTHING_READ = "There is no evidence: no page with text was read, so no model was asked."
METHODS = (
    "Models read pages in batches and took notes with quotes. The quotes were then found, word for word, in"
    " the stored pages, and widened to their whole sentences.",
    "A claim stands here only if its numbers, dates, units, names and negations agree with these sentences."
    " What did not pass was corrected once, and else it stands in the appendix.",
    "Near-duplicates were read once. Counts, tables, charts, contradictions and confidence are computed.",
)


@dataclass(slots=True)
class _Draft:
    """What is there so far."""

    sections: list[Section] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    appendix: list[Unverified] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    stripped: int = 0


class DeepReport:
    """Writes one report."""

    def __init__(
        self, gathered: Gathered, plan: Plan, callers: Sequence[Caller], course: Course, version: str = ""
    ) -> None:
        self._gathered = gathered
        self._plan = plan
        self._callers = callers
        self._ladder = Ladder(callers, course)
        self._account = Account()
        self._anchors = Anchors()
        self._version = version
        self._draft = _Draft()
        self._extracted: Extracted | None = None

    async def write(self, facts: RunFacts) -> Written:
        """All that writers write; nothing is asked where there is nothing to read."""
        if not self._gathered.pages:
            return self._nothing(facts)
        chapters = await self._chapters()
        known = contradictions(fact for _, chapter in chapters for fact in chapter.facts)
        for title, chapter in chapters:
            self._take(title, chapter, known)
        summary = await self._summary(known)
        return Written(
            summary=summary,
            sections=tuple(self._draft.sections),
            coverage=self._coverage(facts),
            methods=self._methods(),
            keyphrases=await asyncio.to_thread(self._keyphrases),
            appendix=tuple(self._draft.appendix),
            contradictions=known,
        )

    async def _chapters(self) -> list[tuple[str, Chapter]]:
        ranking = await asyncio.to_thread(Ranking, self._gathered.pages)
        chapters = []
        for question in self._plan.questions:
            # a question in another language than the pages shares no word with them
            pages = ranking.for_question(question) or ranking.for_all()
            pages = pages[: min(PAGES_FOR_QUESTION, self._plan.max_pages)]
            chapter = await self._ladder.chapter(question, question, pages)
            chapters.append((question, chapter))
            self._account.note(chapter.batches)
        everything = await self._ladder.chapter(FINDINGS, "", ranking.for_all()[: self._plan.max_pages])
        self._account.note(everything.batches)
        return [*chapters, (FINDINGS, everything)]

    def _take(self, title: str, chapter: Chapter, known: Sequence[Contradiction]) -> None:
        """A chapter becomes a section; without a writer the pages speak for themselves."""
        question = title if title in self._plan.questions else ""
        if not chapter.writer:
            self._draft.sections += self._without_model(question, chapter)
            return
        standing, reused = self._anchors.admit(chapter.standing)
        self._draft.statements += standing
        self._draft.stripped += chapter.stripped
        self._draft.appendix += [_unverified(one, title) for one in (*chapter.rejected, *reused)]
        notes = chapter.notes if standing else [NO_EVIDENCE, *chapter.notes]
        self._draft.sections.append(
            Section(
                title=title,
                writer=Writer(chapter.writer),
                claims=tuple(_claim(one, known) for one in standing),
                question=question,
                note=" ".join(notes),
            )
        )

    def _without_model(self, question: str, chapter: Chapter) -> list[Section]:
        made = self._extract()
        if question:
            sections = [one for one in made.answers if one.question == question]
        else:
            sections = list(made.themes) or [Section(title=FINDINGS, writer=Writer.EXTRACTIVE)]
        note = " ".join(chapter.notes)
        return [one.model_copy(update={"note": f"{one.note} {note}".strip()}) for one in sections]

    def _extract(self) -> Extracted:
        if self._extracted is None:
            corpus = self._gathered.corpus(self._plan.max_pages)
            self._extracted = extracted(corpus, self._gathered.texts(), self._plan.questions)
            self._account.read_without_model(
                page.name for page in self._gathered.pages[: self._plan.max_pages]
            )
        return self._extracted

    async def _summary(self, known: Sequence[Contradiction]) -> Section:
        chapter = await self._ladder.summary(self._draft.statements)
        self._draft.stripped += chapter.stripped
        self._draft.appendix += [_unverified(one, SUMMARY) for one in chapter.rejected]
        note = " ".join(chapter.notes)
        if chapter.writer:
            claims = tuple(_claim(one, known) for one in chapter.standing)
            return Section(title=SUMMARY, writer=Writer(chapter.writer), claims=claims, note=note)
        summary = self._extract().summary
        return summary.model_copy(update={"note": f"{summary.note} {note}".strip()})

    def _keyphrases(self) -> tuple[Keyphrase, ...]:
        if self._extracted is not None:
            return self._extracted.keyphrases
        found = keyphrases(self._gathered.corpus(self._plan.max_pages), SHOWN_PHRASES)
        return tuple(Keyphrase(words=one.words, pages=one.pages) for one in found)

    def _coverage(self, facts: RunFacts) -> Coverage:
        return self._account.coverage(
            self._gathered, sum(urls for _, _, urls in facts.tallies), facts.eligible
        )

    def _methods(self) -> Methods:
        return Methods(
            notes=METHODS,
            version=self._version,
            prompt_version=PROMPT_VERSION,
            models=tuple(use for caller in self._callers if (use := _use(caller)) is not None),
            stripped_ids=self._draft.stripped,
        )

    def _nothing(self, facts: RunFacts) -> Written:
        asked = [
            Section(title=one, writer=Writer.EXTRACTIVE, question=one, note=NO_EVIDENCE)
            for one in self._plan.questions
        ]
        return Written(
            summary=Section(title=SUMMARY, writer=Writer.EXTRACTIVE, note=NOTHING_READ),
            sections=asked,
            coverage=self._coverage(facts),
            methods=Methods(notes=(NOTHING_READ,), version=self._version),
        )


def _claim(statement: Statement, known: Sequence[Contradiction]) -> Claim:
    agreed = min(agreement(quote, known) for quote in statement.quotes)
    return claim_of(statement.text, statement.quotes, repaired=statement.is_repaired, agreement=agreed)


def _unverified(statement: Statement, section: str) -> Unverified:
    return Unverified(
        text=statement.text or "(no text)",
        section=section,
        reasons=statement.reasons or ("unsupported",),
        quotes=statement.quotes,
        alleged=statement.alleged,
    )


def _use(caller: Caller) -> ModelUse | None:
    spent = caller.ledger.spent(caller.keys)
    if not spent.calls:
        return None
    return ModelUse(
        tier="deep" if caller.place == "deep" else "fast",
        name=caller.model.endpoint.model,
        digest=caller.digest,
        effective_context=caller.context,
        calls=spent.calls,
        failed_calls=spent.failed,
        prompt_tokens=spent.tokens_in,
        output_tokens=spent.tokens_out,
        seconds=round(spent.seconds, 3),
    )
