"""The quickstart job against the demo shop."""

from pathlib import Path

import yaml

from tandem.demo import addresses, truth
from tandem.job import Job

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.yaml"


def test_the_quickstart_is_a_job_that_can_reach_the_whole_shop() -> None:
    job = Job.model_validate(yaml.safe_load(QUICKSTART.read_text(encoding="utf-8")))
    assert job.scope.max_pages > len(addresses.everything())
    assert job.crawl.delay == 0
    assert job.crawl.allow_private_hosts


def test_what_the_quickstart_selects_are_facts_of_the_truth() -> None:
    job = Job.model_validate(yaml.safe_load(QUICKSTART.read_text(encoding="utf-8")))
    known = set(truth.record(next(iter(truth.products().values()))))
    assert set(job.select[0].fields) <= known
