"""What a job wants done with each page in a browser, worked out once for all its pages."""

from collections.abc import Mapping

from scraper.pattern import Pattern
from scraper.render.order import Mode, Orders, PageOrder
from scraper.render.words import UNTIL_NO_MORE, Action, Shot
from storage.address import NotAnAddress, parse
from tandem.job import Job
from tandem.job_browser import Browser, PageSteps
from tandem.job_steps import Fill, Repeat, Scroll, SingleStep, Step
from tandem.job_values import Secret


def page_orders(job: Job, variables: Mapping[str, str]) -> Orders:
    """By a page's URL: the order of the first entry that fits it, else that of all other pages."""
    general = _order(job.browser, Mode(job.crawl.render))
    if not job.pages:
        return lambda _url: general
    entries = [
        (tuple(map(Pattern.of, entry.match)), _entry_order(job, entry, variables)) for entry in job.pages
    ]

    def order_of(url: str) -> PageOrder:
        try:
            address = parse(url)
        except NotAnAddress:
            return general
        fitting = (order for patterns, order in entries if any(one.matches(address) for one in patterns))
        return next(fitting, general)

    return order_of


def actions(steps: tuple[Step, ...], variables: Mapping[str, str]) -> tuple[Action, ...]:
    """The steps of a job as they are done, with secrets from the environment."""
    return tuple(_action(step, variables) for step in steps)


def _order(asked: Browser, mode: Mode) -> PageOrder:
    return PageOrder(
        mode,
        shots=frozenset(map(Shot, asked.screenshots)),
        captures=bool(asked.capture_json),
        capture_only=_patterns(asked.capture_json),
        keeps_dom=asked.keep_dom,
    )


def _entry_order(job: Job, entry: PageSteps, variables: Mapping[str, str]) -> PageOrder:
    mode = Mode(entry.render or ("always" if entry.needs_browser else job.crawl.render))
    order = _order(job.browser, mode)._replace(actions=actions(entry.do, variables))
    if entry.screenshots is not None:
        order = order._replace(shots=frozenset(map(Shot, entry.screenshots)))
    if entry.capture_json is not None:
        wanted = entry.capture_json
        order = order._replace(captures=bool(wanted), capture_only=_patterns(wanted))
    return order


def _patterns(wanted: bool | tuple[str, ...]) -> tuple[Pattern, ...]:
    return () if isinstance(wanted, bool) else tuple(map(Pattern.of, wanted))


def _action(step: SingleStep, variables: Mapping[str, str]) -> Action:
    return _what(step, variables)._replace(seconds=step.timeout or 0.0, is_optional=step.optional)


def _what(step: SingleStep, variables: Mapping[str, str]) -> Action:
    if isinstance(step, Step) and step.repeat is not None:
        return _repeat(step.repeat, variables)
    if step.wait_for is not None:
        return Action("wait_for", step.wait_for)
    if step.click is not None:
        return Action("click", step.click)
    if step.press is not None:
        return Action("press", text=step.press)
    if step.fill is not None:
        return _fill(step.fill, variables)
    if step.select is not None:
        return Action("select", step.select.from_, step.select.option)
    if step.scroll is not None:
        return _scroll(step.scroll)
    raise AssertionError("a step does one thing")


def _fill(fill: Fill, variables: Mapping[str, str]) -> Action:
    if isinstance(fill.text, Secret):
        return Action("fill", fill.into, fill.text.reveal(variables), is_secret=True)
    return Action("fill", fill.into, fill.text)


def _scroll(scroll: Scroll) -> Action:
    ends = scroll.times is None
    limit = scroll.at_most if scroll.times is None else scroll.times
    return Action("scroll", scroll.inside or "", UNTIL_NO_MORE if ends else "", limit=limit)


def _repeat(repeat: Repeat, variables: Mapping[str, str]) -> Action:
    inner = (
        (Action("click", repeat.click),)
        if repeat.click is not None
        else tuple(_action(step, variables) for step in repeat.do)
    )
    return Action("repeat", limit=repeat.at_most, steps=inner)
