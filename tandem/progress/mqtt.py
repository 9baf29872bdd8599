"""The bus over MQTT: publishes while there is a broker, and never troubles whoever has something to say."""

import asyncio
import errno
import logging
import random
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import aiomqtt

from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerAway, BrokerUrl
from tandem.progress.bus import Subscription, matches
from tandem.progress.envelope import REQUEST_TOPIC, Envelope, read_message
from tandem.progress.outbox import Outbox

KEEPALIVE_SECONDS = 10  # brokers give half as much again, and some look every five seconds only
PUBLISH_SECONDS = 10.0
FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 30.0
CLOSE_SECONDS = 2.0
CLEAR_SECONDS = 10.0
INCOMING_MESSAGES = 1_000  # protects memory from a broker that sends faster than we listen

_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())
_logger.propagate = False  # the client warns about what we count and show ourselves


class MqttBus:
    """One connection, one outbox, one task that sends; a broker that is away costs messages, nothing else."""

    def __init__(
        self,
        broker: BrokerUrl,
        *,
        prefix: str = "tandem",
        will: Envelope | None = None,
        tls: TlsFiles | None = None,
    ) -> None:
        self._broker = broker
        self._trust = (tls or TlsFiles()).context() if broker.tls else None
        self._prefix = f"{prefix}/v1/"
        self._will = will
        self._outbox = Outbox()
        self._subscriptions: list[Subscription] = []
        self._dropped_by_listeners = 0
        self._filters_changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._is_closing = False
        self.is_connected = False
        self.last_error = ""

    @property
    def dropped(self) -> int:
        """Messages that were not sent, or that a listener here was too slow for."""
        return (
            self._outbox.dropped
            + self._dropped_by_listeners
            + sum(subscription.dropped for subscription in self._subscriptions)
        )

    async def __aenter__(self) -> Self:
        _hush(asyncio.get_running_loop())
        self._task = asyncio.create_task(self._stay_connected(), name=f"mqtt {self._broker}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is None:
            return
        await self._flush()
        for subscription in self._subscriptions:
            subscription.close()
        self._is_closing = True
        while not self._task.done():  # a cancellation that meets a broken connection can get lost
            self._task.cancel()
            await asyncio.wait([self._task], timeout=1)

    async def tried(self) -> str:
        """Waits for the first attempt to connect; why it failed, or nothing."""
        await self._tried.wait()
        return "" if self.is_connected else self.last_error

    async def sent(self) -> None:
        """Waits until the broker has everything."""
        await self._outbox.emptied()

    def publish(self, message: Envelope) -> None:
        """Queues a message to be sent."""
        self._outbox.put(message)

    def subscribe(self, filter_: str) -> Subscription:
        """Messages whose topic, behind prefix and version, matches; also after a reconnect."""
        subscription = Subscription(filter_, self._leave)
        self._subscriptions.append(subscription)
        self._filters_changed.set()
        return subscription

    def _leave(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self._dropped_by_listeners += subscription.dropped

    async def _flush(self) -> None:
        """Waits a little for what is queued, but not for a broker that is known to be away."""
        if not self.is_connected and self.last_error:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._outbox.emptied()

    async def _stay_connected(self) -> None:
        delay = FIRST_DELAY_SECONDS
        while not self._is_closing:
            try:
                async with self._client() as client:
                    delay = FIRST_DELAY_SECONDS
                    await self._serve(client)
            except* (aiomqtt.MqttError, OSError) as errors:
                self.last_error = str(errors.exceptions[0])
            finally:
                self.is_connected = False
                self._tried.set()
            if self._is_closing:
                return
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, keeps no secret
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.user,
            password=self._broker.password,
            tls_context=self._trust,
            protocol=aiomqtt.ProtocolVersion.V311,
            keepalive=KEEPALIVE_SECONDS,
            will=self._last_words(),
            max_queued_incoming_messages=INCOMING_MESSAGES,
            logger=_logger,
        )

    def _last_words(self) -> aiomqtt.Will | None:
        if self._will is None:
            return None
        return aiomqtt.Will(self._prefix + self._will.topic, self._will.payload, qos=1, retain=True)

    async def _serve(self, client: aiomqtt.Client) -> None:
        self._outbox.put_retained_again()
        self.is_connected = True
        self._tried.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._receive(client), name="mqtt receive")
            await self._ask_for_all(client)  # before we say anything: who hears us may answer at once
            group.create_task(self._subscribe(client), name="mqtt subscribe")
            group.create_task(self._send(client), name="mqtt send")

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            message = await self._outbox.first()
            await client.publish(
                self._prefix + message.topic,
                message.payload,
                qos=1 if message.data.is_assured else 0,
                retain=message.data.retained,
                timeout=PUBLISH_SECONDS,
            )
            self._outbox.sent(message)

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        while True:
            await self._filters_changed.wait()
            await self._ask_for_all(client)

    async def _ask_for_all(self, client: aiomqtt.Client) -> None:
        """Asks for every filter again whenever one is new: brokers take a repeated one as it is meant."""
        self._filters_changed.clear()
        for filter_ in sorted({subscription.filter for subscription in self._subscriptions}):
            await client.subscribe(self._prefix + filter_, qos=1)

    async def _receive(self, client: aiomqtt.Client) -> None:
        """Reads also when nobody listens: only a reader notices that the broker went away."""
        async for message in client.messages:
            topic = str(message.topic).removeprefix(self._prefix)
            if message.retain and topic.startswith(REQUEST_TOPIC):
                continue  # it would be done again after every reconnect
            if isinstance(message.payload, bytes) and (envelope := read_message(topic, message.payload)):
                self._hand_out(topic, envelope)

    def _hand_out(self, topic: str, envelope: Envelope) -> None:
        for subscription in self._subscriptions:
            if matches(subscription.filter, topic):
                subscription.offer(envelope)


def _hush(loop: asyncio.AbstractEventLoop) -> None:
    """Keeps off the terminal what the client leaves in the loop when a broker goes away; we know it."""
    earlier = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error, place = context.get("exception"), str(context.get("handle", ""))
        is_late_write = isinstance(error, OSError) and error.errno == errno.EBADF and "add_writer" in place
        if is_late_write or isinstance(error, aiomqtt.MqttError):
            return
        if earlier is not None:
            earlier(loop, context)
        else:
            loop.default_exception_handler(context)

    if not getattr(earlier, "hushes", False):
        handle.hushes = True  # type: ignore[attr-defined]  # so that a second bus adds nothing
        loop.set_exception_handler(handle)


async def clear_retained(
    broker: BrokerUrl, topics: Iterable[str], *, prefix: str = "tandem", tls: TlsFiles | None = None
) -> None:
    """Makes a broker forget what it retains on topics; BrokerAway when it does not take it."""
    trust = (tls or TlsFiles()).context() if broker.tls else None
    client = aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.user,
        password=broker.password,
        tls_context=trust,
        protocol=aiomqtt.ProtocolVersion.V311,
        logger=_logger,
    )
    try:
        async with asyncio.timeout(CLEAR_SECONDS), client:
            for topic in topics:
                await client.publish(f"{prefix}/v1/{topic}", b"", qos=1, retain=True)
    except (aiomqtt.MqttError, OSError, TimeoutError) as error:
        raise BrokerAway(f"{broker}: {error or 'does not answer'}") from error
