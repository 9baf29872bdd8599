"""Answers that pages asked for themselves, until they are visited as pages of their own."""

from collections import OrderedDict
from collections.abc import Iterable

from scraper.message import Response
from scraper.render.words import Captured
from storage.address import KeyRules, NotAnAddress, parse
from storage.words import Link

MOST_BYTES = 64 << 20  # that wait; older ones are asked for anew when their turn comes


class HandedAnswers:
    """Kept in memory: after a kill they are requested like any other page."""

    def __init__(self, rules: KeyRules) -> None:
        self._rules = rules
        self._answers: OrderedDict[bytes, Captured] = OrderedDict()
        self._bytes = 0

    def links(self, parent: Link, captured: Iterable[Captured]) -> tuple[Link, ...]:
        """A link to each answer, wherever it is: the job asks for it, and nobody goes on from there."""
        links = []
        for one in captured:
            try:
                address = parse(one.url, rules=self._rules)
            except NotAnAddress:
                continue
            self._keep(address.digest, one)
            links.append(
                Link(address.fetch, address.digest, address.host, parent.priority, parent.depth + 1, 0)
            )
        return tuple(links)

    def take(self, key: bytes) -> Response | None:
        """The answer to the visit of this key, once."""
        one = self._answers.pop(key, None)
        if one is None:
            return None
        self._bytes -= len(one.body)
        return Response(
            "ok",
            status=one.status,
            headers=(("content-type", one.media_type),),
            body=one.body,
            media_type=one.media_type,
        )

    def _keep(self, key: bytes, one: Captured) -> None:
        if key in self._answers:
            return
        self._answers[key] = one
        self._bytes += len(one.body)
        while self._bytes > MOST_BYTES:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)
