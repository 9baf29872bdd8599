"""Pages find the template they are of, whatever came first."""

import random

import pytest

from scraper.document import Document
from scraper.selection.shape import shape_of
from scraper.selection.shingles import SIZE, similarity, sketch_of
from scraper.selection.stable import is_stable
from scraper.selection.template import ALIKE, ALIKE_ELSEWHERE, MOST_TEMPLATES, Place, Templates, placed
from tests.scraper.selection.template_family import page


def _sketch(number: int, design: int = 1) -> bytes:
    return sketch_of(Document(page(number, design=design).html).tree.root)


def _place(number: int, design: int = 1) -> Place:
    return Place(shape_of(page(number).url), _sketch(number, design))


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("http://a.test", "/"),
        ("http://a.test/?id=3", "/"),
        ("http://a.test/about", "/*"),
        ("http://a.test/catalogue/a-light-in-the-attic_1000/index.html", "/catalogue/*/index.html"),
        ("http://a.test/shop/books/moon.html?ref=7", "/shop/books/*.html"),
        ("http://a.test/de/produkt/hammer-22", "/*/produkt/*"),
        ("http://a.test/2024/05/17/news/", "/*/*/*/*"),
        ("http://a.test/p/%C3%BC/x.php", "/*/*/*.php"),
        ("http://a.test/" + "/".join("abcdefghijkl" for _ in range(20)), "/abcdefghijkl" * 8 + "/*"),
    ],
)
def test_what_varies_in_a_url_is_left_open(url: str, shape: str) -> None:
    assert shape_of(url) == shape


@pytest.mark.parametrize("name", ["price", "product-main", "productPrice", "buy-box", "sku", "grid_item"])
def test_names_that_people_gave_are_stable(name: str) -> None:
    assert is_stable(name)


@pytest.mark.parametrize(
    "name", ["col-6", "css-1x9", "bdVaJa", "xkqzt", "active", "", "a" * 41, "Price__3kX", "-x"]
)
def test_numbers_hashes_and_passing_states_are_not(name: str) -> None:
    assert not is_stable(name)


def test_text_and_passing_classes_leave_no_trace() -> None:
    one = Document('<body><div class="box css-12 active"><ul><li class="on">One</li></ul></div>').tree.root
    two = Document('<body><div class="box css-77"><ul><li>Two</li><li>More</li></ul></div>').tree.root
    assert sketch_of(one) == sketch_of(two)


def test_a_sketch_of_many_shingles_estimates_their_likeness() -> None:
    def built(names: list[int]) -> bytes:
        words = ("".join(chr(97 + int(digit)) for digit in f"{name:04}") for name in names)
        return sketch_of(Document("".join(f'<div class="n{word}o"></div>' for word in words)).tree.root)

    chance = random.Random(4)
    names = chance.sample(range(10_000), 36)
    assert similarity(built(names), built(names)) == 1
    half = similarity(built(names), built([*names[:24], *chance.sample(range(10_000), 12)]))
    assert 0.4 < half < 0.65
    assert len(_sketch(1)) <= 4 * SIZE


def test_pages_of_one_design_are_one_template_and_another_is_another() -> None:
    templates = Templates("shop.example")
    for number in range(60):
        template, _ = templates.add(_place(number))
        templates.merge_twin(template)
    first = templates.known
    assert len(first) == 1
    assert placed("/catalogue/*", _sketch(99), first).similarity >= ALIKE
    assert placed("/catalogue/*", _sketch(99, design=2), first).template == ""
    templates.add(_place(1, design=2))
    assert len(templates.known) == 2


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_pages_makes_the_same_groups(seed: int) -> None:
    order = [(number, design) for number in range(40) for design in (1, 2)]
    random.Random(seed).shuffle(order)
    templates = Templates("shop.example")
    for number, design in order:
        template, _ = templates.add(_place(number, design))
        templates.merge_twin(template)
    assert sorted(row.pages for row in templates.rows()) == [40, 40]


def test_a_page_of_another_path_needs_to_be_more_alike() -> None:
    known = Templates("shop.example")
    known.add(_place(3))
    assert placed("/elsewhere/*", _sketch(3), known.known).template
    like = (_sketch(number) for number in range(60))
    other = next(one for one in like if ALIKE <= similarity(_sketch(3), one) < ALIKE_ELSEWHERE)
    assert placed("/catalogue/*", other, known.known).template
    assert not placed("/elsewhere/*", other, known.known).template


def test_templates_survive_their_writing_down() -> None:
    templates = Templates("shop.example")
    for number in range(20):
        templates.merge_twin(templates.add(_place(number))[0])
    again = Templates("shop.example", templates.rows())
    assert again.rows() == templates.rows()
    assert [again.current(row.id) for row in templates.rows()] == [row.id for row in templates.rows()]
    changed, gone = templates.take_changes()
    assert {row.id for row in changed} == {row.id for row in templates.rows()}
    assert templates.take_changes() == ((), ())
    assert not set(gone) & {row.id for row in changed}


def test_a_page_that_left_its_sketch_behind_is_only_counted() -> None:
    templates = Templates("shop.example")
    template, _ = templates.add(_place(1))
    known = templates.known
    templates.take_changes()
    for _ in range(30):
        assert templates.add(Place("/catalogue/*", b"", template, 0.95)) == (template, False)
    assert templates.known == known
    assert templates.take_changes(with_counts=False) == ((), ())
    changed, _ = templates.take_changes()
    assert [row.pages for row in changed] == [31]


def test_a_merged_template_is_still_known_by_its_old_name() -> None:
    templates = Templates("shop.example")
    names = [templates._found(_place(number)) for number in (1, 2)]
    for number in range(3, 30):
        templates.add(_place(number))
    kept = {templates.merge_twin(name) for name in names if templates.current(name) == name}
    assert len(templates.known) == 1
    assert {templates.current(name) for name in names} == {templates.known[0].id}
    assert kept


def test_the_number_of_templates_is_bounded_and_what_is_worth_something_stays() -> None:
    templates = Templates("shop.example")
    first, _ = templates.add(_place(1))
    templates.keep([first])
    for number in range(2 * MOST_TEMPLATES):
        letters = "".join(chr(97 + int(digit)) for digit in f"{number:03}")
        html = "".join(f'<div class="y{letters}o{kind}e"><p></p></div>' for kind in "abcdef")
        templates.add(Place(f"/{number}/*", sketch_of(Document(html).tree.root)))
    assert len(templates.known) <= MOST_TEMPLATES
    assert templates.current(first) == first
