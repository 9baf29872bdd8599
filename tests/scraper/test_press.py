import hashlib

import pytest
import zstandard

from scraper.press import Press


@pytest.mark.parametrize("body", [b"", b"<p>short", bytes(range(256)) * 5000])
def test_a_kept_body_comes_back_byte_for_byte(body: bytes) -> None:
    frame, digest = Press().keep(body)
    assert zstandard.ZstdDecompressor().decompress(frame) == body
    assert digest == hashlib.sha256(body).digest()


def test_a_press_does_not_remember_what_it_pressed() -> None:
    press = Press()
    first = press.keep(b"same body" * 100)
    press.keep(b"another body" * 100)
    assert press.keep(b"same body" * 100) == first
