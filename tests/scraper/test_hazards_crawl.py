"""Every hazard goes through a whole crawl and ends by its name; a healthy host beside it keeps its pace."""

import resource
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.documents.reading import TOLD
from scraper.fetch_settings import FetchSettings
from scraper.scope import Within
from storage.words import Kind
from tests.hostile.apart import HAZARDS, HostileProcess, Seen
from tests.hostile.hosts import WELL_DELAY, WELL_PAGES, Hosts
from tests.hostile.registry import Hazard, Layer, Where
from tests.scraper.whole_crawl import FETCHING, Crawled, Plan, Row, crawl

PAGES_PER_HOST = 40
DEPTH = 4
MEGABYTES_GROWN = 400  # of the crawling process; the bodies of the bombs alone would be 336 at a time
REFUSED = {"bomb", "too_large", "unwanted_type"}
SITEMAPS = tuple(hazard for hazard in HAZARDS.values() if hazard.name.startswith("sitemap"))
PAGES = tuple(hazard for hazard in HAZARDS.values() if hazard.where is Where.HTTP and hazard not in SITEMAPS)
SOCKETS = tuple(hazard for hazard in HAZARDS.values() if hazard.where is not Where.HTTP)

# How the URLs of a hazard end that leads on to others: by reason, the most there may be.
ENDS = {
    "markup-of-quadratic-time": {"too_deep": 1},
    "options-of-quadratic-time": {"parse_timeout": 1},
    "attributes-of-quadratic-time": {"parse_timeout": 1},
    "deep-json-ld": {"ok": 1},
    "base-elsewhere": {"ok": 1},
    "base-of-script": {"ok": 2},
    "canonical-elsewhere": {"ok": 2},
    "canonical-in-a-ring": {"ok": 3},
    "refresh-to-itself": {"ok": 1},
    "refresh-in-ages": {"ok": 2},
    "noindex-nofollow": {"noindex": 1},
    "robots-header": {"ok": 2},
    "links-of-other-schemes": {"ok": 1},
    "links-in-odd-spelling": {"ok": 3},
    "links-by-the-hundred-thousand": {
        "links_cut": PAGES_PER_HOST + 1,
        "host_budget": 3_000 - PAGES_PER_HOST,
    },
    "redirect-not-ascii": {"redirected": 1, "ok": 1},
    "redirect-to-itself": {"redirect_loop": 1},
    "redirect-in-a-ring": {"redirected": 3, "redirect_loop": 1},
    "redirect-eleven-times": {"redirected": 10, "too_many_redirects": 1},
    "redirect-with-new-token": {"redirected": 10, "too_many_redirects": 1},
    "redirect-to-file": {"bad_redirect": 1},
    "redirect-to-ftp": {"bad_redirect": 1},
    "redirect-to-script": {"bad_redirect": 1},
    "redirect-to-private-address": {"redirect_out_of_scope": 1},
    "redirect-to-metadata": {"redirect_out_of_scope": 1},
    "redirect-out-of-scope": {"redirect_out_of_scope": 1},
    "redirect-with-credentials": {"redirected": 1},
    "calendar": {"ok": 2 * DEPTH + 2},
    "visit-id-in-path": {"ok": PAGES_PER_HOST + 1, "host_budget": 3 * PAGES_PER_HOST},
    "visit-id-in-query": {"ok": PAGES_PER_HOST + 1, "host_budget": 3 * PAGES_PER_HOST},
    "facets": {"ok": PAGES_PER_HOST + 1, "host_budget": 40 * PAGES_PER_HOST},
    "query-permutations": {"ok": 2},
    "repeated-segments": {"ok": 3, "trap_repetition": 1},
    "growing-relative-links": {"ok": 2 ** (DEPTH + 1), "trap_repetition": 2**DEPTH},
    "random-next": {"ok": DEPTH + 1},
    "soft-not-found": {"ok": 3},
    "hash-bang": {"ok": 1},
    "case-pairs": {"ok": 3},
    "flapping": {"http_503": 1},
}

