"""On which port a run's figures are to be read, and what is wrong with it."""

from tandem.environment import Environment
from tandem.problem import UsageError

HIGHEST = 65535


def metrics_port(wanted: int | None, environment: Environment) -> int | None:
    """The job's, else the environment's; None where nobody asked."""
    if wanted is not None or not environment.metrics:
        return wanted
    text = environment.metrics
    if not text.isdigit() or int(text) > HIGHEST:
        raise UsageError(f"TANDEM_METRICS: {text!r} is no port; 0 means any free one")
    return int(text)
