"""The exact account of what models read: every page once, whatever it was asked for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.accounts import Batch, Coverage
from analysis.deep.gather import Gathered
from analysis.deep.read import BatchRead


@dataclass(slots=True)
class Account:
    """Pages by what became of them; one that was read somewhere is read, however it fared elsewhere."""

    _read_in: dict[str, int] = field(default_factory=dict)
    _failed_in: dict[str, int] = field(default_factory=dict)
    _reasons: dict[int, set[str]] = field(default_factory=dict)
    _last: int = 0

    def note(self, batches: Sequence[BatchRead]) -> None:
        """Takes in one reading: a page of which one piece failed has failed in it."""
        failed = {name for batch in batches if batch.reason for name in batch.pages}
        for batch in batches:
            number = self._last + batch.number
            for name in batch.pages:
                if name not in failed:
                    self._read_in.setdefault(name, number)
                elif batch.reason:
                    self._failed_in.setdefault(name, number)
                    self._reasons.setdefault(number, set()).add(batch.reason)
        self._last += max((batch.number for batch in batches), default=0)

    def read_without_model(self, names: Iterable[str]) -> None:
        """Pages that the writer without a model has read."""
        known = self._read_in.keys() | self._failed_in.keys()  # what failed stays visible
        new = [name for name in names if name not in known]
        if new:
            self._last += 1
            self._read_in.update(dict.fromkeys(new, self._last))
            self._reasons.setdefault(self._last, set()).add("read without a model")

    def coverage(self, gathered: Gathered, crawled: int, eligible: int) -> Coverage:
        """Copies count with the page that was read for them; those of a page that was not are never read."""
        failed = {name: number for name, number in self._failed_in.items() if name not in self._read_in}
        copies = {page.name: page.copies - 1 for page in gathered.pages}
        clustered = sum(copies[name] for name in self._read_in)
        lost = gathered.failed
        done = len(self._read_in) + clustered + gathered.empty + len(failed) + lost
        return Coverage(
            crawled=crawled,
            eligible=eligible,
            clustered=clustered,
            read=len(self._read_in),
            empty=gathered.empty,
            failed=len(failed) + lost,
            never_read=eligible - done,
            batches=self._batches(failed, lost),
        )

    def _batches(self, failed: dict[str, int], lost: int) -> tuple[Batch, ...]:
        read, not_read = Counter(self._read_in.values()), Counter(failed.values())
        numbers = sorted({*read, *not_read})
        batches = [
            Batch(number=place, read=read[one], failed=not_read[one], reason=self._why(one))
            for place, one in enumerate(numbers, start=1)
        ]
        if lost:
            batches.append(Batch(number=len(batches) + 1, read=0, failed=lost, reason="not in the store"))
        return tuple(batches)

    def _why(self, number: int) -> str:
        return ", ".join(sorted(self._reasons.get(number, ())))
