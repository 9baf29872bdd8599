"""What is wrong, said so that a person can mend it."""

from dataclasses import dataclass

from tandem.exit_codes import ExitCode


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written; line and column count from one, zero where there are none."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake, where it stands, and what would be right."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.message}" if self.path else f"{self.place}: {self.message}"


class CommandError(Exception):
    """A command cannot go on; each line says what is wrong, where, and what to do."""

    exit_code = ExitCode.USAGE

    def __init__(self, *lines: object) -> None:
        super().__init__("\n".join(str(line) for line in lines))


class UsageError(CommandError):
    """Something was asked for that cannot be done as asked."""


class JobError(UsageError):
    """A job file has problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems


class WorkspaceError(CommandError):
    """The workspace cannot be read or written."""

    exit_code = ExitCode.STORAGE


class HeldError(WorkspaceError):
    """Another process holds the workspace."""

    exit_code = ExitCode.WORKSPACE_HELD
