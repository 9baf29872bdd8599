"""What pages say to machines, however broken."""

import time

import pytest

from scraper.document import Document
from scraper.selection.found import How
from scraper.selection.outline import Outline
from scraper.selection.structured.json_text import loads
from scraper.selection.structured.main_thing import About, has_type, main_thing, types_for
from scraper.selection.structured.page_state import page_state
from scraper.selection.structured.read import Structured, read_structured


def structured(html: str) -> Structured:
    return read_structured(Outline(Document(html).tree))


def linked(text: str) -> Structured:
    return structured(f'<script type="application/ld+json">{text}</script>')


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "1"}',
        '<!-- {"a": "1"} -->',
        '/*<![CDATA[*/ {"a": "1"} /*]]>*/',
        '//<![CDATA[\n{"a": "1"}\n//]]>',
        '{"a": "1",}',
        '{"a": "1"};',
        '{"a": 1}',
        "{&quot;a&quot;: &quot;1&quot;}",
        '{"a": "1"} trailing words',
    ],
)
def test_json_is_read_as_pages_write_it(text: str) -> None:
    assert loads(text) == {"a": "1"}


@pytest.mark.parametrize("text", ["", "nothing", "{", "[" * 100_000, "{'a': 1}", "function() {}"])
def test_what_is_no_json_is_nothing(text: str) -> None:
    assert loads(text) is None


def test_numbers_keep_the_form_they_are_written_in() -> None:
    assert loads('{"price": 12.50, "count": 007, "b": [true, null]}') is None
    assert loads('{"price": 12.50, "b": [true, null]}') == {"price": "12.50", "b": [True, None]}


def test_a_graph_is_flattened_along_its_references() -> None:
    found = linked(
        '{"@graph": [{"@type": "Product", "name": "Lamp", "brand": {"@id": "#b"},'
        ' "offers": [{"price": 3}, {"price": 4}]},'
        ' {"@id": "#b", "@type": "Brand", "name": "Lumen"}]}'
    )
    facts = [(fact.key, fact.text, fact.inside) for fact in found.things[0].facts]
    assert facts == [
        ("name", "Lamp", "/@graph/0/name"),
        ("brand.@id", "#b", "/@graph/1/@id"),
        ("brand.name", "Lumen", "/@graph/1/name"),
        ("offers.price", "3", "/@graph/0/offers/0/price"),
        ("offers.price", "4", "/@graph/0/offers/1/price"),
    ]


def test_references_in_a_circle_end() -> None:
    found = linked('{"@graph": [{"@id": "#a", "@type": "Thing", "name": "A", "partOf": {"@id": "#a"}}]}')
    assert len(found.things[0].facts) < 20


def test_pairs_of_name_and_value_keep_their_label() -> None:
    found = linked(
        '{"@type": "Product", "additionalProperty": '
        '[{"@type": "PropertyValue", "name": "Wick size", "value": "7 mm"}]}'
    )
    [fact] = found.things[0].facts
    assert (fact.label, fact.text, fact.inside) == ("Wick size", "7 mm", "/additionalProperty/0/value")


def test_what_a_product_is_related_to_is_no_fact_of_it() -> None:
    found = linked(
        '{"@type": "Product", "name": "Lamp", "isRelatedTo": [{"@type": "Product", "name": "Oil"}]}'
    )
    assert [(one.first("name"), one.is_foreign) for one in found.things] == [("Lamp", False), ("Oil", True)]


def test_markup_gives_attributes_before_text_and_nests() -> None:
    found = structured(
        '<div itemscope itemtype="http://schema.org/Product"><b itemprop="name"> A  lamp </b>'
        '<div itemprop="offers" '
        'itemscope itemtype="http://schema.org/Offer"><i itemprop="price" content="3.50">3,50</i>'
        '<link itemprop="availability" href="http://schema.org/InStock"></div></div>'
    )
    product = found.things[0]
    assert product.types == {"product"}
    assert [(fact.key, fact.text, fact.attribute) for fact in product.facts] == [
        ("name", "A lamp", ""),
        ("offers.price", "3.50", "content"),
        ("offers.availability", "http://schema.org/InStock", "href"),
    ]


def test_the_head_is_one_thing_with_labels_for_its_data() -> None:
    head = structured(
        '<meta property="og:type" content="og.product"><meta property="product:price:amount" content="3">'
        '<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="5 min">'
    ).head
    assert head.types == {"product"}
    assert [(fact.key, fact.text, fact.label) for fact in head.facts][1:] == [
        ("product:price:amount", "3", ""),
        ("twitter:data1", "5 min", "Reading time"),
    ]


def test_the_thing_of_the_page_is_chosen_by_its_name_and_type() -> None:
    found = linked(
        '[{"@type": "Organization", "name": "Shop", "url": "/"},'
        ' {"@type": "Product", "name": "Oil", "sku": "9"},'
        ' {"@type": "Product", "name": "Storm lamp", "sku": "1"}]'
    )
    thing, sure = main_thing(
        found.things, "product", About("https://a.example/2", "Storm lamp | Shop", "Storm lamp")
    )
    assert thing is not None
    assert thing.first("sku") == "1"
    assert sure > 0.9
    assert has_type(thing, "product")


def test_a_page_about_nothing_of_the_kind_has_no_main_thing() -> None:
    found = linked('{"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Home"}]}')
    assert main_thing(found.things, "product", About()) == (None, 0.0)


@pytest.mark.parametrize(
    ("record", "kind"),
    [("product", "product"), ("products", "product"), ("job_ad", "product"), ("vacancy", "jobposting")],
)
def test_records_have_types_by_their_names(record: str, kind: str) -> None:
    assert kind in types_for(record)


@pytest.mark.parametrize(
    ("script", "attribute"),
    [
        ('<script>window.__STATE__ = {"p": {"name": "Storm lamp", "sku": "A1", "n": 2}}; go();</script>', ""),
        ('<script type="application/json">{"p": {"title": "Storm lamp", "sku": "A1", "n": 2}}</script>', ""),
        (
            r'<script>var s = JSON.parse("{\"p\": {\"name\": \"Storm lamp\", \"sku\": \"A1\", \"n\": 2}}")'
            "</script>",
            "",
        ),
        ('<div data-props=\'{"p": {"name": "Storm lamp", "sku": "A1", "n": 2}}\'></div>', "data-props"),
    ],
)
def test_the_state_of_a_page_is_found_by_the_heading(script: str, attribute: str) -> None:
    found = structured(f"<h1>Storm lamp</h1>{script}")
    thing = page_state(found.scripts, found.holders, "Storm lamp")
    assert thing is not None
    assert thing.how is How.EMBEDDED
    [fact] = [fact for fact in thing.facts if fact.key == "sku"]
    assert (fact.text, fact.inside, fact.attribute) == ("A1", "/p/sku", attribute)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,' + " " * 900_000 + "x",
        '{"a":' * 100_000,
        '{"a": 1, "b": [,]},' * 50_000,
        '"' + "\n" * 500_000 + "x",
    ],
)
def test_json_that_goes_wrong_costs_little(text: str) -> None:
    started = time.process_time()
    loads(text)
    assert time.process_time() - started < 2
