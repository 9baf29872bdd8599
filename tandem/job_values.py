"""The small values that a job file is written with: sizes, secrets, addresses of endpoints."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema
from pydantic.fields import FieldInfo

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_SIZE = re.compile(r"\s*(\d{1,15}(?:\.\d{1,6})?)\s*([KMGT]?I?B?)\s*", re.IGNORECASE | re.ASCII)
_SECRET_NAME = re.compile(
    r"auth|cookie|token|secret|password|passwd|api-?key|session|credential", re.IGNORECASE
)


def matching(pattern: str, sentence: str) -> tuple[AfterValidator, FieldInfo]:
    """Text that matches the pattern; otherwise the sentence says what it must be."""
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if expression.search(value) is None:
            raise ValueError(f"{sentence}, not {value[:60]!r}")
        return value

    # the schema for editors carries the pattern, the sentence is for people
    return AfterValidator(check), cast(FieldInfo, Field(json_schema_extra={"pattern": pattern}))


def word_for_flag(off: str, on: str) -> BeforeValidator:
    """YAML reads a bare `off` as false and `on` as true; here they are words."""

    def read(value: Any) -> Any:
        return {False: off, True: on}[value] if isinstance(value, bool) else value

    return BeforeValidator(read)


class Section(BaseModel):
    """A part of a job: frozen, and deaf to keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def is_written(self, key: str) -> bool:
        """Whether the key stands in the job, or is only our default."""
        return key in self.model_fields_set


class Secret(Section):
    """A secret, given by the name of the environment variable that holds it."""

    env: Annotated[str, Strict(), *matching(r"^[A-Za-z_][A-Za-z0-9_]*$", "must be the name of a variable")]
    """Name of an environment variable."""

    def reveal(self, environment: Mapping[str, str]) -> str:
        """The secret itself; KeyError when the variable is not set."""
        return environment[self.env]


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value)
    unit = _UNITS.get(match[2].upper()) if match else None
    if match is None or unit is None:
        raise ValueError("must be a size such as 500KB, 8MB or 2GB")
    return int(float(match[1]) * unit)


Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict()]
Seconds = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Size = Annotated[
    int,
    Strict(),
    BeforeValidator(_bytes),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*([KMGTkmgt]?[Ii]?[Bb]?)\s*$"},
            ]
        }
    ),
]


def is_secret_name(header: str) -> bool:
    """Whether a header of this name usually carries a secret."""
    return _SECRET_NAME.search(header) is not None


def without_password(url: str) -> str:
    """The URL itself; refused when a password stands in it."""
    try:
        password = urlsplit(url).password
    except ValueError as error:
        raise ValueError(f"is not a URL: {error}") from error
    if password is not None:
        raise ValueError("must not hold a password: name the environment variable that holds it instead")
    return url


def web_address(url: str) -> str:
    """The URL itself; refused when it does not begin as one for the web."""
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"must begin with http:// or https://, not {url[:80]!r}")
    return url
