"""The products of the shop and their makers, as facts."""

from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

from tandem.demo.chance import below, between, pick
from tandem.demo.goods import Brand, Product, Shelf
from tandem.demo.manuscript import slug, table

PER_SHELF = 32
TWINS = ("tents", "backpacks", "jackets", "lamps")  # shelves whose first product stands there twice


@cache
def brands() -> dict[str, Brand]:
    return {row["name"]: Brand(**row) for row in table("brands")["brand"]}


@cache
def shelves() -> dict[str, Shelf]:
    return {row["slug"]: _shelf(row) for row in table("shelves")["shelf"]}


def _shelf(row: dict[str, Any]) -> Shelf:
    specs = tuple((spec["label"], tuple(spec["values"])) for spec in row["specs"])
    lists = {name: tuple(row[name]) for name in ("nouns", "price", "weight", "brands", "blurbs")}
    return Shelf(**{**row, **lists, "specs": specs})


@cache
def products() -> tuple[Product, ...]:
    """Every product, shelf by shelf, each twin right behind its original."""
    return tuple(chain.from_iterable(_stand(shelf) for shelf in shelves().values()))


@cache
def by_path() -> dict[str, Product]:
    return {product.path: product for product in products()}


@cache
def on_shelf(name: str) -> tuple[Product, ...]:
    return tuple(product for product in products() if product.shelf == name)


@cache
def by_brand(name: str) -> tuple[Product, ...]:
    return tuple(product for product in products() if product.brand == name)


def _stand(shelf: Shelf) -> list[Product]:
    made = [_product(shelf, place) for place in range(PER_SHELF)]
    if shelf.slug in TWINS:
        made.insert(1, _twin(made[0]))
    return made


def _product(shelf: Shelf, place: int) -> Product:
    models: list[str] = table("shelves")["models"]
    brand = brands()[shelf.brands[place % len(shelf.brands)]]
    model = models[(place * 5 + below(shelf.slug, len(models))) % len(models)]
    name = f"{brand.name} {model} {shelf.nouns[place // len(shelf.brands) % len(shelf.nouns)]}"
    sku = f"{shelf.code}-{place // 8 + 1:02d}{place % 8 + 1:02d}"
    cents = between(f"{sku} price", *shelf.price) * 100 + pick(f"{sku} cents", (0, 50, 90, 95))
    return Product(
        path=f"/product/{slug(name)}",
        name=name,
        shelf=shelf.slug,
        brand=brand.name,
        country=brand.country,
        sku=sku,
        upc=_upc(sku),
        price_cents=cents,
        was_cents=cents * 5 // 4 if below(f"{sku} sale", 6) == 0 else 0,
        stock=max(0, between(f"{sku} stock", -8, 60)),
        rating_tenths=between(f"{sku} rating", 31, 49),
        reviews=between(f"{sku} reviews", 2, 140),
        weight_grams=between(f"{sku} weight", *shelf.weight),
        since=between(f"{sku} since", max(brand.founded, 1996), 2026),
        warranty_years=shelf.warranty,
        colour=pick(f"{sku} colour", table("shelves")["colours"]),
        specs=tuple((label, pick(f"{sku} {label}", values)) for label, values in shelf.specs),
    )


def _twin(original: Product) -> Product:
    """The same product entered a second time: another number and colour, everything else alike."""
    sku = f"{original.sku}-B"
    colours = [colour for colour in table("shelves")["colours"] if colour != original.colour]
    return replace(
        original,
        path=f"{original.path}-{slug(colours[0])}",
        sku=sku,
        upc=_upc(sku),
        colour=colours[0],
        stock=original.stock + 1,
        twin_of=original.path,
    )


def _upc(sku: str) -> str:
    digits = f"{below(f'{sku} upc', 10**11):011d}"
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
