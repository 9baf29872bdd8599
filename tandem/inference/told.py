"""Numbers as a server tells them: anything may stand there."""

import math


def count(value: object) -> int:
    """A count; 0 for what is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return 0
    return max(int(value), 0)
