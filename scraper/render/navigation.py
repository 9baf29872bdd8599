"""Which addresses a browser may be sent to: what is no web address would be read by the browser itself."""

import re
from typing import Final

from storage.address import NotAnAddress, parse

_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"[^/?#\\]*")


def refusal(url: str) -> str | None:
    """Why the browser is not sent to this URL, by its reason in pages; None when it may go there.

    `file:`, `chrome:`, `view-source:`, `data:`, `javascript:` and the like are decided by what the text is
    after parsing, not by how it begins: white space and control characters change nothing.
    """
    try:
        address = parse(url)
    except NotAnAddress:
        return "bad_url"
    # Credentials are left out by `parse`; whoever navigates to the text itself would still send them.
    if not _WEB.match(url) or "@" in _AUTHORITY.match(url, url.index("//") + 2)[0]:  # type: ignore[index]
        return "bad_url"
    return None if address.scheme in ("http", "https") else "bad_url"
