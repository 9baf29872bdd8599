"""The topic of a job, as it is checked when the job is read."""

from scraper.relevance.topic import Topic


def naming_something(text: str) -> str:
    """The topic itself; refused when it holds no word that a page could hold too."""
    if text and Topic.of(text) is None:
        raise ValueError(f"holds no word that a page could be about: {text[:60]!r}")
    return text
