"""The writer without a model: sentences of the pages, chosen, grouped, and cited word for word."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.answers import answers
from analysis.cite import Standing, cite, claim_of
from analysis.claim import Claim
from analysis.corpus import Corpus, Passage
from analysis.findings import findings
from analysis.gates.quote import Anchor
from analysis.keyphrases import Phrase, keyphrases
from analysis.schema import Keyphrase, Section, Writer
from analysis.themes import themes
from analysis.verify import TextOf

SUMMARY = 5  # sentences
FINDINGS = 36
REST = 7  # sentences without a theme
PHRASES = 80
SHOWN_PHRASES = 12
ANSWER = 3
NO_ANSWER = "No page that was read answers this."
NOTHING_READ = "No page with text was read, so there is nothing to quote."
NO_SENTENCES = (
    "The pages that were read have no sentences to quote; what their records say stands under Data."
)


@dataclass(slots=True)
class Texts:
    """Texts of quoted pages; only the last one is kept, since quotes of a page follow each other."""

    text_of: TextOf
    _last: tuple[bytes, str] = field(default=(b"", ""))

    def of(self, passage: Passage) -> str:
        """The text of a passage's page; without it nothing is known of what stands around."""
        source = passage.source
        if self._last[0] != source.digest:
            found = self.text_of(source.url, source.digest.hex(), source.engine)
            self._last = (source.digest, found or "")
        return self._last[1]


@dataclass(frozen=True, slots=True)
class Extracted:
    """Everything that this writer writes."""

    summary: Section
    answers: tuple[Section, ...]
    themes: tuple[Section, ...]
    keyphrases: tuple[Keyphrase, ...]


def extracted(corpus: Corpus, texts: Texts, questions: Sequence[str]) -> Extracted:
    """All parts of a report that need sentences."""
    answering = answered(corpus, texts, questions)
    used = {claim.text for section in answering for claim in section.claims}
    found = [one for one in findings(corpus, FINDINGS) if one.sentence.words not in used]
    phrases = keyphrases(corpus, PHRASES)
    return Extracted(
        summary=_section("Summary", corpus, texts, found[:SUMMARY], note=_why_empty(corpus, found)),
        answers=answering,
        themes=grouped(corpus, texts, found[SUMMARY:], phrases),
        keyphrases=tuple(Keyphrase(words=one.words, pages=one.pages) for one in phrases[:SHOWN_PHRASES]),
    )


def _why_empty(corpus: Corpus, found: Sequence[Passage]) -> str:
    if found:
        return ""
    return NO_SENTENCES if corpus.read else NOTHING_READ


def grouped(
    corpus: Corpus, texts: Texts, found: Sequence[Passage], phrases: Sequence[Phrase]
) -> tuple[Section, ...]:
    """One section for each theme, and one for what belongs to none."""
    by_theme, rest = themes(found, phrases)
    if not by_theme:
        by_theme, rest = [("What the pages say", list(found[:REST]))] if found else [], []
    elif rest:
        by_theme = [*by_theme, ("Further findings", rest[:REST])]
    return tuple(_section(title, corpus, texts, passages) for title, passages in by_theme)


def answered(corpus: Corpus, texts: Texts, questions: Sequence[str]) -> tuple[Section, ...]:
    """One section for each question; without a claim where no page answers."""
    return tuple(
        _section(question, corpus, texts, passages, question=question, note="" if passages else NO_ANSWER)
        for question, passages in zip(questions, answers(corpus, questions, ANSWER), strict=True)
    )


def _section(
    title: str,
    corpus: Corpus,
    texts: Texts,
    passages: Sequence[Passage],
    *,
    question: str = "",
    note: str = "",
) -> Section:
    claims = tuple(claim_from(corpus, texts, passage) for passage in passages)
    return Section(title=title, writer=Writer.EXTRACTIVE, claims=claims, question=question, note=note)


def claim_from(corpus: Corpus, texts: Texts, passage: Passage) -> Claim:
    """A sentence as its own claim: it is verified by being its own quote."""
    sentence, source = passage.sentence, passage.source
    anchor = Anchor(sentence.start, sentence.end, sentence.start, sentence.end)
    clusters = corpus.clusters
    standing = Standing(
        pages=corpus.pages_having(passage),
        cluster=clusters.representative(source.digest),
        copies=max(0, clusters.members(source.digest) - 1),
    )
    quote = cite(source, texts.of(passage), anchor, standing)
    return claim_of(sentence.words, [quote])
