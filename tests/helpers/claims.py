"""Claims and derived groups that several test files build, and the three forms of assertion."""

from __future__ import annotations

import sympy as sp

from sith import (
    AbstractGroup,
    Box,
    Claim,
    Condition,
    Encoder,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    RealSpace,
    Relation,
    Solution,
    Uniform,
    World,
    check_field,
    contained,
    equal,
    optimum_condition,
    pair,
    solve,
)
from sith.theory.derivation.bounds import findings


def assert_equal_group(one: AbstractGroup, other: AbstractGroup) -> None:
    """Assert that two groups are contained in each other."""
    answer = equal(one, other)
    assert answer.holds, answer.reason


def assert_contained(small: AbstractGroup, large: AbstractGroup) -> None:
    """Assert that `small` is contained in `large`."""
    answer = contained(small, large)
    assert answer.holds, answer.reason


def assert_contains(large: AbstractGroup, small: AbstractGroup) -> None:
    """Assert that `large` contains `small`."""
    assert_contained(small, large)


def quadratic(form: sp.Matrix) -> tuple[sp.Expr, tuple[sp.Symbol, ...], tuple[sp.Symbol, ...]]:
    """Return −(z − z̃)ᵀS(z − z̃) and the coordinates it is written in."""
    z, zt = pair(form.rows)
    gap = sp.Matrix([a - b for a, b in zip(z, zt, strict=True)])
    return sp.expand(-(gap.T * form * gap)[0]), z, zt


def quadratic_claim(
    form: sp.Matrix,
    *,
    critic: sp.Matrix | None = None,
    temperature: object = 1,
    group: AbstractGroup | None = None,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    """Return the claim that InfoNCE with pairs exp(−(z−z̃)ᵀS(z−z̃)) on the box identifies E(d; S)."""
    dim = form.rows
    return Claim(
        name="quadratic",
        world=World(Box(dim), Uniform(), PairLogDensity(*quadratic(form))),
        objective=InfoNCE(
            ExpressionCritic(*quadratic(form if critic is None else critic)), temperature
        ),
        encoder=Encoder(RealSpace(dim)),
        group=group or Euclidean(dim, sp.ImmutableMatrix(form)),
        relation=relation,
    )


def condition_of(claim: Claim) -> Condition:
    """Return the optimum condition of a claim."""
    return optimum_condition(claim.world, claim.objective, claim.encoder)


def solve_checked(condition: Condition, degree: int) -> Solution:
    """Solve a condition, every field confirmed by the independent checker."""
    return solve(
        condition, degree, accept=lambda f, change: check_field(condition, f, change).holds
    )


def derived_group(claim: Claim, degree: int = 1) -> AbstractGroup:
    """Return the largest named group that the claim's optimum leaves free."""
    condition = condition_of(claim)
    solutions = [solve_checked(condition, k) for k in range(1, degree + 1)]
    found = findings(claim, condition, solutions)
    assert found.groups, f"no named group has the {len(found.fields)} free fields"
    return found.groups[-1]
