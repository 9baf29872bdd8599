"""Reads a moment in any of the notations of the web: HTTP dates, e-mail dates, ISO 8601."""

from datetime import UTC, datetime

LONGEST = 64  # no notation is longer; more than this is not a date


def moment(text: str) -> float | None:
    """Seconds since the epoch; without a zone the text is taken as UTC; None when it names no moment."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    found = _iso(text) if text[:4].isdecimal() else _mail(text)
    if found is None:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _iso(text: str) -> datetime | None:
    for candidate in (text, f"{text}-01", f"{text}-01-01"):  # W3C allows a bare month or year
        try:
            return datetime.fromisoformat(candidate)
        except ValueError:
            continue
    return None


def _mail(text: str) -> datetime | None:
    # Parse workers seldom meet such a date, and would start 12 ms later with this at the top.
    from email.utils import parsedate_to_datetime  # noqa: PLC0415

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
