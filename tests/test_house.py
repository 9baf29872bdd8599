"""The layout of the house, drawn from the code: who imports whom, who owns what, how big things get."""

import ast
import os
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
PACKAGES = ("storage", "scraper", "analysis", "tandem")

# What a room may import, besides itself. The front door wires everything together.
ARROWS = {
    "storage": set[str](),
    "tandem.inference": set[str](),
    "tandem.progress": set[str](),
    "scraper": {"storage", "tandem.inference", "tandem.progress"},
    "analysis": {"storage", "tandem.inference", "tandem.progress"},
    "tandem.dashboard": {"storage", "tandem.progress", "analysis"},
    "tandem": {"storage", "tandem.inference", "tandem.progress", "scraper", "analysis", "tandem.dashboard"},
}

# Libraries that reach the outside, and the one module of a room that may import each.
OWNERS = {
    "aiohttp": {
        "scraper.fetch",
        "scraper.fetch_fault",
        "scraper.late_roots",
        "scraper.protocol",
        "scraper.session.jar",
        "tandem.demo.server",
        "tandem.inference.wire",
    },
    "aiomqtt": {"tandem.progress.mqtt"},
    "amqtt": {"tandem.progress.broker"},
    # the second one compares vectors: nothing of it comes from outside, so it needs no sandbox
    "duckdb": {"storage.nearest", "storage.sql"},
    "httpx": {"tandem.inference.ollama_library"},
    "ollama": {"tandem.inference.ollama_library"},
    "playwright": {"scraper.render.driver"},
    "pypdfium2": {"scraper.documents.pdf_library"},
    "selectolax": {"scraper.document"},
    "weasyprint": {"analysis.render_pdf"},
    # the index for search is a file of its own: what goes wrong with it never concerns the ledger
    "sqlite3": {"storage.connection", "storage.ledger", "storage.search_file"},
}

# Formats of data that one room reads and writes, and no other knows.
ROOM_OF = {"pyarrow": "storage"}
# The one module of the front door that hands rows on as they come out of the store.
HANDS_ON = {"tandem.query_output"}

VAGUE_NAMES = {
    "base",
    "common",
    "core",
    "handler",
    "handlers",
    "helper",
    "helpers",
    "manager",
    "util",
    "utils",
}
FRONT_DOOR = "tandem.__main__"


def _name(path: Path) -> str:
    parts = path.relative_to(HOME).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {_name(path): path for package in PACKAGES for path in sorted((HOME / package).rglob("*.py"))}
each_module = pytest.mark.parametrize("module", PATHS)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(PATHS[module].read_bytes())


def _room(module: str) -> str:
    return max((room for room in ARROWS if f"{module}.".startswith(f"{room}.")), key=len)


