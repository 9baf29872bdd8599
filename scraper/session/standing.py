"""Where a session stands, and whether it may log in: a machine of states that knows no network.

anonymous ──▶ logging in ──▶ logged in ──▶ expired ──▶ logging in …
                  └──▶ failed ──▶ logging in, when some minutes have passed; never, when the first login
                                  was rejected: what the job says is wrong, and accounts get locked
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

MOST_FAILURES: Final = 3
WINDOW_SECONDS: Final = 600.0


class Phase(StrEnum):
    """The states."""

    ANONYMOUS = "anonymous"
    LOGGING_IN = "logging_in"
    LOGGED_IN = "logged_in"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """One state; every change gives a new one."""

    phase: Phase = Phase.ANONYMOUS
    logins: int = 0  # that went well
    failures: tuple[float, ...] = ()  # when a login failed, or changed nothing
    is_hopeless: bool = False

    def may_log_in(self, now: float) -> bool:
        """Bounds logins that lead nowhere; those that help may be as many as the site wants."""
        recent = [failed for failed in self.failures if now - failed < WINDOW_SECONDS]
        return not self.is_hopeless and len(recent) < MOST_FAILURES

    def began(self) -> Self:
        """A login is under way."""
        return replace(self, phase=Phase.LOGGING_IN)

    def logged_in(self) -> Self:
        """The login went well."""
        return replace(self, phase=Phase.LOGGED_IN, logins=self.logins + 1)

    def rejected(self, now: float) -> Self:
        """The site said no."""
        return replace(self._failed(now), phase=Phase.FAILED, is_hopeless=self.logins == 0)

    def unreachable(self, now: float) -> Self:
        """Nobody said anything."""
        return replace(self._failed(now), phase=Phase.FAILED)

    def expired(self) -> Self:
        """A page looks as it does to strangers."""
        return replace(self, phase=Phase.EXPIRED)

    def helped(self) -> Self:
        """A page that looked expired is there after the login."""
        return replace(self, failures=())

    def useless(self, now: float) -> Self:
        """A page looks expired right after a login."""
        return self._failed(now)

    def _failed(self, now: float) -> Self:
        return replace(self, failures=(*self.failures[-MOST_FAILURES:], now))
