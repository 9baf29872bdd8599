"""Finds one value among those of a plain Parquet page: each stands behind its length."""


def plain_value(page: bytes, ordinal: int) -> bytes:
    """The value with that number."""
    start = 0
    for _ in range(ordinal):
        start += 4 + int.from_bytes(page[start : start + 4], "little")
    length = int.from_bytes(page[start : start + 4], "little")
    return page[start + 4 : start + 4 + length]
