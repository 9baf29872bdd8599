"""Asks something of a run over its broker and waits for what it says."""

import asyncio
import secrets
from collections.abc import Callable

from tandem.broker_place import BrokerPlace
from tandem.follow import Following
from tandem.problem import UsageError
from tandem.progress.bus import Subscription
from tandem.progress.envelope import Envelope, now
from tandem.progress.events import ENDED, RunState
from tandem.progress.requests import Answer, Request
from tandem.watch import connected

FIND_SECONDS = 3.0
ANSWER_SECONDS = 10.0


async def ask(place: BrokerPlace, name: str, kind: Callable[..., Request]) -> tuple[RunState, Answer | None]:
    """The run, and its answer; None when it gives none. UsageError when there is no such run."""
    choice = place.now()
    if choice is None:
        raise UsageError(f"no run goes on {place.words}; name its broker with --broker")
    async with connected(choice, place.prefix) as bus:
        with bus.subscribe("#") as messages:
            state = await _find(messages, name, place)
            if state.state in ENDED:
                raise UsageError(f"{state.job}/{state.number} is over: {state.state}")
            request = kind(transaction=secrets.token_hex(8), run=state.run)
            bus.publish(Envelope.around(request, f"/tandem/ask/{request.transaction}", 0, now()))
            return state, await _answer(messages, request.transaction)


async def _find(messages: Subscription, name: str, place: BrokerPlace) -> RunState:
    following = Following(name)
    try:
        async with asyncio.timeout(FIND_SECONDS):
            while not following.states:
                following.take(await anext(messages))
    except TimeoutError:
        raise UsageError(f"no run {name!r} {place.words}") from None
    return following.states[-1]


async def _answer(messages: Subscription, transaction: str) -> Answer | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            async for message in messages:
                if isinstance(message.data, Answer) and message.data.transaction == transaction:
                    return message.data
    except TimeoutError:
        pass
    return None
