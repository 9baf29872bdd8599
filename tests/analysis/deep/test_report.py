"""Reports written by scripted models."""

import asyncio
from typing import Any

import pytest

from tandem.inference.models import Models
from tandem.inference.words import ChatRequest, Endpoint, Lane, Message, Role, Tier
from tests.analysis.deep.desk import OpenDesk, page
from tests.analysis.deep.reading_model import Note, ReadingModel, Twist
from tests.tandem.inference.script import Plan

FILLER = "The road there winds through quiet hills and nobody minds the {} bends of number {}.\n"
NAMES = ("Heron", "Otter", "Badger", "Falcon", "Marten", "Beaver", "Curlew", "Plover")


def lodges(count: int = 8, lines: int = 6) -> list[Any]:
    """Pages about lodges with one fact each."""
    found = []
    for number in range(count):
        name = f"{NAMES[number % len(NAMES)]} Lodge" + (f" {chr(65 + number // 8)}x" if number >= 8 else "")
        text = f"{name} has {number + 11} rooms.\n" + "".join(
            FILLER.format(f"{word}ly{number}", number * 31 + word) for word in range(lines)
        )
        found.append(page(f"http://site{number % 3}.test/{number}", text, name))
    return found


async def test_claims_are_verified_and_cite_their_pages(desk: OpenDesk) -> None:
    report = await (await desk(deep=ReadingModel())).written(
        lodges(), "How many rooms does Otter Lodge have?"
    )
    answer, findings = report.sections
    assert (answer.writer, findings.writer, report.summary.writer) == ("deep", "deep", "deep")
    assert "Otter Lodge has 12 rooms." in [claim.text for claim in answer.claims]
    assert {claim.status for _, claim in report.claims()} == {"verified"}
    assert report.coverage.read == 8
    assert report.methods.models[0].calls > 0


def _digit(note: Note) -> Note:
    spoilt = note["text"].replace(" has 1", " has 7")
    return note | {"quote": spoilt, "text": spoilt}


def _not(note: Note) -> Note:
    spoilt = note["text"].replace(" has ", " has not ")
    return note | {"quote": spoilt, "text": spoilt}


SPOILT: dict[str, Twist] = {
    "an invented quote": lambda note: (
        note
        | {"quote": "The owner breeds seven golden eagles.", "text": "The owner breeds seven golden eagles."}
    ),
    "a changed digit": _digit,
    "a changed digit beside a true quote": lambda note: note | {"text": _digit(note)["text"]},
    "an inserted not": _not,
    "an inserted not beside a true quote": lambda note: note | {"text": _not(note)["text"]},
    "another page": lambda note: note | {"page": note["page"] % 8 + 1},
    "a quote too short": lambda note: note | {"quote": "has rooms"},
    "a name of nowhere": lambda note: note | {"text": "Utopia Castle" + note["text"][5:]},
}


@pytest.mark.parametrize("fault", SPOILT)
async def test_what_is_not_so_is_never_verified(desk: OpenDesk, fault: str) -> None:
    pages = lodges()
    report = await (await desk(deep=ReadingModel((SPOILT[fault],)))).written(
        pages, "How many rooms are there?"
    )
    true = {line for one in pages for line in one.text.split("\n")}
    assert {claim.text for _, claim in report.claims()} <= true
    assert report.appendix


async def test_what_was_misquoted_is_mended_once_and_said_to_be(desk: OpenDesk) -> None:
    model = ReadingModel((_digit,), mends=True)
    report = await (await desk(deep=model)).written(lodges())
    assert report.sections[0].claims
    assert {claim.status for _, claim in report.claims()} == {"repaired"}
    assert "sentences" in model.asked


async def test_references_to_nothing_are_taken_out_and_counted(desk: OpenDesk) -> None:
    model = ReadingModel(
        (lambda note: note | {"page": 99}, None), lambda text, n: {"notes": [n, 77], "text": text}
    )
    report = await (await desk(deep=model)).written(lodges())
    assert report.methods.stripped_ids > 2 * len(report.sections[0].claims)
    assert {claim.status for _, claim in report.claims()} == {"verified"}


