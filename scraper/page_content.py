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


class PageContent:
    """Reads with weights that are loaded once."""

    def __init__(self) -> None:
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
        )


@lru_cache(maxsize=64)
def _known(blocks: bytes) -> frozenset[int]:
    """The pages of a host come one after the other."""
    return frozenset(unpacked(blocks))


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
