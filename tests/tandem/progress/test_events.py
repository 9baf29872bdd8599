from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tandem.progress.envelope import EVENT_TYPES, Envelope, read_envelope
from tandem.progress.event import Event
from tandem.progress.events import (
    ErrorEvent,
    NewestRun,
    PageBatch,
    PageNote,
    RecordBatch,
    RecordNote,
    ReportEvent,
    RunState,
)
from tandem.progress.figures import AnalysisStats, Host, Hosts, ModelStats, Stats, StoreFigures
from tandem.progress.requests import Answer, PauseRequest, ResumeRequest, SetRequest, StopRequest

RUN = "books-1-ab12"
NOTE = PageNote(url="http://a.test/", outcome="fetched", reason="ok", status=200, bytes=10, ms=3)
EVENTS: list[Event] = [
    RunState(run=RUN, job="books", number=1, state="running"),
    Stats(
        run=RUN,
        elapsed_seconds=1.5,
        pages=3,
        pages_per_second=2.0,
        bytes=30,
        bytes_per_second=20.0,
        waiting=7,
        in_flight=2,
        hosts=1,
        outcomes={"fetched:ok": 3},
        coverage=0.25,
        store=StoreFigures(pending_rows=3, pending_bytes=30, files=1, ledger_bytes=4096),
    ),
    ModelStats(run=RUN, tier="fast", model="small", latency_p50_seconds=0.5),
    AnalysisStats(run=RUN, section="Findings", writer="deep", batches=3, tokens_per_second=2.5),
    RecordBatch(run=RUN, records=(RecordNote(url="http://a.test/", record="book", count=2),)),
    PauseRequest(transaction="1", run=RUN),
    ResumeRequest(transaction="2", run=RUN),
    StopRequest(transaction="3", run=RUN),
    SetRequest(transaction="4", run=RUN, delay=0.5),
    Answer(verb="pause", transaction="1", run=RUN, ok=False, reason="it is over"),
    Hosts(run=RUN, hosts=(Host(host="a.test", waiting=7, latency_seconds=0.25),)),
    PageBatch(run=RUN, pages=(NOTE,)),
    ErrorEvent(run=RUN, what="robots", message="robots.txt cannot be reached", url="http://a.test/"),
    ReportEvent(run=RUN, title="Books", files=("reports/x/report.md",), claims=4),
    NewestRun(job="books", run=RUN),
]
TOPICS = {
    RunState: (f"run/{RUN}/state", True, True),
    Stats: (f"run/{RUN}/stats", True, False),
    Hosts: (f"run/{RUN}/hosts", True, False),
    PageBatch: (f"run/{RUN}/event/page", False, False),
    ErrorEvent: (f"run/{RUN}/event/error", False, True),
    ReportEvent: (f"run/{RUN}/event/report", False, True),
    NewestRun: ("job/books", True, True),
    ModelStats: (f"run/{RUN}/model/fast", True, False),
    AnalysisStats: (f"run/{RUN}/analysis", True, False),
    RecordBatch: (f"run/{RUN}/event/record", False, False),
    PauseRequest: ("cmd/request/pause", False, True),
    ResumeRequest: ("cmd/request/resume", False, True),
    StopRequest: ("cmd/request/stop", False, True),
    SetRequest: ("cmd/request/set", False, True),
    Answer: ("cmd/response/pause", False, True),
}


def envelope(event: Event, seq: int = 1) -> Envelope:
    return Envelope.around(event, "/tandem/run/x", seq, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_every_type_of_event_is_tried_here() -> None:
    assert {type(event) for event in EVENTS} == set(EVENT_TYPES.values())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_out_of_its_json_as_it_went_in(event: Event) -> None:
    sent = envelope(event)
    assert read_envelope(sent.to_json()) == sent


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_type_has_its_topic_and_delivery(event: Event) -> None:
    assert (event.topic(), event.retained, event.is_assured) == TOPICS[type(event)]


def test_the_envelope_is_a_cloud_event() -> None:
    fields = envelope(EVENTS[0], seq=42).model_dump(mode="json")
    assert fields["specversion"] == "1.0"
    assert fields["id"] == "/tandem/run/x/42"
    assert fields["source"] == "/tandem/run/x"
    assert fields["type"] == "tandem.run.state.v1"
    assert fields["subject"] == RUN
    assert fields["time"] == "2026-01-02T03:04:05Z"
    assert fields["seq"] == 42
    assert fields["data"] == {
        "run": RUN,
        "job": "books",
        "number": 1,
        "state": "running",
        "reason": "",
        "exit_code": None,
    }


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"hello",
        b"[]",
        b"\xff",
        b'{"type": "tandem.run.state.v1"}',
        envelope(EVENTS[0]).to_json().replace("tandem.run.state.v1", "tandem.run.surprise.v9"),
        envelope(EVENTS[0]).to_json().replace('"running"', '"dancing"'),
        envelope(EVENTS[0]).to_json() + " " * 70_000,
    ],
)
def test_what_others_write_to_a_broker_is_no_message(payload: bytes | str) -> None:
    assert read_envelope(payload) is None


def test_a_field_that_a_newer_version_added_is_passed_over() -> None:
    payload = envelope(EVENTS[-1]).to_json().replace('"job":"books"', '"job":"books","mood":"good"')
    assert read_envelope(payload) == envelope(EVENTS[-1])


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        EVENTS[0].state = "done"  # type: ignore[attr-defined]
