"""Every lemma is cited through its checks alone, and not where one hypothesis is violated.

A lemma without a case in which it is rightly cited, or with a hypothesis that no case violates by
itself, fails here: add the cases to `maps.py` or `losses.py`. Statements are locked by their
hashes.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from sith.theory.derivation.lemmas import CATALOGUE, Entry, fingerprint
from sith.theory.errors import UnsupportedCondition
from tests.theory.lemmas.locked import LOCKED
from tests.theory.lemmas.losses import LOSSES
from tests.theory.lemmas.maps import MAPS
from tests.theory.lemmas.minima import MINIMA

ROOT = Path(__file__).resolve().parents[3]
CASES = {**MAPS, **LOSSES, **MINIMA}
RECORD = Path("theory/derivation/lemmas/record.py")
"""The only file that makes a lemma of the catalogue."""
STATED = Path("theory/objectives/stated_optimum.py")
"""A user's own reason is quoted as one."""

HYPOTHESES = [(entry, h.name) for entry in CATALOGUE for h in entry.hypotheses]


def ids(value: Any) -> str:
    return value.name if isinstance(value, Entry) else str(value)


def test_names_are_unique_and_cases_belong_to_lemmas() -> None:
    names = [entry.name for entry in CATALOGUE]
    assert len(set(names)) == len(names)
    assert set(CASES) == set(names)
    assert len(CASES) == len(MAPS) + len(LOSSES) + len(MINIMA)


@pytest.mark.parametrize("entry", CATALOGUE, ids=ids)
def test_a_record_is_complete(entry: Entry[Any]) -> None:
    names = [h.name for h in entry.hypotheses]
    assert names
    assert len(set(names)) == len(names)
    assert all((entry.statement, entry.source))
    assert all(h.statement and h.how for h in entry.hypotheses)
    assert set(CASES[entry.name].without) == set(names)


@pytest.mark.parametrize("entry", CATALOGUE, ids=ids)
def test_a_lemma_is_cited_where_all_hypotheses_hold(entry: Entry[Any]) -> None:
    case = CASES[entry.name].right()
    assert [answer.reason for answer in entry.failing(case)] == []
    (lemma,) = entry.cited(case)
    assert lemma == entry.cite(case)
    assert str(lemma) == f"{entry.name}: {entry.statement} ({entry.source})"


@pytest.mark.parametrize(("entry", "name"), HYPOTHESES, ids=ids)
def test_a_lemma_is_not_cited_where_one_hypothesis_fails(entry: Entry[Any], name: str) -> None:
    case = CASES[entry.name].without[name]()
    assert [answer.witness for answer in entry.failing(case)] == [name]
    assert entry.cited(case) == ()
    with pytest.raises(UnsupportedCondition, match=f"its hypothesis '{name}'"):
        entry.cite(case)


@pytest.mark.parametrize("entry", CATALOGUE, ids=ids)
def test_statements_are_locked(entry: Entry[Any]) -> None:
    assert LOCKED.get(entry.name) == fingerprint(entry), (
        f"{entry.name} says something else than it did. If that is meant: read every place that cites "
        "it, check that the code still proves what is concluded, derive the certificates that quote it "
        f"again, and put {fingerprint(entry)!r} into tests/theory/lemmas/locked.py"
    )


def test_no_lemma_is_made_elsewhere() -> None:
    assert set(LOCKED) == {entry.name for entry in CATALOGUE}
    made = {
        path.relative_to(ROOT)
        for part in ("theory", "numerics", "sith")
        for path in (ROOT / part).rglob("*.py")
        if "Lemma(" in path.read_text(encoding="utf-8")
        and any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == "Lemma"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert made == {RECORD, STATED}


def test_no_lemma_is_named_in_a_text_elsewhere() -> None:
    names = {entry.name for entry in CATALOGUE}
    inside = ROOT / "theory/derivation/lemmas"
    quoted = {
        (str(path.relative_to(ROOT)), node.value)
        for path in (ROOT / "theory").rglob("*.py")
        if inside not in path.parents and '"L-' in path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert quoted == set()
