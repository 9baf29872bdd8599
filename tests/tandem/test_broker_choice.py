from pathlib import Path

import pytest

from tandem.broker_choice import BrokerChoice, choose_broker
from tandem.environment import Environment
from tandem.job import Progress
from tandem.problem import UsageError
from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerUrl

HERE = Path()
NAMED = BrokerChoice(BrokerUrl("job.test", 1883))
ELSEWHERE = BrokerChoice(BrokerUrl("env.test", 1883, "me", "pw"))
EMBEDDED = BrokerChoice()
NONE = BrokerChoice(is_off=True)


@pytest.mark.parametrize(
    ("written", "environment", "choice"),
    [
        ("auto", "", EMBEDDED),
        ("auto", "mqtt://me:pw@env.test", ELSEWHERE),
        ("auto", "off", NONE),
        ("embedded", "mqtt://me:pw@env.test", EMBEDDED),
        ("off", "mqtt://me:pw@env.test", NONE),
        ("mqtt://job.test", "mqtt://me:pw@env.test", NAMED),
    ],
)
def test_the_job_wins_over_the_environment(written: str, environment: str, choice: BrokerChoice) -> None:
    assert choose_broker(Progress(broker=written), Environment(broker=environment), {}, HERE) == choice


def test_the_password_comes_from_the_variable_that_the_job_names() -> None:
    progress = Progress.model_validate({"broker": "mqtts://me@job.test", "password": {"env": "BROKER_PW"}})
    choice = choose_broker(progress, Environment(), {"BROKER_PW": "s3cret"}, HERE)
    assert choice.url == BrokerUrl("job.test", 8883, "me", "s3cret", tls=True)
    assert choice.tls == TlsFiles()


def test_an_environment_that_names_no_broker_is_wrong_usage_and_shows_no_password() -> None:
    with pytest.raises(UsageError) as caught:
        choose_broker(Progress(), Environment(broker="http://me:hunter2@env.test"), {}, HERE)
    assert "hunter2" not in str(caught.value)
