"""Pictures of real pages; their size stands in the PNG."""

import struct
import zlib

import pytest
from playwright.async_api import Page

from scraper.render.shots import ShotLimits, take
from scraper.render.words import Action, Picture, Shot
from tests.scraper.render.action_site import ActionSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
BOTH = frozenset(Shot)


def size(picture: Picture) -> tuple[int, int]:
    assert picture.body.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture.body[16:24])
    return int(width), int(height)


def colours_of_rows(picture: Picture) -> list[bytes]:
    """The first pixel of each row, as far as it can be read without undoing filters: the packed row."""
    at, packed = 8, b""
    while at < len(picture.body):
        length, kind = struct.unpack(">I4s", picture.body[at : at + 8])
        packed += picture.body[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    rows = zlib.decompress(packed)
    width, height = size(picture)
    stride = len(rows) // height
    assert stride >= width
    return [rows[n * stride : (n + 1) * stride] for n in range(height)]


async def test_a_full_page_is_as_tall_as_the_page(page: Page, action_site: ActionSite) -> None:
    await page.set_viewport_size({"width": 800, "height": 600})
    await page.goto(f"{action_site.url}/tall?height=3000")
    viewport, full = (await take(page, BOTH)).pictures
    assert (viewport.shot, size(viewport)) == (Shot.VIEWPORT, (800, 600))
    assert (full.shot, size(full)) == (Shot.FULL_PAGE, (800, 3000))


async def test_only_what_is_asked_for_is_taken(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/plain")
    (picture,) = (await take(page, {Shot.FULL_PAGE})).pictures
    assert picture.shot is Shot.FULL_PAGE
    assert size(picture)[1] >= 600


async def test_a_page_without_end_is_cut_at_the_tallest_picture(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/tall?height=1000000")
    (picture,) = (await take(page, {Shot.FULL_PAGE})).pictures
    assert size(picture)[1] == 16_384
    assert len(set(colours_of_rows(picture)[-4:])) >= 1


async def test_a_picture_that_is_too_large_is_left_out_and_that_is_said(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/tall")
    taken = await take(page, BOTH, limits=ShotLimits(bytes=100))
    assert taken.pictures == ()
    assert "the picture of viewport has" in taken.detail
    assert "the picture of full page has" in taken.detail


async def test_a_field_with_a_secret_is_covered(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/search")
    await page.fill("#q", "hunter2")
    secret = Action("fill", "#q", "hunter2", is_secret=True)
    (open_picture,) = (await take(page, {Shot.VIEWPORT})).pictures
    (covered,) = (await take(page, {Shot.VIEWPORT}, [secret])).pictures
    await page.fill("#q", "another")
    (other,) = (await take(page, {Shot.VIEWPORT}, [secret])).pictures
    assert covered.body != open_picture.body
    assert covered.body == other.body


async def test_a_page_that_is_gone_has_no_picture(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/plain")
    await page.close()
    assert await take(page, {Shot.VIEWPORT}) == ((), "no picture of viewport could be taken")
