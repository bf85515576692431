"""Kernels of differences leave affine maps only: the hypotheses, and conditions that miss one each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sympy as sp

from sith.theory.assumptions import (
    Box,
    Encoder,
    Family,
    Marginal,
    Mixing,
    PairLogDensity,
    RealSpace,
    Uniform,
    World,
)
from sith.theory.claim import Claim
from sith.theory.derivation.bounds.solving import isolated_solutions
from sith.theory.derivation.certificates.completeness import NotShown
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.engine import derive
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.definite import definite
from sith.theory.derivation.lemmas.difference_kernel import difference_kernel, kernels_of
from sith.theory.derivation.lemmas.truncated import homogeneous_parts
from sith.theory.groups import (
    AbstractGroup,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    Shifted,
    SignedPermutations,
    Unimodular,
)
from sith.theory.notation import latents, pair
from sith.theory.objectives import ExpressionCritic, InfoNCE
from sith.theory.verdict import Agreement, Outcome, Relation

Score = Callable[[Sequence[sp.Expr], Sequence[sp.Expr]], sp.Expr]


def gaps(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> list[sp.Expr]:
    return [x - y for x, y in zip(a, b, strict=True)]


def powers(*exponents: int) -> Score:
    return lambda a, b: -sp.Add(*(s**k for s, k in zip(gaps(a, b), exponents, strict=True)))


def mixed(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return powers(2, 2)(a, b) + powers(4, 4)(a, b)


def inner(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return a[0] * b[0] + a[1] * b[1]


def indefinite(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return a[0] * b[0] - a[1] * b[1]


def squares(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return -(a[0] ** 2) * b[0] ** 2 - (a[1] - b[1]) ** 2


def absolute(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return -sp.Add(*map(sp.Abs, gaps(a, b)))


def log_distance(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return -sp.log(sp.Add(*(s**2 for s in gaps(a, b)))) / 2


def logistic(*scales: int) -> Score:
    law = Marginal.LOGISTIC.log_density
    return lambda a, b: sp.Add(*(law(k * s) for k, s in zip(scales, gaps(a, b), strict=True)))


def claim_of(
    score: Score, target: Score | None = None, group: AbstractGroup | None = None
) -> Claim:
    (z, zt), u, v = pair(2), latents(2, "u"), latents(2, "v")
    return Claim(
        "kernel",
        World(Box(2), Uniform(), PairLogDensity(sp.expand((target or score)(z, zt)), z, zt)),
        InfoNCE(ExpressionCritic(sp.expand(score(u, v)), u, v)),
        Encoder(RealSpace(2)),
        group or Shifted(SignedPermutations(2)),
    )


def condition_of(claim: Claim) -> Condition:
    return optimum_condition(claim.world, claim.objective, claim.encoder)


@pytest.mark.parametrize(
    ("score", "lowest", "bound"),
    [
        (mixed, 2, Euclidean(2)),
        (inner, 2, Euclidean(2)),
        (powers(4, 4), 4, Shifted(Unimodular(Linear(2)))),
        (logistic(2, 2), 2, Euclidean(2)),
        (logistic(2, 3), 2, Euclidean(2, sp.ImmutableMatrix([[1, 0], [0, sp.Rational(9, 4)]]))),
    ],
)
def test_the_lowest_order_bounds_all_maps(score: Score, lowest: int, bound: AbstractGroup) -> None:
    kernel = difference_kernel(condition_of(claim_of(score)))
    assert min(kernel.parts) == lowest
    assert kernel.bound == bound


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (powers(2, 4), "lowest order of K − K\\(0\\) at 0 is definite"),
        (indefinite, "lowest order of K − K\\(0\\) at 0 is definite"),
        (squares, "no kernel of differences"),
        (absolute, "not smooth"),
        (log_distance, "not defined at coinciding points"),
    ],
)
def test_a_kernel_that_misses_a_hypothesis_is_refused(score: Score, reason: str) -> None:
    with pytest.raises(NotShown, match=reason):
        difference_kernel(condition_of(claim_of(score)))


def test_critic_and_target_must_be_one_kernel() -> None:
    with pytest.raises(NotShown, match="different kernels"):
        difference_kernel(condition_of(claim_of(powers(2, 2), mixed)))


def test_a_linear_class_needs_no_kernel() -> None:
    claim = claim_of(mixed)
    linear = claim.replace(
        world=claim.world.replace(mixing=Mixing.LINEAR),
        encoder=Encoder(RealSpace(2), Family.LINEAR),
    )
    assert not kernels_of(condition_of(linear))


def test_taylor_parts_are_those_of_the_series() -> None:
    s = latents(2, "s")
    value = sp.log(1 + s[0] ** 2 / 3) + sp.log(sp.cosh(s[1])) + s[0] * s[1] / (2 + s[0])
    parts = homogeneous_parts(value, s)
    t = sp.Symbol("t")
    line = value.xreplace({s[0]: t, s[1]: 2 * t})
    series = sp.series(line, t, 0, 7).removeO()
    for degree in range(1, 7):
        part = parts.get(degree, sp.Integer(0)).xreplace({s[0]: sp.Integer(1), s[1]: sp.Integer(2)})
        assert part == series.coeff(t, degree)


@pytest.mark.parametrize("text", ["exp(s1 + 1)", "sqrt(s1**2)", "sqrt(2)*s1**2", "sin(s1)"])
def test_functions_without_a_rational_series_are_refused(text: str) -> None:
    s1, s2 = latents(2, "s")
    values = {
        "exp(s1 + 1)": sp.exp(s1 + 1),
        "sqrt(s1**2)": sp.sqrt(s1**2 + s2**2),
        "sqrt(2)*s1**2": sp.sqrt(2) * s1**2,
        "sin(s1)": sp.sin(s1),
    }
    with pytest.raises(NotShown):
        homogeneous_parts(values[text], (s1, s2))


def test_definite_forms_are_told_from_others() -> None:
    x, y, z = s = latents(3, "s")
    assert definite(-(x**4) - y**4 - z**4, s)
    assert definite((x**2 + y**2 + z**2) ** 2 - x**2 * y**2, s)
    assert not definite(x**4 + y**4 + z**4 - 3 * x**2 * y**2, s)
    assert not definite(x**2 * y**2 + z**4, s)
    assert definite(x**4 - x**2 * y**2 + y**4, s[:2])
    assert not definite(x**4 - 2 * x**2 * y**2 + y**4, s[:2])
    assert not definite(x**3 + y**3, s[:2])


@pytest.mark.parametrize(
    ("score", "group", "relation", "agreement"),
    [
        (logistic(2, 2), Shifted(SignedPermutations(2)), Relation.EQUALITY, Agreement.AGREES),
        (logistic(2, 3), Shifted(SignedPermutations(2)), Relation.EQUALITY, Agreement.DISAGREES),
        (logistic(2, 3), Shifted(GeneralisedPermutations(2)), Relation.CONTAINED, Agreement.AGREES),
        (mixed, Shifted(SignedPermutations(2)), Relation.EQUALITY, Agreement.AGREES),
    ],
)
def test_the_finite_part_is_solved_for(
    score: Score, group: AbstractGroup, relation: Relation, agreement: Agreement
) -> None:
    claim = claim_of(score, group=group).replace(relation=relation)
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.agreement is agreement
    assert any(lemma.name == "L-kernel-of-differences" for lemma in verdict.trusted)


def test_solutions_that_are_not_all_listed_are_not_called_all() -> None:
    x, y = sp.symbols("x y", real=True)
    found, whole = isolated_solutions((x**2 - 2, y - x), (x, y))
    assert len(found) == 2 and whole
    # Three real roots, none of them a root of a rational number.
    found, whole = isolated_solutions((y - x, x**5 - 5 * x + 1), (x, y))
    assert not whole


def test_radicals_of_cubics_are_not_listed_and_not_called_all() -> None:
    x, y = sp.symbols("x y", real=True)
    found, whole = isolated_solutions((x**3 - 3 * x + 1, x**2 + y**2 - 4), (x, y))
    assert found == ()
    assert not whole
