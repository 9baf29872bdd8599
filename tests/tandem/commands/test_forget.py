"""`tandem forget` on a workspace that a run has left."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
import trustme
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from storage.bodies import Bodies
from storage.ledger import Ledger
from storage.runs import abandon_run, start_run
from storage.store import open_store
from storage.workspace import hold, ledger_path, prepare
from tandem.__main__ import enter
from tandem.progress.announcer import Announcer
from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.figures import Host, Hosts
from tandem.progress.mqtt import MqttBus
from tests.storage.crawled import begin, crawl
from tests.tandem.progress.mosquitto import Mosquitto

PAGE = "http://a.test/3"


@pytest.fixture
async def workspace(tmp_path: Path) -> Path:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await begin(ledger, job_file=json.dumps({"name": "job", "seeds": ["http://a.test/"]}))
        await crawl(ledger, run, range(10))
    report = tmp_path / "reports" / run.id
    report.mkdir(parents=True)
    (report / "report.md").write_text(f"As [it says]({PAGE}).")
    (report / "report.json").write_text(json.dumps({"source": "http://a.test/33"}))
    return tmp_path


def _forget(workspace: Path, *arguments: str) -> int:
    return enter(["forget", *arguments, "--workspace", str(workspace)])


def test_a_page_is_gone_and_reports_that_quote_it_are_listed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, "http://A.test/3?utm_source=x#top", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["visits"], told["urls"], told["complete"]) == (1, [PAGE], True)
    assert [Path(name).name for name in told["quoted_in"]] == ["report.md"]
    with open_store(workspace) as store:
        assert store.get(PAGE) is None
        assert len(list(store.pages(store.runs()[0]))) == 9
    assert PAGE.encode() not in ledger_path(workspace).read_bytes()


def test_a_host_is_gone(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _forget(workspace, "--host", "A.test") == 0
    assert "forgot 10 visits" in capsys.readouterr().out
    with open_store(workspace) as store:
        assert list(store.pages(store.runs()[0])) == []


def test_a_run_is_gone_and_its_reports_are_listed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, "--run", "job/1") == 0
    assert capsys.readouterr().out.count("quoted in") == 2
    with open_store(workspace) as store:
        assert store.runs() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one thing"),
        ([PAGE, "--host", "a.test"], "name one thing"),
        (["http://a.test/nowhere"], "nothing was forgotten"),
        (["http://["], "is no URL"),
        (["--run", "other"], "no run 'other'"),
    ],
)
def test_what_cannot_be_forgotten_is_said(
    workspace: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_workspace_that_someone_writes_is_left_alone(workspace: Path) -> None:
    with hold(workspace):
        assert _forget(workspace, PAGE) == 21
    with open_store(workspace) as store, Bodies(workspace):
        assert store.get(PAGE) is not None


def _retained(broker: BrokerUrl) -> Iterator[str]:
    """Topics that still hold a message, as a stranger's client hears them."""
    heard: Queue[str] = Queue()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe([("tandem/v1/#", 0), ("end", 0)])
    client.on_subscribe = lambda client, *_: client.publish("end", "now")
    client.on_message = lambda _client, _context, message: heard.put(message.topic)
    client.connect(broker.host, broker.port)
    client.loop_start()
    while (topic := heard.get(timeout=20)) != "end":
        yield topic
    client.disconnect()
    client.loop_stop()


async def _told(broker: BrokerUrl, tls: TlsFiles | None, run: str) -> None:
    announcer = Announcer(run, "job", 1)
    async with MqttBus(broker, tls=tls) as bus:
        announcer.connect(bus)
        announcer.say_state("done", exit_code=0)
        announcer.say(Hosts(run=run, hosts=(Host(host="a.test"),)))
        await bus.sent()


def _begun(workspace: Path, progress: dict[str, str], folder: Path) -> str:
    """A run of a job that was read in the folder."""
    text = json.dumps({"name": "job", "seeds": ["http://a.test/"], "progress": progress})

    async def work() -> str:
        async with Ledger(ledger_path(workspace)) as ledger:
            await ledger.write(lambda c: abandon_run(c, 1))
            run = await ledger.write(lambda c: start_run(c, "job", text, "", str(folder)))
            await crawl(ledger, run, range(2))
            return run.id

    return asyncio.run(work())


@pytest.mark.broker
def test_a_broker_forgets_the_hosts_that_finished_runs_told_of(workspace: Path, mosquitto: Mosquitto) -> None:
    run = _begun(workspace, {"broker": str(mosquitto.url)}, workspace)
    asyncio.run(_told(mosquitto.url, None, run))
    assert sorted(_retained(mosquitto.url)) == [f"tandem/v1/run/{run}/{leaf}" for leaf in ("hosts", "state")]
    assert _forget(workspace, "--host", "a.test") == 0
    assert list(_retained(mosquitto.url)) == [f"tandem/v1/run/{run}/state"]


@pytest.mark.broker
def test_certificates_are_found_beside_the_job_file(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("job")
    with Mosquitto(folder, authority=trustme.CA()) as broker:
        files = {"ca_file": "ca.pem", "cert_file": "client.pem", "key_file": "client.key"}
        run = _begun(workspace, {"broker": str(broker.url), **files}, folder)
        asyncio.run(_told(broker.url, broker.tls, run))
        assert _forget(workspace, "--run", run) == 0
    assert "could not be cleared" not in capsys.readouterr().err


def test_a_broker_that_is_away_is_told_of(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _begun(workspace, {"broker": "mqtt://127.0.0.1:1"}, workspace)
    assert _forget(workspace, "--host", "a.test") == 0
    assert "the hosts that the broker retains could not be cleared" in capsys.readouterr().err
