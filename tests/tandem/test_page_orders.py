from scraper.pattern import Pattern
from scraper.render.order import Mode, PageOrder
from scraper.render.words import UNTIL_NO_MORE, Action, Shot
from tandem.job import Job
from tandem.page_orders import page_orders

SHORTEST = {"name": "shop", "seeds": ["http://shop.test/"]}


def order(url: str = "http://shop.test/list", **parts: object) -> PageOrder:
    job = Job.model_validate({**SHORTEST, **parts})
    return page_orders(job, {"WORD": "hunter2"})(url)


def test_a_job_that_says_nothing_leaves_every_page_to_be_judged() -> None:
    assert order() == PageOrder(Mode.AUTO)
    assert order(crawl={"render": "never"}).mode is Mode.NEVER


def test_what_the_browser_section_says_holds_for_all_pages() -> None:
    general = order(browser={"screenshots": "viewport", "capture_json": "/api/*", "keep_dom": False})
    assert general == PageOrder(
        Mode.AUTO,
        shots=frozenset({Shot.VIEWPORT}),
        captures=True,
        capture_only=(Pattern.of("/api/*"),),
        keeps_dom=False,
    )


def test_every_step_becomes_one_action() -> None:
    steps = [
        {"wait_for": ".item", "timeout": 5, "optional": True},
        {"click": "#more"},
        {"fill": {"into": "#q", "text": "lamp"}},
        {"fill": {"into": "#password", "text": {"env": "WORD"}}},
        {"press": "Enter"},
        {"select": {"from": "#size", "option": "XL"}},
        {"scroll": "until_no_more"},
        {"scroll": {"times": 5, "inside": "#box"}},
        {"repeat": {"click": "#more", "at_most": 3}},
        {"repeat": {"do": [{"scroll": 1}, {"click": ".next", "timeout": 2}]}},
    ]
    done = order(pages=[{"match": "/list*", "do": steps}]).actions
    assert done == (
        Action("wait_for", ".item", seconds=5, is_optional=True),
        Action("click", "#more"),
        Action("fill", "#q", "lamp"),
        Action("fill", "#password", "hunter2", is_secret=True),
        Action("press", text="Enter"),
        Action("select", "#size", "XL"),
        Action("scroll", text=UNTIL_NO_MORE, limit=50),
        Action("scroll", "#box", limit=5),
        Action("repeat", limit=3, steps=(Action("click", "#more"),)),
        Action("repeat", limit=20, steps=(Action("scroll", limit=1), Action("click", ".next", seconds=2))),
    )


def test_the_first_entry_that_fits_a_page_counts() -> None:
    pages = [
        {"match": ["/list*", "/search"], "do": [{"click": "#a"}]},
        {"match": "*", "render": "never"},
    ]
    first = order(pages=pages)
    assert (first.mode, first.actions) == (Mode.ALWAYS, (Action("click", "#a"),))
    assert order("http://shop.test/search?q=1", pages=pages).actions
    assert order("http://shop.test/other", pages=pages) == PageOrder(Mode.NEVER)


def test_an_entry_that_only_leaves_something_out_has_nothing_rendered_for_it() -> None:
    asked = {"screenshots": "viewport", "capture_json": True}
    plain = order(browser=asked, pages=[{"match": "*", "screenshots": "none", "capture_json": False}])
    assert plain == PageOrder(Mode.AUTO)
    shown = order(crawl={"render": "never"}, pages=[{"match": "*", "render": "always"}], browser=asked)
    assert (shown.mode, shown.captures) == (Mode.ALWAYS, True)
    assert shown.shots == {Shot.VIEWPORT}
