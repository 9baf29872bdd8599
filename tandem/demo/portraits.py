"""Portraits of makers."""

from tandem.demo import catalogue, goods
from tandem.demo.chance import between
from tandem.demo.goods import Brand
from tandem.demo.manuscript import in_prose, sentence
from tandem.demo.story import Story

PORTRAYED = 10
PARAGRAPHS = (("lead", "work"), ("known", "repair"), ("shelf", "future"))


def stories() -> list[Story]:
    return [_portrait(brand) for brand in list(catalogue.brands().values())[:PORTRAYED]]


def _portrait(brand: Brand) -> Story:
    facts = _facts(brand)
    return Story(
        title=f"A visit to {brand.name}",
        section="Makers",
        paragraphs=tuple(
            " ".join(sentence("portrait", pattern, brand.name, facts) for pattern in patterns)
            for patterns in PARAGRAPHS
        ),
        links=((brand.path, f"Everything by {brand.name}"),),
        facts=(
            ("Founded", str(brand.founded)),
            ("Town", f"{brand.town}, {brand.country}"),
            ("People", str(brand.staff)),
        ),
    )


def _facts(brand: Brand) -> dict[str, object]:
    prices = [product.price_cents for product in catalogue.by_brand(brand.name)]
    return {
        "name": brand.name,
        "country": in_prose(brand.country),
        "town": brand.town,
        "founded": brand.founded,
        "staff": brand.staff,
        "known_for": brand.known_for,
        "machine": between(f"{brand.name} machine", brand.founded, 2009),
        "repairs": between(f"{brand.name} repairs", 20, 180),
        "solar": between(f"{brand.name} solar", 20, 90),
        "next_year": between(f"{brand.name} next", 2027, 2029),
        "count": len(prices),
        "low": goods.money(min(prices)),
        "high": goods.money(max(prices)),
    }
