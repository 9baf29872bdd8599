"""A secret in every place that a job has for one: servers get it, and nothing that a run leaves holds it."""

import asyncio
import gzip
import json
import os
import re
import sqlite3
import sys
from asyncio.subprocess import PIPE
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.scraper.session.login_site import LoginSite
from tests.scraper.small_proxy import SmallProxy
from tests.tandem.buried import hits, in_folder
from tests.tandem.progress.mosquitto import Access, Mosquitto

TANDEM = str(Path(sys.executable).parent / "tandem")
SECONDS = 120  # a command that takes longer hangs
PLACES = (
    "COOKIE",
    "HEADER",
    "BASIC",
    "LOGIN",
    "PROXY",
    "BROKER",
    "ALL_COOKIE",
    "ALL_HEADER",
)
SECRETS = {place: f"canary{place.lower().replace('_', '')}7d3f5a" for place in PLACES}
# what stands around them is spelled in many ways
WRITTEN = {place: f"{secret}/+=" for place, secret in SECRETS.items()} | {
    "LOGIN": f"{SECRETS['LOGIN']} &%/+é",
    "BROKER": SECRETS["BROKER"],
}
HEAVY = "<select>" + "<option>" * 150_000  # takes a reader longer than it has


class Subscriber:
    """Keeps every message of a broker."""

    def __init__(self, broker: Mosquitto) -> None:
        self.heard: list[bytes] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set("me", SECRETS["BROKER"])
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_message = self._take
        self._client.connect(broker.url.host, broker.url.port)
        self._client.loop_start()

    def _take(self, client: Client, context: object, message: MQTTMessage) -> None:
        self.heard += [message.topic.encode(), message.payload]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    folder = tmp_path_factory.mktemp("broker")
    folder.chmod(0o755)
    with Mosquitto(folder, Access("me", SECRETS["BROKER"])) as running:
        yield running


def job_of(site: LoginSite, basic: LoginSite, proxy: SmallProxy, broker: Mosquitto) -> dict[str, Any]:
    fields = {"user": "anna", "word": {"env": "LOGIN"}}
    return {
        "name": "canary",
        "seeds": [f"{site.origin}/", f"{basic.origin}/"],
        "scope": {"max_pages": 100},
        "crawl": {
            "delay": 0,
            "retries": 0,
            "render": "never",
            "allow_private_hosts": ["127.0.0.1"],
            "proxies": {"per_host": {basic.host: {"env": "PROXY"}}},
            "headers": {"X-All": {"env": "ALL_HEADER"}},
            "cookies": {"all": {"env": "ALL_COOKIE"}},
        },
        "sessions": [
            {
                "hosts": [site.host],
                "cookies": {"own": {"env": "COOKIE"}},
                "headers": {"X-Own": {"env": "HEADER"}},
                "login": {"url": f"{site.origin}/login", "fields": fields},
            },
            {"hosts": [basic.host], "basic": {"user": "bert", "password": {"env": "BASIC"}}},
        ],
        "progress": {
            "broker": f"mqtt://me@{broker.url.host}:{broker.url.port}",
            "password": {"env": "BROKER"},
        },
        "analysis": {"questions": ["What is the password of Anna?"]},
    }


