"""Which part of a page its texts belong to."""

import pytest

from scraper.document import Document
from scraper.selection.candidates_zones import Zone
from scraper.selection.page_view import view_of


@pytest.mark.parametrize(
    ("around", "zone"),
    [
        ("<main>{}</main>", Zone.MAIN),
        ("<nav>{}</nav>", Zone.NAVIGATION),
        ("<footer><div>{}</div></footer>", Zone.FOOTER),
        ("<div class='product-recommendations'>{}</div>", Zone.RELATED),
        ("<div id='customerReviews'>{}</div>", Zone.REVIEWS),
        ("<div role=dialog>{}</div>", Zone.CHROME),
        ("<h2>You may also like</h2><ul><li>{}</li></ul>", Zone.RELATED),
        ("<h2>Kundenbewertungen</h2><p>{}</p>", Zone.REVIEWS),
        ("<h2>Reviews</h2><p>good</p><h2>Details</h2><p>{}</p>", Zone.MAIN),
        ("<div class='page has-related'>" + "much text of the page itself " * 40 + "{}</div>", Zone.MAIN),
    ],
)
def test_a_text_belongs_to_a_part_of_the_page(around: str, zone: Zone) -> None:
    html = f"<body><h1>Lamp</h1><p>{'It gives light. ' * 30}</p>{around.format('<i>here</i>')}</body>"
    view = view_of(Document(html))
    [element] = [one for one in view.outline.elements if one.tag == "i"]
    assert view.surface.zones[element.number] is zone


def test_a_price_that_a_reader_writes_is_not_the_price() -> None:
    html = (
        "<h1>Lamp</h1><p class=price>€30</p><h2>What buyers say</h2>"
        "<section><h3>Price: €1</h3><p class=price>€1</p></section>"
    )
    spots = {spot.text: spot.weight for spot in view_of(Document(html)).surface.spots}
    assert spots["€1"] < 0.3 < spots["€30"]
