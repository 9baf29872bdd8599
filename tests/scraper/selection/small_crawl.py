"""A crawl without a network: one worker, one place that learns, one picker that knows the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.document import Document
from scraper.selection.found import How, Source, Value
from scraper.selection.knowledge import knowledge_from, packed_knowledge
from scraper.selection.known_host import KnownHost
from scraper.selection.learn import HostLearning, Lesson
from scraper.selection.nodes import Node, path_of, text_of
from scraper.selection.observation import Observation, observation_from, packed_observation
from scraper.selection.observe import observe
from scraper.selection.read_known import Found, Known, read_known
from scraper.selection.value import Context
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Field, Wanted

Places = Mapping[str, str]  # field -> CSS, with an attribute behind a blank


@dataclass
class SmallCrawl:
    host: str
    wanted: Wanted
    learning: HostLearning = field(init=False)
    chunk: int = 1  # pages that are read with the same knowledge, as many are on their way at once
    lessons: list[Lesson] = field(default_factory=list)
    _told: bytes = b""
    _read: int = 0

    def __post_init__(self) -> None:
        self.learning = HostLearning(self.host)

    def read(self, url: str, html: str, body: bytes, picks: Places | None = None) -> dict[str, object]:
        """What is known of a page, with what the picker points at where nothing is."""
        known, found = self.look(url, html, body, picks or {})
        return {
            name: one.value if isinstance(one, Value) else [each.value for each in one]
            for name, one in {**found, **known.values}.items()
        }

    def look(self, url: str, html: str, body: bytes, picks: Places) -> tuple[Known, Mapping[str, Found]]:
        root = Document(html).tree.root
        context = Context("en", "gb", url)
        if self._read % self.chunk == 0:
            self._told = packed_knowledge(self.learning.knowledge())
        self._read += 1
        host = KnownHost(knowledge_from(self._told))
        place = host.place(root, url)
        about = host.fields(place.template, self.wanted)
        known = read_known(root, self.wanted.fields, about, context)
        fields = {one.name: one for one in self.wanted.fields}
        found = {
            name: value
            for name, css in picks.items()
            if name in known.sought and (value := pick(root, fields[name], css, context)) is not None
        }
        found = {**{name: hint for name, hint in known.hints.items() if name in known.sought}, **found}
        seen = observe(root, known, about, self.wanted, found, context)
        sent = packed_observation(Observation(body, place, self.wanted.record, seen))
        self.lessons.append(self.learning.learn(observation_from(sent)))
        return known, found

    def restarted(self) -> None:
        """Everything that is not written down is forgotten."""
        changes = self.learning.take_changes(with_counts=True)
        self.learning = HostLearning(self.host, changes.templates, changes.fields)


def pick(root: Node, wished: Field, css: str, context: Context) -> Value | None:
    """The value at an element, as one who knows the page points at it."""
    css, _, attribute = css.partition(" ") if css.endswith((" src", " href", " content")) else (css, "", "")
    node = root.css_first(css)
    if node is None:
        return None
    text = node.attributes[attribute] if attribute else text_of(node)
    found = parse(wished, text or "", context)
    if not found:
        return None
    one = found[0]
    words = (text or "")[one.start : one.end]
    source = Source(How.MODEL, path_of(node), attribute, "", one.start, one.end, words)
    return Value(one.value, source, 0.8)
