"""Every theorem has a world in which its assumptions hold, by computation; a weakened one is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from sith.theory import (
    THEOREMS,
    InputError,
    PolynomialDegree,
    StructuredMixing,
    Theorem,
    latents,
    theorem,
)
from sith.theory.derivation.nonvacuity import RULES, Standing, non_vacuity

X, Y = latents(2)
REFUSED = {("rusak_2025_aninfonce", "full_support")}
"""Assumptions without which no world can be made at all."""
EQUAL_LOSS = {("haochen_2021_spectral", "reversible")}
"""The weakened loss is that of another world in which the assumption holds, and is stated there."""


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_all_assumptions_hold_in_one_world(entry: Theorem) -> None:
    for point in ({}, *entry.points):
        report = non_vacuity(entry, **point)
        assert [(r.assumption, r.how) for r in report.failing] == [], point
        assert [r.assumption for r in report.unchecked] == []
        names = [r.assumption for r in report.rows if not r.assumption.startswith("(")]
        assert names == [a.name for a in entry.at(**point).assumptions]
        assert all(r.how for r in report.rows)


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_a_world_without_an_assumption_is_told_from_one_with_it(entry: Theorem) -> None:
    claim = entry.at()
    for assumption in claim.assumptions:
        try:
            weaker: Any = assumption.weaken(claim)
        except InputError:
            assert (entry.slug, assumption.name) in REFUSED
            continue
        equal = (entry.slug, assumption.name) in EQUAL_LOSS
        expected = Standing.CHECKED if equal else Standing.FAILS
        assert RULES[assumption.name].standing(weaker) is expected, assumption.name


def test_an_assumption_without_a_rule_is_not_taken_to_hold() -> None:
    claim = theorem("zimmermann_2021_vmf").at()
    own = replace(claim.assumptions[0], name="of_my_own")
    report = non_vacuity(claim.replace(assumptions=(own,)))
    assert [r.assumption for r in report.unchecked] == ["of_my_own"]
    assert report.failing == ()
    assert report.to_dict()["assumptions"][-1]["standing"] == "not checked"
    assert "not checked" in str(report)


@pytest.mark.parametrize(
    ("g", "injective"),
    [
        ((X, Y), True),
        ((X + Y, X - Y + X**3), True),
        ((X**3 + X, Y + X**2), True),
        ((X**2, Y + X, Y - X**3), True),
        ((X**2, Y + X**2), False),
        ((X**3 - X, Y), False),
    ],
    ids=str,
)
def test_a_mixing_that_folds_is_not_shown_to_be_injective(
    g: tuple[sp.Expr, ...], injective: bool
) -> None:
    mixing = StructuredMixing(g, (X, Y), PolynomialDegree(3))
    claim = theorem("ahuja_2023_polynomial").at()
    changed = claim.replace(world=claim.world.replace(mixing=mixing))
    standing = RULES["injective_mixing"].standing(changed)
    assert standing is (Standing.CHECKED if injective else Standing.FAILS)
