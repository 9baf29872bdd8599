"""Recognises addresses that lead into endless spaces.

Two kinds of decision, and neither needs a memory that a killed process would lose:
- `trap` judges one address by itself;
- `family` names the open-ended set an address belongs to. Members are counted in the ledger, with what they
  brought: a family takes no more when it is full (`trap_family`) or brings the same again (`trap_barren`).

Not every list is a trap: numbered pages and ids in one argument are never counted.
"""

import re
from typing import Final

from storage.address import Address

MAX_SEGMENTS: Final = 20
MAX_REPEATS: Final = 2  # of one segment with a letter in it
MAX_NUMBER_REPEATS: Final = 4  # /1/1/1 is a place on a map
MAX_ARGUMENTS: Final = 20
OLDEST_YEAR: Final = 1500  # archives go back that far
OLDEST_CALENDAR_YEARS: Final = 10  # before this year, where the address speaks of a calendar
NEWEST_YEARS: Final = 2  # after this year

# Members of one family that are visited; the first character of its name is its kind.
LIMITS: Final = {
    "f": 1000,  # two arguments beside the page number: a list and an order, or a section and an id
    "F": 200,  # three and more: combined filters
    "c": 400,  # pages of one calendar
    "t": 1000,  # pages below a generated token: visit ids, but also documents of one user
}
BARREN_AFTER: Final = 20  # members of a family fetched before its yield is judged
BARREN_SHARE: Final = 0.1  # of different bodies among them

_PAGING: Final = frozenset(
    {"page", "p", "pg", "paged", "offset", "start", "limit", "per_page", "cursor", "from"}
)
_YEARS: Final = frozenset(
    {"year", "yr", "jahr", "annee", "month", "day", "week", "date", "datum", "ym", "yearmonth", "cal_date"}
    | {"calendar_date", "event_date", "tribe-bar-date"}
)
# Another view of the same page, or an action that a link should never have been.
_VIEWS: Final = frozenset(
    {"replytocom", "share", "add-to-cart", "add_to_wishlist", "add_to_compare", "printview"}
)
_FLAGS: Final = frozenset({"print", "printable", "printer_friendly"})
_ON: Final = frozenset({"", "1", "true", "yes", "y"})
_NUMBER_IN_PATH: Final = re.compile(r"/(\d{4,6})[/-]\d{1,2}(?![^/.?-])")
_DATE: Final = re.compile(r"(\d{4,6})-?\d\d(?:-?\d\d)?")
_YEAR: Final = re.compile(r"(\d{4,6})(?:-?\d\d){0,2}")
_CALENDAR: Final = re.compile(r"calend|kalend|agenda|events?\b|termine|schedule|booking", re.IGNORECASE)
_GENERATED: Final = re.compile(
    r"(?=[^0-9]*[0-9])(?=[^a-f]*[a-f])(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)


# Without one of these an address is its own key, and no member of a family.
_OPEN_ENDED: Final = re.compile(rf"[?%;(]|[0-9a-f]{{8}}|{_CALENDAR.pattern}", re.IGNORECASE)


def may_have_family(url: str) -> bool:
    """A quick look that most addresses do not pass."""
    return _OPEN_ENDED.search(url) is not None


def trap(address: Address, year: int) -> str | None:
    """The reason not to visit the address, judged in `year`, or None."""
    path, query = _path_and_query(address)
    reason = _path_trap(path)
    if reason is None and query:
        reason = _query_trap(query)
    if reason is None and _is_far_off(path, query, year):
        reason = "trap_calendar"
    return reason


def family(address: Address) -> str | None:
    """The open-ended set this address belongs to; None when it stands for itself."""
    path, query = _path_and_query(address)
    if _CALENDAR.search(path) and (_NUMBER_IN_PATH.search(path) or _dates(query)):
        return f"c {address.host}{_NUMBER_IN_PATH.split(path)[0]}"
    token = _path_below_token(path)
    if token:
        return f"t {address.host}{token}"
    filters = [name for name, _ in _arguments(query) if name not in _PAGING] if "&" in query else []
    if len(filters) < 2:
        return None
    return f"{'f' if len(filters) == 2 else 'F'} {address.host}{path}"


def _path_and_query(address: Address) -> tuple[str, str]:
    path, _, query = address.key[len(address.scheme) + 3 + len(address.host) :].partition("?")
    return path, query


def _arguments(query: str) -> list[tuple[str, str]]:
    pairs = [argument.partition("=") for argument in query.split("&")] if query else []
    return [(name.lower(), value) for name, _, value in pairs]


def _path_trap(path: str) -> str | None:
    if path.count("/") <= MAX_REPEATS:
        return None
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return "trap_segments"
    if len(set(segments)) < len(segments):
        for segment in set(segments):
            if segments.count(segment) > (MAX_NUMBER_REPEATS if segment.isdigit() else MAX_REPEATS):
                return "trap_repetition"
    return None


def _query_trap(query: str) -> str | None:
    if query.count("&") >= MAX_ARGUMENTS:
        return "trap_arguments"
    if "%2525" in query:  # an address inside an address inside an address
        return "trap_nesting"
    for name, value in _arguments(query):
        if name in _VIEWS or (name in _FLAGS and value.lower() in _ON):
            return "trap_view"
    return None


def _is_far_off(path: str, query: str, year: int) -> bool:
    years = [int(text) for text in _NUMBER_IN_PATH.findall(path)] + _dates(query)
    if not years:
        return False
    oldest = year - OLDEST_CALENDAR_YEARS if _CALENDAR.search(path) else OLDEST_YEAR
    return max(years) > year + NEWEST_YEARS or min(years) < oldest


def _dates(query: str) -> list[int]:
    """The years that the arguments speak of."""
    if not any(map(str.isdigit, query)):
        return []
    found = []
    for name, value in _arguments(query):
        shape = _YEAR if name in _YEARS else _DATE if "-" in value else None
        match = shape.fullmatch(value) if shape else None
        if match:
            found.append(
                int(match.group(1)[:4] if len(value) in {6, 8} and value.isdigit() else match.group(1))
            )
    return found


def _path_below_token(path: str) -> str:
    """The path with its generated segments starred, when something follows them; empty otherwise."""
    if len(path) < 18:
        return ""
    *above, last = path.split("/")
    starred = ["*" if _GENERATED.fullmatch(segment) else segment for segment in above]
    return "/".join([*starred, last]) if starred != above and last else ""
