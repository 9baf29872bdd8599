"""What every part of a report is: a value that refuses what it does not know."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Frozen, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
