"""Files of at most 250 lines and functions of at most 50; every exception has its reason here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("sith", "theory", "numerics")

FILE, FUNCTION = 250, 50
"""Lines of a file; lines of a function without its docstring."""

# Why something is longer.
BENCH = "the rows of one benchmark, one after the other"
COMMAND = "the options of a command are its parameters"
CONDITION = "one derivation, step by step, into one condition"
ENGINE = "one algorithm, whose parts pass its whole state to each other"
FIGURE = "one figure, panel after panel"
KERNEL = "one file on purpose: it is read and run without any other of the package"
LIST = "a list of public names"
LOOP = "one loop or store with what it needs"
SET_UP = "one run, from its setting to what is measured"
STEPS = "steps of one procedure that share their state"
STUDY = "all measurements of a study, one after the other"
TABLE = "a table of maps"
VALUES = "values of one kind and their checks"
VERB = "one verb with its report"

# At most so many lines; a number may be lowered, and a new one needs a reason of its own.
FILES: dict[str, tuple[int, str]] = {
    "numerics/benchmarks/calibration.py": (350, BENCH),
    "numerics/benchmarks/derive_cost.py": (300, BENCH),
    "numerics/benchmarks/peer_rows.py": (375, BENCH),
    "numerics/benchmarks/registry_check.py": (325, BENCH),
    "numerics/benchmarks/verdict_cost.py": (275, BENCH),
    "numerics/data/agreement.py": (325, VERB),
    "numerics/data/diagnose.py": (400, VERB),
    "numerics/data/score.py": (275, VERB),
    "numerics/data/scorers.py": (275, VERB),
    "numerics/data/verbs.py": (300, VERB),
    "numerics/exact/pairwise.py": (275, LOOP),
    "numerics/exact/tabular/losses.py": (275, LOOP),
    "numerics/exact/tabular/optimum.py": (275, LOOP),
    "numerics/groups/told_apart.py": (275, VERB),
    "numerics/losses/graph.py": (300, LOOP),
    "numerics/runs/measured.py": (300, VERB),
    "numerics/searching/operators.py": (300, VERB),
    "numerics/studies/bias/encoder_class_runs.py": (325, STUDY),
    "numerics/studies/bias/projector_runs.py": (325, STUDY),
    "sith/__init__.py": (555, LIST),
    "theory/__init__.py": (500, LIST),
    "theory/derivation/bounds/prolongation.py": (275, ENGINE),
    "theory/derivation/verification/proof_kernel.py": (600, KERNEL),
    "theory/derivation/verification/spectral/moments.py": (325, ENGINE),
}
FUNCTIONS: dict[str, tuple[int, str]] = {
    "numerics/benchmarks/loss_cost.py::runs": (60, SET_UP),
    "numerics/benchmarks/published/contrast.py::_contrast": (60, SET_UP),
    "numerics/benchmarks/published/labels.py::build": (60, SET_UP),
    "numerics/benchmarks/verdict_cost.py::measure": (60, SET_UP),
    "numerics/cli/certificates.py::verify_command": (60, COMMAND),
    "numerics/cli/data.py::diagnose_command": (60, COMMAND),
    "numerics/cli/verbs.py::check_command": (60, COMMAND),
    "numerics/exact/tabular/lbfgs.py::minimise_rows": (60, STEPS),
    "numerics/searching/families.py::_of_the_sphere": (60, TABLE),
    "numerics/searching/families.py::_of_the_whole_space": (80, TABLE),
    "numerics/studies/bias/projector_runs.py::network_run": (60, SET_UP),
    "numerics/studies/dynamics/loss_gap_over_time.py::_figure": (60, FIGURE),
    "numerics/studies/dynamics/training_time_figure.py::draw": (60, FIGURE),
    "numerics/studies/samples/diet_classes_figure.py::draw": (70, FIGURE),
    "theory/derivation/bounds/pattern.py::_rows": (80, STEPS),
    "theory/derivation/conditions/labels.py::cross_entropy": (60, CONDITION),
    "theory/derivation/conditions/separable.py::separable": (60, CONDITION),
}


def sources() -> Iterator[tuple[str, str]]:
    """Path and source of every module."""
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


def lengths(source: str) -> dict[str, int]:
    """The lines of each function, without its docstring; of equal names the longest."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        size = (node.end_lineno or 0) - node.lineno + 1
        if ast.get_docstring(node) is not None:
            size -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
        found[node.name] = max(found.get(node.name, 0), size)
    return found


@cache
def long_files() -> dict[str, int]:
    """The files above the limit."""
    sizes = {name: len(source.splitlines()) for name, source in sources()}
    return {name: size for name, size in sizes.items() if size > FILE}


@cache
def long_functions() -> dict[str, int]:
    """The functions above the limit."""
    return {
        f"{name}::{function}": size
        for name, source in sources()
        for function, size in lengths(source).items()
        if size > FUNCTION
    }


def test_files_are_short() -> None:
    found = long_files()
    assert {n: s for n, s in found.items() if s > FILES.get(n, (FILE, ""))[0]} == {}


def test_functions_are_short() -> None:
    found = long_functions()
    assert {n: s for n, s in found.items() if s > FUNCTIONS.get(n, (FUNCTION, ""))[0]} == {}


def test_no_exception_is_left_that_is_not_needed() -> None:
    assert set(FILES) - set(long_files()) == set()
    assert set(FUNCTIONS) - set(long_functions()) == set()
    assert all(reason for _, reason in (*FILES.values(), *FUNCTIONS.values()))


def test_lengths_leave_the_docstring_out() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    assert lengths(source) == {"f": 3}
    assert lengths(source.replace("a = 1\n", "a = 1\n" * 1 + "    b = 2\n" * 60))["f"] == 63
