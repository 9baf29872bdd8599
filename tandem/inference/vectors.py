"""Vectors as a server sends them: as many as texts, of one length, of finite numbers."""

import math

from tandem.inference.outcomes import Embedded, EmbedOutcome, Invalid, Usage


def embedded(value: object, expected: int, usage: Usage) -> EmbedOutcome:
    """The vectors, if all of them are sound."""
    if not isinstance(value, list) or len(value) != expected:
        told = len(value) if isinstance(value, list) else 0
        return Invalid("vectors", f"{told} vectors for {expected} texts", usage=usage)
    vectors = tuple(filter(None, map(_vector, value)))
    if len(vectors) != expected or len({len(vector) for vector in vectors}) > 1:
        return Invalid("vectors", "vectors of differing lengths, or not of numbers", usage=usage)
    return Embedded(vectors, usage)


def _vector(value: object) -> tuple[float, ...]:
    if not isinstance(value, list):
        return ()
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in value):
        return ()
    return tuple(map(float, value))
