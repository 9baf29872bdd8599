"""What the shop deals in: makers, shelves, products, and how their figures are written."""

from dataclasses import dataclass

from tandem.demo.manuscript import slug

CURRENCY = "EUR"
VAT_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    country: str
    town: str
    founded: int
    staff: int
    known_for: str

    @property
    def path(self) -> str:
        return f"/brand/{slug(self.name)}"


@dataclass(frozen=True, slots=True)
class Shelf:
    slug: str
    name: str
    code: str
    nouns: tuple[str, ...]
    price: tuple[int, int]  # whole euros, lowest and highest
    weight: tuple[int, int]  # grams
    warranty: int  # years
    brands: tuple[str, ...]
    specs: tuple[tuple[str, tuple[str, ...]], ...]
    intro: str
    blurbs: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/shelf/{self.slug}"


@dataclass(frozen=True, slots=True)
class Product:
    path: str
    name: str
    shelf: str
    brand: str
    country: str
    sku: str
    upc: str
    price_cents: int  # what the customer pays, tax included
    was_cents: int  # 0 unless the product is on sale
    stock: int
    rating_tenths: int
    reviews: int
    weight_grams: int
    since: int  # the year it came into the shop
    warranty_years: int
    colour: str
    specs: tuple[tuple[str, str], ...]
    twin_of: str = ""

    @property
    def untaxed_cents(self) -> int:
        """The price without tax, rounded to whole cents, half up."""
        return (self.price_cents * 200 + 100 + VAT_PERCENT) // (2 * (100 + VAT_PERCENT))

    @property
    def rating(self) -> str:
        return f"{self.rating_tenths / 10:.1f}"

    @property
    def availability(self) -> str:
        if self.stock:
            return f"In stock ({self.stock} available)"
        return "Out of stock"

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Labels and values as they stand in the table of the product's page."""
        return (
            ("UPC", self.upc),
            ("SKU", self.sku),
            ("Brand", self.brand),
            ("Made in", self.country),
            ("Price (excl. tax)", money(self.untaxed_cents)),
            ("Price (incl. tax)", money(self.price_cents)),
            ("Availability", self.availability),
            ("Weight", grams(self.weight_grams)),
            ("Colour", self.colour),
            *self.specs,
            ("Warranty", f"{self.warranty_years} years"),
            ("In the shop since", str(self.since)),
        )


def money(cents: int) -> str:
    return f"€{cents // 100:,}.{cents % 100:02d}"


def amount(cents: int) -> str:
    """The plain decimal number, as data formats want it."""
    return f"{cents // 100}.{cents % 100:02d}"


def grams(weight: int) -> str:
    return f"{weight:,} g"
