import json

import pytest

from tandem.progress.envelope import Envelope, now, read_message
from tandem.progress.requests import (
    PauseRequest,
    Request,
    ResumeRequest,
    SetRequest,
    StopRequest,
    Unreadable,
    read_request,
)

WHO = {"transaction": "7", "run": "books-1-ab"}


@pytest.mark.parametrize(
    ("verb", "more", "read"),
    [
        ("pause", {}, PauseRequest(**WHO)),
        ("resume", {"mood": "good"}, ResumeRequest(**WHO)),
        ("stop", {}, StopRequest(**WHO)),
        ("set", {"concurrency": 8}, SetRequest(**WHO, concurrency=8)),
        ("set", {"delay": 0}, SetRequest(**WHO, delay=0)),
        ("set", {"concurrency": 1024, "delay": 0.25}, SetRequest(**WHO, concurrency=1024, delay=0.25)),
    ],
)
def test_a_request_may_be_sent_bare_or_in_an_envelope(
    verb: str, more: dict[str, object], read: Request
) -> None:
    bare = json.dumps(WHO | more).encode()
    assert read_request(verb, bare) == read
    message = read_message(f"cmd/request/{verb}", Envelope.around(read, "/tandem/ask/7", 0, now()).payload)
    assert message is not None
    assert message.data == read


@pytest.mark.parametrize(
    ("verb", "payload", "reason"),
    [
        ("pause", "", "a request is a JSON object"),
        ("pause", "[" * 5_000, "a request is a JSON object"),
        ("pause", "[1]", "a request is a JSON object"),
        ("pause", '{"specversion": "1.0"}', "a request is a JSON object"),
        ("pause", " " * 9_000, "a request has at most 8,192 bytes"),
        ("pause", '{"run": "r"}', "transaction: Field required"),
        ("pause", '{"transaction": "7"}', "run: Field required"),
        ("pause", '{"transaction": 7, "run": "r"}', "transaction: Input should be a valid string"),
        ("set", '{"transaction": "7", "run": "r"}', "needs concurrency, delay or both"),
        ("set", '{"transaction": "7", "run": "r", "concurrency": 0}', "concurrency: "),
        ("set", '{"transaction": "7", "run": "r", "concurrency": 1025}', "concurrency: "),
        ("set", '{"transaction": "7", "run": "r", "concurrency": "8"}', "concurrency: "),
        ("set", '{"transaction": "7", "run": "r", "concurrency": true}', "concurrency: "),
        ("set", '{"transaction": "7", "run": "r", "delay": -1}', "delay: "),
        ("set", '{"transaction": "7", "run": "r", "delay": NaN}', "delay: "),
        ("set", '{"transaction": "7", "run": "r", "delay": Infinity}', "delay: "),
    ],
)
def test_what_is_no_request_is_named_with_its_reason(verb: str, payload: str, reason: str) -> None:
    read = read_request(verb, payload.encode())
    assert isinstance(read, Unreadable)
    assert read.reason.startswith(reason)


def test_a_wrong_request_keeps_its_transaction_and_run() -> None:
    read = read_request("set", b'{"transaction": "7", "run": "r", "delay": "soon"}')
    assert isinstance(read, Unreadable)
    assert (read.transaction, read.run) == ("7", "r")


def test_a_verb_that_no_run_knows_is_nobodys() -> None:
    assert read_request("delete", b"{}") is None
    assert read_message("cmd/request/delete", b"{}") is None
