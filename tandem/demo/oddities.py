"""Answers that real sites give and crawlers must survive: redirects, errors, traps, odd encodings."""

import datetime
import re
from dataclasses import dataclass

from tandem.demo import catalogue
from tandem.demo.answer import OPENED, Answer, html
from tandem.demo.frame import link, page
from tandem.demo.reading_pages import written_page

RETRY_AFTER_SECONDS = 1
SLOW_SECONDS = 1.5
CALENDAR = re.compile(r"/events/(20\d\d|2[1-9]\d\d|[3-9]\d{3})/(0[1-9]|1[0-2])")
FIRST_MONTH = "/events/2026/11"
NOINDEX = '<meta name="robots" content="noindex, follow">\n'
NOFOLLOW = '<meta name="robots" content="nofollow">\n'
DEAL_PLACE = 17


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    location: str


def redirects() -> dict[str, Redirect]:
    """Every address that leads on: single hops, a chain of three, a loop, and one out of the shop."""
    return {
        "/deal-of-the-day": Redirect(302, catalogue.products()[DEAL_PLACE].path),
        "/tents": Redirect(301, "/shelf/tents"),
        "/lamps": Redirect(308, "/shelf/lamps"),
        "/catalogue-2019": Redirect(301, "/catalogue-2021"),
        "/catalogue-2021": Redirect(302, "/catalogue"),
        "/catalogue": Redirect(301, "/shelves"),
        "/around": Redirect(302, "/around/again"),
        "/around/again": Redirect(302, "/around"),
        "/prize": Redirect(302, "http://prize.example/draw"),
    }


def redirect(path: str) -> Answer:
    hop = redirects()[path]
    text = page("Moved", f"<h1>Moved</h1>\n<p>This page is now {link(hop.location, 'here')}.</p>")
    return Answer(text.encode(), hop.status, headers=(("Location", hop.location),))


def missing(status: int = 404) -> Answer:
    words = "This page is gone for good." if status == 410 else "There is no such page in the shop."
    return Answer(page("Not found", f"<h1>Not found</h1>\n<p>{words}</p>").encode(), status)


def weather(attempt: int) -> Answer:
    """Unavailable to the first who asks, there ever after."""
    if attempt > 1:
        return html(written_page("weather", "Weather at the hut"))
    text = page("Asleep", "<h1>Asleep</h1>\n<p>The old machine is waking up. Ask again in a second.</p>")
    return Answer(text.encode(), 503, headers=(("Retry-After", str(RETRY_AFTER_SECONDS)),))


def stock_report() -> Answer:
    text = written_page("stock-report", "Stock report")
    return Answer(text.encode(), modified=OPENED, delay_seconds=SLOW_SECONDS)


def history() -> Answer:
    """German in the old Windows encoding, said in the header alone."""
    text = written_page("geschichte", "Geschichte", language="de")
    return Answer(text.encode("cp1252"), content_type="text/html; charset=windows-1252", modified=OPENED)


def calendar(path: str) -> Answer | None:
    """One month of an endless calendar; None when the path is no month."""
    found = CALENDAR.fullmatch(path)
    if found is None:
        return None
    month = datetime.date(int(found[1]), int(found[2]), 1)
    following = "" if month.year == datetime.MAXYEAR else link(_month_path(month), "next month", "next")
    title = f"Events in {month:%B} {month.year}"
    body = f"<h1>{title}</h1>\n<p>Repair evening on each Thursday, from 18 to 20.</p>\n<p>{following}</p>"
    return html(page(title, body))


def _month_path(month: datetime.date) -> str:
    following = (month + datetime.timedelta(days=31)).replace(day=1)
    return f"/events/{following.year}/{following.month:02d}"
