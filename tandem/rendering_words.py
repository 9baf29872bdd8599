"""How the command line says what a browser was asked for."""

from collections.abc import Iterator, Sequence

from storage.rendering_rows import RENDERED, RenderCount

ANSWERED = "answered"


def rendering_lines(counts: Sequence[RenderCount]) -> Iterator[str]:
    """One for each reason and outcome; none where no browser was asked."""
    for count in counts:
        if count.why == ANSWERED:
            each = f"{count.mean_milliseconds:,.0f} ms each"
            yield f"answers      {count.pages:,} read in place of showing pages, {each}"
            continue
        outcome = "shown" if count.outcome == RENDERED else count.outcome.replace("_", " ")
        yield f"browser      {count.pages:,} {outcome} ({count.why}), {count.mean_milliseconds:,.0f} ms each"


def rendering_as_json(count: RenderCount) -> dict[str, str | int | float]:
    """One row of the same for programs."""
    return {
        "why": count.why,
        "outcome": count.outcome,
        "pages": count.pages,
        "mean_milliseconds": round(count.mean_milliseconds, 1),
    }
