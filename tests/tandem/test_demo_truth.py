"""The pages of the demo shop against the truth it tells about itself."""

import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import chain
from urllib.parse import urldefrag, urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tandem.demo import addresses, catalogue, forum, goods, reading_pages, signposts, site, truth
from tandem.demo.addresses import Fate, Kind
from tandem.demo.product_page import Markup

ORIGIN = "http://shop.test"


def body(path: str) -> str:
    answer = site.answer(path, ORIGIN, attempt=2)
    charset = answer.content_type.partition("charset=")[2] or "utf-8"
    return answer.body.decode(charset)


def tree(path: str) -> LexborHTMLParser:
    return LexborHTMLParser(body(path))


def node(path: str, selector: str) -> LexborNode:
    found = tree(path).css_first(selector)
    assert found is not None, f"{selector} on {path}"
    return found


def links(path: str) -> Iterator[tuple[str, str]]:
    """Every link as (path with query, rel); other hosts and schemes are left out."""
    base = f"{ORIGIN}{path}"
    for anchor in tree(path).css("a[href]"):
        target = urldefrag(urljoin(base, anchor.attributes["href"] or "")).url
        if target.startswith(f"{ORIGIN}/"):
            yield target.removeprefix(ORIGIN), anchor.attributes.get("rel") or ""


def test_the_shop_has_some_six_hundred_pages() -> None:
    assert 550 <= len(truth.must_read()) <= 650


def test_every_page_that_must_be_read_is_there_under_its_title() -> None:
    for path in truth.must_read():
        assert site.answer(path, ORIGIN, attempt=2).status == 200, path
        assert node(path, "h1").text() == addresses.everything()[path].title, path


@pytest.mark.parametrize("path", sorted(truth.with_fate(Fate.MISSING, Fate.FOLLOWED, Fate.LOOP, Fate.LEFT)))
def test_answers_that_are_no_page_have_the_status_and_target_of_the_truth(path: str) -> None:
    answer = site.answer(path, ORIGIN)
    expected = addresses.everything()[path]
    assert (answer.status, dict(answer.headers).get("Location", "")) == (expected.status, expected.location)


def test_following_links_reaches_exactly_what_the_truth_names() -> None:
    seen = {"/"}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        expected = addresses.everything()[path]
        onward = [expected.location] if expected.location.startswith("/") else []
        if expected.fate in (Fate.READ, Fate.NOINDEX):
            onward = [site.canonical(target) if "?utm" in target else target for target, _ in links(path)]
        fresh = {target for target in onward if not target.startswith(addresses.TRAP)} - seen
        seen |= fresh
        waiting += [target for target in fresh if target not in truth.must_not_request()]
    assert seen == set(addresses.everything()) - truth.only_in_sitemap()


def test_pages_asked_not_to_be_followed_are_linked_nowhere_else() -> None:
    for page in truth.must_read():
        asked = page == addresses.NOFOLLOW
        unfollowed = truth.with_fate(Fate.UNFOLLOWED)
        assert [
            path for path, rel in links(page) if path in unfollowed and not asked and rel != "nofollow"
        ] == []
    assert node(addresses.NOFOLLOW, "meta[name=robots]").attributes["content"] == "nofollow"
    assert "/partners/portal" in {path for path, _ in links(addresses.NOFOLLOW)}


def test_the_page_that_asks_not_to_be_kept_is_no_page_to_read() -> None:
    assert "noindex" in (node(addresses.NOINDEX, "meta[name=robots]").attributes["content"] or "")
    assert truth.with_fate(Fate.NOINDEX) == {addresses.NOINDEX}


def test_each_product_page_shows_all_its_rows() -> None:
    for product in truth.products().values():
        page = tree(product.path)
        shown = {
            cells[0].text(): cells[1].text()
            for row in page.css("tbody tr")
            if len(cells := row.css("th, td")) == 2
        }
        assert shown == dict(product.rows()), product.path


def test_prices_with_and_without_tax_agree() -> None:
    for product in truth.products().values():
        with_tax = product.untaxed_cents * (100 + goods.VAT_PERCENT) / 100
        assert abs(with_tax - product.price_cents) <= 1, product.path


def test_structured_data_says_what_the_page_says() -> None:
    for product in truth.products().values():
        page = tree(product.path)
        script = page.css_first('script[type="application/ld+json"]')
        price = page.css_first("[itemprop=price]")
        amount = goods.amount(product.price_cents)
        said = {
            Markup.JSON_LD: None if script is None else json.loads(script.text())["offers"]["price"],
            Markup.MICRODATA: None if price is None else price.attributes["content"],
        }
        assert said == {kind: amount if kind is truth.markup(product) else None for kind in said}, (
            product.path
        )