def _targets(module: str, node: ast.AST) -> Iterator[str]:
    """Gives the modules that an import statement names, without what it takes out of them."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = module if PATHS[module].name == "__init__.py" else module.rpartition(".")[0]
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        source = ".".join([*above, *filter(None, [node.module])])
        yield from (inner if (inner := f"{source}.{alias.name}") in PATHS else source for alias in node.names)


def _imports(module: str) -> set[str]:
    return {target for node in ast.walk(_tree(module)) for target in _targets(module, node)}


def _loads(module: str) -> set[str]:
    """Gives what importing a module runs at once: its top-level imports, with the packages these lie in."""
    targets = {target for node in _tree(module).body for target in _targets(module, node)}
    parents = {".".join(t.split(".")[:n]) for t in targets for n in range(1, t.count(".") + 1)}
    around = {".".join(module.split(".")[:n]) for n in range(1, module.count(".") + 1)}
    return (targets | parents - around - {module}) & PATHS.keys()


def _inner_imports(module: str) -> set[str]:
    return {target for target in _imports(module) if target.partition(".")[0] in PACKAGES}


def _functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_house_has_its_rooms() -> None:
    assert {_room(module) for module in PATHS} >= {
        "storage",
        "tandem.progress",
        "scraper",
        "analysis",
        "tandem",
    }


@each_module
def test_a_room_imports_only_the_rooms_it_may(module: str) -> None:
    room = _room(module)
    wrong = {target for target in _inner_imports(module) if _room(target) not in ARROWS[room] | {room}}
    assert not wrong, f"{module} may not import {sorted(wrong)}"


@each_module
def test_a_module_imports_only_modules_that_exist(module: str) -> None:
    assert not _inner_imports(module) - PATHS.keys()


@pytest.mark.parametrize("edges", [_inner_imports, _loads])
def test_no_modules_import_each_other_in_a_circle(edges: Callable[[str], set[str]]) -> None:
    graph = {module: edges(module) - {module} for module in PATHS}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@each_module
def test_only_its_owner_imports_a_library_that_reaches_outside(module: str) -> None:
    used = {target.partition(".")[0] for target in _imports(module)}
    wrong = {library for library in used & OWNERS.keys() if module not in OWNERS[library]}
    assert not wrong, (
        f"{module} imports {sorted(wrong)}, which belongs to {[sorted(OWNERS[x]) for x in wrong]}"
    )


@each_module
def test_a_format_stays_in_its_room(module: str) -> None:
    used = {target.partition(".")[0] for target in _imports(module)}
    foreign = {library for library in used & ROOM_OF.keys() if ROOM_OF[library] != _room(module)}
    assert not foreign or module in HANDS_ON


def test_every_owner_exists_and_uses_what_it_owns() -> None:
    for library, owners in OWNERS.items():
        for owner in owners:
            assert owner in PATHS
            assert library in {target.partition(".")[0] for target in _imports(owner)}, f"{owner}: {library}"


@each_module
def test_a_module_says_in_one_line_what_it_is(module: str) -> None:
    first, *rest = (ast.get_docstring(_tree(module)) or "").split("\n")
    assert first.endswith((".", "…")), "the first line of the docstring is a sentence"
    assert not rest or not rest[0], "more stands below an empty line"


@each_module
def test_a_module_has_a_telling_name(module: str) -> None:
    assert not set(module.split(".")) & VAGUE_NAMES


@each_module
def test_a_module_is_at_most_300_lines(module: str) -> None:
    assert len(PATHS[module].read_text().splitlines()) <= 300


@each_module
def test_a_function_is_at_most_60_lines(module: str) -> None:
    long = [f.name for f in _functions(module) if (f.end_lineno or f.lineno) - f.lineno >= 60]
    assert not long


@each_module
def test_a_function_takes_at_most_six_arguments(module: str) -> None:
    def count(arguments: ast.arguments) -> int:
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        return len([argument for argument in named if argument.arg not in {"self", "cls"}])

    # A command's arguments are its options, and each has a name on the command line.
    wide = [f.name for f in _functions(module) if count(f.args) > 6 and not f.decorator_list]
    assert not wide


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or ast.unparse(kind) in {"Exception", "BaseException"}


def _hands_on(handler: ast.ExceptHandler) -> bool:
    """Says whether the error leaves its handler: raised again, kept for its owner, or set on a future."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise):
        return last.exc is None or handler.name in {
            ast.unparse(last.exc),
            ast.unparse(last.cause or last.exc),
        }
    if isinstance(last, ast.Assign):
        return ast.unparse(last.value) == handler.name and isinstance(last.targets[0], ast.Attribute)
    call = last.value if isinstance(last, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call).endswith(f".set_exception({handler.name})")


def _swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        return _is_broad(node.type) and not _hands_on(node)
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        return any(map(_is_broad, node.args))
    return False


@pytest.mark.parametrize("module", [module for module in PATHS if module != FRONT_DOOR])
def test_no_module_swallows_every_error(module: str) -> None:
    assert not [ast.unparse(node) for node in ast.walk(_tree(module)) if _swallows(node)]


def test_every_test_folder_is_a_room() -> None:
    folders = {
        path.name for path in (HOME / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))
    }
    assert folders <= {*PACKAGES, "benchmarks", "deployment", "hostile"}


def test_the_lock_names_no_addresses_and_no_places() -> None:
    lock = (HOME / "requirements.lock").read_text()
    assert "://" not in lock
    assert "/home/" not in lock
    assert os.fspath(HOME) not in lock


def test_the_lock_holds_every_dependency_by_hash() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())
    wanted = [*_runtime_requirements(), *project["dependency-groups"]["dev"]]
    entries = (HOME / "requirements.lock").read_text().replace("\\\n", "").splitlines()
    locked = {entry.partition("==")[0].lower() for entry in entries if "--hash=sha256:" in entry}
    missing = {name for line in wanted if (name := _distribution(line)) not in locked}
    assert not missing, f"run `make lock`: {sorted(missing)}"
    assert len(locked) == len(entries)


def _runtime_requirements() -> list[str]:
    """Those of the base install, and those of every extra."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(line for lines in extras for line in lines)]


def _runtime_dependencies() -> set[str]:
    return {_distribution(line) for line in _runtime_requirements()}


def test_every_runtime_dependency_has_its_reason() -> None:
    text = (HOME / "docs" / "decisions.md").read_text()
    named = {
        line.split("|")[1].strip().replace(".", "-") for line in text.splitlines() if line.startswith("| ")
    }
    assert not _runtime_dependencies() - named


def test_every_runtime_dependency_is_used() -> None:
    used = {target.partition(".")[0] for module in PATHS for target in _imports(module)}
    providers = packages_distributions()
    provided = {
        name.lower().replace("_", "-").replace(".", "-") for top in used for name in providers.get(top, [])
    }
    assert not _runtime_dependencies() - provided


def _distribution(requirement: str) -> str:
    name = requirement.partition(";")[0].strip().lower()
    for mark in "<>=![~ ":
        name = name.partition(mark)[0]
    return name.replace("_", "-").replace(".", "-")
