"""How far an analysis has come, for whoever follows it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Course:
    """Counters of one analysis; every change is told."""

    on_change: Callable[["Course"], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    section: str = ""  # what is being written
    writer: str = ""
    batches: int = 0  # known or expected
    batches_done: int = 0
    batches_failed: int = 0
    calls: int = 0  # of this process
    calls_reused: int = 0  # answered before
    tokens_in: int = 0
    tokens_out: int = 0
    waiting: str = ""  # for whom, and why
    warning: str = ""  # such as a model that lies partly on the processor
    _decoding: float = 0.0
    _began: float = field(default=0.0)
    _new: int = 0  # batches that were asked about here

    def begin(self, section: str, writer: str) -> None:
        """A section is begun, or another writer takes it over."""
        self.section, self.writer = section, writer
        self.batches = self.batches_done = self.batches_failed = self._new = 0
        self._began = self.clock()
        self.on_change(self)

    def expects(self, more: int) -> None:
        """So many batches are left, as far as one can tell."""
        self.batches = self.batches_done + self.batches_failed + more
        self.on_change(self)

    def ended(self, *, has_failed: bool, is_new: bool = True) -> None:
        """A batch is done with."""
        self.batches_done += not has_failed
        self.batches_failed += has_failed
        self._new += is_new
        self.on_change(self)

    def called(self, tokens_in: int, tokens_out: int, seconds: float, *, is_new: bool) -> None:
        """A call has ended."""
        self.calls += is_new
        self.calls_reused += not is_new
        if is_new:
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            self._decoding += seconds
        self.on_change(self)

    def waits_for(self, whom: str) -> None:
        """Nothing goes on before somebody comes; empty: it does."""
        if whom != self.waiting:
            self.waiting = whom
            self.on_change(self)

    def warns(self, what: str) -> None:
        """Something that a person would want to know."""
        self.warning = what
        self.on_change(self)

    @property
    def tokens_per_second(self) -> float | None:
        """Written, over the calls of this process."""
        return self.tokens_out / self._decoding if self._decoding else None

    @property
    def eta_seconds(self) -> float | None:
        """Until the batches of this section are read."""
        left = self.batches - self.batches_done - self.batches_failed
        if not self._new:
            return None
        return max(left, 0) * (self.clock() - self._began) / self._new
