from pathlib import Path

import pytest

from tandem.environment import missing_secrets
from tandem.job import Job, canonical_json
from tandem.job_file import load_job
from tandem.problem import JobError

SHORTEST = {"name": "shop", "seeds": ["http://shop.test/"]}


def job(**parts: object) -> Job:
    return Job.model_validate({**SHORTEST, **parts})


def said(text: str, folder: Path) -> list[str]:
    """What `check` says of a job: line, key and message."""
    path = folder / "job.yaml"
    path.write_text("name: shop\nseeds: [http://shop.test/]\n" + text)
    with pytest.raises(JobError) as caught:
        load_job(str(path))
    return [f"{p.place.line} {p.path}: {p.message}" for p in caught.value.problems]


def test_a_job_without_a_browser_section_has_careful_defaults() -> None:
    browser = job().browser
    assert browser.sandbox == "on"
    assert browser.executable is None
    assert browser.block == ("image", "font", "media", "tracker")
    assert (browser.screenshots, browser.capture_json, browser.keep_dom) == ((), False, True)
    assert job().pages == ()


def test_words_that_yaml_reads_as_flags_are_words() -> None:
    browser = job(browser={"sandbox": False, "screenshots": False, "block": False}).browser
    assert (browser.sandbox, browser.screenshots, browser.block) == ("off", (), ())


def test_steps_are_written_as_people_say_them() -> None:
    steps = [
        {"wait_for": ".item"},
        {"click": "#more", "optional": True, "timeout": 5},
        {"fill": {"into": "#q", "text": "lamp"}},
        {"press": "Enter"},
        {"select": {"from": "#size", "option": "XL"}},
        {"scroll": "until_no_more"},
        {"scroll": {"times": 5}},
        {"repeat": {"click": "#more", "at_most": 20}},
    ]
    entry = job(pages=[{"match": "/list*", "do": steps}]).pages[0]
    assert [next(k for k, v in step if v is not None and v is not False) for step in entry.do] == [
        "wait_for", "click", "fill", "press", "select", "scroll", "scroll", "repeat",
    ]  # fmt: skip
    assert entry.do[4].select is not None
    assert (entry.do[4].select.from_, entry.do[4].select.option) == ("#size", "XL")
    assert entry.do[5].scroll is not None
    assert (entry.do[5].scroll.times, entry.do[5].scroll.at_most) == (None, 50)
    assert entry.needs_browser


def test_a_job_with_steps_read_back_from_its_json_is_the_same() -> None:
    before = job(pages=[{"match": "/", "do": [{"select": {"from": "#a", "option": "b"}}, {"scroll": 3}]}])
    assert Job.model_validate_json(canonical_json(before)) == before


def test_a_secret_that_is_filled_in_has_to_be_in_the_environment() -> None:
    fill = {"fill": {"into": "#password", "text": {"env": "SHOP_PASSWORD"}}}
    wanted = job(pages=[{"match": "/", "do": [fill]}])
    assert missing_secrets(wanted, {}) == ("SHOP_PASSWORD",)
    assert "SHOP_PASSWORD" in canonical_json(wanted)


@pytest.mark.parametrize(
    "key", ["Enter", "Tab", "ArrowDown", "PageDown", "F5", "a", "/", "Control+a", "Shift+Tab"]
)
def test_keys_have_names(key: str) -> None:
    assert job(pages=[{"match": "/", "do": [{"press": key}]}]).pages[0].do[0].press == key


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('clik: "#a"', "clik: unknown key, did you mean `click`?"),
        ("select: {form: a, option: b}", "select.form: unknown key, did you mean `from`?"),
        ("repeat: {click: a, at_mst: 2}", "repeat.at_mst: unknown key, did you mean `at_most`?"),
        ("scroll: {tims: 2}", "scroll.tims: unknown key, did you mean `times`?"),
        ("scroll: forever", "scroll: must be until_no_more, {times: 5} or {at_most: 200}"),
        ("press: Entr", "press: must be a key such as Enter, Tab"),
        ('click: "//a"', "click: must be a CSS selector such as `#more`"),
        ('click: "text=More"', "click: must be a CSS selector such as `#more`"),
        ("click: ''", "click: an empty selector points at nothing"),
        ("fill: {into: '#password', text: hunter2}", "fill: carries a secret: write {env: NAME}"),
        ("{click: a, press: Enter}", ": does exactly one of wait_for, click"),
        ("optional: true", ": does exactly one of wait_for, click"),
        ("repeat: {at_most: 3}", "repeat: needs exactly one of `click` and `do`"),
        ("repeat: {click: a, at_most: 5000}", "repeat.at_most: must be at most 1000"),
    ],
)
def test_a_step_that_cannot_be_meant_is_named_with_its_line(step: str, message: str, tmp_path: Path) -> None:
    told = said(f'pages:\n  - match: "/"\n    do:\n      - {step}\n', tmp_path)
    assert any(
        line.startswith(("6 pages[0].do[0]", "6 pages[0].do[0].")) and message in line for line in told
    )
    assert "hunter2" not in "".join(told)


@pytest.mark.parametrize(
    "asked", ["do: [{click: a}]", "screenshots: viewport", "capture_json: true", 'capture_json: "/api/*"']
)
def test_rendering_nothing_contradicts_what_needs_a_browser(asked: str, tmp_path: Path) -> None:
    told = said(f'pages:\n  - match: "/"\n    {asked}\ncrawl: {{render: never}}\n', tmp_path)
    assert len(told) == 1
    assert told[0].startswith("4 pages[0]: contradicts crawl.render: never")
    told = said(f'pages:\n  - match: "/"\n    render: never\n    {asked}\n', tmp_path)
    assert len(told) == 1
    assert told[0].startswith("4 pages[0]: render: never contradicts")


def test_single_pages_may_be_rendered_where_others_are_not() -> None:
    entry = {"match": "/app*", "render": "always", "do": [{"click": "a"}]}
    assert job(crawl={"render": "never"}, pages=[entry]).pages[0].render == "always"
    assert job(crawl={"render": "never"}, pages=[{"match": "/", "render": "auto"}]).pages[0].render == "auto"
