"""A report with one of everything, in which texts of pages can be any."""

import datetime

from analysis.accounts import Batch, Coverage, HostTally, Methods, ModelUse, Tally
from analysis.cite import claim_of
from analysis.claim import Quote, Unverified
from analysis.exhibits import (
    Chart,
    ChartKind,
    Column,
    Contradiction,
    Exhibit,
    RecordSource,
    Series,
    Side,
    Table,
)
from analysis.schema import Keyphrase, Report, Section, Writer, citations, numbered

URL = "http://site.test/a?b=1&c=(2)"


def quote(words: str = "Some words.", title: str = "A page", url: str = URL) -> Quote:
    """The words at character 5, their anchor all but the first letter."""
    return Quote(
        url=url,
        title=title,
        body_digest="ab" * 32,
        engine="test 1",
        start=5,
        end=5 + len(words),
        words=words,
        anchor_start=6 if len(words) > 1 else 5,
        anchor_end=5 + len(words),
        before=f"{words[:4]}\n",
        after=f"\n{words}",
        pages=3,
        copies=2,
    )


def sample(words: str = "Some words.", title: str = "A page", url: str = URL) -> Report:
    """Hostile texts go wherever a text of a page can be."""
    one = quote(words, title, url)
    claim = claim_of(words, [one])
    deep = claim_of(f"In other words: {words}", [one, one], repaired=True, agreement=0.5)
    source = RecordSource(url=url, title=title, body_digest="cd" * 32, how=title)
    contradiction = Contradiction(
        entity=title,
        attribute=title,
        sides=(
            Side(value=words, pages=2, records=(source,)),
            Side(value=f"not {words}", pages=1, quotes=(one,)),
        ),
        record=title,
        key=title,
    )
    summary = Section(title="Summary", writer=Writer.DEEP, claims=(claim, deep))
    sections = (
        Section(title=title, writer=Writer.EXTRACTIVE, claims=(claim,), question=title, note=title),
        Section(title="Nothing?", writer=Writer.FAST, note="No page that was read answers this."),
    )
    return Report(
        job="huts",
        run="huts-1",
        number=1,
        started_at=datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC),
        ended_at=datetime.datetime(2026, 11, 20, 9, 2, 5, tzinfo=datetime.UTC),
        ending="complete",
        summary=summary,
        sections=sections,
        keyphrases=(Keyphrase(words=title, pages=2),),
        contradictions=(contradiction,),
        data=(exhibit(title, words),),
        trends=(exhibit(title, words),),
        coverage=_coverage(),
        tallies=(
            Tally(outcome="fetched", reason="ok", urls=1234),
            Tally(outcome=title, reason=title, urls=1),
        ),
        hosts=(HostTally(host=title, pages=3),),
        methods=_methods(title),
        sources=numbered(citations((summary, *sections), (contradiction,))),
        appendix=(
            Unverified(text=words, section=title, reasons=("number",), quotes=(one,), alleged=(words,)),
        ),
    )


def exhibit(title: str, words: str) -> Exhibit:
    """A table, and a chart of each kind."""
    columns = (Column(name=title), Column(name="price", is_number=True, unit=title))
    values = Series(name=title, values=(1, 2.5, None))
    return Exhibit(
        title=title,
        notes=(words,),
        tables=(
            Table(title=title, columns=columns, rows=((words, 12.5), (None, 3)), sql=f"SELECT '{words}'"),
        ),
        charts=tuple(
            Chart(
                kind=kind,
                title=title,
                description=words,
                labels=(title, "b", "c", *(["d"] if kind is ChartKind.HISTOGRAM else [])),
                series=(values,) if kind is not ChartKind.LINE else (values, values),
                unit=title,
            )
            for kind in ChartKind
        ),
    )


def _coverage() -> Coverage:
    return Coverage(
        crawled=1235,
        eligible=1234,
        read=1000,
        clustered=100,
        empty=4,
        failed=30,
        never_read=100,
        batches=(Batch(number=1, read=1000, failed=0), Batch(number=2, read=0, failed=30, reason="overflow")),
    )


def _methods(title: str) -> Methods:
    return Methods(
        notes=("Read by a model.",),
        version="1.2.3",
        prompt_version="p-1",
        models=(
            ModelUse(
                tier="deep",
                name=title,
                digest="sha256:" + "ef" * 32,
                effective_context=8192,
                calls=12,
                failed_calls=1,
                prompt_tokens=90_000,
                output_tokens=4_000,
                seconds=754.2,
            ),
        ),
        stripped_ids=2,
    )
