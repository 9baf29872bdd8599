import pytest

from scraper.document import LONGEST_HREF, LONGEST_TEXT, Anchor, Document, Refresh


def anchors(html: str) -> list[Anchor]:
    return list(Document(html).anchors())


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> Blue\n  kettle </title>", "Blue kettle"),
        ("<p>no head at all", ""),
        ("<title></title><title>second</title>", ""),
        ("<body><svg><title>drawing</title></svg>", ""),
        ("<body><svg><title>drawing</title></svg><title>late</title>", "late"),
        ("<head><noscript><img src=pixel></noscript><title>after a pixel</title>", "after a pixel"),
        ("<title>a &lt;b&gt; &amp; c</title>", "a <b> & c"),
        ("<title>" + "long " * 1000, ("long " * 200).strip()),
        ("<title>nul\0byte</title>", "nul\ufffdbyte"),
        ("<title>half \ud800 pair</title>", "half pair"),
    ],
)
def test_title_is_the_documents_own(html: str, title: str) -> None:
    assert Document(html).title == title


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=de>", "de"),
        ("<html lang=' pt_BR '>", "pt-br"),
        ("<html lang='{{ lang }}'>", ""),
        ("<html lang>", ""),
        ("<meta http-equiv=Content-Language content=fr>", "fr"),
        ("<html lang=en><meta http-equiv=content-language content=fr>", "en"),
        ("<html lang=" + "x" * 5000 + ">", ""),
        ("", ""),
    ],
)
def test_language_is_a_tag_or_nothing(html: str, language: str) -> None:
    assert Document(html).language == language


@pytest.mark.parametrize(
    ("html", "base"),
    [
        ("<base href=/shop/>", "/shop/"),
        ("<base target=_top><base href=/a/><base href=/b/>", "/a/"),
        ("<base href=''><base href=/b/>", ""),
        ("<base href='javascript:alert(1)'>", "javascript:alert(1)"),
        (f"<base href='/{'x' * LONGEST_HREF}'>", ""),
        ("<p>", ""),
    ],
)
def test_only_the_first_base_counts(html: str, base: str) -> None:
    assert Document(html).base == base


def test_every_claim_of_a_canonical_address_is_handed_out_once() -> None:
    document = Document(
        "<link rel='Canonical' href=/a><link rel='canonical nofollow' href=/b>"
        "<link rel=canonical href=/a><link rel=canonical href=''><link rel=stylesheet href=/c>"
    )
    assert document.canonicals == ("/a", "/b")


@pytest.mark.parametrize(
    ("content", "refresh"),
    [
        ("0;url=/next", Refresh("/next", True)),
        ("0; URL='/next?a=1;b=2' ignored", Refresh("/next?a=1;b=2", True)),
        ('5 , "/next"', Refresh("/next", True)),
        ("3.5; /next", Refresh("/next", True)),
        ("0 url = /next", Refresh("/next", True)),
        ("11; url=/next", Refresh("/next", False)),
        ("99999999999999999999; url=/next", Refresh("/next", False)),
        ("300", None),
        ("0;url=", None),
        ("url=/next", None),
        ("0" + " " * 100_000, None),
        ("", None),
    ],
)
def test_meta_refresh_names_an_address(content: str, refresh: Refresh | None) -> None:
    assert (
        Document(f"<meta http-equiv=Refresh content='{content.replace(chr(39), '&#39;')}'>").refresh
        == refresh
    )


def test_a_refresh_for_readers_without_scripts_is_none() -> None:
    assert (
        Document("<noscript><meta http-equiv=refresh content='0;url=/enable-js'></noscript>").refresh is None
    )


def test_robots_directives_come_with_the_name_they_address() -> None:
    document = Document(
        "<meta name=ROBOTS content='noindex'><meta name=tandem content='nofollow'>"
        "<meta name=otherbot content='none'><meta content='noindex'><meta name=robots>"
    )
    assert document.robots("tandem") == ("noindex", "tandem: nofollow")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=' /a\n'> One \n two </a>", ("/a", "One two", "")),
        ("<a href=/a rel='NoFollow  UGC'>x</a>", ("/a", "x", "nofollow ugc")),
        ("<a href=/a><b>nested</b> text</a>", ("/a", "nested text", "")),
        ("<a href=/a><img src=i alt='A picture'></a>", ("/a", "A picture", "")),
        ("<a href=/a aria-label=Menu><svg></svg></a>", ("/a", "Menu", "")),
        ("<a href=/a title=Hint> </a>", ("/a", "Hint", "")),
        ("<a href=/a><style>.x{color:red}</style>Shown</a>", ("/a", "Shown", "")),
        ("<a href=/a>{curly}</a>", ("/a", "{curly}", "")),
        ("<a href=/a>" + "w" * 500 + "</a>", ("/a", "w" * LONGEST_TEXT, "")),
        ("<map><area href=/a alt=North></map>", ("/a", "North", "")),
        ("<iframe src=/a title=Player></iframe>", ("/a", "Player", "iframe")),
        ("<frameset><frame src=/a></frameset>", ("/a", "", "frame")),
        ("<link rel=next href=/2>", ("/2", "", "next")),
        ("<link rel='alternate' hreflang=de-AT href=/de>", ("/de", "de-AT", "alternate")),
        ("<link rel=canonical href=/a>", ("/a", "", "canonical")),
        ("<noscript><a href=/a>plain</a></noscript>", ("/a", "plain", "")),
        ("<A HREF=/a?x=1&amp;y=2>x</A>", ("/a?x=1&y=2", "x", "")),
    ],
)
def test_what_leads_elsewhere_is_an_anchor(html: str, expected: Anchor) -> None:
    assert anchors(html) == [expected]


@pytest.mark.parametrize(
    "html",
    [
        "<a href='#part'>x</a>",
        "<a href=''>x</a>",
        "<a href>x</a>",
        "<a name=x>x</a>",
        f"<a href='data:{'x' * LONGEST_HREF}'>x</a>",
        "<iframe></iframe>",
        "<link rel=stylesheet href=/s.css>",
        "<link rel=alternate type=application/rss+xml href=/feed>",
        "<link href=/a>",
        "<template><a href=/a>x</a></template>",
        "<!-- <a href=/a>x</a> -->",
    ],
)
def test_what_leads_nowhere_is_none(html: str) -> None:
    assert anchors(html) == []


def test_anchors_keep_their_order_of_appearance() -> None:
    html = "<a href=/1>1</a><iframe src=/2></iframe><map><area href=/3></map><a href=/4>4</a>"
    assert [href for href, _, _ in anchors(html)] == ["/1", "/2", "/3", "/4"]


def test_the_tree_stays_at_hand_for_other_readers() -> None:
    document = Document("<h1>Kettle</h1><p class=price>12.99</p>")
    assert [node.text() for node in document.tree.css("h1, .price")] == ["Kettle", "12.99"]
