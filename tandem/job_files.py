"""Which files a job downloads, beside the pages that it reads."""

import difflib
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from scraper.downloads import GROUPS
from tandem.job_urls import UrlPattern
from tandem.job_values import Count, Flag, Section, Size, Text

_MEDIA_TYPE = re.compile(r"[a-z]+/(?:\*|[a-z0-9][a-z0-9.+_-]*\*?)")


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _type(name: str) -> str:
    plain = name.strip().lower()
    if plain in GROUPS or _MEDIA_TYPE.fullmatch(plain):
        return plain
    near = difflib.get_close_matches(plain, GROUPS, 1)
    meant = f", {near[0]} may be meant" if near else ""
    known = ", ".join(sorted(GROUPS))
    raise ValueError(
        f"{name[:80]!r} is no type of file{meant}: known are {known}, and media types as image/png"
    )


FileType = Annotated[Text, AfterValidator(_type)]


class Files(Section):
    """What is downloaded and kept as files."""

    types: Annotated[
        tuple[FileType, ...], BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])
    ] = Field(default=(), max_length=100)
    """pdf, csv, office, image, audio, video, archive, text, json, xml, font, code, any, or media types."""
    match: Annotated[
        tuple[UrlPattern, ...], BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])
    ] = Field(default=(), max_length=100)
    """URL patterns with *, one of which a file must match; alone they ask for files of any type."""
    max_file_bytes: Annotated[Size, Field(ge=1024, le=10**11)] = 100 * 10**6
    """Most decoded bytes of one file; a larger one is refused as too_large."""
    max_files: Annotated[Count, Field(ge=1, le=10**7)] = 1000
    """Most files, over all continuations of a run; what comes then is refused as files_limit."""
    max_total_bytes: Annotated[Size, Field(ge=1024, le=10**15)] = 10 * 10**9
    """Most bytes of all files together, over all continuations of a run."""
    keep: Flag = True
    """false keeps only what is read in the files: text, links, the size of pictures."""

    @property
    def asked_types(self) -> tuple[str, ...]:
        """The types as the crawl knows them; none where no file is asked for."""
        named = self.types or (("any",) if self.match else ())
        return tuple(one for name in named for one in GROUPS.get(name, (name,)))
