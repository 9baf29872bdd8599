"""Small PDFs written by hand: lines of text on pages, with links, facts, faults."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

TOP, LEFT, PITCH = 740, 72, 14


@dataclass
class Sheet:
    """One page: lines from the top, each a text or (text, size); None leaves a gap."""

    lines: Sequence[str | tuple[str, int] | None] = ()
    links: Sequence[str] = ()
    picture: bool = False


@dataclass
class PdfMaker:
    """Objects, numbered as they come."""

    objects: list[bytes] = field(default_factory=list)

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, head: bytes = b"") -> int:
        packed = zlib.compress(data)
        return self.add(
            b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), head, packed)
        )

    def written(self, root: int, trailer: bytes = b"") -> bytes:
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self.objects, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        at = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        for place in places:
            out += b"%010d 00000 n \n" % place
        out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
            len(places) + 1,
            root,
            trailer,
            at,
        )
        return bytes(out)


def pdf(sheets: Sequence[Sheet], facts: dict[str, str] | None = None, language: str = "") -> bytes:
    """A whole document."""
    maker = PdfMaker()
    tree = len(sheets) and maker.add(b"")
    font = maker.add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    pages = [_page(maker, sheet, tree, font) for sheet in sheets]
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    maker.objects[tree - 1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    said = b"/Lang (%s)" % language.encode() if language else b""
    root = maker.add(b"<< /Type /Catalog /Pages %d 0 R %s >>" % (tree, said))
    trailer = b""
    if facts:
        entries = b" ".join(b"/%s (%s)" % (k.encode(), _escaped(v)) for k, v in facts.items())
        trailer = b"/Info %d 0 R" % maker.add(b"<< %s >>" % entries)
    return maker.written(root, trailer)


def _page(maker: PdfMaker, sheet: Sheet, tree: int, font: int) -> int:
    drawn, y = [], TOP
    for line in sheet.lines:
        if line is not None:
            text, size = line if isinstance(line, tuple) else (line, 11)
            drawn.append(b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (size, LEFT, y, _escaped(text)))
        y -= PITCH
    resources = b"/Font << /F1 %d 0 R >>" % font
    if sheet.picture:
        grey = maker.stream(
            bytes(64),
            b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8",
        )
        resources += b" /XObject << /P %d 0 R >>" % grey
        drawn.append(b"q 400 0 0 400 72 300 cm /P Do Q")
    content = maker.stream(b"\n".join(drawn))
    links = [
        maker.add(
            b"<< /Type /Annot /Subtype /Link /Rect [72 %d 300 %d] /A << /S /URI /URI (%s) >> >>"
            % (TOP - 3, TOP + 11, _escaped(link))
        )
        for link in sheet.links
    ]
    annotations = b"/Annots [%s]" % b" ".join(b"%d 0 R" % link for link in links) if links else b""
    return maker.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> %s >>"
        % (tree, content, resources, annotations)
    )


def _escaped(text: str) -> bytes:
    return text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def encrypted() -> bytes:
    """A document whose password nobody knows."""
    maker = PdfMaker()
    tree = maker.add(b"")
    page = maker.add(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % tree)
    maker.objects[tree - 1] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page
    root = maker.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    key = b"<%s>" % (b"5a" * 32)
    lock = maker.add(b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O %s /U %s >>" % (key, key))
    return maker.written(root, b"/Encrypt %d 0 R /ID [<00112233445566778899aabbccddeeff> <00>]" % lock)


def swelling(megabytes: int) -> bytes:
    """A page whose drawing unfolds to so much."""
    maker = PdfMaker()
    tree = maker.add(b"")
    content = maker.stream(b"0 0 m 9 9 l S\n" * (megabytes * (1 << 20) // 14))
    page = maker.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] /Contents %d 0 R >>" % (tree, content)
    )
    maker.objects[tree - 1] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page
    return maker.written(maker.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree))
