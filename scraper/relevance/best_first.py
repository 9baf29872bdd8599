"""Sends a crawl where its topic is: scores pages, ranks their links, and learns what slots of pages bring."""

from dataclasses import dataclass, field, replace

from scraper.discover import STEP, Discovery, Found, SeenLinks
from scraper.pages import Parsed
from scraper.relevance.judge import Glance, Judge, NoJudge, Verdict
from scraper.relevance.learned import Learned
from scraper.relevance.score import coverage, page_score
from scraper.relevance.shape import shape
from scraper.relevance.sight import Sight
from scraper.relevance.slots import Offset, Slots
from scraper.relevance.topic import Topic
from storage.words import Kind, Link, Refusal

OWN_BANDS = 20  # what a link says by itself weighs more than its slot (`yields.OFFSETS` bands)
_WORDS, _PARENT = 0.65, 0.35  # shares of a link's own words and of the page that it stands on
_LISTED = -1  # the place of links that stand in no page but a sitemap
_HUB = 0.7  # a page whose best new links say the whole topic is worth as much as a page of this score
_BEST_LINKS = 5
_HALF = 0.5
_WORTH_TELLING = 3  # bands that a known link looks better by, before it is handed on again


@dataclass(frozen=True, slots=True)
class Aim:
    """What a job wants to read about, and below which relevance a page's links are not followed."""

    topic: Topic
    least: float = 0.0


@dataclass(slots=True)
class _Ranking:
    """The links of one page as they are ranked."""

    page: Link
    relevance: float
    links: list[Link] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    offsets: list[Offset] = field(default_factory=list)
    promises: list[float] = field(default_factory=list)  # what new links say of the topic

    @property
    def value(self) -> float:
        """What it was worth to come here: for the page itself, or for where it leads."""
        best = sorted(self.promises, reverse=True)[:_BEST_LINKS]
        return max(self.relevance, _HUB * sum(best) / _BEST_LINKS)


class BestFirst:
    """One crawl with a topic; what it learns as pages come may be lost, and is learned again."""

    def __init__(self, discovery: Discovery, aim: Aim, learned: Learned, judge: Judge | None = None) -> None:
        self._discovery = discovery
        self._aim = aim
        self._learned = learned
        self._slots = Slots(learned.yields)
        self._judge = judge or NoJudge()
        self._best = SeenLinks()

    def found(self, link: Link, parsed: Parsed) -> Found:
        """The links of a page, ranked; none where the page is off the topic."""
        if not parsed.sight:
            return Found()
        sight = Sight._make(parsed.sight)
        is_first_look = link.kind is Kind.PAGE
        if is_first_look:
            self._learned.rarity.add(sight.counts)
        ranking = _Ranking(link, self._relevance(link, parsed, sight))
        # Seeds are the job's own choice: they are followed whatever they say.
        is_off_topic = ranking.relevance < self._aim.least and link.depth > 0
        if not is_off_topic:
            self._rank(ranking, parsed, sight)
        if is_first_look:
            ranking.offsets += self._slots.brought(link, ranking.value)
        links, refusals, offsets = tuple(ranking.links), tuple(ranking.refusals), tuple(ranking.offsets)
        return Found(links, refusals, offsets, ranking.relevance, is_off_topic)

    def listed(self, sitemap: Link, found: Found) -> Found:
        """Links that a sitemap lists, by what their addresses say; those of one rank keep their order."""
        links: list[Link] = []
        offsets: list[Offset] = []
        for link in found.links:
            if link.kind is not Kind.PAGE:
                links.append(link)
                continue
            said = coverage(self._aim.topic.url_mask(link.url), self._weights)
            slot = self._slots.of(sitemap.url, _LISTED, link.url, _level(said))
            offsets += self._slots.begun(slot, sitemap.url)
            # What a sitemap calls urgent has a priority of one step and less than another.
            ranked = _priority(_band(own_score(said, 0.0)), link.priority - STEP)
            links.append(replace(link, priority=ranked, slot=slot))
        return replace(found, links=tuple(links), offsets=tuple(offsets))

    def missed(self, link: Link) -> Found:
        """The link led to no page."""
        return Found(offsets=tuple(self._slots.brought(link, 0.0)))

    def heard(self, verdict: Verdict) -> dict[int, int]:
        """The slots that a late verdict moves, with their new offsets."""
        return dict(self._slots.judged(verdict.pattern, verdict.relevance))

    def kept(self) -> bytes:
        """What was learned, for a continuation."""
        return self._learned.kept(self._aim.topic)

    @property
    def _weights(self) -> tuple[float, ...]:
        return self._learned.rarity.weights

    def _relevance(self, link: Link, parsed: Parsed, sight: Sight) -> float:
        score = page_score(sight.counts, sight.words, self._weights)
        glance = Glance(shape(link.url), link.url, parsed.title, sight.heading, sight.opening, score)
        known = self._judge.known(glance)
        return round(score if known is None else (score + known) / 2, 3)

    def _rank(self, ranking: _Ranking, parsed: Parsed, sight: Sight) -> None:
        page = ranking.page
        depth, left = page.depth + 1, page.left - 1
        weights = self._weights
        said = {mask: coverage(mask, weights) for mask in {mask for _, mask in sight.marks}}
        bands = {mask: _band(own_score(one, ranking.relevance)) for mask, one in said.items()}
        # A page that asks not to be followed has marks, and no links.
        for (key, url), (place, mask) in zip(parsed.follow, sight.marks, strict=False):
            is_news = self._discovery.seen.is_news(key, left)
            if not self._best.is_news(key, -(bands[mask] // _WORTH_TELLING)) and not is_news:
                continue
            judged = self._discovery.judged(url, depth, left)
            if isinstance(judged, Link):
                slot = self._slots.of(page.url, place, url, _level(said[mask]))
                ranking.offsets += self._slots.begun(slot, page.url)
                ranking.links.append(replace(judged, priority=_priority(bands[mask], depth), slot=slot))
                ranking.promises += [said[mask]] * is_news
            elif judged is not None:
                ranking.refusals.append(judged)


def own_score(said: float, relevance: float) -> float:
    """How good a link is by its words and the page that it stands on, before its slot has shown anything."""
    return _WORDS * said + _PARENT * relevance


def _band(own: float) -> int:
    return round(OWN_BANDS * (1 - own))


def _priority(band: int, rest: int) -> int:
    """Links of one band are as good as each other; among them the rest decides, as without a topic."""
    return STEP * (1 + band) + min(max(rest, 0), STEP - 1)


def _level(said: float) -> int:
    """Links that say nothing, something, or most of the topic tell different things about their slot."""
    return (said > 0) + (said > _HALF)
