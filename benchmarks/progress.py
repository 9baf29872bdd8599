"""What publishing costs, and what a broker's trouble costs: python -m benchmarks.progress

The crawl runs with `broker: off` and over mosquitto by turns, and its CPU seconds count its whole process
tree; the broker's own process is not part of it. The rest is measured on the sender alone.
"""

import argparse
import asyncio
import getpass
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.crawl import measured_run
from benchmarks.measure import Measured
from benchmarks.serving import serving
from benchmarks.tandem_run import run_command, write_job
from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.events import ErrorEvent
from tandem.progress.mqtt import MqttBus

WANTED_SHARE, WANTED_LATENCY, WANTED_MB = 0.03, 0.5, 60
EVENTS = 2_000
FLOOD = 200_000
BROKERS_OWN_BOUND = 1_000  # messages per subscriber, as mosquitto is when nobody sets it


class Mosquitto:
    """A broker that keeps what it took when it is killed; for each subscriber so many messages, or all."""

    def __init__(self, folder: Path, most_queued: int = 0) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = BrokerUrl("127.0.0.1", free.getsockname()[1])
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.url.port} 127.0.0.1\nallow_anonymous true\nlog_type none\n"
            f"user {getpass.getuser()}\npersistence true\npersistence_location {folder}/\n"
            f"autosave_on_changes true\nautosave_interval 1\nmax_queued_messages {most_queued}\n"
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Returns when it listens."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        assert program is not None, "mosquitto is not installed"
        self.process = subprocess.Popen([program, "-c", self._config], stderr=subprocess.DEVNULL)
        while True:
            with suppress(OSError):
                socket.create_connection((self.url.host, self.url.port), timeout=1).close()
                return
            assert self.process.poll() is None, "mosquitto did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """At once."""
        self.process.kill()
        self.process.wait()


class Listener:
    """Hears everything; notes when."""

    def __init__(self, broker: BrokerUrl, name: str) -> None:
        self.heard: list[tuple[float, bytes]] = []
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
        self._client.reconnect_delay_set(0.1, 0.3)
        self._client.on_connect = lambda client, *_: client.subscribe("tandem/v1/run/+/event/#", qos=1)
        self._client.on_message = self._take
        self._client.connect(broker.host, broker.port)

    def _take(self, _: Client, __: object, message: MQTTMessage) -> None:
        self.heard.append((time.time(), message.payload))

    def __enter__(self) -> Self:
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def crawl(url: str, pages: int, broker: str, core: int) -> Measured:
    """One crawl of the site into a workspace that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        path = write_job(Path(folder, "job.yaml"), url, pages)
        path.write_text(json.dumps(json.loads(path.read_text()) | {"progress": {"broker": broker}}))
        measured = measured_run(run_command(path, Path(folder, "workspace")), core)
        assert measured.status == 0, measured.output
        return measured


def publishing_lag(listener: Listener) -> list[float]:
    """From the moment a batch of pages was told to the moment it was heard."""
    found = []
    for at, payload in listener.heard:
        message = json.loads(payload)
        if message["type"] == "tandem.run.pages.v1":
            found.append(at - datetime.fromisoformat(message["time"]).timestamp())
    return found


