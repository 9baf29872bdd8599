"""What every kind of message has in common."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Url = Annotated[str, Field(max_length=2048)]


class Part(BaseModel):
    """A part of a message; what a newer version adds is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Event(Part):
    """Something to be told; how it is delivered belongs to its type."""

    type: ClassVar[str]
    retained: ClassVar[bool] = False  # whoever comes later sees the last one
    is_assured: ClassVar[bool] = False  # delivered at least once (QoS 1); never dropped before others
    address: ClassVar[str]  # its topic with the names of fields in braces, behind prefix and version

    def topic(self) -> str:
        """Where it is published, behind the prefix and the version."""
        return self.address.format_map(self.__dict__)


class OfRun(Event):
    """About one run."""

    run: str
    """The run's id."""
