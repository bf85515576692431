"""True claims that are almost false, worlds of extreme scale: figures may be unsure, never wrong."""

from __future__ import annotations

import math

import pytest
import sympy as sp
import torch

from sith import (
    AbstractGroup,
    Agreement,
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExponentialNorm,
    InfoNCE,
    InnerProduct,
    NegativeNorm,
    Orthogonal,
    RealSpace,
    Shifted,
    SignedPermutations,
    SignFlips,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
    exact_check,
)
from sith.numerics.exact import check, pairwise
from sith.numerics.exact.decide import decide
from sith.numerics.exact.report import Tried
from sith.numerics.searching import Kind, Point
from sith.numerics.searching.judging import judged
from sith.numerics.searching.losses import refute_by_families, refute_by_table
from sith.numerics.searching.setting import setting_of
from sith.theory import latents, pair
from sith.theory.assumptions import PairLogDensity
from sith.theory.objectives import ExpressionCritic

R = sp.Rational


def nearly_round(size: sp.Rational, group: AbstractGroup) -> Claim:
    """4 z·z̃ + ε (z₁z̃₁)² on the circle, with its critic: ε ≠ 0 leaves sign flips alone."""
    (z, zt), (u, v) = pair(2), (latents(2, "u"), latents(2, "v"))

    def energy(a: tuple[sp.Symbol, ...], b: tuple[sp.Symbol, ...]) -> sp.Expr:
        return 4 * (a[0] * b[0] + a[1] * b[1]) + size * (a[0] * b[0]) ** 2

    world = World(Sphere(2), Uniform(), PairLogDensity(energy(z, zt), z, zt))
    critic = InfoNCE(ExpressionCritic(energy(u, v), u, v))
    return Claim("nearly round", world, critic, Encoder(Sphere(2)), group)


def sphere(dim: int, kappa: sp.Rational) -> Claim:
    world = World(Sphere(dim), Uniform(), VonMisesFisher(kappa))
    critic = InfoNCE(InnerProduct(), 1 / kappa)
    return Claim("vmf", world, critic, Encoder(Sphere(dim)), Orthogonal(dim))


def box(dim: int, p: int, rate: sp.Rational) -> Claim:
    world = World(Box(dim), Uniform(), ExponentialNorm(rate, p))
    group = Euclidean(dim) if p == 2 or dim == 1 else Shifted(SignedPermutations(dim))
    return Claim("lp", world, InfoNCE(NegativeNorm(p), 1 / rate), Encoder(RealSpace(dim)), group)


@pytest.mark.parametrize("size", [R(1, 1000), R(1, 10**5), R(1, 10**8)], ids=str)
def test_a_term_that_is_small_beside_the_others_is_seen(size: sp.Rational) -> None:
    """The loss of a rotation is ε² of the scale: 1e-17 where ε = 1e-8; the condition has it at ε."""
    true = exact_check(nearly_round(size, SignFlips(2)))
    assert true.passed is Agreement.AGREES, true.reason
    assert true.details["least relative difference seen"] < float(size) / 10
    for wrong in (Orthogonal(2), SignedPermutations(2)):
        assert exact_check(nearly_round(size, wrong)).passed is Agreement.DISAGREES
    assert exact_check(nearly_round(sp.Integer(0), SignFlips(2))).passed is Agreement.DISAGREES


def test_what_is_near_and_not_exact_decides_nothing() -> None:
    near = Tried("a rotation", 1e-20, optimal=False, clear=False)
    exact = Tried("a rotation", 1e-20, optimal=True)
    claim = nearly_round(R(1, 10), SignFlips(2))
    for inside, outside in (((near,), ()), ((exact,), (near,))):
        passed, reason = decide(claim, inside, outside, None)
        assert passed is Agreement.UNDECIDED
        assert "too near" in reason
    assert decide(claim, (exact,), (exact,), None)[0] is Agreement.DISAGREES


@pytest.mark.parametrize("size", [R(1, 100), R(1, 1000)], ids=str)
def test_a_map_that_costs_little_does_not_attain_the_bound(size: sp.Rational) -> None:
    true = nearly_round(size, SignFlips(2))
    setting = setting_of(true)
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    turned = setting.problem.base @ turn.T
    assert not judged(Kind.EQUAL_LOSS, setting, turned).holds
    assert refute_by_families(true, Point()) == ()
    assert refute_by_table(true, Point()) == ()
    round_ = setting_of(nearly_round(sp.Integer(0), SignFlips(2)))
    assert judged(Kind.EQUAL_LOSS, round_, turned).holds


EXTREME = [
    *(sphere(2, k) for k in (R(1, 10**5), R(1, 1000), R(1, 10), R(100), R(1000))),
    sphere(3, R(1, 1000)),
    sphere(3, R(20)),
    *(box(1, p, r) for p in (1, 2) for r in (R(1, 1000), R(1000))),
    box(2, 2, R(1, 1000)),
    box(2, 4, R(1000)),
]


@pytest.mark.parametrize("claim", EXTREME, ids=lambda c: f"{c.world.space}, {c.world.pairs}")
def test_a_true_claim_never_disagrees_at_any_scale(claim: Claim) -> None:
    report = exact_check(claim, degree=1)
    assert report.passed is not Agreement.DISAGREES, report.reason


@pytest.mark.parametrize("claim", [box(1, 1, R(5)), box(1, 2, R(30)), sphere(2, R(30))], ids=str)
def test_the_error_of_a_bound_holds_the_true_bound(claim: Claim) -> None:
    details = exact_check(claim, degree=1).details
    true = pairwise(claim, 1500 if claim.dim == 1 else 400).optimum
    assert abs(details["bound"] - true) <= details["error of bound"] + 1e-12


def test_a_slope_whose_error_is_no_small_part_of_it_decides_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mismatched = sphere(2, R(2)).replace(objective=InfoNCE(InnerProduct(), R(2, 3)))
    assert exact_check(mismatched).passed is not Agreement.AGREES
    name = "sith.numerics.exact.unattained._slope"
    monkeypatch.setattr(name, lambda *_: (1.0, 0.5))
    monkeypatch.setattr("sith.numerics.exact.unattained.candidates", lambda *_: ())
    found = exact_check(mismatched)
    assert found.passed is Agreement.UNDECIDED or "better" in found.reason


def test_two_resolutions_have_to_show_the_same_effect() -> None:
    report = exact_check(sphere(2, R(2)))
    one, same, other = (check.replace(report, details={"effect": size}) for size in (1.0, 1.1, 1.5))
    assert check._same_effect(one, same)
    assert not check._same_effect(one, other)
    assert check._same_effect(report, report)
    assert not check._same_effect(one, check.replace(report, details={"effect": math.nan}))
