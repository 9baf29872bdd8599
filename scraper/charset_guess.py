"""The encoding of bytes that declare none, guessed by what would be readable words."""

import codecs
import re

from scraper.charset_labels import CODECS

_SAMPLE_BYTES = 32_768
_KANA = re.compile("[\u3041-\u30fe]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HANZI = re.compile(
    "[的一是不了在人有我他这這中大来來上国國个個和们們地为為时時会會出可也你对對生能而子那得于於着著下自]"
)
_CYRILLIC = re.compile("[оеаинтсрвл]")
# (encoding, what writing in it cannot do without, the least share of that among all beyond ASCII)
_GUESSES = (
    ("euc-jp", _KANA, 0.2),
    ("shift_jis", _KANA, 0.2),
    ("euc-kr", _HANGUL, 0.6),
    ("gbk", _HANZI, 0.08),
    ("big5", _HANZI, 0.08),
    ("windows-1251", _CYRILLIC, 0.45),
    ("koi8-r", _CYRILLIC, 0.45),
)


def guessed(body: bytes) -> str:
    """UTF-8 when the bytes are, else the likeliest of a few common encodings, at last windows-1252."""
    # A lone high byte at the very end may be a cut character, and says nothing.
    if body.isascii() or not _text_of(body, "utf-8").isascii():
        return "utf-8"
    sample = body[:_SAMPLE_BYTES]
    shares = [(_share(sample, encoding, sign) / least, encoding) for encoding, sign, least in _GUESSES]
    best, encoding = max(shares)
    return encoding if best >= 1 else "windows-1252"


def _text_of(data: bytes, encoding: str) -> str:
    """The text, a last character cut in two left out; empty when these bytes are not in this encoding."""
    decoder = codecs.getincrementaldecoder(CODECS[encoding])()
    try:
        return decoder.decode(data)
    except UnicodeDecodeError:
        return ""


def _share(sample: bytes, encoding: str, sign: re.Pattern[str]) -> float:
    text = _text_of(sample, encoding)
    beyond = sum(1 for character in text if character > "\x7f")
    return len(sign.findall(text)) / beyond if beyond else 0.0