def test_all_three_kinds_of_markup_are_common() -> None:
    kinds = [truth.markup(product) for product in truth.products().values()]
    assert min(kinds.count(kind) for kind in Markup) > 100


def test_numbers_of_products_are_unique_and_their_check_digits_right() -> None:
    upcs = [product.upc for product in truth.products().values()]
    assert len(set(upcs)) == len({product.sku for product in truth.products().values()}) == len(upcs)
    for upc in upcs:
        assert sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(upc)) % 10 == 0


def test_articles_carry_author_date_and_every_paragraph() -> None:
    for path, article in truth.stories().items():
        page = tree(path)
        assert [p.text() for p in page.css("article > p:not(.soft)")] == list(article.paragraphs)
        assert node(path, ".author").text() == article.author
        assert node(path, "article time").attributes["datetime"] == article.published.isoformat()
        assert all(re.fullmatch(r"[^{}]+[.?!]", paragraph) for paragraph in article.paragraphs), path


def test_no_page_shows_an_unfilled_pattern() -> None:
    texts = chain(
        (post.text for thread in forum.threads() for post in thread.posts),
        (p.text() for product in truth.products() for p in tree(product).css("p")),
    )
    assert [text for text in texts if "{" in text or "}" in text] == []


def test_print_views_repeat_the_article_and_name_it() -> None:
    views = [each for each in addresses.everything().values() if each.kind is Kind.PRINT]
    assert len(views) > 10
    for view in views:
        assert node(view.path, "link[rel=canonical]").attributes["href"] == view.original
        assert node(view.path, "article").text() == node(view.original, "article").text()


def test_twins_differ_only_in_number_colour_and_stock() -> None:
    twins = [product for product in truth.products().values() if product.twin_of]
    assert len(twins) == len(catalogue.TWINS)
    for twin in twins:
        rows = dict(truth.products()[twin.twin_of].rows())
        differing = {label for label, value in twin.rows() if rows[label] != value}
        assert differing == {"UPC", "SKU", "Colour", "Availability"}


def test_the_long_thread_has_pages_and_quotes() -> None:
    thread = forum.threads()[0]
    assert thread.pages == 4
    shown = [tree(thread.page_path(number)).css(".post") for number in range(1, 5)]
    assert sum(map(len, shown)) == len(thread.posts)
    assert tree(thread.page_path(2)).css("blockquote")


def test_the_manual_has_code_and_tables() -> None:
    pages = [tree(f"/manual/{name}") for name in reading_pages.MANUAL]
    assert sum(len(page.css("pre code")) for page in pages) >= 4
    assert sum(len(page.css("table")) for page in pages) >= 3


def test_the_counters_stand_in_the_data_but_not_in_the_text() -> None:
    page = tree(addresses.SCRIPTED)
    for script in page.css("script"):
        script.decompose()
    assert "Höttinger" in body(addresses.SCRIPTED)
    assert "Höttinger" not in page.text()


def test_the_old_page_is_readable_as_windows_1252_only() -> None:
    answer = site.answer(addresses.WINDOWS_1252, ORIGIN)
    assert addresses.WINDOWS_1252_TEXT in unescape(answer.body.decode("cp1252"))
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_the_calendar_leads_on_for_ever() -> None:
    path = "/events/2026/11"
    for _ in range(40):
        assert site.answer(path, ORIGIN).status == 200
        path = node(path, 'a[rel="next"]').attributes["href"] or ""
    assert path == "/events/2030/03"
    assert site.answer("/events/2026/13", ORIGIN).status == 404


def test_instructions_to_models_stand_where_the_truth_says() -> None:
    found = {path for path in truth.products() if "ignore all previous instructions" in body(path)}
    assert found == truth.instructed() != frozenset()


def test_robots_closes_what_the_truth_calls_closed() -> None:
    lines = body("/robots.txt").splitlines()
    everybody = lines[: lines.index("")]
    assert [line for line in everybody if "delay" in line.lower()] == []
    closed = [line.partition(": ")[2] for line in everybody if line.startswith("Disallow")]
    for path in truth.with_fate(Fate.ROBOTS):
        assert any(path.startswith(rule) or (rule == "/*?sort=" and "?sort=" in path) for rule in closed), (
            path
        )
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in lines


def test_the_site_map_lists_only_pages_that_must_be_read() -> None:
    listed = [path for part in signposts.PARTS for path, _ in signposts.listed(part)]
    assert len(listed) == len(set(listed)) > 450
    assert set(listed) <= truth.must_read()
    assert truth.only_in_sitemap() <= set(listed)


def test_the_same_page_is_made_twice_alike() -> None:
    for path in truth.must_read():
        assert site.answer(path, ORIGIN, 2) == site.answer(path, ORIGIN, 2), path
