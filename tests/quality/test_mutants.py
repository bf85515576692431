"""The operators make the changes that they name, and the battery notices a planted one."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path as File

from sith.theory.derivation.verification import proof_kernel
from tests.quality.mutants.battery import Case, cases
from tests.quality.mutants.operators import Mutant, Path, mutants
from tests.quality.mutants.run import answers, counted
from tests.quality.mutants.survivors import COSMETIC, EQUIVALENT, reason

SOURCE = '''
"""A docstring."""
LIMIT: int = 3


def f(x: int) -> int:
    """Another docstring."""
    if x <= LIMIT and not x:
        raise ValueError("a text")
    return -x + 2
'''


@cache
def kernel() -> ast.Module:
    return counted(File(proof_kernel.__file__).read_text(encoding="utf-8"))


@cache
def every() -> tuple[Mutant, ...]:
    return tuple(mutants(kernel()))


@cache
def small() -> list[Case]:
    """The worlds of one coordinate, as they are."""
    return [case for case in cases() if case.name.endswith("as it is")][:7]


def test_each_operator_makes_its_change() -> None:
    found = [(m.operator, m.before, m.after) for m in mutants(ast.parse(SOURCE))]
    for expected in (
        ("constant", "3", "4"),
        ("constant", "2", "1"),
        ("comparison", "x <= LIMIT", "x < LIMIT"),
        ("comparison", "x <= LIMIT", "x > LIMIT"),
        ("boolean", "x <= LIMIT and (not x)", "x <= LIMIT or not x"),
        ("operand dropped", "x <= LIMIT and (not x)", "x <= LIMIT"),
        ("sign or not dropped", "not x", "x"),
        ("sign or not dropped", "-x", "x"),
        ("arithmetic", "-x + 2", "-x - 2"),
        ("condition", "if x <= LIMIT and (not x):", "if True:"),
        ("statement deleted", "raise ValueError('a text')", "pass"),
    ):
        assert expected in found
    text = " ".join(after for _, _, after in found)
    assert "docstring" not in text
    assert "a textx" not in text


def test_the_kernel_has_mutants_of_every_operator_and_all_of_them_compile() -> None:
    counts = Counter(m.operator for m in every())
    assert len(counts) == 9
    assert counts.total() > 1000
    for mutant in every()[::100]:
        compile(mutant.changed(kernel()), "<mutant>", "exec")


def shown(place: str, after: str) -> str:
    """How the battery shows the mutant at a place."""
    chosen = [m for m in every() if str(m).startswith(place) and m.after == after]
    assert len(chosen) == 1
    ((_, how),) = answers(kernel(), chosen, small())
    return how


def test_a_planted_change_is_noticed() -> None:
    assert "status 2" in shown("check: if cert['format']", "if True:")
    assert "times the work" in shown("System.reduce: while any(", "while True:")


def test_the_kernel_as_it_is_survives() -> None:
    first, last = every()[0], every()[-1]
    assert len(last.path) > 1
    same = [replace(m, new=_node(m.path)) for m in (first, every()[700], last)]
    assert [how for _, how in answers(kernel(), same, small())] == ["", "", ""]


def _node(path: Path) -> ast.AST:
    node: ast.AST = kernel()
    for name, k in path:
        node = getattr(node, name) if k is None else getattr(node, name)[k]
    return node


def test_every_survivor_on_the_lists_is_a_mutant() -> None:
    names = {str(mutant) for mutant in every()}
    listed = [name for group in (*EQUIVALENT.values(), *COSMETIC.values()) for name in group]
    assert [name for name in listed if name not in names] == []
    assert len(set(listed)) == len(listed)
    assert sum(bool(reason(mutant)) for mutant in every()) >= len(listed)