class House:
    """The folder that everything is left in, and what the commands said."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.said: list[bytes] = []
        (folder / "tmp").mkdir()
        self._environment = os.environ | variables | {"TMPDIR": str(folder / "tmp"), "HOME": str(folder)}

    async def run(self, *words: str) -> int:
        """One command; its code."""
        process = await asyncio.create_subprocess_exec(
            TANDEM, *words, stdout=PIPE, stderr=PIPE, env=self._environment, cwd=self.folder
        )
        try:
            async with asyncio.timeout(SECONDS):
                self.said += await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode is not None
        return process.returncode


@pytest.mark.broker
async def test_secrets_reach_their_servers_and_nothing_that_stays(tmp_path: Path, broker: Mosquitto) -> None:
    with (
        LoginSite(password=WRITTEN["LOGIN"], lasts=8) as site,
        LoginSite(user="bert", password=WRITTEN["BASIC"], basic=True) as basic,
    ):
        subscriber = Subscriber(broker)
        async with SmallProxy(password=WRITTEN["PROXY"]) as proxy:
            url = f"http://me:{quote(WRITTEN['PROXY'], safe='')}@127.0.0.1:{proxy.port}"
            house = House(tmp_path, WRITTEN | {"PROXY": url})
            (tmp_path / "job.yaml").write_text(json.dumps(job_of(site, basic, proxy, broker)))
            assert await house.run("check", "job.yaml", "--json") == 0
            assert await house.run("run", "job.yaml", "--json") == 0, house.said
            for words in FURTHER:
                assert await house.run(*words) == 0, (words, house.said[-2:])
            site.further["/heavy"] = HEAVY
            assert await house.run("run", "job.yaml", "--no-analysis") == 0, house.said[-2:]
            assert await house.run("status", "--json") == 0
            given = " ".join(proxy.passwords)
        subscriber.close()
        _they_were_sent(site, basic, given)
        left: dict[str, Any] = {
            "what was said": house.said,
            "messages": subscriber.heard,
            **in_folder(tmp_path),
        }
        wanted = [*SECRETS.values(), *site.issued]
        assert len(subscriber.heard) > 10
        assert hits(left, wanted) == []
        said = b"".join(house.said)
    assert len(re.findall(rb"parse_timeout", said)) >= 1
    assert b"redacted" in (tmp_path / "pages.warc").read_bytes()


FURTHER = (
    ("status", "--json"),
    ("report", "--format", "html", "-o", "report.html"),
    ("query", "SELECT * FROM pages", "--format", "jsonl"),
    *(("export", "pages", "--format", form, "-o", f"pages.{form}") for form in ("warc", "jsonl", "parquet")),
    ("export", "links", "--format", "jsonl", "-o", "links.jsonl"),
    ("search", "users", "--json"),
)


def _they_were_sent(site: LoginSite, basic: LoginSite, to_proxy: str) -> None:
    """What is looked for was there to be found."""
    seen = "\n".join(f"{came.headers} {came.body}" for came in site.log)
    for place in ("COOKIE", "HEADER", "ALL_HEADER"):
        assert WRITTEN[place] in seen
    assert quote_plus(WRITTEN["LOGIN"]) in seen
    assert len(set(site.issued)) >= 4
    assert b64encode(f"bert:{WRITTEN['BASIC']}".encode()).decode() in str(basic.log[-1].headers)
    assert WRITTEN["ALL_COOKIE"] in str(basic.log[-1].headers)
    assert b64encode(f"me:{WRITTEN['PROXY']}".encode()).decode() in to_proxy
    assert not any(
        secret in seen for place, secret in SECRETS.items() if place in {"BASIC", "PROXY", "BROKER"}
    )


@pytest.mark.parametrize(
    "spelled",
    [
        lambda secret: secret,
        lambda secret: b64encode(f"me:{secret}!".encode()).decode(),
        lambda secret: b64encode(f"you:{secret}".encode()).decode(),
        lambda secret: b64encode(f"anna:{secret}??".encode()).decode(),
        lambda secret: secret.encode().hex(),
        lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    ],
)
def test_what_is_buried_is_found(spelled: Any, tmp_path: Path) -> None:
    secret = "canary-77aa31"  # noqa: S105 - nobody's
    text = f"before {spelled(secret)} after"
    packed = zstandard.compress(text.encode())
    (tmp_path / "plain.txt").write_text(text)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(text.encode()))
    pq.write_table(
        pa.table({"body": [b"", packed], "n": [1, 2]}), tmp_path / "pages.parquet", compression="zstd"
    )
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    with connection:
        connection.execute("CREATE TABLE t (a, b)")
        connection.execute("INSERT INTO t VALUES (1, ?)", (packed,))
    connection.close()
    assert [found.partition(" in ")[2] for found in hits(in_folder(tmp_path), [secret])] == [
        "ledger.sqlite",
        "packed.gz",
        "pages.parquet",
        "plain.txt",
    ]
    assert hits(in_folder(tmp_path), ["finch-2b90c4"]) == []
