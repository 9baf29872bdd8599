"""Progress as lines: for people without a terminal, and for programs."""

from tandem.outcome_words import duration, size
from tandem.progress.figures import AnalysisStats, RenderFigures, Stats


def plain_line(stats: Stats) -> str:
    """The figures of one second in one line."""
    outcomes: dict[str, int] = {}
    for name, visits in stats.outcomes.items():
        outcome = name.partition(":")[0]
        outcomes[outcome] = outcomes.get(outcome, 0) + visits
    limit = f"/{stats.limit_pages:,}" if stats.limit_pages is not None else ""
    parts = [
        duration(stats.elapsed_seconds),
        f"{stats.pages:,}{limit} pages",
        f"{stats.pages_per_second:,.1f} pages/s",
        f"{size(stats.bytes)}",
        f"{stats.waiting:,} waiting",
        f"{stats.in_flight:,} in flight",
        *(f"{visits:,} {outcome}" for outcome, visits in sorted(outcomes.items())),
    ]
    if stats.eta_seconds is not None:
        parts.append(f"about {duration(stats.eta_seconds)} left")
    if stats.browser is not None and (browser := _browser(stats.browser)):
        parts.append(browser)
    if stats.undecided:
        parts.append(f"{stats.undecided:,} pages wait for a model to answer")
    if stats.dropped_messages:
        parts.append(f"{stats.dropped_messages:,} messages not told")
    return ", ".join(parts)


def _browser(figures: RenderFigures) -> str:
    """What the browser does; nothing while no page needed it."""
    told = []
    if figures.rendered or figures.tabs or figures.failed:
        told.append(f"{figures.rendered:,} rendered, {figures.tabs:,} in the browser")
    if figures.failed:
        told.append(f"{figures.failed:,} not shown by it")
    elif figures.missed:
        told.append(f"{figures.missed:,} need a browser")
    return ", ".join(told)


def analysis_line(stats: AnalysisStats) -> str:
    """How far the models are with a report, in one line."""
    parts = [
        f"{stats.section or 'report'} ({stats.writer or 'no writer yet'})",
        f"{stats.batches_done:,} of {stats.batches:,} batches",
        f"{stats.calls:,} calls, {stats.calls_reused:,} known before",
        f"{stats.tokens_in:,} tokens read, {stats.tokens_out:,} written",
    ]
    if stats.batches_failed:
        parts.append(f"{stats.batches_failed:,} batches failed")
    if stats.tokens_per_second is not None:
        parts.append(f"{stats.tokens_per_second:,.1f} tokens/s")
    if stats.eta_seconds:
        parts.append(f"about {duration(stats.eta_seconds)} left")
    parts += [f"waiting for {stats.waiting}"] if stats.waiting else []
    parts += [stats.warning] if stats.warning else []
    return ", ".join(parts)
