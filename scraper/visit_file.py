"""What happens with a body that is kept as a file: what can be read in it is read, too."""

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scraper.borders import Bodies
from scraper.documents.picture import HEAD_BYTES
from scraper.documents.read import is_readable
from scraper.downloads import READ_BYTES, Download
from scraper.message import Response
from scraper.sniff import Family, family_of
from scraper.visit_end import fetched, refused
from scraper.visit_endings import Endings
from scraper.visit_page import headers_only
from storage.words import KeptFile, Lease, Outcome, Visit

if TYPE_CHECKING:
    from scraper.visit_reading import AnsweredPages

DOWNLOAD = "download"
UNREAD = "unread"
LONGEST_NAME = 200
_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_NAMED = re.compile(r"""filename\s*=\s*(?:"([^"]*)"|([^;\s]+))""", re.IGNORECASE)
_NAMED_WIDE = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_ODD = re.compile(r"[\x00-\x1f\x7f/\\]+")


class FilePages:
    """Turns answers that are files into visits."""

    def __init__(self, ended: Endings, pages: "AnsweredPages", *, obeys_robots: bool) -> None:
        self._ended = ended
        self._pages = pages
        self._obeys_robots = obeys_robots

    async def read(self, lease: Lease, response: Response, download: Download) -> Visit | None:
        """The visit with its file, which nothing is left of where the visit is none."""
        visit = None
        try:
            spooled = await asyncio.to_thread(download.finish)
            size = spooled.size if spooled is not None else len(response.body)
            visit = await self._visit(lease, response, download, size)
        finally:
            if visit is None or visit.outcome not in _STORED:
                download.discard()
        if visit is None or visit.outcome not in _STORED or not download.is_kept:
            return visit
        body, place = (response.body, {}) if spooled is None else (b"", spooled._asdict())
        path = place.pop("path", "")
        file = KeptFile(DOWNLOAD, response.media_type, body, name_of(response, lease.link.url), spool=path)
        return replace(visit, page=replace(visit.page, files=(*visit.page.files, file._replace(**place))))

    async def again(self, lease: Lease, visit: Visit, download: Download, bodies: Bodies) -> Visit:
        """A page that did not change is kept as a file, too, whether or not it was before."""
        page, earlier = visit.page, lease.earlier
        if visit.outcome is not Outcome.UNCHANGED or earlier is None or not download.wants(page.content_type):
            return visit
        copy = await bodies.copy(earlier.visit) if download.is_kept else None
        if copy is None:
            return visit
        if (
            len(copy.body) > download.max_bytes
            or not download.begin()
            or not download.grows_to(len(copy.body))
        ):
            download.discard()
            return visit
        known = Response("ok", headers=copy.headers)
        file = KeptFile(DOWNLOAD, page.content_type, copy.body, name_of(known, lease.link.url))
        return replace(visit, page=replace(page, files=(*page.files, file)))

    async def _visit(self, lease: Lease, response: Response, download: Download, size: int) -> Visit | None:
        is_text = is_readable(response.media_type)
        if is_text and size <= READ_BYTES:
            body = response.body or await asyncio.to_thread(download.read)
            return await self._pages.read(lease, replace(response, body=body))
        body = response.body or (b"" if is_text else await asyncio.to_thread(download.head, HEAD_BYTES))
        parsed = await self._pages.parse(lease, replace(response, body=body[:HEAD_BYTES]))
        if parsed.noindex and self._obeys_robots:
            return self._ended(lease, refused("noindex"), response, headers_only(response))
        is_picture = family_of(response.media_type) is Family.IMAGE
        page = replace(headers_only(response), title=parsed.title if is_picture else "", body_bytes=size)
        return self._ended(lease, fetched(UNREAD if is_text else "ok"), response, page)


def name_of(response: Response, url: str) -> str:
    """How its server calls the file: a name that is told, and never a path."""
    said = response.header("content-disposition")
    wide, plain = _NAMED_WIDE.search(said), _NAMED.search(said)
    name = unquote(wide[1]) if wide else (plain[1] or plain[2] or "") if plain else ""
    if not name:
        name = unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])
    return _ODD.sub(" ", name).strip()[-LONGEST_NAME:]
