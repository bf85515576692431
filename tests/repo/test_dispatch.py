"""Ladders on the classes of the field can only get fewer: dispatch and methods stand in their place.

Counted are calls of `isinstance`, and class patterns of `match`, that name a class of
`theory/objectives`, `theory/groups` or `theory/assumptions`. What the theory knows of a thing is a
method on it; a torch counterpart is registered with a dispatch whose default raises and names the
`register` call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIELD = ("theory/objectives", "theory/groups", "theory/assumptions")
PARTS = ("theory", "numerics", "sith")

MOST = 5
"""So many questions may stand in one file."""

# More than `MOST` stand in these files; the number may be lowered, not raised.
ALLOWED: dict[str, tuple[int, str]] = {
    "numerics/data/consequences/of_pairs.py": (7, "pairs beside the pairs of the weaker claim"),
    "numerics/searching/operators.py": (
        7,
        "one setting in which all parts of a claim have to be of a kind",
    ),
    "numerics/searching/selections.py": (
        9,
        "one setting in which all parts of a claim have to be of a kind",
    ),
    "theory/derivation/bounds/elimination.py": (7, "which spaces the elimination treats"),
    "theory/derivation/conditions/auxiliary.py": (
        6,
        "environments and softmax labels in the words of a condition",
    ),
    "theory/derivation/conditions/infonce.py": (7, "combinations of a critic and pairs"),
    "theory/derivation/conditions/misfit.py": (6, "sentences for combinations of critic and pairs"),
    "theory/derivation/lemmas/classes.py": (
        9,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/lemmas/confinement.py": (
        9,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/lemmas/heads.py": (
        14,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/lemmas/kept_law.py": (
        7,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/lemmas/metrics.py": (
        6,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/lemmas/spectral.py": (
        11,
        "the hypotheses of lemmas, each checked by one question",
    ),
    "theory/derivation/nonvacuity/latents.py": (
        13,
        "assumptions checked in a theorem's own world, one by one",
    ),
    "theory/derivation/nonvacuity/losses.py": (
        11,
        "assumptions checked in a theorem's own world, one by one",
    ),
    "theory/derivation/nonvacuity/pairs.py": (
        22,
        "assumptions checked in a theorem's own world, one by one",
    ),
}

TOTAL = 527
"""So many stand in the whole library; lower it with every ladder that goes."""


def classes() -> frozenset[str]:
    """The names of the classes that the folders of `FIELD` define."""
    return frozenset(
        node.name
        for folder in FIELD
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )


def names(node: ast.expr) -> Iterator[str]:
    """The names in the second argument of `isinstance`, or of a class pattern."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.BinOp(left=left, right=right):
            yield from names(left)
            yield from names(right)
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from names(part)


def asked(source: str, field: frozenset[str]) -> list[int]:
    """The lines that ask whether something is of a class of the field."""
    found: list[int] = []
    if "isinstance" not in source and "issubclass" not in source and "match " not in source:
        return found
    for node in ast.walk(ast.parse(source)):
        kinds: list[str] = []
        match node:
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kind]):
                kinds = list(names(kind))
            case ast.MatchClass(cls=kind):
                kinds = list(names(kind))
        if field & set(kinds):
            found.append(node.lineno)  # type: ignore[attr-defined]
    return found


@cache
def counts() -> dict[str, int]:
    """The number of such questions in each file that has any."""
    field = classes()
    found = {
        str(path.relative_to(ROOT)): len(asked(path.read_text(), field))
        for part in PARTS
        for path in sorted((ROOT / part).rglob("*.py"))
    }
    return {name: number for name, number in found.items() if number}


def test_ladders_only_get_fewer() -> None:
    found = counts()
    over = {
        name: number for name, number in found.items() if number > ALLOWED.get(name, (MOST, ""))[0]
    }
    assert over == {}, "write a method, or register a function with a dispatch"
    assert sum(found.values()) <= TOTAL


def test_every_exception_is_needed_and_has_a_reason() -> None:
    found = counts()
    assert [name for name in ALLOWED if found.get(name, 0) <= MOST] == []
    assert all(reason for _, reason in ALLOWED.values())


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("isinstance(x, Sphere)", [1]),
        ("isinstance(x, int | a.Box)", [1]),
        ("isinstance(x, (str, Gaussian))", [1]),
        ("match x:\n    case Shifted(group=g):\n        pass", [2]),
        ("isinstance(x, int)\nmatch x:\n    case int():\n        pass", []),
        ("Sphere(3)", []),
    ],
)
def test_a_planted_question_is_found(source: str, lines: list[int]) -> None:
    assert asked(source, frozenset({"Sphere", "Box", "Gaussian", "Shifted"})) == lines


def silent(source: str) -> list[int]:
    """The lines of dispatches whose default does not raise at once."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        if not any(
            ast.unparse(d) in ("singledispatch", "functools.singledispatch")
            for d in node.decorator_list
        ):
            continue
        body = [
            s
            for s in node.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        ]
        if not isinstance(body[-1], ast.Raise):
            found.append(node.lineno)
    return found


# A default that answers, with the reason why its answer is right for every type.
ANSWERS = {
    "numerics/exact/for_world.py": "products have the product of their rules; all others raise",
    "numerics/exact/tabular/charts.py": "products have the charts of their factors; others raise",
    "numerics/worlds/space_parts.py": "products are read off their equations; all others raise",
    "numerics/exact/check.py": "exact_check_of: asks population_rule, whose default raises",
    "theory/assumptions/normalisable.py": "unknown laws are not shown, and the verdict says so",
}


def test_no_default_of_a_dispatch_is_silent() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for part in PARTS
        for path in sorted((ROOT / part).rglob("*.py"))
        if "singledispatch" in (source := path.read_text())
        for line in silent(source)
        if str(path.relative_to(ROOT)) not in ANSWERS
    }
    assert found == set()


def test_a_silent_default_is_found() -> None:
    quiet = "@singledispatch\ndef f(x):\n    return []\n"
    loud = '@singledispatch\ndef f(x):\n    """Say."""\n    raise ValueError(x)\n'
    assert silent(quiet) == [2]
    assert silent(loud) == []
