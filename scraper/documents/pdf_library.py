"""Opens PDFs with PDFium: lines with their places, what a document says of itself, where it leads."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

MOST_LINKS = 500  # of one page
MOST_PAGE_CHARACTERS = 200_000
_LONGEST_ADDRESS = 4_096  # bytes
_LONGEST_NAME = 2_048  # characters of an entry of the document's own description
# A hyphen that ends a line comes as U+FFFE, and the next line right behind it.
_LINE = re.compile("[^\r\n\ufffe]*(?:\ufffe|[^\r\n\ufffe])")
_FAULTS = {raw.FPDF_ERR_PASSWORD: "encrypted", raw.FPDF_ERR_SECURITY: "encrypted"}


class Line(NamedTuple):
    """One line as it stands on its page; without a place all three are 0."""

    text: str
    x: float = 0.0
    y: float = 0.0  # of the baseline, from below
    size: float = 0.0  # of its largest letters, as far as they were looked at


class Pdf:
    """One open document; pages count from 0."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        return len(self._document)

    @property
    def facts(self) -> dict[str, str]:
        """What the document says of itself: Title, Author, Subject, CreationDate, ModDate."""
        return {name: value[:_LONGEST_NAME] for name, value in self._document.get_metadata_dict().items()}

    @property
    def language(self) -> str:
        """As it is written in the document."""
        size = raw.FPDFCatalog_GetLanguage(self._document, None, 0)
        if not 2 < size < _LONGEST_NAME:
            return ""
        buffer = (ctypes.c_ushort * size)()
        raw.FPDFCatalog_GetLanguage(self._document, buffer, size)
        return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")

    def page(self, number: int) -> "Leaf | None":
        """None for a page that cannot be read."""
        try:
            return Leaf(self._document, self._document[number])
        except pdfium.PdfiumError:
            return None


class Leaf:
    """One page of a document."""

    def __init__(self, document: Any, page: Any) -> None:
        self._document = document
        self._page = page
        self._text = page.get_textpage()

    def lines(self) -> Iterator[Line]:
        """Every line in the order in which the document has them."""
        shown = min(self._text.count_chars(), MOST_PAGE_CHARACTERS)
        text = self._text.get_text_range(0, shown) if shown > 0 else ""
        x, y = ctypes.c_double(), ctypes.c_double()
        for match in _LINE.finditer(text):
            words, at = match[0], match.start()
            if words.strip():
                first = raw.FPDFText_GetCharIndexFromTextIndex(self._text, at)
                if first >= 0 and raw.FPDFText_GetCharOrigin(self._text, first, x, y):
                    size = max(map(self._size, (at, at + len(words) // 2, at + len(words) - 1)))
                    yield Line(words, round(x.value, 1), round(y.value, 1), round(size, 1))
                else:
                    yield Line(words)

    def links(self) -> Iterator[tuple[str, str]]:
        """Addresses that parts of the page lead to, with the words that stand there."""
        at, found = ctypes.c_int(0), raw.FPDF_LINK()
        for _ in range(MOST_LINKS):
            if not raw.FPDFLink_Enumerate(self._page, at, found):
                return
            if address := self._address(found):
                yield address, self._words_of(found)

    def has_pictures(self) -> bool:
        return any(True for _ in self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))

    def close(self) -> None:
        """Gives its memory back."""
        self._text.close()
        self._page.close()

    def _size(self, at: int) -> float:
        letter = raw.FPDFText_GetCharIndexFromTextIndex(self._text, at)
        size: float = raw.FPDFText_GetFontSize(self._text, letter) if letter >= 0 else 0.0
        return size

    def _address(self, found: Any) -> str:
        action = raw.FPDFLink_GetAction(found)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            return ""
        size = raw.FPDFAction_GetURIPath(self._document, action, None, 0)
        if not 1 < size <= _LONGEST_ADDRESS:
            return ""
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFAction_GetURIPath(self._document, action, buffer, size)
        return buffer.value.decode("utf-8", "replace").strip()

    def _words_of(self, found: Any) -> str:
        place = raw.FS_RECTF()
        if not raw.FPDFLink_GetAnnotRect(found, place):
            return ""
        words: str = self._text.get_text_bounded(place.left, place.bottom, place.right, place.top)
        return " ".join(words.split())


def open_pdf(body: bytes) -> Pdf | str:
    """The document, or why it cannot be read: encrypted, damaged."""
    try:
        document = pdfium.PdfDocument(body)
        if not len(document):
            return "damaged"
    except pdfium.PdfiumError as error:
        return _FAULTS.get(getattr(error, "err_code", 0), "damaged")
    return Pdf(document)
