"""What a person reads when a run is over: what there is, what there is not and why, and where to look."""

from collections.abc import Iterator

from tandem.job_run import RunResult
from tandem.outcome_words import record_line, size, summary_lines
from tandem.rendering_words import rendering_lines

_DEFAULT_WORKSPACE = "tandem-data"
_QUERY = "SELECT outcome, reason, url FROM pages"


def summary(result: RunResult) -> Iterator[str]:
    """The lines, in the order a person asks."""
    name, verdict, crawled = result.name, result.verdict, result.crawled
    yield f"run          {name.job}/{name.number} {verdict.state}, exit code {int(verdict.code)}"
    if verdict.note:
        yield f"because      {verdict.note}"
    yield f"pages        {crawled.pages:,}, {size(crawled.bytes)} over the wire"
    yield from summary_lines(crawled.outcomes)
    yield from rendering_lines(crawled.renderings)
    yield from record_line(crawled.records)
    yield from _where_to_look(result)
    if verdict.code:
        yield "to go on     run the same command again; it tries only what has no final outcome"


def _where_to_look(result: RunResult) -> Iterator[str]:
    at = f" --workspace {result.workspace}" if result.workspace.name != _DEFAULT_WORKSPACE else ""
    if result.report is not None:
        for file in result.report.files:
            yield f"report       {result.workspace / file}"
    yield f"look at      tandem status {result.name.job}/{result.name.number}{at}"
    yield f"             tandem query{at} {_QUERY!r}"
