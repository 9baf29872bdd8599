"""Decides by which key two spellings of a URL are one page.

Kept: the case of path and query, every other argument, blank values, the order of arguments with one name.
Changed: percent-encoding (unreserved characters decoded, hex digits upper case), arguments sorted by name.
Dropped: fragment, empty query, tracking arguments, session ids. The fetched URL is never touched by this.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Self

PROCEDURE: Final = 1  # part of the version: raised when this module changes what it does with the same lists

# Campaign and click ids: they name how a visitor came, never what is shown.
_TRACKING: Final = """
_branch_match_id _ga _gac _gl _hsenc _hsmi _kx _openstat at_campaign at_custom1 at_custom2 at_custom3
at_custom4 at_medium bsft_clkid bsft_uid cjevent dclid dm_i ef_id epik fb_action_ids fb_action_types fb_ref
fb_source fbclid gad_campaignid gad_source gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig
hsctatracking igsh igshid irclickid itm_campaign itm_content itm_medium itm_source itm_term li_fat_id mc_cid
mc_eid mkt_tok ml_subscriber ml_subscriber_hash msclkid oly_anon_id oly_enc_id pk_campaign pk_cid pk_content
pk_keyword pk_kwd pk_medium pk_source rb_clickid rdt_cid s_kwcid sb_referer_host sccid srsltid trk_contact
trk_module trk_msg trk_sid ttclid twclid vero_conv vero_id wbraid wickedid yclid ymclid ysclid zanpid
""".split()  # noqa: SIM905 - a list to read and to extend, in alphabetical order
_TRACKING_PREFIXES: Final = ("utm_", "mtm_", "hsa_", "__hs")
# Session ids whose names mean nothing else.
_SESSIONS: Final = (
    "asp.net_sessionid",
    "cfid",
    "cftoken",
    "jsessionid",
    "oscsid",
    "phpsessid",
    "xtcsid",
    "zenid",
)
_SESSION_PREFIXES: Final = ("aspsessionid",)
# Names that may as well be a story, a site or a conference session: dropped only with a generated value.
_TOKENS: Final = ("session", "session-id", "session_id", "sessionid", "sessid", "sid")

_GENERATED: Final = re.compile(
    r"(?=(?:[a-z]*[0-9]){2})(?=[0-9]*[a-z])[0-9a-z]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
_TRIPLET: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SESSION: Final = re.compile(r"([^/;]*);(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_COOKIELESS: Final = re.compile(
    r"/(?:\([A-Z]\([0-9A-Za-z_-]{20,}\)\)|\((?:[A-Z]\([0-9A-Za-z_-]{20,}\))+\))(?=/|$)"
)


@dataclass(
    frozen=True, slots=True, eq=False
)  # hashed by identity: it is part of the key of the memo of addresses
class KeyRules:
    """Which arguments of a query say nothing about the page; two sets of rules are the same by `version`."""

    drop: frozenset[str]
    drop_prefixes: tuple[str, ...]
    drop_tokens: frozenset[str] = frozenset()  # only with a value that looks generated

    @property
    def version(self) -> str:
        return blake2b(self.as_json().encode(), digest_size=8).hexdigest()

    def extended(self, names: Iterable[str]) -> Self:
        """These rules and more names to drop; a name that ends in `*` is a prefix."""
        wanted = {name.strip().lower() for name in names} - {"", "*"}
        prefixes = {name[:-1] for name in wanted if name.endswith("*")}
        exact = {name for name in wanted if not name.endswith("*")}
        return replace(
            self, drop=self.drop | exact, drop_prefixes=tuple(sorted({*self.drop_prefixes, *prefixes}))
        )

    def as_json(self) -> str:
        """The lists as they are kept with a run; `from_json` reads them back."""
        lists = (self.drop, self.drop_prefixes, self.drop_tokens)
        return json.dumps([PROCEDURE, *(sorted(names) for names in lists)], separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        _, drop, prefixes, tokens = json.loads(text)
        return cls(frozenset(drop), tuple(prefixes), frozenset(tokens))

    def drops(self, name: str, value: str) -> bool:
        fate = _fate(name, self)
        return fate is _Fate.DROP or (fate is _Fate.DROP_TOKEN and _GENERATED.fullmatch(value) is not None)


class _Fate(Enum):
    KEEP = auto()
    DROP = auto()
    DROP_TOKEN = auto()


@lru_cache(maxsize=1024)  # a site uses the same few names over and over
def _fate(name: str, rules: KeyRules) -> _Fate:
    name = name.lower()
    if name in rules.drop or name.startswith(rules.drop_prefixes):
        return _Fate.DROP
    return _Fate.DROP_TOKEN if name in rules.drop_tokens else _Fate.KEEP


DEFAULT_RULES: Final = KeyRules(
    frozenset([*_TRACKING, *_SESSIONS]),
    tuple(sorted((*_TRACKING_PREFIXES, *_SESSION_PREFIXES))),
    frozenset(_TOKENS),
)


def canonical(rest: str, rules: KeyRules) -> str:
    """The key's path and query for `rest`, a serialised URL from its path on, without a fragment."""
    path, _, query = rest.partition("?")
    query = _canonical_query(_decoded(query), rules)
    path = _canonical_path(_decoded(path))
    return f"{path}?{query}" if query else path


def _decoded(text: str) -> str:
    return _TRIPLET.sub(_triplet, text) if "%" in text else text


def _triplet(found: re.Match[str]) -> str:
    value = int(found.group()[1:], 16)
    return chr(value) if value in _UNRESERVED else found.group().upper()


def _canonical_path(path: str) -> str:
    if ";" in path:
        path = _PATH_SESSION.sub(_without_session, path)
    if "/(" in path:
        path = _COOKIELESS.sub("", path) or "/"
    return path


def _without_session(found: re.Match[str]) -> str:
    """What is left must not become a dot segment, which would then name another page."""
    name = found.group(1)
    return found.group() if name in {".", ".."} else name


def _canonical_query(query: str, rules: KeyRules) -> str:
    if not query:
        return ""
    kept = []
    for argument in query.split("&"):
        name, _, value = argument.partition("=")
        if argument and not rules.drops(name, value):
            kept.append((name, argument))
    kept.sort(key=_name)
    return "&".join([argument for _, argument in kept])


def _name(argument: tuple[str, str]) -> str:
    return argument[0]