async def test_an_empty_run_asks_no_model(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    report = await opened.written([page("http://a.test/", " \n")], "Why?")
    assert "no evidence" in report.summary.note
    assert opened.servers[Tier.DEEP].script.calls == []
    assert (report.coverage.empty, report.coverage.read) == (1, 0)


OVERFLOW = "the prompt exceeds the available context size: exceed_context_size_error"
CUT = Plan(text='{"check": "amber", "notes": [{"page"', done_reason="length")
HALVED = {
    "said to be too long": Plan(status=400, error=OVERFLOW),
    "cut in its answer": CUT,
}


@pytest.mark.parametrize("trouble", HALVED)
async def test_a_batch_that_is_too_much_becomes_two_and_no_page_is_lost(desk: OpenDesk, trouble: str) -> None:
    opened = await desk(deep=ReadingModel())
    opened.servers[Tier.DEEP].script.plans.append(HALVED[trouble])
    report = await opened.written(lodges(lines=3))
    assert report.coverage.read == 8
    assert report.coverage.failed == 0
    assert report.methods.models[0].failed_calls == 1


async def test_a_server_that_halves_in_silence_is_found_out(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    script = opened.servers[Tier.DEEP].script
    script.overflow, script.honours_flags, script.characters_per_token = "halve", False, 1.0
    report = await opened.written(lodges())
    assert report.coverage.read == 8
    assert report.methods.models[0].failed_calls > 0


async def test_a_batch_that_fails_stays_visible(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    opened.servers[Tier.DEEP].script.plans.extend([Plan(text="sorry"), Plan(text="sorry")])
    report = await opened.written(lodges(lines=3))
    assert (report.coverage.failed, report.coverage.batches[0].failed) == (8, 8)
    assert "invalid" in report.coverage.batches[0].reason
    assert {section.writer for section in report.sections} == {"extractive"}
    assert "1 of 1 batches of the deep model failed" in report.sections[-1].note


async def test_a_model_that_warms_up_is_waited_for(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    opened.servers[Tier.DEEP].script.plans.append(Plan(status=503, error="server busy, please try again"))
    told: list[str] = []
    opened.course.on_change = lambda course: told.append(course.waiting)
    report = await opened.written(lodges())
    assert report.sections[0].writer == "deep"
    assert any("warming" in waiting for waiting in told)
    assert told[-1] == ""


async def test_each_writer_gives_way_to_the_next(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel(), fast=ReadingModel())
    opened.servers[Tier.DEEP].script.plan = Plan(status=500, error="broken")
    report = await opened.written(lodges())
    assert (report.sections[0].writer, report.summary.writer) == ("fast", "fast")
    assert "deep model was away" in report.sections[0].note
    opened.servers[Tier.FAST].script.plan = Plan(status=500, error="broken")
    report = await opened.written(lodges(lines=5), "How many rooms does Heron Lodge have?")
    assert {section.writer for section in report.sections} == {"extractive"}
    assert "fast model was away" in report.sections[0].note
    assert report.coverage.read == 8


async def test_another_question_costs_only_what_depends_on_it(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    await opened.written(lodges())
    before = len(opened.servers[Tier.DEEP].script.calls)
    opened.course.calls = 0
    await opened.written(lodges(), "How many rooms does Otter Lodge have?")
    assert opened.course.calls_reused > 0
    assert len(opened.servers[Tier.DEEP].script.calls) - before == opened.course.calls <= 3
    again = len(opened.servers[Tier.DEEP].script.calls)
    await opened.written(lodges(), "How many rooms does Otter Lodge have?")
    assert len(opened.servers[Tier.DEEP].script.calls) == again


async def test_copies_are_read_once_and_counted(desk: OpenDesk) -> None:
    pages = lodges(4)
    copies = [page(f"http://copy{n}.test/", one.text + "\nShared.") for n, one in enumerate(pages[:2])]
    report = await (await desk(deep=ReadingModel())).written([*pages, *copies])
    assert (report.coverage.read, report.coverage.clustered) == (4, 2)
    assert max(quote.pages for quote in report.quotes()) == 2


async def test_pages_that_differ_in_a_figure_contradict_each_other(desk: OpenDesk) -> None:
    pages = lodges(4)
    other = page("http://other.test/", pages[0].text.replace("has 11 rooms", "has 19 rooms"), "Heron Lodge")
    report = await (await desk(deep=ReadingModel())).written([*pages, other])
    (found,) = report.contradictions
    assert found.entity == "Heron Lodge"
    assert {side.value for side in found.sides} == {"11 rooms", "19 rooms"}
    shaken = [claim for _, claim in report.claims() if claim.text.startswith("Heron Lodge has")]
    assert {claim.confidence.agreement for claim in shaken} == {0.5}


async def test_full_batches_fill_four_fifths_of_the_context(desk: OpenDesk) -> None:
    opened = await desk(deep=ReadingModel())
    script = opened.servers[Tier.DEEP].script
    report = await opened.written(lodges(60, lines=16))
    sizes = [
        script.tokens("".join(turn["content"] for turn in call["messages"])) / 4096
        for call in script.calls
        if "notes" in (call.get("format") or {}).get("properties", {})
    ]
    assert len(sizes) > 5
    assert report.coverage.read == 60
    assert min(sizes[:-1]) >= 0.8
    assert max(sizes) <= 0.86


async def test_pages_beyond_the_limit_are_never_read(desk: OpenDesk) -> None:
    report = await (await desk(deep=ReadingModel())).written(lodges(8), max_pages=5)
    assert (report.coverage.read, report.coverage.never_read) == (5, 3)


async def test_a_person_waits_for_one_call_of_a_report_at_most(desk: OpenDesk) -> None:
    opened = await desk(context=1024, deep=ReadingModel())
    script = opened.servers[Tier.DEEP].script
    script.plan = Plan(prefill_seconds=0.2)
    endpoint = Endpoint(opened.servers[Tier.DEEP].url, "tiny", context=1024)
    async with Models({Tier.DEEP: endpoint}, opened.workspace / "lanes") as others:
        model = others.get(Tier.DEEP)
        assert model is not None
        is_reading = asyncio.Event()
        opened.course.on_change = lambda course: is_reading.set() if course.calls >= 2 else None
        report = asyncio.create_task(opened.written(lodges(24)))
        await is_reading.wait()
        turn = Message(Role.USER, "Which?")
        outcome = await model.ask(ChatRequest(messages=(turn,), lane=Lane.INTERACTIVE, max_tokens=20))
        assert not report.done()
        await report
    assert 0 < outcome.usage.queue_seconds < 2 * 0.2
