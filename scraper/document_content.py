"""What was read in a document that is no HTML page, as it travels to the store."""

from scraper.content.content import ENGINE_VERSION
from scraper.content.fingerprint import fingerprint
from scraper.documents.reading import Reading
from scraper.pages import ContentFields
from scraper.stored_print import as_bytes
from storage.content_pack import Texts, serialized


def content_of(reading: Reading) -> ContentFields:
    """The same value that comes of an HTML page; nothing of it is known to repeat on others."""
    print_ = fingerprint(reading.text, reading.title) if reading.text.strip() else None
    texts = Texts(
        reason=reading.reason,
        title=reading.title,
        language=reading.language,
        author=reading.author,
        published=reading.published,
        modified=reading.modified,
        description=reading.description,
        text=reading.text,
        markdown=reading.markdown,
    )
    return ContentFields(
        ENGINE_VERSION,
        reading.page_type,
        as_bytes(print_) if print_ is not None else b"",
        serialized(texts),
    )
