"""One page as its readers need it: visible texts and structured data, worked out when first asked for."""

from functools import cached_property

from scraper.document import Document
from scraper.selection.candidates_attributes import AttributeIndex
from scraper.selection.candidates_labels import LabelIndex
from scraper.selection.candidates_names import NameIndex
from scraper.selection.candidates_surface import Surface, without_site
from scraper.selection.outline import Outline
from scraper.selection.structured.main_thing import About
from scraper.selection.structured.page_state import page_state
from scraper.selection.structured.read import Structured, read_structured
from scraper.selection.structured.thing import Thing
from scraper.selection.value import Context
from storage.address import NotAnAddress, parse

# The language most likely written under a country's ending, where the page names none.
_SPOKEN = {
    "de": "de at ch",
    "fr": "fr",
    "es": "es ar cl mx co pe uy",
    "it": "it",
    "pt": "pt br",
    "nl": "nl be",
    "pl": "pl",
    "cs": "cz",
    "sk": "sk",
    "sl": "si",
    "hr": "hr",
    "sr": "rs",
    "hu": "hu",
    "ro": "ro",
    "bg": "bg",
    "el": "gr",
    "ru": "ru by kz",
    "uk": "ua",
    "tr": "tr",
    "da": "dk",
    "sv": "se",
    "nb": "no",
    "fi": "fi",
    "et": "ee",
    "lv": "lv",
    "lt": "lt",
    "ja": "jp",
    "zh": "cn tw hk",
    "ko": "kr",
    "vi": "vn",
    "id": "id",
    "en": "uk ie us au nz ca in",
}
_LANGUAGES = {ending: language for language, endings in _SPOKEN.items() for ending in endings.split()}
_REGIONS = {"uk": "gb"}


class PageView:
    """What the fields of any number of records are read from."""

    def __init__(self, document: Document, outline: Outline, url: str = "") -> None:
        self.outline = outline
        self.url = url
        self.title = document.title
        self.context = context_of(document.language, url, document.base)

    @cached_property
    def structured(self) -> Structured:
        return read_structured(self.outline)

    @cached_property
    def state(self) -> Thing | None:
        heading = self.about.heading or without_site(self.title)
        return page_state(self.structured.scripts, self.structured.holders, heading)

    @cached_property
    def surface(self) -> Surface:
        return Surface(self.outline, About(self.url, self.title, ""), self.context)

    @cached_property
    def about(self) -> About:
        heading = self.surface.heading
        return About(self.url, self.title, heading.text if heading is not None else "")

    @cached_property
    def labels(self) -> LabelIndex:
        return LabelIndex(self.surface)

    @cached_property
    def names(self) -> NameIndex:
        return NameIndex(self.outline)

    @cached_property
    def attributes(self) -> AttributeIndex:
        return AttributeIndex(self.surface, self.structured.holders)


def view_of(document: Document, url: str = "") -> PageView:
    """The page with an outline of its own."""
    return PageView(document, Outline(document.tree), url)


def context_of(language: str, url: str, base: str = "") -> Context:
    """What the meaning of texts on a page depends on."""
    primary, *rest = language.split("-")
    host, address = _place(url)
    ending = host.partition(":")[0].rpartition(".")[2]
    region = next((one for one in rest[::-1] if len(one) == 2), "") or (
        ending if len(ending) == 2 and ending.isalpha() else ""
    )
    return Context(
        primary or _LANGUAGES.get(ending, ""), _REGIONS.get(region, region), _resolved(base, address)
    )


def _place(url: str) -> tuple[str, str]:
    try:
        address = parse(url)
    except NotAnAddress:
        return "", ""
    return address.host, address.fetch


def _resolved(base: str, address: str) -> str:
    if not base:
        return address
    try:
        return parse(base, address or None).fetch
    except NotAnAddress:
        return address
