"""Pages that lead to products: the front page, shelves in pages, makers."""

from html import escape

from tandem.demo import catalogue, goods
from tandem.demo.articles import articles
from tandem.demo.frame import SHOP, link, page, pager, rows
from tandem.demo.goods import Brand, Product, Shelf

PER_PAGE = 12
NEWEST = 8
DOORS = (
    ("/deal-of-the-day", "Deal of the day"),
    ("/search?q=lantern", "Search"),
    ("/search/help", "How to search"),
    ("/gone/winter-sale", "Winter sale"),
)
TRACKED = "?utm_source=frontpage&utm_medium=tile&utm_campaign=autumn"


def pages_of(shelf: Shelf) -> list[str]:
    count = -(-len(catalogue.on_shelf(shelf.slug)) // PER_PAGE)
    return [shelf.path, *(f"{shelf.path}?page={number}" for number in range(2, count + 1))]


def home() -> str:
    newest = sorted(catalogue.products(), key=lambda product: (-product.since, product.sku))[:NEWEST]
    count, makers = len(catalogue.products()), len(catalogue.brands())
    body = (
        f'<section class="hero"><h1>{escape(SHOP)}</h1>\n<p>Gear for people who walk, chosen by people '
        f"who carried it: {count} products by {makers} makers, mended here for as long as they last.</p>\n"
        f"<p>{' · '.join(link(path, text) for path, text in DOORS)}</p></section>\n"
        f"<h2>Shelves</h2>{_shelf_tiles()}\n<h2>New in the shop</h2>{_tiles(newest, TRACKED)}\n"
        f"<h2>From the magazine</h2>{_headlines()}"
    )
    return page("Gear for people who walk", body)


def shelf_list() -> str:
    return page("All shelves", f"<h1>All shelves</h1>\n{_shelf_tiles()}")


def shelf_page(shelf: Shelf, number: int) -> str:
    stand = catalogue.on_shelf(shelf.slug)
    shown = stand[(number - 1) * PER_PAGE : number * PER_PAGE]
    title = shelf.name if number == 1 else f"{shelf.name}, page {number}"
    intro = f"<p>{escape(shelf.intro)}</p>" if number == 1 else ""
    by_price = link(f"{shelf.path}?sort=price", "by price")
    by_weight = link(f"{shelf.path}?sort=weight", "by weight", "nofollow")
    body = (
        f'<h1>{escape(title)}</h1>\n{intro}<p class="soft">{len(stand)} products, '
        f"sort {by_price} · {by_weight}</p>\n"
        f"{_tiles(shown)}\n{pager(pages_of(shelf), number)}"
    )
    return page(title, body, crumbs=(("/shelves", "Shelves"),))


def brand_list() -> str:
    head = "<tr><th>Maker</th><th>Country</th><th>Town</th><th>Since</th></tr>"
    lines = "\n".join(
        f"<tr><td>{link(brand.path, brand.name)}</td><td>{escape(brand.country)}</td>"
        f"<td>{escape(brand.town)}</td><td>{brand.founded}</td></tr>"
        for brand in catalogue.brands().values()
    )
    body = f"<h1>Makers</h1>\n<table><thead>{head}</thead><tbody>{lines}</tbody></table>"
    return page("Makers", body)


def brand_page(brand: Brand) -> str:
    facts = (
        ("Country", brand.country),
        ("Town", brand.town),
        ("Founded", str(brand.founded)),
        ("People", str(brand.staff)),
    )
    body = (
        f"<h1>{escape(brand.name)}</h1>\n"
        f"<p>{escape(brand.name)} is known for {escape(brand.known_for)}.</p>\n"
        f"{rows(facts)}\n{_tiles(catalogue.by_brand(brand.name))}"
    )
    return page(brand.name, body, crumbs=(("/brands", "Makers"),))


def _shelf_tiles() -> str:
    tiles = "".join(
        f'<li class="tile"><img src="/pictures/{shelf.slug}.svg" alt="" width="200" height="150">'
        f"<h3>{link(shelf.path, shelf.name)}</h3></li>"
        for shelf in catalogue.shelves().values()
    )
    return f'<ul class="grid">{tiles}</ul>'


def _tiles(shown: list[Product] | tuple[Product, ...], query: str = "") -> str:
    return f'<ul class="grid">{"".join(_tile(product, query) for product in shown)}</ul>'


def _tile(product: Product, query: str) -> str:
    was = f"<del>{goods.money(product.was_cents)}</del>" if product.was_cents else ""
    weight = goods.grams(product.weight_grams)
    return (
        f'<li class="tile"><img src="/pictures/{product.shelf}.svg" alt="" width="200" height="150">'
        f"<h3>{link(product.path + query, product.name)}</h3>"
        f'<p class="soft">{product.rating} of 5, {escape(product.colour)}, {weight}</p>'
        f'<p class="price">{goods.money(product.price_cents)}{was}</p></li>\n'
    )


def _headlines() -> str:
    lines = "".join(
        f"<li>{link(article.path, article.title)} <span class=soft>{escape(article.author)}</span></li>"
        for article in articles()[:6]
    )
    return f"<ul>{lines}</ul>"
