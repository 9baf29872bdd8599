"""Bytes to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.charset import decode

RUSSIAN = "Привет, это обычная страница на русском языке, и в ней нет ничего особенного."
JAPANESE = "これは日本語のページです。文字コードは宣言されていません。"
CHINESE = "这是一个没有声明编码的中文页面，我们在这里写一些常用的字。"
TAIWANESE = "這是一個沒有宣告編碼的中文頁面，我們在這裡寫一些常用的字。"
KOREAN = "이것은 인코딩을 선언하지 않은 한국어 페이지입니다."
FRENCH = "Un café crème à l’été, déjà servi où vous êtes – 5 €"

CASES = [
    # a byte order mark beats everything
    (b"\xef\xbb\xbfcaf\xc3\xa9", "text/html; charset=iso-8859-1", "utf-8", "café"),
    (b"\xff\xfe" + "é€".encode("utf-16-le"), "text/html; charset=utf-8", "utf-16le", "é€"),
    (b"\xfe\xff" + "é€".encode("utf-16-be"), "", "utf-16be", "é€"),
    (b"\xff\xfe\x00\x00" + "é€".encode("utf-32-le"), "", "utf-32le", "é€"),
    (b"\x00\x00\xfe\xff" + "é€".encode("utf-32-be"), "", "utf-32be", "é€"),
    # then the header, by the standard's labels
    (FRENCH.encode("cp1252"), "text/html; charset=ISO-8859-1", "windows-1252", FRENCH),
    (FRENCH.encode("cp1252"), 'text/html;charset="latin1"', "windows-1252", FRENCH),
    (FRENCH.encode("cp1252"), "text/html; charset = us-ascii", "windows-1252", FRENCH),
    (CHINESE.encode("gb18030"), "text/html; charset=gb2312", "gbk", CHINESE),
    (JAPANESE.encode("cp932"), "text/html; charset=Windows-31J", "shift_jis", JAPANESE),
    (KOREAN.encode("cp949"), "text/html; charset=ks_c_5601-1987", "euc-kr", KOREAN),
    (TAIWANESE.encode("big5hkscs"), "text/html; charset=Big5", "big5", TAIWANESE),
    (JAPANESE.encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "iso-2022-jp", JAPANESE),
    ("né".encode("utf-16-le"), "text/html; charset=utf-16", "utf-16le", "né"),
    ("né".encode("utf-16-be"), "text/html; charset=utf-16be", "utf-16be", "né"),
    (b"<meta charset=windows-1251>\xc3\xa9", "text/html; charset=utf-8", "utf-8", None),
    (b"caf\xe9 \xff\xfe", "text/html; charset=nonsense", "windows-1252", None),
    # then what the document says
    (b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), "text/html", "windows-1251", None),
    (b"<META CHARSET = 'Shift_JIS' >" + JAPANESE.encode("cp932"), "", "shift_jis", None),
    (b"<meta charset=koi8-r/>" + RUSSIAN.encode("koi8_r"), "", "koi8-r", None),
    (
        b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">\xb1',
        "",
        "iso-8859-2",
        None,
    ),
    (b'<meta content="text/html; charset=iso-8859-7" http-equiv=content-type>\xe1', "", "iso-8859-7", None),
    (b'<meta content="text/html; charset=iso-8859-7" name="x">\xe1', "", "windows-1252", None),
    (b"<!-- <meta charset=iso-8859-7> --><meta charset=iso-8859-5>\xe1", "", "iso-8859-5", None),
    (b'<a title="<meta charset=iso-8859-7>">\xe1', "", "windows-1252", None),
    (b"<meta charset=nonsense><meta charset=iso-8859-5>\xe1", "", "iso-8859-5", None),
    (b"<meta charset=utf-16>caf\xc3\xa9", "", "utf-8", None),
    (b'<?xml version="1.0" encoding="ISO-8859-15"?><p>\xa4</p>', "", "iso-8859-15", None),
    (b"<head>" + b"<link rel=x>" * 300 + b"<meta charset=iso-8859-5>\xe1", "", "iso-8859-5", None),
    # then the bytes themselves
    (b"plain", "", "utf-8", "plain"),
    (b"", "", "utf-8", ""),
    (FRENCH.encode(), "", "utf-8", FRENCH),
    (FRENCH.encode()[:-1], "", "utf-8", FRENCH[:-1] + "\ufffd"),
    (FRENCH.encode("cp1252"), "", "windows-1252", FRENCH),
    ("<html><p>né</p>".encode("utf-16-le"), "", "utf-16le", "<html><p>né</p>"),
    ("<html><p>né</p>".encode("utf-16-be"), "text/html", "utf-16be", "<html><p>né</p>"),
    ("<html><p>né</p>".encode("utf-32-le"), "", "utf-32le", "<html><p>né</p>"),
    ("<html><p>né</p>".encode("utf-32-be"), "", "utf-32be", "<html><p>né</p>"),
    (RUSSIAN.encode("cp1251"), "", "windows-1251", RUSSIAN),
    (RUSSIAN.encode("koi8_r"), "", "koi8-r", RUSSIAN),
    (JAPANESE.encode("cp932"), "", "shift_jis", JAPANESE),
    (JAPANESE.encode("euc_jp"), "", "euc-jp", JAPANESE),
    (CHINESE.encode("gb18030"), "", "gbk", CHINESE),
    (TAIWANESE.encode("big5"), "", "big5", TAIWANESE),
    (KOREAN.encode("euc_kr"), "", "euc-kr", KOREAN),
    # and a label that the bytes give the lie to
    (FRENCH.encode("cp1252"), "text/html; charset=utf-8", "windows-1252", FRENCH),
    (b"<meta charset=utf-8>" + FRENCH.encode("cp1252"), "", "windows-1252", None),
    ("é".encode() * 20 + b"\xe9", "text/html; charset=utf-8", "utf-8", "é" * 20 + "\ufffd"),
    (b"a\x00b\x00\x00c", "text/html; charset=utf-8", "utf-8", "a\x00b\x00\x00c"),
]


@pytest.mark.parametrize(("body", "content_type", "charset", "text"), CASES)
def test_the_encoding_is_the_one_a_browser_would_take(
    body: bytes, content_type: str, charset: str, text: str | None
) -> None:
    found, decoded = decode(body, content_type)
    assert found == charset
    if text is not None:
        assert decoded == text


@given(
    body=st.binary(max_size=300), label=st.sampled_from(["", "utf-8", "utf-16", "gbk", "big5", "iso-2022-jp"])
)
def test_no_bytes_raise_and_every_text_can_be_written_again(body: bytes, label: str) -> None:
    _, text = decode(body, f"text/html; charset={label}")
    text.encode("utf-8")


@pytest.mark.parametrize("junk", [b"<meta ", b"<a '", b'<a b="', b"<!--", b"<meta charset=", b"<", b"= "])
def test_junk_is_prescanned_in_bounded_steps(junk: bytes) -> None:
    charset, _ = decode(b"charset" + junk * 20_000 + b"\xe9")
    assert charset == "windows-1252"
