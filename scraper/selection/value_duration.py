"""Reads lengths of time: PT1H5M, `1 h 5 min`, `45 Minuten`."""

import re
from decimal import Decimal

from scraper.selection.value import Parsed

_ISO = re.compile(
    r"\s*P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)(?:\.\d+)?S)?)?\s*", re.IGNORECASE
)
_HOURS = (
    r"(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore|ora|uur|uren|tim(?:mar)?|godz\.?|hod\.?|ч|час\w*"
    r"|時間|小时|小時|시간)"
)
_MINUTES = (
    r"(?:m|mins?\.?|minutes?|minuten?|minutos?|minuti|minuuttia|minuter|minutter|minut\w*|мин\w*|хв\w*"
    r"|分钟|分鐘|分|분)"
)
_WRITTEN = re.compile(
    rf"(?<![\w.,])(?:(?P<h>\d{{1,3}})\s*{_HOURS}(?![^\W\d_])(?:\s*(?:,|und|and|et|y|e|en|i)?\s*"
    rf"(?P<m>\d{{1,2}})\s*{_MINUTES}(?![^\W\d_]))?|(?P<only>\d{{1,4}})\s*{_MINUTES}(?![^\W\d_]))",
    re.IGNORECASE,
)
_SECONDS_IN = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "seconds": 1,
    "h": 3600,
    "hour": 3600,
    "hours": 3600,
    "day": 86400,
    "days": 86400,
}
_MINUTE = 60


def parse_duration(text: str, unit: str) -> list[Parsed]:
    """The length in the unit, in minutes where none is asked for."""
    seconds_in_unit = _SECONDS_IN.get(unit, _MINUTE)
    match = _ISO.fullmatch(text)
    if match and any(match.groups()):
        days, hours, minutes, seconds = (int(match[name] or 0) for name in "dhms")
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return [Parsed(_plain(Decimal(total) / seconds_in_unit), 0, len(text))]
    return [
        Parsed(_plain(Decimal(_seconds(match)) / seconds_in_unit), *match.span())
        for match in _WRITTEN.finditer(text)
    ]


def _seconds(match: re.Match[str]) -> int:
    return (int(match["h"] or 0) * 60 + int(match["m"] or match["only"] or 0)) * 60


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else round(float(value), 3)
