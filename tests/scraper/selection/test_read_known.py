"""Known selectors give values, or reasons why not."""

# ruff: noqa: E501 - the long lines are markup

import pytest

from scraper.document import Document
from scraper.selection.found import How, Value
from scraper.selection.knowledge import (
    Knowledge,
    KnownField,
    KnownTemplate,
    digest_of,
    knowledge_from,
    packed_knowledge,
)
from scraper.selection.known_host import KnownHost
from scraper.selection.observation import Trial
from scraper.selection.read_known import Known, read_known, read_with
from scraper.selection.selector import parsed
from scraper.selection.value import Context
from scraper.selection.wanted import Field, Kind, Wanted

PRICE = Field("price", Kind.MONEY)
TAGS = Field("tags", Kind.TEXT, many=True)
WANTED = Wanted("product", (PRICE, Field("title", Kind.TEXT), Field("sku", Kind.TEXT)))
CONTEXT = Context("en", "gb", "http://a.test/")
PAGE = """<h1>Lamp</h1><p class="price">£9.50</p><p class="old">£12</p><p class="old">£11</p><p class="twice">£3.00</p>
<p class="twice">£3.00</p><p class="said">cheap</p><p class="tag">red</p><p class="tag">blue</p>
<dl><dt>SKU</dt><dd>x7</dd></dl>"""


def _root() -> object:
    return Document(PAGE).tree.root


@pytest.mark.parametrize(
    ("line", "trial", "amount"),
    [
        ("css p.price -> text", Trial.FOUND, "9.50"),
        ("css p.none -> text", Trial.MISSING, None),
        ("css p.old -> text", Trial.AMBIGUOUS, None),
        ("css p.twice -> text", Trial.FOUND, "3.00"),
        ("css p.said -> text", Trial.INVALID, None),
    ],
)
def test_a_selector_is_tried(line: str, trial: Trial, amount: str | None) -> None:
    told, value = read_with(_root(), PRICE, parsed(line), CONTEXT)
    assert told is trial
    assert (value.value["amount"] if isinstance(value, Value) else None) == amount


def test_a_field_with_many_values_has_a_source_for_each() -> None:
    _, values = read_with(_root(), TAGS, parsed("css p.tag -> text"), CONTEXT)
    assert isinstance(values, tuple)
    assert [(one.value, one.source.path[-5:]) for one in values] == [("red", "/p[7]"), ("blue", "/p[8]")]


def _known(**fields: tuple[str, ...]) -> dict[str, KnownField]:
    digests = {field.name: digest_of(field) for field in WANTED.fields}
    return {
        name: KnownField("t", "product", name, digests[name], promoted=lines)
        for name, lines in fields.items()
    }


def _read(known: dict[str, KnownField]) -> Known:
    return read_known(_root(), WANTED.fields, known, CONTEXT)


def test_alternatives_are_tried_in_order_and_the_source_is_exact() -> None:
    found = _read(_known(price=("css p.none -> text", "css p.price -> text")))
    value = found.values["price"]
    assert isinstance(value, Value)
    source = value.source
    assert (source.how, source.selector, source.path) == (
        How.SELECTOR,
        "css p.price -> text",
        "/html[1]/body[1]/p[1]",
    )
    assert (source.text, source.start, source.end) == ("£9.50", 0, 5)
    assert (found.tries[0].trial, found.tries[0].used) == (Trial.FOUND, 1)
    assert found.sought == ("title", "sku")


def test_one_missing_of_several_is_absent_here() -> None:
    gone = ("css i.gone -> text",)
    found = _read(_known(price=("css p.price -> text",), title=("css h1 -> text",), sku=gone))
    assert (found.absent, found.sought) == (("sku",), ())


def test_most_missing_is_another_kind_of_page_or_a_changed_site() -> None:
    gone = ("css i.gone -> text",)
    found = _read(_known(price=gone, title=("css h1 -> text",), sku=gone))
    assert (found.absent, found.sought) == ((), ("price", "sku"))


def test_a_field_in_doubt_is_looked_for_by_the_engine_too() -> None:
    known = _known(price=("css p.price -> text",), title=("css h1 -> text",), sku=("css i.gone -> text",))
    known["sku"] = known["sku"]._replace(is_sought=True)
    assert _read(known).sought == ("sku",)


def test_a_moved_field_is_hinted_at_by_its_label() -> None:
    known = _known(price=("css p.price -> text",), sku=('label "SKU" of th in table -> next -> text',))
    assert _read(known).hints == {}
    known["sku"] = known["sku"]._replace(is_sought=True)
    found = _read(known)
    hint = found.hints["sku"]
    assert isinstance(hint, Value)
    assert (hint.value, hint.source.selector) == ("x7", 'label "SKU" -> next -> text')
    assert "sku" not in found.values


def test_a_pin_is_used_alone() -> None:
    known = _known(price=("css p.price -> text",), title=("css h1 -> text",))
    known["price"] = known["price"]._replace(pinned=("css p.none -> text",))
    found = _read(known)
    assert (found.absent, found.sought, list(found.values)) == (("price",), ("sku",), ["title"])
    known["price"] = known["price"]._replace(pinned=("css p.old:nth-of-type(2) -> text",))
    value = _read(known).values["price"]
    assert isinstance(value, Value)
    assert (value.value["amount"], value.source.how, value.confidence) == ("12", How.PINNED, 1.0)


def _host(*fields: KnownField) -> KnownHost:
    knowledge = Knowledge("a.test", 3, (KnownTemplate("t", ("/p/*",), b"\0\0\0\1"),), fields)
    assert knowledge_from(packed_knowledge(knowledge)) == knowledge
    return KnownHost(knowledge)


def test_what_was_learned_for_another_wish_does_not_count() -> None:
    dated = digest_of(Field("price", Kind.DATE))
    host = _host(KnownField("t", "product", "price", dated, promoted=("css p -> text",)))
    assert host.fields("t", WANTED) == {}


def test_a_pin_for_all_pages_joins_what_was_learned_of_a_template() -> None:
    wish = digest_of(PRICE)
    everywhere = KnownField("", "product", "price", b"", pinned=("css b -> text",))
    host = _host(KnownField("t", "product", "price", wish, promoted=("css p -> text",)), everywhere)
    assert host.fields("t", WANTED)["price"].pinned == ("css b -> text",)
    assert host.fields("t", WANTED)["price"].promoted == ("css p -> text",)
    assert host.fields("", WANTED)["price"].pinned == ("css b -> text",)


def test_templates_lend_each_other_only_what_lasts() -> None:
    wish = digest_of(PRICE)
    lines = ("css p.price -> text", 'label "Price" of th -> next -> text', "css div:nth-of-type(2) -> text")
    host = _host(KnownField("t", "product", "price", wish, promoted=lines))
    assert host.fields("other", WANTED)["price"].lent == ('label "Price" of th -> next -> text',)
    assert host.fields("t", WANTED)["price"].lent == ()


def test_a_line_of_another_version_is_passed_over() -> None:
    found = _read(_known(price=("xpath //p -> text", "css p.price -> text")))
    assert "price" in found.values
