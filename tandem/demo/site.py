"""Which page stands at which address of the shop."""

from collections.abc import Callable
from functools import cache, partial

from tandem.demo import (
    articles,
    catalogue,
    forum,
    goods,
    oddities,
    product_page,
    reading_pages,
    second_hand,
    shelf_pages,
    signposts,
)
from tandem.demo.answer import OPENED, Answer, html
from tandem.demo.pictures import picture

Render = Callable[[], Answer]
TRACKING = "utm_"
WEATHER = "/weather"
WRITTEN = {
    "/about": ("about", "About us"),
    "/shipping": ("shipping", "Shipping"),
    "/returns": ("returns", "Returns and repairs"),
    "/sizing": ("sizing", "Sizes"),
    "/help": ("help", "Help"),
    "/stores": ("stores", "Our counters"),
    "/search/help": ("search-help", "How to search"),
    "/search": ("search", "Search"),
    "/cart": ("cart", "Cart"),
    "/account/login": ("login", "Sign in"),
    "/partners/portal": ("portal", "Partners' portal"),
    signposts.ORPHAN: ("spring-letter", "Spring letter 2026"),
}


def answer(target: str, origin: str, attempt: int = 1) -> Answer:
    """The answer to a path with its query; attempt counts the requests for it so far, this one included."""
    path = canonical(target)
    if path == WEATHER:
        return oddities.weather(attempt)
    found = _signpost(path, origin) or oddities.calendar(path) or second_hand.answer(path)
    if found is not None:
        return found
    render = routes().get(path)
    return render() if render is not None else oddities.missing()


def canonical(target: str) -> str:
    """The target as the shop knows it: without tracking, search words and sorting."""
    path, _, query = target.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith((TRACKING, "sort=", "q="))]
    return f"{path}?{'&'.join(kept)}" if kept else path


def _signpost(path: str, origin: str) -> Answer | None:
    if path == "/robots.txt":
        return signposts.robots(origin)
    if path == "/sitemap.xml":
        return signposts.sitemap_index(origin)
    return signposts.sitemap(path, origin) if path in signposts.PARTS else None


@cache
def routes() -> dict[str, Render]:
    """Every address that always gives the same answer."""
    return {**_shelves(), **_products(), **_reading(), **_forum(), **_written(), **_odd(), **_pictures()}


def _shelves() -> dict[str, Render]:
    places: dict[str, Render] = {
        "/": lambda: html(shelf_pages.home()),
        "/shelves": lambda: html(shelf_pages.shelf_list()),
        "/brands": lambda: html(shelf_pages.brand_list()),
    }
    for shelf in catalogue.shelves().values():
        for number, path in enumerate(shelf_pages.pages_of(shelf), start=1):
            places[path] = partial(_shelf, shelf, number)
    for brand in catalogue.brands().values():
        places[brand.path] = partial(_brand, brand)
    return places


def _shelf(shelf: goods.Shelf, number: int) -> Answer:
    return html(shelf_pages.shelf_page(shelf, number))


def _brand(brand: goods.Brand) -> Answer:
    return html(shelf_pages.brand_page(brand))


def _products() -> dict[str, Render]:
    return {product.path: partial(_product, product) for product in catalogue.products()}


def _product(product: goods.Product) -> Answer:
    return html(product_page.render(product), signposts.modified_product(product))


def _reading() -> dict[str, Render]:
    places: dict[str, Render] = {}
    for number, path in enumerate(reading_pages.magazine_paths(), start=1):
        places[path] = partial(_magazine, number)
    for article in articles.articles():
        places[article.path] = partial(_article, article)
        if article.print_path:
            places[article.print_path] = partial(_printed, article)
    for name in reading_pages.MANUAL:
        places[f"/manual/{name}"] = partial(_manual, name)
    return places


def _magazine(number: int) -> Answer:
    return html(reading_pages.magazine(number))


def _article(article: articles.Article) -> Answer:
    return html(reading_pages.article(article), article.published)


def _printed(article: articles.Article) -> Answer:
    return html(reading_pages.printed(article), article.published)


def _manual(name: str) -> Answer:
    return html(reading_pages.manual_page(name))


def _forum() -> dict[str, Render]:
    places: dict[str, Render] = {"/forum": lambda: html(reading_pages.forum_index(), None)}
    for thread in forum.threads():
        for number in range(1, thread.pages + 1):
            places[thread.page_path(number)] = partial(_thread, thread, number)
    return places


def _thread(thread: forum.Thread, number: int) -> Answer:
    return html(reading_pages.thread_page(thread, number), None)


def _written() -> dict[str, Render]:
    places: dict[str, Render] = {path: partial(_page, *words) for path, words in WRITTEN.items()}
    places["/wholesale"] = partial(_page, "wholesale", "Wholesale", oddities.NOINDEX)
    places["/partners"] = partial(_page, "partners", "Partners", oddities.NOFOLLOW)
    return places


def _page(name: str, title: str, head: str = "") -> Answer:
    return html(reading_pages.written_page(name, title, head=head))


def _odd() -> dict[str, Render]:
    places: dict[str, Render] = {path: partial(oddities.redirect, path) for path in oddities.redirects()}
    places["/stock-report"] = oddities.stock_report
    places["/geschichte"] = oddities.history
    places["/gone/winter-sale"] = partial(oddities.missing, 410)
    return places


def _pictures() -> dict[str, Render]:
    return {f"/pictures/{shelf}.svg": partial(_picture, shelf) for shelf in catalogue.shelves()}


def _picture(shelf: str) -> Answer:
    return Answer(picture(shelf).encode(), content_type="image/svg+xml", modified=OPENED)
