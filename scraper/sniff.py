"""What a body is, by its first bytes rather than by what its header claims."""

import re
from enum import StrEnum

SNIFF_BYTES = 1445  # WHATWG MIME sniffing 5.2: the resource header
OCTETS = "application/octet-stream"


class Family(StrEnum):
    """The kinds of body that a reader may want."""

    HTML = "html"
    XML = "xml"
    JSON = "json"
    TEXT = "text"
    PDF = "pdf"
    ARCHIVE = "archive"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FONT = "font"
    CODE = "code"
    BINARY = "binary"


_WRITTEN = frozenset({Family.HTML, Family.XML, Family.JSON, Family.TEXT, Family.CODE})
PAGE_FAMILIES = frozenset({Family.HTML, Family.XML, Family.JSON, Family.TEXT, Family.PDF})

# (first bytes, type); those of up to three bytes count only among bytes that no text has
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\x00", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OTTO", "font/otf"),
    (b"\x00\x01\x00\x00\x00", "font/ttf"),
    (b"ttcf", "font/collection"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\x00asm", "application/wasm"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/avi", b"WAVE": "audio/wave"}
_BRANDS = {b"avif": "image/avif", b"heic": "image/heic", b"mif1": "image/heif", b"M4A ": "audio/mp4"}
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?[ \t\r\n\f]*"
    rb"<(?:!--|(?:!doctype|html|head|body|title|meta|link|base|script|style|noscript|iframe|nav|main|article"
    rb"|section|header|h1|div|p|br|b|a|span|font|center|ul|table|form|img)[ \t\r\n\f/>])",
    re.IGNORECASE,
)
_XML_ROOTS = (
    (b"<rss", "application/rss+xml"),
    (b"<feed", "application/atom+xml"),
    (b"<rdf:RDF", "application/rdf+xml"),
    (b"<svg", "image/svg+xml"),
    (b"<html", "application/xhtml+xml"),
)
_JSON_STARTS = (b"{", b"[{", b"[[", b'["')
_BINARY_BYTES = bytes(byte for byte in range(0x20) if byte not in b"\b\t\n\f\r\x1b")  # ESC: iso-2022-jp
_SPACE = b" \t\r\n\f"
_UNSURE = frozenset(
    {"", "*/*", OCTETS, "binary/octet-stream", "unknown/unknown", "application/unknown"}
    | {"application/x-unknown", "application/force-download", "application/x-download"}
)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CODE = frozenset({"text/css", "text/javascript", "application/javascript", "application/x-javascript"})
_ARCHIVES = frozenset(
    {"application/zip", "application/gzip", "application/x-gzip", "application/vnd.rar", "application/x-tar"}
    | {"application/x-7z-compressed", "application/x-bzip2", "application/x-xz", "application/zstd"}
)
_LINES_OF_JSON = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
)
_FAMILIES = {
    **dict.fromkeys(_HTML, Family.HTML),
    **dict.fromkeys(_CODE, Family.CODE),
    **dict.fromkeys(_ARCHIVES, Family.ARCHIVE),
    "text/xml": Family.XML,
    "application/xml": Family.XML,
    "text/json": Family.JSON,
    "application/json": Family.JSON,
    **dict.fromkeys(_LINES_OF_JSON, Family.JSON),
    **dict.fromkeys(("application/csv", "application/yaml", "application/x-yaml"), Family.TEXT),
    "application/pdf": Family.PDF,
    "application/ogg": Family.AUDIO,
}


def family_of(media_type: str) -> Family:
    """The kind of body that a media type names."""
    known = _FAMILIES.get(media_type)
    if known is not None:
        return known
    main, _, sub = media_type.partition("/")
    if main in ("image", "audio", "video", "font", "text"):
        return Family(main)
    if sub.endswith("+xml"):
        return Family.XML
    return Family.JSON if sub.endswith("+json") else Family.BINARY


def is_wanted(media_type: str, wanted: frozenset[Family] = PAGE_FAMILIES) -> bool:
    """Whether a body of this type is worth its bytes."""
    return family_of(media_type) in wanted


def media_type_of(head: bytes, content_type: str = "") -> str:
    """The type that a body beginning with these bytes (SNIFF_BYTES are enough) is to be treated as."""
    if content_type.startswith("text/html") and _HTML_START.match(head):
        return "text/html"  # the way that most pages take
    declared = content_type.partition(";")[0].strip().lower()
    if not head:
        return declared or "text/plain"
    head = _narrowed(head[:SNIFF_BYTES])
    start = head.lstrip(_SPACE)
    found = _by_signature(head, declared)
    if found:
        return found
    if head.translate(None, _BINARY_BYTES) != head:
        return _of_binary(start, declared)
    return _of_text(start, declared)


def _narrowed(head: bytes) -> bytes:
    """The same text in UTF-8 when it is UTF-16, marked or not, or marked UTF-32; a UTF-8 mark is dropped."""
    if head.startswith(b"\xef\xbb\xbf"):
        return head[3:]
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return head.decode("utf-32", "ignore").encode("utf-8", "ignore")
    if head.startswith((b"\xff\xfe", b"<\x00", b"{\x00")) and head[2:4] != b"\x00\x00":
        return head.decode("utf-16-le", "ignore").lstrip("\ufeff").encode("utf-8", "ignore")
    if head.startswith((b"\xfe\xff", b"\x00<", b"\x00{")):
        return head.decode("utf-16-be", "ignore").lstrip("\ufeff").encode("utf-8", "ignore")
    return head


def _by_signature(head: bytes, declared: str) -> str:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            if media_type == "application/zip" and _is_packed_document(declared):
                return declared
            if len(signature) > 3 or head.translate(None, _BINARY_BYTES) != head:
                return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return ""


def _is_packed_document(declared: str) -> bool:
    return declared.endswith("+zip") or declared.startswith("application/vnd.o")


def _of_binary(start: bytes, declared: str) -> str:
    if _HTML_START.match(start):
        return declared if declared in _HTML else "text/html"  # a page with stray control bytes
    if declared in _UNSURE or family_of(declared) in _WRITTEN:
        is_mp3 = start[0:1] == b"\xff" and start[1:2] >= b"\xe2"
        return "audio/mpeg" if is_mp3 else OCTETS
    return declared


def _of_text(start: bytes, declared: str) -> str:
    if declared == "text/plain" or declared in _CODE:
        return declared
    markup = _of_markup(start, declared)
    if markup:
        return markup
    if declared in _UNSURE:
        return "application/json" if start.startswith(_JSON_STARTS) else "text/plain"
    return declared


def _of_markup(start: bytes, declared: str) -> str:
    if not start.startswith(b"<"):
        return ""
    root = _xml_root(start)
    is_html = _HTML_START.match(start) is not None
    if declared in _HTML:
        return root if root and root not in _HTML and not is_html else declared
    if family_of(declared) is Family.XML:
        return declared
    if is_html:
        return "text/html"
    return root or ("text/xml" if start.startswith(b"<?xml") else "")


def _xml_root(start: bytes) -> str:
    """The type that the first known root element names, found only where an XML document can begin."""
    if not start.startswith((b"<?xml", *(root for root, _ in _XML_ROOTS))):
        return ""
    found = [(at, media_type) for root, media_type in _XML_ROOTS if (at := start.find(root)) >= 0]
    return min(found)[1] if found else ""
