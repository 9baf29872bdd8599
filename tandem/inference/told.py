"""Numbers as a server tells them: anything may stand there."""

import math


def count(value: object) -> int:
    """A count; 0 for what is none."""
    return int(amount(value))


def amount(value: object) -> float:
    """A number that is not negative; 0 for what is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return 0.0
    return max(value, 0.0)
