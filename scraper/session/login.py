"""One login, step by step: fetch the form, fill it in, send it, see where that leads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from scraper.charset import decode
from scraper.charset_labels import CODECS
from scraper.document import Document, Unreadable
from scraper.exchange import MOVED
from scraper.message import Errand, Request, Response
from scraper.session.form import Form, Submission, find_form
from scraper.session.plan import EXPIRED, Login
from scraper.session.signs import proves
from storage.address import Address, NotAnAddress, parse

MAX_HOPS: Final = 10
PAGE_BYTES: Final = 512 << 10  # read in this process: a form that is larger is none
_KEEPS_METHOD: Final = frozenset({307, 308})
_OVERLOADED: Final = frozenset({408, 425, 429})

_READ: Final = frozenset({"ok", "too_large"})  # of a page that is too large, its beginning counts
_POINTLESS: Final = frozenset({"bad_redirect", "too_many_redirects", "egress", "bad_url", "unwanted_type"})
_OUTSIDE: Final = ", where the session does not hold"

Ask = Callable[[Request], Awaitable[Response]]  # with the cookies of the session, and at the host's pace
IsOwn = Callable[[Address], bool]  # whether the session holds there


class How(StrEnum):
    """What a login came to."""

    IN = "in"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class LoginEnd:
    """What a login came to, and why in a few words that hold no secret."""

    how: How
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """The last answer of a chain of redirects."""

    url: str
    response: Response
    left_for: str = ""  # the host that it would have gone to


class LoginSteps:
    """One attempt."""

    def __init__(self, login: Login, ask: Ask, is_own: IsOwn) -> None:
        self._login = login
        self._ask = ask
        self._is_own = is_own

    async def run(self) -> LoginEnd:
        """All steps in turn."""
        login = self._login
        shown = await self._follow(login.url)
        if (wrong := _fault(shown, "the login page", shows_forms=True)) is not None:
            return wrong
        form = self._form(shown)
        if form is None:
            return await self._without_form(shown)
        submission = form.filled(dict(login.fields), login.submit, _codec(shown.response))
        try:
            target = parse(submission.url)
        except NotAnAddress:
            return LoginEnd(How.REJECTED, "the form leads nowhere")
        if not self._is_own(target):
            return LoginEnd(How.REJECTED, f"the form goes to {_origin(target)}{_OUTSIDE}")
        answer = await self._follow(target.fetch, _errand(submission))
        return await self._judged(answer, form)

    async def _without_form(self, shown: _Arrived) -> LoginEnd:
        """Somebody who is logged in may be shown no form."""
        if await self.is_proven(shown):
            return LoginEnd(How.IN)
        wanted = self._login.form or " and ".join(name for name, _ in self._login.fields)
        return LoginEnd(How.REJECTED, f"the page has no form with {wanted}")

    async def _judged(self, answer: _Arrived, form: Form) -> LoginEnd:
        wrong = _fault(answer, "the answer to the form")
        if wrong is not None and (wrong.how is How.UNREACHABLE or self._login.check is None):
            return wrong
        if self._login.check is not None:
            if await self.is_proven(answer):
                return LoginEnd(How.IN)
            unproven = "the page after the login does not show what `check` says"
            return LoginEnd(How.REJECTED, unproven + self._doubt(form))
        if answer.left_for:
            return LoginEnd(How.REJECTED, f"it leads to {answer.left_for}{_OUTSIDE}")
        if self._came_back(answer, form):
            came_back = "the form came back, as it does for a wrong password"
            return LoginEnd(How.REJECTED, came_back + self._doubt(form))
        return LoginEnd(How.IN)

    def _doubt(self, form: Form) -> str:
        missing = form.missing([name for name, _ in self._login.fields])
        return f"; the form has no field {', '.join(missing)}" if missing else ""

    async def is_proven(self, answer: _Arrived | None = None) -> bool:
        """Whether there is a page that only users see: the one that `check` names, else the one given."""
        check = self._login.check
        if check is not None and check.url:
            answer = await self._follow(check.url)
        if check is None or answer is None or not proves(answer.response, check):
            return False
        return bool(check.text or check.selector) or not self._came_back(answer)

    def _came_back(self, shown: _Arrived, first: Form | None = None) -> bool:
        """Whether all of the form is there again; one for a newsletter may have some of its fields."""
        names = [name for name, _ in self._login.fields]
        missing = first.missing(names) if first is not None else ()
        form = self._form(shown)
        return form is not None and set(form.missing(names)) <= set(missing)

    def _form(self, shown: _Arrived) -> Form | None:
        response, login = shown.response, self._login
        try:
            page = Document(decode(response.body, response.header("content-type"))[1])
        except Unreadable:
            return None
        return find_form(page, shown.url, [name for name, _ in login.fields], login.form)

    async def _follow(self, url: str, errand: Errand | None = None) -> _Arrived:
        """The answer at the end of the redirects, none of which leads out of the session."""
        for _ in range(MAX_HOPS):
            response = await self._ask(Request(url, max_bytes=PAGE_BYTES, errand=errand))
            if response.status not in MOVED or not response.location:
                return _Arrived(url, response)
            try:
                target = parse(response.location, url)
            except NotAnAddress:
                return _Arrived(url, Response("bad_redirect"))
            is_kept = response.status in _KEEPS_METHOD and errand is not None
            if not self._is_own(target) or (is_kept and _origin(target) != _origin(parse(url))):
                return _Arrived(url, response, left_for=_origin(target))
            url, errand = target.fetch, errand if is_kept else None
        return _Arrived(url, Response("too_many_redirects"))


def _errand(sent: Submission) -> Errand | None:
    if sent.method == "GET":
        return None
    headers = (("Content-Type", sent.content_type), ("Content-Length", str(len(sent.body))))
    return Errand(sent.method, sent.body, headers)


def _fault(arrived: _Arrived, what: str, *, shows_forms: bool = False) -> LoginEnd | None:
    """What is wrong with an answer whatever stands in it; pages of errors may hold forms, too."""
    response = arrived.response
    if response.reason not in _READ:
        how = How.REJECTED if response.reason in _POINTLESS else How.UNREACHABLE
        return LoginEnd(how, f"{what}: {response.reason.replace('_', ' ')}")
    if response.status >= 500 or response.status in _OVERLOADED:
        return LoginEnd(How.UNREACHABLE, f"{what} has status {response.status}")
    if response.status >= 400 and not (shows_forms and response.status in EXPIRED):
        return LoginEnd(How.REJECTED, f"{what} has status {response.status}")
    return None


def _codec(response: Response) -> str:
    return CODECS[decode(response.body, response.header("content-type"))[0]]


def _origin(address: Address) -> str:
    return f"{address.scheme}://{address.host}"


def path_of(url: str) -> str:
    """The path of a URL, as redirects to it are known by."""
    return urlsplit(parse(url).fetch).path
