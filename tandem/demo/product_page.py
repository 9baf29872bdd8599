"""The page of one product: rows of facts, buyers' words, and structured data in two of three cases."""

import json
from enum import Enum
from html import escape

from tandem.demo import catalogue, goods
from tandem.demo.chance import below, between
from tandem.demo.frame import link, page, rows
from tandem.demo.goods import Product
from tandem.demo.reviews import Review, reviews

RELATED = 3


class Markup(Enum):
    """How a product page says its facts to machines."""

    JSON_LD = "json-ld"
    MICRODATA = "microdata"
    NONE = "none"


def markup(product: Product) -> Markup:
    return tuple(Markup)[below(f"{product.twin_of or product.path} markup", len(Markup))]


def render(product: Product) -> str:
    shelf = catalogue.shelves()[product.shelf]
    crumbs = (("/shelves", "Shelves"), (shelf.path, shelf.name))
    head = f'<meta name="description" content="{escape(_blurb(product))}">\n'
    if markup(product) is Markup.JSON_LD:
        head += f'<script type="application/ld+json">{_json_ld(product)}</script>\n'
    return page(product.name, _body(product), head=head, crumbs=crumbs)


def _body(product: Product) -> str:
    scope = ' itemscope itemtype="https://schema.org/Product"' if markup(product) is Markup.MICRODATA else ""
    picture = (
        f'<img src="/pictures/{product.shelf}.svg" alt="{escape(product.name)}" width="400" height="300">'
    )
    return (
        f'<div class="product"{scope}>{picture}<div>\n'
        f"<h1{_prop(product, 'name')}>{escape(product.name)}</h1>\n"
        f"{_price(product)}\n{_stars(product)}\n<p>{escape(_blurb(product))}</p>\n{_twin(product)}"
        f"{rows(product.rows())}\n<p>{_maker(product)}</p></div></div>\n"
        f"{_reviews(product)}\n{_related(product)}"
    )


def _prop(product: Product, name: str) -> str:
    return f' itemprop="{name}"' if markup(product) is Markup.MICRODATA else ""


def _price(product: Product) -> str:
    shown = goods.money(product.price_cents)
    was = f"<del>{goods.money(product.was_cents)}</del>" if product.was_cents else ""
    stock = "stock" if product.stock else "stock out"
    if markup(product) is Markup.MICRODATA:
        state = "InStock" if product.stock else "OutOfStock"
        shown = (
            '<span itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
            f'<meta itemprop="priceCurrency" content="{goods.CURRENCY}">'
            f'<link itemprop="availability" href="https://schema.org/{state}">'
            f'<span itemprop="price" content="{goods.amount(product.price_cents)}">{shown}</span></span>'
            f'<meta itemprop="sku" content="{product.sku}"><meta itemprop="gtin12" content="{product.upc}">'
        )
    return f'<p class="price">{shown}{was}</p>\n<p class="{stock}">{product.availability}</p>'


def _stars(product: Product) -> str:
    full = round(product.rating_tenths / 10)
    return (
        f'<p><span class="stars">{"★" * full}{"☆" * (5 - full)}</span> '
        f"{product.rating} of 5 <span class=soft>({product.reviews} reviews)</span></p>"
    )


def _blurb(product: Product) -> str:
    shelf = catalogue.shelves()[product.shelf]
    key = product.twin_of or product.path
    facts = {
        "name": product.name,
        "weight": goods.grams(product.weight_grams),
        "minutes": between(f"{key} minutes", 3, 14),
        "litres": between(f"{key} litres", 2, 15),
        **dict(product.specs),
    }
    return " ".join(blurb.format_map(facts) for blurb in shelf.blurbs)


def _twin(product: Product) -> str:
    if product.twin_of:
        return f"<p>{link(product.twin_of, 'The same in another colour')}</p>\n"
    twins = [other for other in catalogue.on_shelf(product.shelf) if other.twin_of == product.path]
    return "".join(f"<p>Also in {link(twin.path, twin.colour)}.</p>\n" for twin in twins)


def _maker(product: Product) -> str:
    brand = catalogue.brands()[product.brand]
    return f"Made by {link(brand.path, brand.name)} in {escape(brand.town)}, {escape(brand.country)}."


def _reviews(product: Product) -> str:
    return "<h2>What buyers say</h2>\n" + "\n".join(_review(review) for review in reviews(product))


def _review(review: Review) -> str:
    return (
        f'<section class="post"><h3>{escape(review.author)}, {review.stars} of 5</h3>'
        f'<p class="soft"><time datetime="{review.written}">{review.written:%d %B %Y}</time></p>'
        f"<p>{escape(review.text)}</p></section>"
    )


def _related(product: Product) -> str:
    stand = [other for other in catalogue.on_shelf(product.shelf) if other.path != product.path]
    start = below(f"{product.path} related", len(stand))
    others = [stand[(start + step) % len(stand)] for step in range(RELATED)]
    tiles = "".join(
        f"<li>{link(other.path, other.name)} {goods.money(other.price_cents)}</li>" for other in others
    )
    return f"<h2>From the same shelf</h2>\n<ul>{tiles}</ul>"


def _json_ld(product: Product) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.sku,
        "gtin12": product.upc,
        "brand": {"@type": "Brand", "name": product.brand},
        "image": f"/pictures/{product.shelf}.svg",
        "offers": {
            "@type": "Offer",
            "price": goods.amount(product.price_cents),
            "priceCurrency": goods.CURRENCY,
            "availability": f"https://schema.org/{'InStock' if product.stock else 'OutOfStock'}",
        },
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": product.rating,
            "reviewCount": product.reviews,
        },
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
