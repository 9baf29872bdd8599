"""The visible text of a page, block by block: what a reader without a content engine sees."""

from scraper.charset import decode
from scraper.document import Document, Unreadable

ENGINE = "plain-1"
_BLOCKS = "h1,h2,h3,h4,h5,h6,p,li,dt,dd,td,th,pre,blockquote,figcaption,caption"
_ASIDE = "nav,header,footer,aside,script,style,noscript,template,form"


def plain_text(body: bytes, content_type: str) -> str:
    """Paragraphs, one per line; empty when the page cannot be read."""
    try:
        document = Document(decode(body, content_type)[1])
    except Unreadable:
        return ""
    for node in document.tree.css(_ASIDE):
        node.decompose()
    lines = (" ".join(node.text(deep=True, separator=" ").split()) for node in document.tree.css(_BLOCKS))
    return "\n".join(dict.fromkeys(line for line in lines if line))
