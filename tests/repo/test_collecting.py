"""No test reads stored files while it is collected: a file that is missing fails its own test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
READERS = {
    "glob",
    "iterdir",
    "load",
    "load_statement",
    "open",
    "read_bytes",
    "read_counterexample",
    "read_json",
    "read_text",
    "rglob",
    "stored_audit",
    "stored_study",
    "stored_table",
    "stored_witness",
    "stored_witnesses",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def called(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The names of the functions that a node calls, with their lines."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            name = inner.func.attr if isinstance(inner.func, ast.Attribute) else inner.func
            yield (name.id if isinstance(name, ast.Name) else str(name)), inner.lineno


def collected(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when a module is imported: its statements and the decorators of its functions."""
    for node in tree.body:
        if isinstance(node, Function):
            yield from node.decorator_list
            yield from node.args.defaults
        elif not isinstance(node, ast.ClassDef | ast.Import | ast.ImportFrom):
            yield node


def readers(source: str) -> list[int]:
    """The lines at which a module reads files while it is imported, also through its functions."""
    tree = ast.parse(source)
    own = {node.name: node for node in tree.body if isinstance(node, Function)}
    found: set[int] = set()
    waiting = [*collected(tree)]
    seen: set[str] = set()
    while waiting:
        for name, line in called(waiting.pop()):
            if name in READERS:
                found.add(line)
            elif name in own and name not in seen:
                seen.add(name)
                waiting += own[name].body
    return sorted(found)


def test_no_test_reads_files_while_it_is_collected() -> None:
    places = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for line in readers(path.read_text(encoding="utf-8"))
    ]
    assert places == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("TEXT = Path('a').read_text()", [1]),
        ("import pytest\n@pytest.mark.parametrize('a', stored_witnesses())\ndef test(a): ...", [2]),
        ("def rows():\n    return open('a')\n\nROWS = rows()", [2]),
        ("def test():\n    Path('a').read_text()", []),
        ("ROOT = Path(__file__).parent", []),
    ],
)
def test_the_rule_finds_planted_reads(source: str, lines: list[int]) -> None:
    assert readers(source) == lines
