"""What a correct crawl of the shop finds, and what a correct reader reads there: facts as data."""

from tandem.demo import articles, catalogue, goods, product_page, reviews, signposts
from tandem.demo.addresses import Fate, everything
from tandem.demo.articles import Article
from tandem.demo.goods import Product
from tandem.demo.product_page import Markup


def with_fate(*fates: Fate) -> frozenset[str]:
    """The paths that share one of the fates."""
    return frozenset(path for path, truth in everything().items() if truth.fate in fates)


def must_read() -> frozenset[str]:
    """The pages that a crawl with the site map must have stored, each exactly once."""
    return with_fate(Fate.READ)


def must_not_request() -> frozenset[str]:
    """The paths that a polite crawler never asks for."""
    return with_fate(Fate.ROBOTS, Fate.UNFOLLOWED)


def only_in_sitemap() -> frozenset[str]:
    return frozenset({signposts.ORPHAN})


def record(product: Product) -> dict[str, object]:
    """The fields of a product as a job may ask for them, with the types of the job file."""
    return {
        "title": product.name,
        "price": {"amount": goods.amount(product.price_cents), "currency": goods.CURRENCY},
        "price_excl_tax": {"amount": goods.amount(product.untaxed_cents), "currency": goods.CURRENCY},
        "upc": product.upc,
        "sku": product.sku,
        "brand": product.brand,
        "country": product.country,
        "available": product.stock > 0,
        "stock": product.stock,
        "rating": product.rating,
        "reviews": product.reviews,
        "weight_grams": product.weight_grams,
        "colour": product.colour,
        "since": product.since,
    }


def markup(product: Product) -> Markup:
    """How the page of a product says its facts to machines."""
    return product_page.markup(product)


def article_record(article: Article) -> dict[str, object]:
    return {
        "title": article.title,
        "author": article.author,
        "published": article.published.isoformat(),
        "section": article.section,
        "text": "\n".join(article.paragraphs),
        **dict(article.facts),
    }


def products() -> dict[str, Product]:
    """Every product by its path."""
    return catalogue.by_path()


def stories() -> dict[str, Article]:
    """Every article by its path."""
    return articles.by_path()


def instructed() -> frozenset[str]:
    """The pages with a text that tries to instruct a model."""
    return frozenset(product.path for product in reviews.instructed())
