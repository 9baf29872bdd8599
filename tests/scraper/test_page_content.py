import asyncio
import json

import pytest
import zstandard

from scraper.content.content import ENGINE_VERSION
from scraper.document import Document
from scraper.page_content import PageContent
from scraper.parse_pool import ParsePool, ParseSettings, Raw
from storage.content_pack import Texts, unpacked

STORY = "".join(
    f"<p>The river number {n} runs from the hills down to the sea, and many towns lie on its banks.</p>"
    for n in range(12)
)
PAGE = f"<html lang=en><title>Rivers</title><a href=/next>Next page</a><main><h1>Rivers</h1>{STORY}</main>"
# Its tree is made at once, but what is read in it costs seconds.
SLOW = f"{PAGE}{'<p>word <b>word</b></p>' * 120_000}"
SETTINGS = ParseSettings(agent="Tandem/1.0", reads_content=True)


def raw(html: str) -> Raw:
    return Raw("http://shop.test/", html.encode(), "text/html; charset=utf-8", "text/html", "shop.test")


def texts(frame: bytes) -> Texts:
    return unpacked(frame, zstandard.ZstdDecompressor())


async def test_one_parse_gives_links_and_content() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        parsed = await pool.parse(raw(PAGE))
    assert [url for _, url in parsed.follow] == ["http://shop.test/next"]
    assert parsed.engine == ENGINE_VERSION
    assert len(parsed.fingerprint) == 36
    read = texts(parsed.content)
    assert (read.reason, read.title, read.language) == ("ok", "Rivers", "en")
    assert "The river number 11 runs" in read.text
    assert "The river number 11 runs" in read.markdown


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_content_is_read_only_where_job_and_page_ask_for_it(is_wanted: bool) -> None:
    settings = ParseSettings("Tandem/1.0", reads_content=not is_wanted)
    async with asyncio.timeout(60), ParsePool(settings) as pool:
        parsed = await pool.parse(raw(PAGE)._replace(reads_content=is_wanted))
    assert (parsed.engine, parsed.content, parsed.fingerprint) == (0, b"", b"")
    assert parsed.title == "Rivers"


async def test_a_page_whose_content_takes_too_long_keeps_its_links() -> None:
    settings = ParseSettings("Tandem/1.0", page_seconds=0.5, reads_content=True)
    async with asyncio.timeout(60), ParsePool(settings) as pool:
        slow, *others = await asyncio.gather(*(pool.parse(raw(html)) for html in (SLOW, *[PAGE] * 20)))
    assert (slow.reason, slow.title, slow.engine) == ("ok", "Rivers", 0)
    assert [url for _, url in slow.follow] == ["http://shop.test/next"]
    assert {parsed.engine for parsed in others} == {ENGINE_VERSION}


async def test_a_page_that_cannot_be_parsed_in_time_is_lost_as_ever() -> None:
    settings = ParseSettings("Tandem/1.0", page_seconds=0.3, reads_content=True)
    async with asyncio.timeout(60), ParsePool(settings) as pool:
        options = "<select>" + "<option>" * 150_000
        assert (await pool.parse(raw(options))).reason == "parse_timeout"


async def test_what_nests_without_end_is_kept_unparsed_by_name() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        parsed = await pool.parse(raw("<div>" * 200_000))
    assert (parsed.reason, parsed.engine, parsed.follow) == ("too_deep", 0, ())
    assert parsed.digest


def test_half_a_character_out_of_structured_data_is_no_obstacle() -> None:
    data = json.dumps({"@type": "Article", "headline": "x", "author": {"name": "A \ud800 nn"}})
    page = Document(f'<script type="application/ld+json">{data}</script>{PAGE}')
    assert PageContent().read(page, "http://a.test/").texts
