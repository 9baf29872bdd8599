import json
from pathlib import Path

from tandem.demo import second_hand, site, truth
from tandem.demo.answer import Answer
from tandem.job_file import load_job

ORIGIN = "http://shop.test"
EXAMPLE = Path(__file__).parents[2] / "examples" / "second-hand.yaml"


def things(query: str) -> tuple[int, list[str]]:
    answer = site.answer(f"{second_hand.ITEMS}?{query}", ORIGIN)
    assert answer.content_type == "application/json"
    said = json.loads(answer.body)
    return said["count"], [thing["title"] for thing in said["things"]]


def test_the_page_says_nothing_of_its_things_before_its_script_runs() -> None:
    answer = site.answer(second_hand.PATH, ORIGIN)
    assert (answer.status, answer.content_type[:9]) == (200, "text/html")
    assert not any(thing.title.encode() in answer.body for thing in second_hand.things())


def test_its_things_come_in_answers_of_twelve() -> None:
    told = [name for start in range(0, 72, 12) for name in things(f"from={start}")[1]]
    assert told == [thing.title for thing in second_hand.things()]
    assert len(told) == second_hand.COUNT
    assert things("from=55")[1] == told[55:]
    assert things("from=x") == (60, told[:12])


def test_one_condition_is_a_third_of_them() -> None:
    count, names = things("from=12&condition=Worn+in")
    assert (count, len(names)) == (20, 8)


def test_nothing_of_the_shop_leads_there() -> None:
    linked = [path for path in truth.must_read() if second_hand.PATH.encode() in body(path).body]
    assert linked == []


def body(path: str) -> Answer:
    return site.answer(path, ORIGIN, attempt=2)


def test_the_example_is_a_job() -> None:
    job = load_job(str(EXAMPLE)).job
    assert [step.repeat is not None for step in job.pages[0].do] == [False, False, True]
