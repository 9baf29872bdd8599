"""Gear tests: products of one shelf side by side, with points."""

from tandem.demo import catalogue, goods
from tandem.demo.chance import below, between
from tandem.demo.goods import Product, Shelf
from tandem.demo.manuscript import in_prose, sentence
from tandem.demo.story import Story

YEARS = (2024, 2026)
COMPARED = 4
BOTH_YEARS = 4  # so many shelves were tested in both years


def stories() -> list[Story]:
    shelves = list(catalogue.shelves().values())
    return [_test(shelf, YEARS[1]) for shelf in shelves] + [
        _test(shelf, YEARS[0]) for shelf in shelves[:BOTH_YEARS]
    ]


def _test(shelf: Shelf, year: int) -> Story:
    tested = _tested(shelf, year)
    winner = max(tested, key=lambda product: points(product, year))
    return Story(
        title=f"{shelf.name} tested {year}",
        section="Gear test",
        paragraphs=(
            _opening(shelf, year),
            *(_verdict(product, year) for product in tested),
            sentence("gear_test", "winner", winner.sku, _facts(winner, year)),
        ),
        links=tuple((product.path, product.name) for product in tested),
        facts=(("Test winner", winner.name), ("Points", str(points(winner, year))), ("Year", str(year))),
        year=year,
    )


def points(product: Product, year: int) -> int:
    return between(f"{product.sku} points {year}", 52, 96)


def _tested(shelf: Shelf, year: int) -> list[Product]:
    choice = [product for product in catalogue.on_shelf(shelf.slug) if not product.twin_of]
    start = below(f"{shelf.slug} {year}", len(choice))
    return [choice[(start + step * 9) % len(choice)] for step in range(COMPARED)]


def _opening(shelf: Shelf, year: int) -> str:
    key = f"{shelf.slug} {year}"
    facts: dict[str, object] = {
        "count": COMPARED,
        "shelf": shelf.name.lower(),
        "weeks": between(f"{key} weeks", 5, 14),
        "testers": between(f"{key} testers", 3, 7),
    }
    return " ".join(sentence("gear_test", pattern, key, facts) for pattern in ("lead", "method"))


def _verdict(product: Product, year: int) -> str:
    facts = _facts(product, year)
    return " ".join(
        sentence("gear_test", pattern, f"{product.sku} {year}", facts) for pattern in ("one", "good", "bad")
    )


def _facts(product: Product, year: int) -> dict[str, object]:
    return {
        "product": product.name,
        "price": goods.money(product.price_cents),
        "weight": goods.grams(product.weight_grams),
        "rating": product.rating,
        "brand": product.brand,
        "country": in_prose(product.country),
        "points": points(product, year),
        "days": between(f"{product.sku} days", 3, 21),
    }
