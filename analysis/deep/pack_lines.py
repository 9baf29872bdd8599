"""Groups lines, in their order, so that each group fits into a prompt."""

from collections.abc import Callable, Iterator, Sequence

from analysis.deep.prompts import numbered_line


def groups(
    lines: Sequence[str], room: int, most: int, estimate: Callable[[str], int]
) -> Iterator[tuple[int, int]]:
    """First line and the one behind the last of each group; a line that is too long is one of its own."""
    start, used = 0, 0
    for place, line in enumerate(lines):
        tokens = estimate(numbered_line(99, line))
        if place > start and (used + tokens > room or place - start >= most):
            yield start, place
            start, used = place, 0
        used += tokens
    if start < len(lines):
        yield start, len(lines)
