"""URLs and URL patterns in a job: refused while the person still looks at the file."""

from typing import Annotated

from pydantic import AfterValidator

from scraper.pattern import Pattern
from storage.address import NotAnAddress, parse
from tandem.job_values import Text


def requestable(url: str) -> str:
    """The URL itself; refused when nothing could be requested by it."""
    try:
        parse(url)
    except NotAnAddress as error:
        raise ValueError(f"cannot be requested ({error.reason.replace('_', ' ')}): {url[:80]!r}") from error
    return url


def _pattern(text: str) -> str:
    return Pattern.of(text).text


UrlPattern = Annotated[Text, AfterValidator(_pattern)]
