"""A renderer of values: pages are told in advance, and made from what plain HTTP brought."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from scraper.render.words import Rendered, RenderRequest

Made = Callable[[str], str | Rendered]


@dataclass
class Scripted:
    """Shows pages by their paths; others as they came."""

    made: Mapping[str, Made] = field(default_factory=dict)
    seconds: float = 0.0
    until: asyncio.Event | None = None  # shows nothing before
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    ended: list[tuple[float, str]] = field(default_factory=list)  # by the loop's clock

    async def render(self, request: RenderRequest) -> Rendered:
        path = urlsplit(request.url).path
        self.asked.append(path)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            if self.until is not None:
                await self.until.wait()
            assert request.response is not None
            body = request.response.body.decode()
            shown = self.made.get(path, str)(body)
        finally:
            self.at_once -= 1
            self.ended.append((asyncio.get_running_loop().time(), path))
        rendered = shown if isinstance(shown, Rendered) else Rendered(html=shown)
        return rendered if rendered.url else _at(rendered, request.url)


def _at(rendered: Rendered, url: str) -> Rendered:
    return replace(rendered, url=url)
