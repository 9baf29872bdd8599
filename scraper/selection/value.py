"""What reading a text as one type gives, and what the reading depends on."""

from dataclasses import dataclass
from typing import Any, NamedTuple

# Languages that write 1.234,56; the others write 1,234.56.
_COMMA_DECIMALS = frozenset((
    "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr",
    "hu", "hy", "id", "is", "it", "ka", "kk", "lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt",
    "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi",
))  # fmt: skip
_POINT_REGIONS = frozenset(
    ("ch", "mx", "gb", "us", "ie", "au", "nz", "sg", "hk", "pr", "do", "gt", "hn", "sv")
)


class Parsed(NamedTuple):
    """A value that stands in characters `start` to `end` of a text."""

    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a text depends on beside itself."""

    language: str = ""  # such as `de`
    region: str = ""  # such as `ch`, of the language tag or the host's ending
    base: str = ""  # what addresses are resolved against
    is_machine: bool = False  # written for programs: a point is decimal, days are ISO

    @property
    def has_decimal_comma(self) -> bool:
        return self.language in _COMMA_DECIMALS and self.region not in _POINT_REGIONS

    def for_machines(self) -> "Context":
        return Context(self.language, self.region, self.base, True)


NOWHERE = Context()
