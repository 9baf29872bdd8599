"""Writes what a lock file holds as a bill of materials: CycloneDX 1.6, the same bytes for the same lock file.

Usage: sbom.py LOCK >sbom.cdx.json    an interpreter that has the packages names their licences, too
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[1]
_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: *; *(?P<marker>[^\\]+?))? *(?:\\|$)")
_NEED = re.compile(r"(?P<name>[A-Za-z0-9._-]+) *(?:\[(?P<extras>[^]]*)\])?")
_EXTRA = re.compile(r"extra *== *[\"']([^\"']+)[\"']")


def bill(lock: str, project: Mapping[str, Any]) -> dict[str, Any]:
    """The document for the text of a lock file and the table `project` of pyproject.toml."""
    packages = {_plain(found["name"]): found for found in _entries(lock)}
    root = f"pkg:pypi/{project['name']}@{project['version']}"
    places = {name: f"pkg:pypi/{name}@{found['version']}" for name, found in packages.items()}
    direct = list(project["dependencies"])
    for needs in project.get("optional-dependencies", {}).values():
        direct += needs
    uses = {root: _named(direct), **{places[name]: _uses(name) for name in packages}}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": root,
            }
        },
        "components": [_component(name, places[name], found) for name, found in packages.items()],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(places[name] for name in names & places.keys())}
            for ref, names in uses.items()
        ],
    }


def _entries(lock: str) -> Iterator[dict[str, Any]]:
    """Each package of the lock file with the digests of its files."""
    entry: dict[str, Any] | None = None
    for line in lock.splitlines():
        found = _ENTRY.match(line)
        if found:
            entry = {**found.groupdict(), "digests": []}
            yield entry
        elif entry is not None:
            entry["digests"] += re.findall(r"--hash=sha256:([0-9a-f]{64})", line)


def _component(name: str, place: str, found: Mapping[str, Any]) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": place,
        "name": name,
        "version": found["version"],
        "purl": place,
        "licenses": _licenses(name),
        # one for every file that may be installed: platforms differ
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in found["digests"]],
    }
    if found["marker"]:
        component["properties"] = [{"name": "tandem:only-where", "value": found["marker"]}]
    return {key: value for key, value in component.items() if value}


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licenses(name: str) -> list[dict[str, Any]]:
    """As the package itself says: an expression where it has one, else its classifiers, else its words."""
    found = _installed(name)
    if found is None:
        return []
    told = found.metadata.json
    if expression := told.get("license_expression"):
        return [{"expression": expression}]
    named = [
        line.rpartition(" :: ")[2] for line in told.get("classifier", ()) if line.startswith("License ::")
    ]
    words = named or [str(told.get("license", ""))]
    return [{"license": {"name": text}} for text in words if text and "\n" not in text]


def _uses(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """What a package needs, by plain names; also what it needs for the extras that somebody asked for."""
    found = _installed(name)
    wanted = set()
    for need in (found.requires or []) if found else []:
        extra = _EXTRA.search(need)
        if extra is None or extra[1] in extras:
            wanted |= _named([need])
    return wanted


def _named(needs: Sequence[str]) -> set[str]:
    """The packages of requirements, with those behind their extras."""
    named = set()
    for need in needs:
        found = _NEED.match(need)
        if found is None:
            continue
        name, extras = _plain(found["name"]), found["extras"] or ""
        named.add(name)
        if extras:
            chosen = frozenset(extra.strip() for extra in extras.split(","))
            named |= _uses(name, chosen) - _uses(name)
    return named


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Reads the lock file named on the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.stderr.write("sbom: name a lock file: python scripts/sbom.py requirements-extras.lock\n")
        return 2
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    json.dump(bill(Path(sys.argv[1]).read_text(), project), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
