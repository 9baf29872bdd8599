"""Reads days and moments as ISO 8601; what depends on today is not guessed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from scraper.selection.value import Context, Parsed
from scraper.selection.value_months import month_of

_FIRST_YEAR, _LAST_YEAR = 1000, 2200
_CLOCK = (
    r"(?:[T ,]{1,2}(?:at |um |à |kl\.? |o )?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(rf"(?<![\d-])(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})(?![\d-]){_CLOCK}")
_ASIAN = re.compile(
    rf"(?<!\d)(?P<y>\d{{4}})\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日일]{_CLOCK}"
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d./])(?P<y>\d{{4}})(?P<mark>[./])\s?(?P<m>\d{{1,2}})(?P=mark)\s?(?P<d>\d{{1,2}})(?![\d/]){_CLOCK}"
)
_NUMERIC = re.compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}})(?P<mark>[./-])\s?(?P<b>\d{{1,2}})(?P=mark)\s?"
    rf"(?P<y>\d{{4}}|\d{{2}})(?![\d/-]){_CLOCK}"
)
_WORD = r"(?P<month>[^\W\d_]{3,12})\.?"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°|ª)?(?:\s|-|/)(?:de |of |d')?{_WORD},?"
    rf"(?:\s|-|/)(?:de |of )?(?P<y>\d{{4}})(?!\d){_CLOCK}"
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W\d_]){_WORD}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})(?!\d){_CLOCK}"
)
_HUNGARIAN = re.compile(rf"(?<!\d)(?P<y>\d{{4}})\.?\s{_WORD}\s(?P<d>\d{{1,2}})\.?(?!\d){_CLOCK}")
_COMPACT = re.compile(r"\s*(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T(?P<clock>\d{4,6})Z?)?\s*")
_SHAPES = (_ISO, _ASIAN, _DAY_FIRST, _MONTH_FIRST, _HUNGARIAN, _YEAR_FIRST, _NUMERIC)
_MONTH_BEFORE_DAY = frozenset(("us", "ph", "bz", "pr"))


def parse_date(text: str, context: Context) -> list[Parsed]:
    """Days as YYYY-MM-DD."""
    return [Parsed(day, start, end) for day, _, start, end in _moments(text, context)]


def parse_datetime(text: str, context: Context) -> list[Parsed]:
    """Moments as YYYY-MM-DDTHH:MM:SS with the offset that is written; a day alone stays a day."""
    return [
        Parsed(f"{day}T{clock}" if clock else day, start, end)
        for day, clock, start, end in _moments(text, context)
    ]


def _moments(text: str, context: Context) -> Iterator[tuple[str, str, int, int]]:
    taken: list[tuple[int, int]] = []
    found = []
    for shape in _SHAPES:
        for match in shape.finditer(text):
            overlaps = any(start < match.end() and match.start() < end for start, end in taken)
            day = "" if overlaps else _day(match, context)
            if day:
                taken.append(match.span())
                found.append((day, _clock(match), *match.span()))
    if not found and (compact := _COMPACT.fullmatch(text)) and (day := _day(compact, context)):
        start = compact.start("y")
        found.append((day, "", start, start + len(text.strip())))
    yield from sorted(found, key=lambda one: one[2])


def _day(match: re.Match[str], context: Context) -> str:
    parts = match.groupdict()
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year < 70 else 1900
    if "a" in parts:
        month, day = _ordered(int(parts["a"]), int(parts["b"]), parts["mark"], context)
    elif "month" in parts:
        month, day = month_of(parts["month"], context.language), int(parts["d"])
    else:
        month, day = int(parts["m"]), int(parts["d"])
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return ""
    try:
        return datetime(year, month, day, tzinfo=UTC).date().isoformat()
    except ValueError:
        return ""


def _ordered(first: int, second: int, mark: str, context: Context) -> tuple[int, int]:
    """Month and day: by what is possible, then by the mark, then by the place."""
    if first > 12 or second > 12:
        return (second, first) if first > 12 else (first, second)
    american = context.region in _MONTH_BEFORE_DAY or (context.language in {"en", ""} and not context.region)
    return (first, second) if american and mark != "." else (second, first)


def _clock(match: re.Match[str]) -> str:
    parts = match.groupdict()
    written = parts.get("clock") or ""
    if not written:
        return ""
    hour, minute, second = (*map(int, written.split(":")), 0)[:3]
    half = (parts.get("half") or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    zone = parts.get("zone") or ""
    if zone not in {"", "Z"} and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{hour:02}:{minute:02}:{second:02}{zone}"
