"""Reads answers in JSON in place of showing pages, and looks at what browsers showed for which answers do."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import zstandard

from scraper.barren import shape
from scraper.gate import Gate
from scraper.message import Request, Response
from scraper.pages import Parsed
from scraper.render.answer_page import FilledPage, filled
from scraper.render.answer_rule import is_of
from scraper.render.answers import ALIKE, Answer, Answers, Asked, Facts, Sight, Values
from scraper.render.evidence import Evidence, Mark
from scraper.render.gain import gain
from scraper.render.taken import READ_WELL, Before
from scraper.render.words import Captured, Rendered
from scraper.sniff import Family, family_of
from storage.address import Address, KeyRules, NotAnAddress, parse
from storage.content_pack import Texts, unpacked
from storage.words import Link

MOST_BYTES = 1 << 20  # of an answer
MOST_LOOKED_AT = 8  # answers of one page, the largest first
MOST_READ = 2  # of these, by a worker
MOST_WORDS = 8_000  # of a page or an answer, that are compared
PROMISING = 0.3  # of the words that the browser showed more
_WORD = re.compile(r"\w+")
_UNUSED = frozenset({"noindex", "none"})

Read = Callable[[str, str], Awaitable[Parsed]]  # a URL, a document


@dataclass(frozen=True, slots=True)
class AnswerGround:
    """What answers are asked for with."""

    gate: Gate
    rules: KeyRules
    may_ask: Callable[[Link, Address], bool]  # the page, what it asks for


class Answering:
    """Of one crawl."""

    def __init__(self, ground: AnswerGround) -> None:
        self._ground = ground
        self.known = Answers()

    async def answered(self, page: Before, read: Read) -> tuple[Rendered, Parsed] | None:
        """The page with the answer that holds what a browser would show; None: it is to be shown."""
        asked = self.known.asked(page.key, page.lease.link.url)
        if asked is None:
            return None
        link = self._link(page.lease.link, asked.url)
        if link is None:
            self.known.missed(page.key, is_final=True)
            return None
        began = time.monotonic()
        request = Request(link.url, max_bytes=MOST_BYTES, headers=(("Accept", "application/json"),))
        response = await self._ground.gate.fetch_beside(page.lease, link, request)
        if response is None:
            self.known.missed(page.key, is_final=True)
            return None
        made = await self._filled(page, response.body) if self._is_data(response) else None
        parsed = await read(page.lease.link.url, made.html) if made is not None else None
        if made is None or parsed is None or not _is_as_expected(asked, made, page.plain, parsed):
            self.known.missed(page.key)
            return None
        self.known.answered(page.key)
        parsed = parsed._replace(follow=_followed(asked, page.plain, parsed))
        captured = Captured(link.url, response.status, response.media_type, response.body)
        rendered = Rendered(
            html=made.html,
            url=page.lease.link.url,
            milliseconds=round(1000 * (time.monotonic() - began)),
            requests=1,
            wire_bytes=response.wire_bytes,
            captured=(captured,),
        )
        return rendered, parsed

    def looking(self, page: Before) -> "Looking":
        """The page is shown now."""
        return Looking(self, page)

    async def sight(
        self, page: Before, rendered: Rendered, shown: Parsed, read: Read
    ) -> tuple[Sight, tuple[Parsed, ...]]:
        """What may be learned from a page that was shown, and the pages that its answers would have made."""
        url = page.lease.link.url
        words = _words(shown) - _words(page.plain)
        answers: list[Answer] = []
        pages: list[Parsed] = []
        for captured, made in await self._likely(page, rendered.captured, words):
            parsed = await read(url, made.html)
            pages.append(parsed)
            answers.append(Answer(captured.url, _words(parsed), _values(parsed), _links(parsed), made.names))
        if not answers:
            return Sight(url, frozenset(), frozenset(), frozenset()), ()
        links = _links(shown) - _links(page.plain)
        values = _values(shown) - _values(page.plain)
        shapes = frozenset(shape(url) for _, url in shown.follow)
        sight = Sight(url, words, values, links, tuple(answers), shapes)
        return sight, tuple(pages)

    async def _likely(
        self, page: Before, captured: Iterable[Captured], words: Facts
    ) -> list[tuple[Captured, FilledPage]]:
        likely = [
            one
            for one in captured
            if one.status == 200 and len(one.body) <= MOST_BYTES and is_of(page.lease.link.url, one.url)
        ]
        likely.sort(key=lambda one: len(one.body), reverse=True)
        found = []
        for one in likely[:MOST_LOOKED_AT]:
            made = await self._filled(page, one.body) if self._link(page.lease.link, one.url) else None
            share = len(words & made.words) / len(words) if made is not None and words else 1.0
            if made is not None and share >= PROMISING and len(made.words) <= MOST_WORDS >= len(words):
                found.append((share, one, made))
        found.sort(key=lambda one: one[0], reverse=True)
        return [(one, made) for _, one, made in found[:MOST_READ]]

    async def _filled(self, page: Before, answer: bytes) -> FilledPage | None:
        raw = page.response.body, page.response.header("content-type")
        is_shell = bool(page.plain.evidence and Evidence._make(page.plain.evidence).marks & Mark.LITTLE)
        return await asyncio.to_thread(filled, raw, answer, takes_title=is_shell)

    def _link(self, page: Link, url: str) -> Link | None:
        try:
            address = parse(url, rules=self._ground.rules)
        except NotAnAddress:
            return None
        if address.digest == page.key or not self._ground.may_ask(page, address):
            return None
        return Link(address.fetch, address.digest, address.host, depth=page.depth + 1)

    def _is_data(self, response: Response) -> bool:
        if response.reason != "ok" or response.status != 200 or response.truncated:
            return False
        told = [value.lower() for name, value in response.headers if name.lower() == "x-robots-tag"]
        is_kept_out = any(word in value for value in told for word in _UNUSED)
        if is_kept_out and self._ground.gate.obeys_robots:
            return False
        return family_of(response.media_type) is Family.JSON


class Looking:
    """One rendering, from its beginning to its end."""

    def __init__(self, answering: Answering, page: Before) -> None:
        self.captures = answering.known.begins(page.key)
        self._answering = answering
        self._page = page
        self._sight: Sight | None = None

    async def saw(self, rendered: Rendered, shown: Parsed, read: Read) -> tuple[Parsed, ...]:
        """There is a document; the pages that answers would have made."""
        if not self.captures:
            return ()
        self._sight, pages = await self._answering.sight(self._page, rendered, shown, read)
        return pages

    def ends(self) -> None:
        """Whatever became of it: what was seen is learned."""
        self._answering.known.ends(self._page.key, self._sight)


def _is_as_expected(asked: Asked, made: FilledPage, plain: Parsed, parsed: Parsed) -> bool:
    """It looks like those before, and says what plain HTTP did not."""
    names = asked.rule.names
    if parsed.reason not in READ_WELL:
        return False
    if len(names & made.names) < ALIKE * len(names):
        return False
    known = {key for key, _ in plain.follow}
    has_fields = asked.rule.fields <= {(record, name) for record, _, name, _ in _told(parsed)}
    return has_fields and gain(plain, parsed, sum(key not in known for key, _ in parsed.follow)).is_worth


def _followed(asked: Asked, plain: Parsed, parsed: Parsed) -> tuple[tuple[bytes, str], ...]:
    """Answers name many addresses that no reader is led to: pictures, their own, those of other answers."""
    known = {key for key, _ in plain.follow}
    return tuple(one for one in parsed.follow if one[0] in known or shape(one[1]) in asked.rule.shapes)


def _told(parsed: Parsed) -> list[tuple[str, int, str, str]]:
    return [
        (record, ordinal, name, json.dumps(value, sort_keys=True))
        for record, ordinal, data, _ in parsed.selected[0]
        for name, value in json.loads(data).items()
    ]


def _values(parsed: Parsed) -> Values:
    return frozenset(_told(parsed))


def _links(parsed: Parsed) -> Facts:
    return frozenset(key for key, _ in parsed.follow)


def _words(parsed: Parsed) -> Facts:
    if not parsed.content:
        return frozenset()
    texts: Texts = unpacked(parsed.content, zstandard.ZstdDecompressor())
    return frozenset(_WORD.findall(f"{texts.title} {texts.text}".casefold()))
