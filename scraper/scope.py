"""Decides which addresses belong to a job.

`within` is relative to the seeds:
- page: the seeds and nothing else
- prefix: below the folder of a seed; `/docs` without a dot is a folder, `/docs/intro.html` lies in `/docs/`
- host: the same host and port, over http or https
- domain: the same registrable domain by the public suffix list, any port
- any: everywhere
Then `exclude` takes away and `include`, when there is any, keeps only what it matches (see scraper.pattern).
A seed itself is in scope whatever `within` and `include` say, since somebody asked for it by name. Where it
redirects to within its site, that page is what was asked for: it is in scope, too, and its host stands for
that of the seed (`example.org` and `www.example.org`), with the same folders where `within` is `prefix`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from scraper.pattern import Pattern
from storage.address import Address, site


class Within(StrEnum):
    PAGE = "page"
    PREFIX = "prefix"
    HOST = "host"
    DOMAIN = "domain"
    ANY = "any"


@dataclass(slots=True)
class Scope:
    within: Within
    seeds: set[str]  # keys
    places: set[str]  # hosts, sites or folders, as `within` says
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    max_depth: int = 10

    @classmethod
    def around(
        cls,
        seeds: Iterable[Address],
        within: Within = Within.HOST,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        max_depth: int = 10,
    ) -> Self:
        """The scope of a job; raises BadPattern."""
        seeds = tuple(seeds)
        return cls(
            within,
            {seed.key for seed in seeds},
            {_place(within, seed) for seed in seeds},
            tuple(map(Pattern.of, include)),
            tuple(map(Pattern.of, exclude)),
            max_depth,
        )

    def refuses(self, address: Address, depth: int) -> str | None:
        """Why the address is not visited, or None."""
        if depth > self.max_depth:
            return "too_deep"
        asked_for = address.key in self.seeds
        if not asked_for and not self._is_near(address):
            return "out_of_scope"
        if self.excludes(address):
            return "excluded"
        if self.include and not asked_for and not any(pattern.matches(address) for pattern in self.include):
            return "not_included"
        return None

    def excludes(self, address: Address) -> bool:
        """Whether the job names it as something to be left alone."""
        return bool(self.exclude) and any(pattern.matches(address) for pattern in self.exclude)

    def follow_seed(self, seed: Address, target: Address) -> bool:
        """Takes in what a seed redirects to, where both are of one site; says whether it did."""
        if not _is_same_site(seed.host, target.host):
            return False
        self.seeds.add(target.key)
        if self.within is Within.HOST:
            self.places.add(target.host)
        if self.within is Within.PREFIX:
            folders = [place.partition("/") for place in self.places]
            self.places |= {
                f"{target.host}{slash}{path}" for host, slash, path in folders if host == seed.host
            }
        return True

    def _is_near(self, address: Address) -> bool:
        if self.within is Within.HOST:
            return address.host in self.places
        if self.within is Within.DOMAIN:
            return site(address.host) in self.places
        if self.within is Within.PREFIX:
            return any(_is_below(address, folder) for folder in self.places)
        return self.within is Within.ANY


def _is_same_site(one: str, other: str) -> bool:
    """Whether two hosts have one registrable domain; addresses and names without a dot have none."""
    if one == other:
        return True
    domain = site(one)
    return domain == site(other) and "." in domain and not _is_number(domain)


def _is_number(name: str) -> bool:
    return name.startswith("[") or name.rpartition(".")[2].isdigit()


def _place(within: Within, seed: Address) -> str:
    if within is Within.DOMAIN:
        return site(seed.host)
    return _folder(seed) if within is Within.PREFIX else seed.host


def _folder(seed: Address) -> str:
    """Host and path of the folder, without its last slash."""
    place = seed.key[len(seed.scheme) + 3 :].partition("?")[0]
    above, _, name = place.rpartition("/")
    return place if name and "." not in name else above


def _is_below(address: Address, folder: str) -> bool:
    start = len(address.scheme) + 3
    return address.key.startswith(folder, start) and address.key[start + len(folder) :][:1] in {"", "/", "?"}
