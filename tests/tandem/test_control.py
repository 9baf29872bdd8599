"""Who may steer a run, and what each request does."""

from pathlib import Path

import pytest

from tandem.broker_choice import BrokerChoice
from tandem.control import Control, refusal
from tandem.crawl_clock import CrawlClock
from tandem.job import Progress
from tandem.progress.announcer import Announcer
from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent
from tandem.progress.requests import (
    PauseRequest,
    Request,
    ResumeRequest,
    SetRequest,
    StopRequest,
    Unreadable,
)
from tandem.signals import StopSignal

FAR = BrokerUrl("broker.test", 1883)
PAUSE = PauseRequest(transaction="1", run="r")


@pytest.mark.parametrize(
    ("control", "choice", "may"),
    [
        ("auto", BrokerChoice(), True),
        ("auto", BrokerChoice(BrokerUrl("127.0.0.1", 1883)), True),
        ("auto", BrokerChoice(BrokerUrl("::1", 1883)), True),
        ("auto", BrokerChoice(BrokerUrl("localhost", 1883)), True),
        ("auto", BrokerChoice(FAR), False),
        ("auto", BrokerChoice(BrokerUrl("127.0.0.1.evil.test", 1883)), False),
        ("auto", BrokerChoice(BrokerUrl("broker.test", 1883, "me")), False),
        ("auto", BrokerChoice(BrokerUrl("broker.test", 1883, "me", "pw")), True),
        ("auto", BrokerChoice(BrokerUrl("broker.test", 8883, tls=True), tls=TlsFiles(ca=Path("ca"))), False),
        (
            "auto",
            BrokerChoice(BrokerUrl("broker.test", 8883, tls=True), tls=TlsFiles(certificate=Path("me"))),
            True,
        ),
        ("off", BrokerChoice(), False),
        ("off", BrokerChoice(BrokerUrl("broker.test", 1883, "me", "pw")), False),
    ],
)
def test_who_may_steer(control: str, choice: BrokerChoice, may: bool) -> None:
    assert (refusal(Progress.model_validate({"control": control}), choice) == "") is may


class Crawl:
    def __init__(self) -> None:
        self.done: list[object] = []

    def pause(self) -> None:
        self.done.append("pause")

    def resume(self) -> None:
        self.done.append("resume")

    def set_pace(self, concurrency: int | None, delay: float | None) -> None:
        self.done.append((concurrency, delay))


def control(crawl: Crawl, stop: StopSignal | None = None) -> Control:
    made = Control(crawl, Announcer("r", "j", 1), stop or StopSignal())
    made.is_crawling = True
    return made


@pytest.mark.parametrize(
    ("requests", "done"),
    [
        ([PAUSE], ["pause"]),
        ([PAUSE, PAUSE], ["pause"]),
        ([ResumeRequest(transaction="1", run="r")], []),
        ([PAUSE, ResumeRequest(transaction="1", run="r")], ["pause", "resume"]),
        ([SetRequest(transaction="1", run="r", concurrency=3, delay=0.5)], [(3, 0.5)]),
        ([SetRequest(transaction="1", run="r", delay=0)], [(None, 0)]),
    ],
)
def test_a_request_is_done_and_answered(requests: list[Request], done: list[object]) -> None:
    crawl = Crawl()
    steered = control(crawl)
    for request in requests:
        answer = steered.answer(request)
        assert answer is not None
        assert (answer.ok, answer.transaction, answer.run, answer.verb) == (True, "1", "r", request.verb)
    assert crawl.done == done


def test_a_stop_is_the_first_signal() -> None:
    stop, told = StopSignal(), []
    stop.when_stopped(lambda: told.append(stop.by))
    answer = control(Crawl(), stop).answer(StopRequest(transaction="1", run="r"))
    assert answer is not None
    assert (answer.ok, told, stop.code) == (True, ["a request"], 11)


@pytest.mark.parametrize(
    "asked", [PauseRequest(transaction="1", run="other"), ErrorEvent(run="r", what="x", message="y")]
)
def test_what_is_asked_of_others_is_not_answered(asked: Event) -> None:
    assert control(Crawl()).answer(asked) is None


def test_a_wrong_request_is_refused_with_its_reason() -> None:
    asked = Unreadable(verb="set", transaction="9", run="r", reason="delay: is no number")
    answer = control(Crawl()).answer(asked)
    assert answer is not None
    assert (answer.ok, answer.transaction, answer.reason) == (False, "9", "delay: is no number")


def test_nothing_is_done_where_nobody_may_steer() -> None:
    crawl = Crawl()
    steered = control(crawl)
    steered.refusal = "off"
    for request in (PAUSE, StopRequest(transaction="1", run="r")):
        answer = steered.answer(request)
        assert answer is not None
        assert (answer.ok, answer.reason) == (False, "off")
    assert crawl.done == []


def test_a_run_that_does_not_crawl_cannot_be_paused() -> None:
    steered = control(Crawl())
    steered.is_crawling = False
    answer = steered.answer(PAUSE)
    assert answer is not None
    assert not answer.ok


def test_time_in_a_pause_does_not_count() -> None:
    now = 100.0
    clock = CrawlClock(lambda: now)
    started = clock()
    now += 5
    clock.pause()
    now += 60
    assert clock() - started == 5
    clock.pause()
    clock.resume()
    now += 2
    clock.resume()
    assert clock() - started == 7