def cost(pages: int, rounds: int, core: int) -> bool:
    """Prints CPU seconds with and without a broker, and how soon a page's event is heard."""
    off, on, lags = [], [], []
    with ExitStack() as stack:
        url = stack.enter_context(serving("benchmarks.site", "--pages", str(pages)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(Mosquitto(folder))
        for _ in range(rounds):
            off.append(crawl(url, pages, "off", core))
            with Listener(broker.url, "bench") as listener:
                on.append(crawl(url, pages, str(broker.url), core))
            lags += publishing_lag(listener)
            print(f"  off {off[-1].cpu_seconds:.2f} s, on {on[-1].cpu_seconds:.2f} s", flush=True)
    shares = []
    for name, pick in (("least", min), ("median", statistics.median)):
        without = pick([one.cpu_seconds for one in off])
        with_it = pick([one.cpu_seconds for one in on])
        shares.append(with_it / without - 1)
        print(f"CPU {name}: off {without:.2f} s, on {with_it:.2f} s: {shares[-1]:+.1%}")
    # A batch waits at most a tenth of a second for its pages before it is told.
    p95 = statistics.quantiles(lags, n=20)[-1] + 0.1
    rate = pages / min(one.cpu_seconds for one in on)
    print(f"{rate:,.0f} pages per CPU-second; page event heard within {p95 * 1000:.0f} ms (p95)")
    return min(shares) <= WANTED_SHARE and p95 <= WANTED_LATENCY


async def kill_and_restart() -> bool:
    """Prints how many QoS 1 events are lost over a kill of the broker and its restart."""
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder)) as broker:
        announcer = Announcer("r", "j", 1)
        with Listener(broker.url, "kept") as listener:
            async with MqttBus(broker.url) as bus:
                announcer.connect(bus)
                await bus.tried()
                for number in range(EVENTS):
                    announcer.say(ErrorEvent(run="r", what="x", message=str(number)))
                    await asyncio.sleep(0.002)
                    if number == EVENTS // 4:
                        await asyncio.sleep(1.5)  # what it took is on its disk
                        broker.kill()
                    if number == EVENTS // 2:
                        await asyncio.to_thread(broker.start)
                async with asyncio.timeout(60):
                    await bus.sent()
            await asyncio.sleep(2)
            heard = {json.loads(payload)["data"]["message"] for _, payload in listener.heard}
        lost = EVENTS - len(heard)
        print(
            f"QoS 1 over a kill and restart: {len(heard):,} of {EVENTS:,} heard, {announcer.dropped} dropped"
        )
        return lost == 0


def _memory_mb(pid: int | str = "self") -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def deaf() -> bool:
    """Prints how much memory a broker costs that takes nothing any more."""
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder)) as broker:
        announcer = Announcer("r", "j", 1)
        async with MqttBus(broker.url) as bus:
            announcer.connect(bus)
            await bus.tried()
            os.kill(broker.process.pid, signal.SIGSTOP)
            before = _memory_mb()
            for number in range(FLOOD):
                announcer.say(ErrorEvent(run="r", what="x", message=str(number).ljust(500)))
                if number % 100 == 0:
                    await asyncio.sleep(0)
            grown = _memory_mb() - before
            broker.kill()
        print(f"deaf broker, {FLOOD:,} events of 0.8 kB: +{grown:.0f} MB, {announcer.dropped:,} dropped")
        return grown <= WANTED_MB


def _deaf_listener(broker: BrokerUrl) -> socket.socket:
    """Subscribes to everything, QoS 1, and never reads again."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.connect((broker.host, broker.port))
    listener.sendall(bytes.fromhex("1010 0004") + b"MQTT" + bytes.fromhex("0402 0000 0004") + b"deaf")
    listener.recv(4)
    listener.sendall(bytes.fromhex("8206 0001 0001") + b"#" + b"\x01")
    return listener


def deaf_crawl(pages: int, rounds: int, core: int) -> bool:
    """Prints what a subscriber that never reads costs a whole crawl, beside the same crawl without it."""
    alone, beside, grown = [], [], 0.0
    with ExitStack() as stack:
        url = stack.enter_context(serving("benchmarks.site", "--pages", str(pages)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(Mosquitto(folder, BROKERS_OWN_BOUND))
        for _ in range(rounds):
            alone.append(crawl(url, pages, str(broker.url), core))
            before = _memory_mb(broker.process.pid)
            with _deaf_listener(broker.url):
                beside.append(crawl(url, pages, str(broker.url), core))
                grown = max(grown, _memory_mb(broker.process.pid) - before)
    least = [min(one.cpu_seconds for one in some) for some in (alone, beside)]
    peak = [max(one.peak_pss_mb for one in some) for some in (alone, beside)]
    share = least[1] / least[0] - 1
    print(
        f"deaf subscriber, a crawl of {pages:,} pages: CPU {least[0]:.2f} s, with it {least[1]:.2f} s:"
        f" {share:+.1%}; memory {peak[0]:.0f} and {peak[1]:.0f} MB; the broker grew by {grown:.1f} MB"
    )
    return share <= WANTED_SHARE and peak[1] - peak[0] <= WANTED_MB


def main() -> None:
    """Measures all of it; exit status 1 when a wish is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.progress", description=__doc__)
    parser.add_argument("--pages", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0)
    options = parser.parse_args()
    good = [asyncio.run(kill_and_restart()), asyncio.run(deaf())]
    good.append(cost(options.pages, options.rounds, options.core))
    good.append(deaf_crawl(options.pages, options.rounds, options.core))
    raise SystemExit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
