"""Rows for the tests of the sealed files."""

import hashlib
import json
import random

import zstandard

from storage.columns import PageRow, RecordRow

FRAME = zstandard.ZstdCompressor(level=3)
NOON = 1_700_000_000_000_000


def html(number: int, size: int = 2000) -> bytes:
    """A page of a templated site: the same for the same number."""
    noise = random.Random(number)
    words = " ".join(noise.choice(("shelf", "price", "stock", "book", "café")) for _ in range(size // 6))
    return f"<html><title>{number}</title><body>{words}</body></html>".encode()


def page(number: int, body: bytes | None = None, host: str = "a.example") -> PageRow:
    """A fetched page, its body framed as the ledger hands it over."""
    decoded = html(number) if body is None else body
    return PageRow(
        host=host,
        url=f"http://{host}/{number:06}",
        visit=number,
        run="books-1",
        key=number.to_bytes(16, "big"),
        outcome="fetched",
        reason="ok",
        fetched_at=NOON + number,
        status=200,
        content_type="text/html",
        title=f"page {number}",
        body_bytes=len(decoded),
        digest=hashlib.sha256(decoded).digest(),
        headers=json.dumps([["Content-Type", "text/html"], ["ETag", f'"{number}"']], separators=(",", ":")),
        body=FRAME.compress(decoded) if decoded else b"",
    )


def record(number: int, host: str = "a.example", price: str = "12.99") -> RecordRow:
    """A product record of about 100 bytes."""
    return RecordRow(
        host=host,
        url=f"http://{host}/{number:06}",
        visit=number,
        run="books-1",
        key=number.to_bytes(16, "big"),
        record="product",
        ordinal=0,
        decision=1,
        decided_at=NOON,
        data=json.dumps({"title": f"Book {number}", "price": {"amount": price, "currency": "EUR"}}),
        sources=json.dumps({"title": "jsonld"}),
    )
