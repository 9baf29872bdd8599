"""The main content of a parsed page as it travels to the store, with what it is compared by."""

from functools import lru_cache

from scraper.content.content import ENGINE_VERSION, Content
from scraper.content.fingerprint import fingerprint
from scraper.content.read import read_content
from scraper.content.weights import weights
from scraper.document import Document
from scraper.documents.reading import PAGE_BREAK
from scraper.pages import ContentFields
from scraper.repeats import packed, unpacked
from scraper.stored_print import as_bytes
from storage.content_pack import Texts, serialized

SURE_TYPE = 0.6  # below, the likeliest type has little more than its rivals together
OPENING = 400  # characters


class PageContent:
    """Reads with weights that are loaded once."""

    def __init__(self, *, asks: bool = False) -> None:
        """`asks`: whether there is somebody who may know what the engine is unsure of."""
        self._asks = asks
        weights()

    def read(self, document: Document, url: str, known: bytes = b"") -> ContentFields:
        """What the page says; `known` is what its host repeats."""
        content = read_content(document, url, _known(known))
        print_ = fingerprint(content.text, content.title) if content.text else None
        return ContentFields(
            ENGINE_VERSION,
            str(content.page_type or ""),
            as_bytes(print_) if print_ is not None else b"",
            serialized(_texts(content)),
            packed(content.hashes),
            _doubt(content) if self._asks else (),
        )


@lru_cache(maxsize=64)
def _known(blocks: bytes) -> frozenset[int]:
    """The pages of a host come one after the other."""
    return frozenset(unpacked(blocks))


def _doubt(content: Content) -> tuple[tuple[str, ...], str] | tuple[()]:
    if content.type_chance >= SURE_TYPE or len(content.likely_types) < 2:
        return ()
    opening = " ".join(content.text[:OPENING].split()) or content.description[:OPENING]
    return tuple(map(str, content.likely_types)), opening


def _texts(content: Content) -> Texts:
    return Texts(
        reason=content.reason,
        title=content.title,
        language=content.language,
        author=content.author,
        published=content.published,
        modified=content.modified,
        description=content.description,
        text=content.text.replace(PAGE_BREAK, " "),  # pages of the web have none
        markdown=content.markdown,
    )
