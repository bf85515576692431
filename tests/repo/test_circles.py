"""No import circle, neither between files nor between folders.

Two entries of one folder, each a file or a sub-folder, are in a circle if following the imports of
what is inside leads from the one to the other and back. A name that a package re-exports counts
as an import of the file that defines it, so that an `__init__.py` closes no circle and hides none.
Imports inside functions count; those for type checkers do not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("theory", "numerics", "sith")

Sources = Mapping[str, str]
Graph = dict[str, set[str]]


def tree() -> dict[str, str]:
    """The source of every module by the path of its parts, such as sith.theory.claim."""
    found = {}
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name if part == "sith" else f"sith.{name}"] = path.read_text()
    return found


def is_type_checking(node: ast.AST) -> bool:
    """Whether this is the block `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def statements(node: ast.AST, typed: bool) -> Iterator[ast.ImportFrom | ast.Import]:
    """The imports below a node, with those for type checkers if `typed`."""
    if isinstance(node, ast.ImportFrom | ast.Import):
        yield node
    if typed or not is_type_checking(node):
        for child in ast.iter_child_nodes(node):
            yield from statements(child, typed)


def handed_out(sources: Sources) -> dict[str, dict[str, tuple[str, str]]]:
    """For each package, the names that it re-exports, with the module that each is taken from."""
    return {
        module.removesuffix(".__init__"): {
            alias.asname or alias.name: (node.module, alias.name)
            for node in statements(ast.parse(source), typed=True)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        for module, source in sources.items()
        if module.endswith(".__init__")
    }


def defined_in(
    module: str, name: str, sources: Sources, packages: Mapping[str, Mapping[str, tuple[str, str]]]
) -> str:
    """The file that a name comes from, through the packages that re-export it; "" if outside."""
    while name in packages.get(module, {}):
        module, name = packages[module][name]
    for found in (f"{module}.{name}", f"{module}.{name}.__init__", module, f"{module}.__init__"):
        if found in sources:
            return found
    return ""


def files(sources: Sources) -> Graph:
    """Which file imports which; package files are left out, for they define nothing."""
    graph: Graph = {}
    packages = handed_out(sources)
    for module, source in sources.items():
        if module.endswith(".__init__"):
            continue
        reached = graph.setdefault(module, set())
        for node in statements(ast.parse(source), typed=False):
            if isinstance(node, ast.Import):
                found = {alias.name for alias in node.names}
            else:
                origin = node.module or ""
                found = {defined_in(origin, alias.name, sources, packages) for alias in node.names}
            reached |= {name for name in found if name in sources and name != module}
    return graph


def circles(graph: Graph) -> list[set[str]]:
    """The strongly connected components of more than one node."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for after in graph.get(todo.pop(), set()) - seen:
                seen.add(after)
                todo.append(after)
        return seen

    reached = {node: reach(node) for node in graph}
    found: list[set[str]] = []
    for node in graph:
        mutual = {other for other in reached[node] if node in reached.get(other, set())}
        if len(mutual | {node}) > 1 and not any(node in circle for circle in found):
            found.append(mutual | {node})
    return found


def folders(graph: Graph) -> dict[str, Graph]:
    """For each folder, which of its entries imports which."""
    levels: dict[str, Graph] = {}
    for module, reached in graph.items():
        for other in reached:
            mine, its = module.split("."), other.split(".")
            depth = next(k for k in range(len(mine)) if mine[: k + 1] != its[: k + 1])
            level = levels.setdefault(".".join(mine[:depth]), {})
            a, b = (".".join(parts[: depth + 1]) for parts in (mine, its))
            if not b.endswith(".__init__"):
                level.setdefault(a, set()).add(b)
                level.setdefault(b, set())
    return levels


def all_circles(sources: Sources) -> list[set[str]]:
    """The circles between files, then those between the entries of each folder."""
    graph = files(sources)
    return circles(graph) + [c for level in folders(graph).values() for c in circles(level)]


def test_no_circle() -> None:
    assert all_circles(tree()) == []


PLANTED = {
    "sith.theory.__init__": "",
    "sith.theory.a.__init__": "from sith.theory.a.p import P as P",
    "sith.theory.a.p": "P = 1",
    "sith.theory.a.q": "Q = 1",
    "sith.theory.b.__init__": "",
    "sith.theory.b.r": "from sith.theory.a import P",
    "sith.theory.c": "C = 1",
}


@pytest.mark.parametrize(
    ("module", "source", "circle"),
    [
        ("sith.theory.a.p", "from sith.theory.a.q import Q", set()),
        ("sith.theory.a.q", "def f():\n    from sith.theory.b import r", {"a", "b"}),
        ("sith.theory.a.p", "def f():\n    from sith.theory.b.r import R", {"a.p", "b.r"}),
        ("sith.theory.c", "import sith.theory.b.r", set()),
        ("sith.theory.a.q", "if TYPE_CHECKING:\n    from sith.theory.b.r import R", set()),
    ],
)
def test_a_planted_circle_is_found(module: str, source: str, circle: set[str]) -> None:
    found = all_circles(PLANTED | {module: source})
    names = [{name.removeprefix("sith.theory.") for name in one} for one in found]
    assert circle in names if circle else names == []
