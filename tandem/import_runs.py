"""Which runs an import writes: one for each run that the archives come from."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.address import DEFAULT_RULES, KeyRules
from storage.ledger import Connection, Ledger
from storage.runs import Run, all_runs, continue_run, end_run, keep_rules, newest_run, start_run, use_time
from storage.warc_export import RUNS
from storage.warc_read import read_info
from tandem.problem import UsageError
from tandem.verdict import Verdict

FOREIGN = ""  # the source of what another program archived


@dataclass(frozen=True, slots=True)
class Source:
    """Which files are imported, as what job."""

    job: str
    files: tuple[Path, ...]

    def as_job(self, source: str) -> str:
        """What is kept with a run: the same command finds it again after a kill."""
        files = [str(path.resolve()) for path in self.files]
        return json.dumps({"name": self.job, "seeds": [], "import": {"files": files, "source": source}})


class ImportRuns:
    """Opens a run when the first page for it comes."""

    def __init__(self, ledger: Ledger, source: Source) -> None:
        self._ledger = ledger
        self._source = source
        self._rules = _rules_of(source.files)
        self._runs: dict[str, Run] = {}
        self._opening = asyncio.Lock()  # pages are made at the same time, their run only once

    @property
    def names(self) -> list[str]:
        """The runs that were opened, in order."""
        return [f"{run.job}/{run.number}" for run in self._runs.values()]

    def rules(self, source: str) -> KeyRules:
        """The rules by which the pages of a source are known."""
        return self._rules.get(source, DEFAULT_RULES)

    async def run(self, source: str) -> int:
        """The run for what comes from a source."""
        async with self._opening:
            if source not in self._runs:
                self._runs[source] = await self._ledger.write(lambda c: self._open(c, source))
            return self._runs[source].run

    def _open(self, connection: Connection, source: str) -> Run:
        text, rules = self._source.as_job(source), self.rules(source)
        keep_rules(connection, rules.version, rules.as_json())
        for run in all_runs(connection):
            if run.is_open and run.job_file == text:
                continue_run(connection, run, text)
                return run
        return start_run(connection, self._source.job, text, rules.version)

    async def end(self, verdict: Verdict, seconds: float) -> None:
        """Writes down how it ended."""
        code, note = int(verdict.code), verdict.note
        for run in self._runs.values():
            await self._ledger.write(lambda c, run=run: use_time(c, run.run, seconds))  # type: ignore[misc]
            await self._ledger.write(lambda c, run=run: end_run(c, run.run, code, note))  # type: ignore[misc]


def refuse_open_job(connection: Connection, source: Source) -> None:
    """An import may not hide a run that the same name would continue."""
    newest = newest_run(connection, source.job)
    if newest is not None and newest.is_open and "import" not in json.loads(newest.job_file):
        raise UsageError(
            f"run {newest.job}/{newest.number} is open: end it, give it up by --fresh, or name another --job"
        )


def _rules_of(files: Sequence[Path]) -> dict[str, KeyRules]:
    found: dict[str, KeyRules] = {}
    for path in files:
        try:
            listed = json.loads(read_info(path).get(RUNS, "[]"))
            found |= {str(run["id"]): KeyRules.from_json(run["rules"]) for run in listed}
        except (ValueError, TypeError, KeyError):
            continue  # a line of that name that we did not write
    return found
