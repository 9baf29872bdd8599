"""What becomes of a request that the browser holds back: handed a known answer, let go, or left out."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scraper.message import Response
from scraper.render.unneeded import Unneeded, is_tracker, types
from scraper.render.words import RenderRequest

# They speak of the bytes on the wire, and the body is handed over decoded.
_OF_THE_WIRE = frozenset(
    {"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"}
)
_MOST_DOCUMENTS = 6  # that a page goes on to by itself: then the one that stands there is taken

Event = dict[str, Any]


class Answer(NamedTuple):
    """A command to the browser."""

    method: str
    parameters: dict[str, Any]
    ends_reading: bool = False  # the document that stands there stays, though it was given up for another


def patterns(unneeded: frozenset[Unneeded], has_headers: bool) -> list[dict[str, str]]:
    """What has to be held back: as little as possible, for each costs a way to us and back."""
    if has_headers:
        return [{"urlPattern": "http*"}]
    return [{"urlPattern": "http*", "resourceType": kind} for kind in ("Document", *types(unneeded))]


class Interception:
    """For one page: the first document is the known one, and later ones stay with its host."""

    def __init__(self, frame: str, request: RenderRequest, unneeded: frozenset[Unneeded]) -> None:
        self.leads_to = ""  # another host that the page wanted to go to
        self.handed_over = 0  # documents that nobody was asked for
        self._documents = 0
        self._frame = frame
        self._origin = _origin(request.url)
        self._host = urlsplit(request.url).hostname
        self._response = request.response
        self._headers = request.headers
        self._goes_anywhere = bool(request.actions)  # where the job leads it
        self._types = types(unneeded)
        self._leaves_trackers = Unneeded.TRACKER in unneeded

    def answer(self, event: Event) -> Answer:
        url = event["request"]["url"]
        if event.get("resourceType") == "Document":
            if event["frameId"] == self._frame:
                return self._document(event, url)
            if self._leaves_trackers and is_tracker(urlsplit(url).hostname or ""):
                return self._leave_out(event)
        elif event.get("resourceType") in self._types:
            return self._leave_out(event)
        return self._let_go(event, url)

    def _document(self, event: Event, url: str) -> Answer:
        response, self._response = self._response, None
        if response is not None:
            self.handed_over = 1
            return _handed_over(event, response)
        self._documents += 1
        is_elsewhere = not self._goes_anywhere and urlsplit(url).hostname != self._host
        if is_elsewhere or self._documents > _MOST_DOCUMENTS:
            self.leads_to = self.leads_to or (url if is_elsewhere else "")
            refused = {"requestId": event["requestId"], "errorReason": "Aborted"}
            return Answer("Fetch.failRequest", refused, ends_reading=True)
        return self._let_go(event, url)

    def _leave_out(self, event: Event) -> Answer:
        reason = {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
        return Answer("Fetch.failRequest", reason)

    def _let_go(self, event: Event, url: str) -> Answer:
        parameters: dict[str, Any] = {"requestId": event["requestId"]}
        if self._headers:
            ours = {name.lower() for name, _ in self._headers}
            kept = [(n, v) for n, v in event["request"]["headers"].items() if n.lower() not in ours]
            parameters["headers"] = _named([*kept, *(self._headers if _origin(url) == self._origin else ())])
        return Answer("Fetch.continueRequest", parameters)


def _handed_over(event: Event, response: Response) -> Answer:
    kept = [(name, value) for name, value in response.headers if name.lower() not in _OF_THE_WIRE]
    parameters = {
        "requestId": event["requestId"],
        "responseCode": response.status,
        "responseHeaders": _named(kept),
        "body": b64encode(response.body).decode(),
    }
    return Answer("Fetch.fulfillRequest", parameters)


def _named(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
