"""Small pages of our own making, one for every way a page can look."""

# ruff: noqa: E501 -- markup is easier to read unbroken

MENU = (
    '<header class="site-header"><nav class="main-menu"><ul>'
    + "".join(
        f'<li><a href="/{name.lower()}">{name}</a></li>'
        for name in ("Home", "Shop", "Blog", "About", "Contact")
    )
    + "</ul></nav></header>"
)
FOOTER = (
    '<footer class="site-footer"><div class="newsletter"><p>Subscribe to our newsletter</p></div>'
    '<ul class="footer-links"><li><a href="/privacy">Privacy policy</a></li><li><a href="/terms">Terms of service</a></li>'
    "</ul><p>© 2026 Orchard Press. All rights reserved.</p></footer>"
)
STORY = (
    "Grafting joins the shoot of one apple tree to the roots of another, so that a good fruit keeps its taste.",
    "The cut is made in late winter, while the buds still sleep, and the two pieces must meet bark to bark.",
    "A strip of tape holds the union for six weeks; after that, the sap itself has made the joint strong.",
    "Growers in the valley have used the same three varieties since 1880, and few of them see a reason to change.",
)
ARTICLE = (
    '<!doctype html><html lang="en-GB"><head><title>How apple trees are grafted | Orchard Press</title>'
    '<meta property="og:type" content="article"><meta property="og:site_name" content="Orchard Press">'
    '<link rel="canonical" href="https://orchard.example/grafting">'
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    '"headline":"How apple trees are grafted","datePublished":"2026-02-03T08:00:00Z",'
    '"author":{"@type":"Person","name":"Ada Pomeroy"}}</script></head>'
    f'<body class="single-post">{MENU}<main><article class="post"><h1>How apple trees are grafted</h1>'
    f'<div class="entry-content"><p>{STORY[0]}</p><p>{STORY[1]} See <a href="/tools">the tools</a>.</p>'
    f"<h2>After the cut</h2><p>{STORY[2]}</p><ul><li>Keep the tape dry.</li><li>Look after it weekly.</li></ul>"
    f"<pre>graft --variety pippin\n  --month 2</pre><p>{STORY[3]}</p></div></article></main>"
    '<aside class="sidebar related-posts"><h3>Related posts</h3><ul><li><a href="/a">Ten pears to try</a></li>'
    f'<li><a href="/b">Why bees matter</a></li></ul></aside>{FOOTER}</body></html>'
)


def product(name: str, price: str, code: str) -> str:
    """One product of a shop: all of them share a template and most of their words."""
    return (
        f'<!doctype html><html lang="en"><head><title>{name} – Orchard Shop</title>'
        '<meta property="og:type" content="product"></head>'
        f'<body class="product-page">{MENU}<main class="product"><h1 class="product-title">{name}</h1>'
        f'<p class="price">${price}</p><p>SKU: {code}</p><div class="product-description"><p>This tool was made for '
        "long days outdoors. The handle is turned from ash, the steel is hardened twice, and every edge is ground by "
        "hand before it leaves the workshop. It comes with a leather sheath and a guarantee of ten years.</p></div>"
        f'<button class="add-to-cart">Add to cart</button></main>{FOOTER}</body></html>'
    )
