"""The bus inside one process."""

from tandem.progress.bus import QUEUE_MESSAGES, Subscription, matches
from tandem.progress.envelope import Envelope


class MemoryBus:
    """Delivers at once to every listener's own bounded queue."""

    def __init__(self, queue_messages: int = QUEUE_MESSAGES) -> None:
        self._queue_messages = queue_messages
        self._subscriptions: list[Subscription] = []
        self._retained: dict[str, Envelope] = {}
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Messages that a listener was too slow for."""
        return self._dropped + sum(subscription.dropped for subscription in self._subscriptions)

    def publish(self, message: Envelope) -> None:
        """Hands a message to everyone who listens."""
        if message.data.retained:
            self._retained[message.topic] = message
        for subscription in self._subscriptions:
            if matches(subscription.filter, message.topic):
                subscription.offer(message)

    def subscribe(self, filter_: str) -> Subscription:
        """Listens from now on, and to what was retained."""
        subscription = Subscription(filter_, self._leave, self._queue_messages)
        for topic, message in self._retained.items():
            if matches(filter_, topic):
                subscription.offer(message)
        self._subscriptions.append(subscription)
        return subscription

    def close(self) -> None:
        """Ends every subscription once it has read what is queued."""
        for subscription in self._subscriptions:
            subscription.close()

    def _leave(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self._dropped += subscription.dropped
