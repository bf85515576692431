"""The default set reaches every folder, and every entry of the table of markers names a test."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from tests.helpers.marks import BY_DEFAULT, DEFAULT, KEPT, MARKERS, MARKS, REPRESENTATIVES, marker

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"


def names() -> list[str]:
    """Every test function, as `folder/file.py::test`."""
    return [
        f"{path.relative_to(TESTS)}::{node.name}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_every_entry_names_a_test() -> None:
    known = names()
    for prefix in MARKS:
        written = prefix.partition("[")[0]
        assert any(name.startswith(written) for name in known), prefix


def test_the_default_set_reaches_every_folder() -> None:
    reached = {name.partition("/")[0] for name in [*names(), *KEPT] if marker(name) == DEFAULT}
    assert reached == {path.parent.name for path in TESTS.rglob("test_*.py")}


def test_the_two_sets_of_ci_are_all_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = project["tool"]["pytest"]["ini_options"]
    declared = {line.partition(":")[0] for line in options["markers"]}
    assert set(MARKERS) <= declared
    assert options["addopts"][options["addopts"].index("-m") + 1] == BY_DEFAULT
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f'-m "({" or ".join(MARKERS)}) and not slow"' in script


def test_the_longest_prefix_counts_and_representatives_stay() -> None:
    assert marker("numerics/test_check.py::test_x") == "train"
    assert marker(KEPT[0]) == DEFAULT
    assert marker("properties/test_metamorphic.py::test_x[1]") == "deep"
    assert marker("theory/test_order.py::test_x") == DEFAULT
    agrees = "theorems/test_contract.py::test_the_derived_group_agrees"
    assert marker(f"{agrees}[{REPRESENTATIVES[0]}-2-0]") == DEFAULT
    assert marker(f"{agrees}[rusak_2025_aninfonce-2]") == "registry"
