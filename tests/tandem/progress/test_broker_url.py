import pytest

from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("mqtt://broker.test", BrokerUrl("broker.test", 1883)),
        ("mqtts://me@broker.test:9000", BrokerUrl("broker.test", 9000, "me", None, tls=True)),
        ("mqtt://me:p%40ss@[::1]:1", BrokerUrl("::1", 1, "me", "p@ss")),
        ("broker.test:1884", BrokerUrl("broker.test", 1884)),
    ],
)
def test_a_broker_is_read_from_its_url(text: str, broker: BrokerUrl) -> None:
    assert read_broker_url(text) == broker


def test_a_password_comes_from_elsewhere_and_is_never_shown() -> None:
    broker = read_broker_url("mqtts://me@broker.test", "hunter2")
    assert broker.password == "hunter2"  # noqa: S105 - not a real one
    assert str(broker) == "mqtts://me@broker.test:8883"
    assert "hunter2" not in repr(broker)


@pytest.mark.parametrize(
    "text", ["http://me:hunter2@a.test", "mqtt://", "mqtt://a:notaport", "mqtt://a/b", ""]
)
def test_what_is_no_broker_is_said_without_its_password(text: str) -> None:
    with pytest.raises(BadBrokerUrl) as caught:
        read_broker_url(text)
    assert "hunter2" not in str(caught.value)
