"""Does what others ask of a run over the broker, or says why not."""

from typing import Protocol

from tandem.broker_choice import BrokerChoice
from tandem.exit_codes import ExitCode
from tandem.job import Progress
from tandem.progress.announcer import Announcer
from tandem.progress.bus import Subscription
from tandem.progress.event import Event
from tandem.progress.requests import (
    Answer,
    PauseRequest,
    Request,
    ResumeRequest,
    SetRequest,
    StopRequest,
    Unreadable,
)
from tandem.signals import StopSignal


class Steerable(Protocol):
    """A crawl that can be slowed, paused and hurried while it goes on."""

    def pause(self) -> None:
        """Begins no more requests until resumed."""

    def resume(self) -> None:
        """Goes on after a pause."""

    def set_pace(self, concurrency: int | None, delay: float | None) -> None:
        """Changes the most requests in flight, and the seconds between two to one host."""


def refusal(progress: Progress, choice: BrokerChoice) -> str:
    """Why nobody may control a run over this broker, or nothing."""
    if progress.control == "off":
        return "the job switches control off (progress.control)"
    if choice.url is None or choice.url.is_loopback:
        return ""
    has_certificate = choice.tls is not None and choice.tls.certificate is not None
    if has_certificate or (choice.url.user and choice.url.password):
        return ""
    return "control over a broker that is not on loopback needs a user and a password, or a certificate"


class Control:
    """Answers requests for one run."""

    def __init__(self, crawl: Steerable, announcer: Announcer, stop: StopSignal) -> None:
        self._crawl = crawl
        self._announcer = announcer
        self._stop = stop
        self.refusal = ""  # why nobody may ask anything
        self._is_paused = False
        self.is_crawling = False

    async def serve(self, requests: Subscription) -> None:
        """Answers until the subscription ends."""
        async for message in requests:
            answer = self.answer(message.data)
            if answer is not None:
                self._announcer.say(answer)

    def answer(self, asked: Event) -> Answer | None:
        """Does what is asked; None when it is asked of another run."""
        if not isinstance(asked, Request | Unreadable) or asked.run not in {self._announcer.run, ""}:
            return None
        ok, reason = self._done(asked)
        run, transaction = self._announcer.run, asked.transaction
        return Answer(verb=asked.verb, transaction=transaction, run=run, ok=ok, reason=reason)

    def _done(self, asked: Request | Unreadable) -> tuple[bool, str]:
        if isinstance(asked, Unreadable):
            return False, asked.reason
        if self.refusal:
            return False, self.refusal
        if self._stop.code is not None:
            return isinstance(asked, StopRequest), "it is stopping"
        if isinstance(asked, StopRequest):
            self._stop.ask(ExitCode.SIGINT, "a request")
            return True, "it finishes what is in hand; the same command continues it"
        if not self.is_crawling:
            return False, "it is not crawling now"
        return self._steered(asked)

    def _steered(self, asked: Request) -> tuple[bool, str]:
        match asked:
            case PauseRequest():
                return True, self._paused()
            case ResumeRequest():
                return True, self._resumed()
            case SetRequest(concurrency=concurrency, delay=delay):
                self._crawl.set_pace(concurrency, delay)
                given = {"concurrency": concurrency, "delay": delay}
                return True, ", ".join(
                    f"{name} is {value}" for name, value in given.items() if value is not None
                )
            case _:
                return False, "it does not know how"

    def _paused(self) -> str:
        if self._is_paused:
            return "it was paused already"
        self._is_paused = True
        self._crawl.pause()
        self._announcer.say_state("paused", "by a request")
        return "it is paused; what is in hand is finished"

    def _resumed(self) -> str:
        if not self._is_paused:
            return "it was not paused"
        self._is_paused = False
        self._crawl.resume()
        self._announcer.say_state("running", "resumed by a request")
        return "it goes on"