# Each host whose robots.txt is the hazard, and how its pages `/` and `/closed` end.
ROBOTS_ENDS = {
    "robots-500.test": ("robots_unreachable", "robots_unreachable"),
    "robots-429.test": ("robots_unreachable", "robots_unreachable"),
    "robots-hang.test": ("robots_unreachable", "robots_unreachable"),
    "robots-cut.test": ("robots_unreachable", "robots_unreachable"),
    "robots-astray.test": ("robots_unreachable", "robots_unreachable"),
    "robots-404.test": ("ok", "ok"),
    "robots-403.test": ("ok", "ok"),
    "robots-ring.test": ("ok", "ok"),
    "robots-binary.test": ("ok", "ok"),
    "robots-long.test": ("ok", "robots"),
    "robots-noisy.test": ("ok", "robots"),
    "robots-closed.test": ("robots", "robots"),
}


def expected(hazard: Hazard) -> dict[str, int]:
    """The reasons of a hazard's URLs in the ledger, each with the most there may be."""
    if hazard.layer is Layer.CRAWL or hazard.name in ENDS:
        return ENDS.get(hazard.name, {hazard.expected: 1})
    is_answer = hazard.expected == "ok" and not 200 <= hazard.status < 300
    return {f"http_{hazard.status}" if is_answer else hazard.expected: 1}


def outcome(reason: str) -> str:
    """Which outcome a reason stands for in these crawls."""
    if reason in {"ok", "redirected", "links_cut", *TOLD} or reason.startswith("parse_"):
        return "fetched"
    is_refusal = reason.startswith(("trap_", "redirect_out")) or reason.endswith("_budget")
    return "refused" if is_refusal or reason in REFUSED | {"noindex", "robots", "egress"} else "failed"


def fetching(server: HostileProcess) -> FetchSettings:
    return replace(FETCHING, ca_file=server.ca_file)


