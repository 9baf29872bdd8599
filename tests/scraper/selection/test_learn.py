"""A host's selectors are learned from several pages, stay healthy, and cannot be poisoned by one."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import pytest

from scraper.document import Document
from scraper.selection.field_event import Step
from scraper.selection.knowledge import State
from scraper.selection.learn import HostLearning
from scraper.selection.observation import FieldSeen, Observation
from scraper.selection.shingles import sketch_of
from scraper.selection.template import MOST_TEMPLATES, Place
from tests.scraper.selection.small_crawl import SmallCrawl
from tests.scraper.selection.template_family import WANTED, MadePage, page

NAMES = [field.name for field in WANTED.fields]


@pytest.fixture
def crawl() -> SmallCrawl:
    return SmallCrawl("shop.example", WANTED)


def _read(crawl: SmallCrawl, made: MadePage, *, picks: bool = False) -> dict[str, object]:
    return crawl.read(made.url, made.html, made.body, made.places if picks else None)


def _steps(crawl: SmallCrawl, field: str) -> list[Step]:
    return [event.step for lesson in crawl.lessons for event in lesson.events if event.field == field]


def _promoted(crawl: SmallCrawl, field: str) -> tuple[str, ...]:
    return next((one.promoted for one in crawl.learning.knowledge().fields if one.field == field), ())


def _right(crawl: SmallCrawl, pages: Iterable[MadePage]) -> float:
    right: Counter[bool] = Counter()
    for made in pages:
        found = _read(crawl, made)
        right.update(found.get(name) == made.truth.get(name) for name in NAMES)
    return right[True] / right.total()


def test_picks_on_three_pages_read_the_whole_template(crawl: SmallCrawl) -> None:
    for number in range(3):
        _read(crawl, page(number, with_brand=True), picks=True)
    assert _right(crawl, (page(number) for number in range(3, 250))) >= 0.99
    assert len(crawl.learning.knowledge().templates) == 1


def test_two_pages_promote_nothing(crawl: SmallCrawl) -> None:
    for number in (1, 2, 1, 2, 2, 1):
        _read(crawl, page(number, with_brand=True), picks=True)
    assert not any(one.promoted for one in crawl.learning.knowledge().fields)


def test_equal_pages_in_equal_order_teach_equal_things() -> None:
    learned = []
    for _ in range(2):
        crawl = SmallCrawl("shop.example", WANTED)
        for number in range(8):
            _read(crawl, page(number), picks=True)
        learned.append(crawl.learning.take_changes(with_counts=True))
    assert learned[0] == learned[1]


def test_the_order_of_pages_changes_no_selector() -> None:
    elected = []
    for order in (range(10), reversed(range(10))):
        crawl = SmallCrawl("shop.example", WANTED)
        for number in order:
            _read(crawl, page(number), picks=True)
        elected.append({name: _promoted(crawl, name)[:1] for name in NAMES})
    assert elected[0] == elected[1]


def test_pages_from_before_a_promotion_are_named_for_another_reading(crawl: SmallCrawl) -> None:
    early = [page(number, with_brand=True) for number in range(10, 14)]
    for made in early:
        _read(crawl, made)
    for number in range(3):
        _read(crawl, page(number, with_brand=True), picks=True)
    assert {made.body for made in early} <= set(crawl.lessons[-1].read_again)
    assert _right(crawl, early) == 1


def test_poisoned_pages_do_not_set_selectors(crawl: SmallCrawl) -> None:
    """Two customers write a price into their reviews, and whoever picks falls for it."""
    for number in range(2):
        made = page(number)
        html = made.html.replace('<div class="text">', '<div class="text"><p class="deal">£0.01</p>')
        crawl.read(made.url, html, made.body, made.places | {"price": ".deal"})
    for number in range(2, 6):
        _read(crawl, page(number), picks=True)
    assert not [line for line in _promoted(crawl, "price") if "deal" in line]
    assert _right(crawl, (page(number) for number in range(20, 60))) == 1


@pytest.mark.parametrize(
    "review",
    [
        "<table><tr><th>UPC</th><td>evil</td></tr><tr><th>Brand</th><td>Evil</td></tr></table>",
        "<p>UPC: evil</p><p><b>Brand:</b> Evil</p>",
        '<div class="summary"><p class="price">£0.01</p><h1 class="name">Evil</h1></div>',
        '<p hidden class="price">£0.01</p><p class="stock" style="display:none">(9999 available)</p>',
        '<table class="details"><tr><th>UPC</th><td>evil</td></tr></table>',
    ],
)
def test_what_a_customer_writes_into_a_page_is_never_read(crawl: SmallCrawl, review: str) -> None:
    """It may cost a value, where it copies the markup of the page to the letter; it never sets one."""
    for number in range(5):
        _read(crawl, page(number, with_brand=True), picks=True)
    for number in range(5, 15):
        made = page(number)
        html = made.html.replace('<div class="text">', f'<div class="text">{review}')
        found = crawl.read(made.url, html, made.body)
        assert {name: value for name, value in found.items() if value != made.truth.get(name)} == {}


def test_what_says_the_same_everywhere_is_decoration(crawl: SmallCrawl) -> None:
    """A logo is no title, however often it is picked."""
    for number in range(12):
        made = page(number)
        html = made.html.replace('<h1 class="name">', '<p class="logo">Best Shop</p><h1 class="name">')
        crawl.read(made.url, html, made.body, made.places | {"title": ".logo"})
    assert _promoted(crawl, "title") == ()
    assert _promoted(crawl, "price")


def test_what_cannot_be_learned_is_tried_ever_more_rarely(crawl: SmallCrawl) -> None:
    learned = []
    for number in range(400):
        made = page(number)
        html = made.html.replace('<h1 class="name">', '<p class="logo">Best Shop</p><h1 class="name">')
        crawl.read(made.url, html, made.body, made.places | {"title": ".logo"})
        known = {one.field: one for one in crawl.learning.knowledge().fields}
        learned.append("title" not in known or known["title"].is_learning)
    runs = [(is_learning, len(list(run))) for is_learning, run in groupby(learned)]
    assert runs == [(True, 63), (False, 64), (True, 64), (False, 128), (True, 64), (False, 17)]


def test_a_brand_may_be_the_same_everywhere_where_a_label_says_so(crawl: SmallCrawl) -> None:
    for number in range(4):
        made = page(number, with_brand=True)
        html = made.html.replace(str(made.truth["brand"]), "Contoso")
        crawl.read(made.url, html, made.body, made.places)
    assert _promoted(crawl, "brand")[0].startswith('label "Brand"')


def _with_renamed_price(number: int) -> tuple[MadePage, str, dict[str, str]]:
    made = page(number)
    html = made.html.replace('<p class="price">£', '<p class="cost">£', 1)
    return made, html, made.places | {"price": ".summary .cost"}


def test_a_moved_field_is_found_anew_and_given_back_when_it_returns(crawl: SmallCrawl) -> None:
    for number in range(30):
        _read(crawl, page(number), picks=True)
    for number in range(30, 60):
        made, html, places = _with_renamed_price(number)
        found = crawl.read(made.url, html, made.body, places)
        assert found.get("price") == (made.truth["price"] if number >= 33 else None)
    assert _steps(crawl, "price") == [Step.PROMOTED, Step.MOVED, Step.PROMOTED]
    for number in range(60, 70):
        found = _read(crawl, page(number))
        assert number < 63 or found["price"] == page(number).truth["price"]
    assert _steps(crawl, "price")[3:] == [Step.MOVED, Step.ROLLED_BACK]
    rows = crawl.learning.take_changes(with_counts=True).fields
    assert {row.version: row.state for row in rows if row.field == "price"} == {
        1: State.PROMOTED,
        2: State.RETIRED,
    }


def test_pages_that_were_on_their_way_do_not_count_for_what_they_did_not_know() -> None:
    crawl = SmallCrawl("shop.example", WANTED, chunk=16)
    for number in range(32):
        _read(crawl, page(number), picks=True)
    for number in range(32, 112):
        made, html, places = _with_renamed_price(number)
        crawl.read(made.url, html, made.body, places)
    assert _steps(crawl, "price") == [Step.PROMOTED, Step.MOVED, Step.PROMOTED]
    assert _steps(crawl, "title") == [Step.PROMOTED]


def test_a_field_that_some_pages_lack_is_absent_and_nothing_else(crawl: SmallCrawl) -> None:
    for number in range(120):
        made = page(number)
        known, _ = crawl.look(made.url, made.html, made.body, made.places)
        if number > 20:
            assert known.absent == (() if "brand" in made.truth else ("brand",))
    assert Step.MOVED not in _steps(crawl, "brand")


def test_labels_survive_a_new_design_without_anybody_pointing(crawl: SmallCrawl) -> None:
    for number in range(10):
        _read(crawl, page(number), picks=True)
    for number in range(10, 30):
        made = page(number, design=2)
        found = _read(crawl, made)
        assert [found.get(name) for name in ("upc", "released", "brand")] == [
            made.truth.get(name) for name in ("upc", "released", "brand")
        ]
    for number in range(30, 33):
        _read(crawl, page(number, design=2), picks=True)
    assert _right(crawl, (page(number, design=2) for number in range(33, 80))) >= 0.99
    assert _right(crawl, (page(number) for number in range(33, 80))) >= 0.99


def test_pages_of_another_kind_do_not_shake_what_is_known(crawl: SmallCrawl) -> None:
    for number in range(10):
        _read(crawl, page(number), picks=True)
    empty = (
        page(99).html.replace("<h1", "<i").replace("price", "x").replace("stock", "y").replace("details", "z")
    )
    for number in range(10, 40):
        crawl.read(f"http://shop.example/catalogue/x{number}", f"{empty}<!--{number}-->", bytes([number]))
        assert _right(crawl, [page(number)]) == 1


def test_what_was_learned_survives_its_writing_down(crawl: SmallCrawl) -> None:
    for number in range(2):
        _read(crawl, page(number, with_brand=True), picks=True)
    crawl.restarted()
    _read(crawl, page(2, with_brand=True), picks=True)
    crawl.restarted()
    assert _right(crawl, (page(number) for number in range(3, 30))) >= 0.99
    crawl.restarted()
    assert _right(crawl, (page(number) for number in range(30, 60))) >= 0.99


def test_the_model_is_asked_about_three_pages_and_later_ever_more_rarely(crawl: SmallCrawl) -> None:
    asked = []
    for number in range(150):
        _read(crawl, page(1, with_brand=True))
        template = crawl.lessons[-1].template
        assert crawl.learning.undecided(template, "product") == tuple(NAMES)
        if crawl.learning.may_ask(template, "product", ["price"]):
            crawl.learning.note_asked(template, "product", ["price"])
            asked.append(number)
    assert asked == [0, 1, 2, 6, 22, 86]


def test_nothing_is_written_while_nothing_is_new(crawl: SmallCrawl) -> None:
    for number in range(10):
        _read(crawl, page(number, with_brand=True), picks=True)
    assert not crawl.learning.take_changes().is_empty
    version = crawl.learning.version
    for number in range(10, 20):
        _read(crawl, page(number, with_brand=True))
    assert not crawl.learning.take_changes().fields
    assert crawl.learning.version <= version + 2  # the typical page of the template may be another


def test_every_step_is_explained_in_words(crawl: SmallCrawl) -> None:
    for number in range(20):
        _read(crawl, page(number), picks=True)
    for number in range(20, 45):
        made, html, _ = _with_renamed_price(number)
        crawl.read(made.url, html, made.body)
    told = [f"{event.field} {event.step}: {event.why}" for lesson in crawl.lessons for event in lesson.events]
    assert "price promoted: version 1: 3 of 3 pages agree" in told
    assert any(line.startswith("price moved: missing on 3 pages in a row, though 9") for line in told)
    assert "price given up: not found anew; looked for again in 24 pages" in told


def test_learning_starts_from_nothing() -> None:
    learning = HostLearning("shop.example")
    assert learning.knowledge().fields == ()
    assert learning.take_changes().is_empty


def _lone(number: int) -> Observation:
    """A page unlike any other."""
    letters = "".join(chr(97 + int(digit)) for digit in f"{number:03}")
    html = "".join(f'<div class="y{letters}o{kind}e"><p></p></div>' for kind in "abcdef")
    place = Place(f"/{number}/*", sketch_of(Document(html).tree.root))
    seen = FieldSeen("title", b"w", may_repeat=False, value=b"v", made=("css h1 -> text",))
    return Observation(number.to_bytes(4, "big"), place, "product", (seen,))


def test_a_template_that_makes_room_leaves_no_rows_behind() -> None:
    learning = HostLearning("shop.example")
    for number in range(MOST_TEMPLATES):
        learning.learn(_lone(number))
    kept = learning.take_changes()
    assert len(kept.templates) == len(kept.fields) == MOST_TEMPLATES
    for number in range(MOST_TEMPLATES, MOST_TEMPLATES + 5):
        learning.learn(_lone(number))
    changes = learning.take_changes()
    assert {row.template for row in changes.gone_fields} == set(changes.gone_templates)
    assert len(changes.gone_templates) == 5