@pytest.mark.slow
async def test_every_hazard_has_its_named_end_while_a_healthy_host_keeps_its_pace(tmp_path: Path) -> None:
    async with HostileProcess() as server, Hosts() as hosts:
        own = {hazard.name: server.url_by_name(hazard) for hazard in PAGES}
        plan = Plan(
            seeds=(
                server.origin() + "/plain",
                hosts.url("deep.test", "/0"),
                *(hosts.url(host, path) for host in ROBOTS_ENDS for path in ("/", "/closed")),
                *own.values(),
                *(hosts.url("well.test", f"/{number}") for number in range(WELL_PAGES)),
            ),
            sitemaps=tuple(map(server.url, SITEMAPS)),
            max_depth=DEPTH,
            pages_per_host=PAGES_PER_HOST,
            fetching=fetching(server),
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        crawled, seen = await crawl(plan, tmp_path), await server.finish()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        _assert_ends(crawled, own)
        _assert_robots(crawled, hosts)
        _assert_sitemaps(crawled, server)
        _assert_limits(crawled, seen)
        _assert_pace(crawled, hosts)
        assert grown < MEGABYTES_GROWN * (1 if sys.platform == "darwin" else 1024)


def _assert_ends(crawled: Crawled, own: dict[str, str]) -> None:
    wrong = {}
    for hazard in PAGES:
        rows = crawled.of(f"{hazard.name}.test")
        ends = Counter(row.reason for row in rows)
        most = expected(hazard)
        is_right = ends.keys() == most.keys() and all(ends[reason] <= most[reason] for reason in ends)
        if not is_right or own[hazard.name] not in {row.url for row in rows}:
            wrong[hazard.name] = (dict(ends), most)
    assert wrong == {}
    assert [row for row in crawled.rows if row.outcome != outcome(row.reason)] == []
    assert crawled.waiting == 0


def _assert_robots(crawled: Crawled, hosts: Hosts) -> None:
    ends = {
        host: tuple(crawled.at(hosts.url(host, path)).reason for path in ("/", "/closed"))
        for host in ROBOTS_ENDS
    }
    assert ends == ROBOTS_ENDS
    for host, reasons in ROBOTS_ENDS.items():
        asked = Counter(came.path for came in hosts.log if came.host == host)
        assert asked["/robots.txt"] == (3 if "robots_unreachable" in reasons else 1), host
        assert [asked[path] for path in ("/", "/closed")] == [int(reason == "ok") for reason in reasons], host


def _assert_sitemaps(crawled: Crawled, server: HostileProcess) -> None:
    listed = [row for row in crawled.rows if row.kind == Kind.SITEMAP]
    assert {row.reason for row in listed} == {"ok"}
    of_itself, without_end = (
        [row for row in listed if row.url.startswith(server.url(hazard))] for hazard in SITEMAPS
    )
    assert len(of_itself) == 1
    assert len(without_end) == 1 + 5 + 25 + 125  # an index in an index in an index, and no further


def _assert_limits(crawled: Crawled, seen: list[Seen]) -> None:
    assert max(row.depth for row in crawled.rows) == DEPTH
    assert len(crawled.of("deep.test")) == DEPTH + 1
    assert max(row.body_bytes for row in crawled.rows) <= 4 << 20
    for host, requests in Counter(one.host for one in seen if ".test" in one.host).items():
        assert requests <= PAGES_PER_HOST + 4, host  # the seed, robots.txt, and a kept connection that closed
    secret = [one for one in crawled.rows if "secret" in one.url]
    assert secret == []
    there = [row for row in crawled.rows if row.url.endswith("/there")]
    assert [row.reason for row in there] == ["ok"]


def _assert_pace(crawled: Crawled, hosts: Hosts) -> None:
    """The pace of a host that asks for a delay is that delay; nine tenths of it must be left."""
    at = [came.at for came in hosts.log if came.host == "well.test"]
    assert len(at) == WELL_PAGES + 1  # with robots.txt
    assert min(after - before for before, after in pairwise(at)) >= WELL_DELAY - 0.002
    hazards = [moment for moment, url in crawled.commits if "well.test" not in url]
    assert max(hazards) > at[-1] > at[0] > 0
    assert (at[-1] - at[0]) / (len(at) - 1) <= WELL_DELAY / 0.9


async def test_hazards_below_http_end_by_their_names(tmp_path: Path) -> None:
    async with HostileProcess() as server:
        seeds = tuple(server.url(hazard) for hazard in SOCKETS)
        plan = Plan(seeds, robots=False, concurrency=16, fetching=fetching(server))
        crawled = await crawl(plan, tmp_path)
        ends = {hazard.name: crawled.at(server.url(hazard)).reason for hazard in SOCKETS}
    assert ends == {hazard.name: hazard.expected for hazard in SOCKETS}


async def test_an_address_that_is_not_to_be_reached_is_refused_before_any_robots_txt(tmp_path: Path) -> None:
    names = ("redirect-to-private-address", "redirect-to-metadata")
    async with HostileProcess() as server:
        seeds = tuple(server.url_by_name(HAZARDS[name]) for name in names)
        crawled = await crawl(Plan(seeds, within=Within.ANY), tmp_path)
    assert _ends(crawled.rows) == {
        (seeds[0], "fetched", "redirected", True),
        (seeds[1], "fetched", "redirected", True),
        ("http://10.0.0.1/", "refused", "egress", True),
        ("http://169.254.169.254/latest/meta-data/", "refused", "egress", True),
    }


@pytest.mark.slow
async def test_a_host_of_pages_that_nobody_can_read_is_asked_less_and_less(tmp_path: Path) -> None:
    """Each of them keeps a worker busy as long as it may; the others' pages are read in between."""
    async with HostileProcess() as server, Hosts() as hosts:
        heavy = server.url_by_name(HAZARDS["attributes-of-quadratic-time"])
        seeds = (*(f"{heavy}{number}" for number in range(3)), hosts.url("robots-404.test"))
        crawled = await crawl(Plan(seeds, page_seconds=0.1, per_host=1), tmp_path)
    ends = Counter(row.reason for row in crawled.rows)
    assert ends == {"parse_timeout": 3, "ok": 1}
    at = [moment for moment, url in crawled.commits if url.startswith(heavy)]
    assert at[1] - at[0] >= 1.0
    assert at[2] - at[1] >= 1.5


def _ends(rows: list[Row]) -> set[tuple[str, str, str, bool]]:
    return {(row.url, row.outcome, row.reason, bool(row.final)) for row in rows}


def test_there_are_more_than_forty_hazards_in_the_crawl() -> None:
    assert len(PAGES) + len(SITEMAPS) + len(SOCKETS) + len(ROBOTS_ENDS) > 100
