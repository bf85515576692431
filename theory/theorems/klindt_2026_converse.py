"""Bounded, non-Gaussian latents that alignment with whitening identifies up to a rotation.

Setting: latents of (0,1)^d with density ∝ Π (z_i(1−z_i))^a, a = 0 the uniform law; pairs are two
points in time of the Jacobi diffusion, all coordinates of one contraction ρ; x = g(z), g injective.
Assumptions: Jacobi pairs; one contraction; mean 0 and covariance I of the features; injective
mixing; universal encoder.
Objective: min E‖h(z) − h(z̃)‖² subject to E h = 0 and Cov h = I.
Claim: the maps at the optimum are in **equality** with O(d), acting on the latents with mean 0 and
variance 1.
Proof idea: the eigenfunctions are products of Jacobi polynomials with eigenvalues ρ^{e(n)}, e convex
in the degree n. Degree 1 is linear and comes first in each coordinate; products of two coordinates
have ρ² in place of ρ, so that Ky Fan gives the linear functions.
Source: klindt_2026.
Scope: it bounds the reading of the converse, by which only Gaussian latents would be identified: that
needs noise that does not depend on the state. Here the noise vanishes at the faces of the box. Under
the constraint that h(z) is exactly N(0, I) no linear map of these latents is feasible.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("klindt_2026_converse"))
    >>> verdict.group, verdict.outcome.value, verdict.agrees
    ('O(2)', 'identified', True)
    >>> print(verdict.scope.fields.split("; ", 1)[1])
    eigenvalues kept 9/10 (×2); next 81/100 (×1); gap σ_k − σ_{k+1} = 9/100
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    Gaussian,
    JacobiDiffusion,
    LogDensity,
    OrnsteinUhlenbeck,
    RealSpace,
    Role,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import AlignmentWhitening
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _one_slow(claim: Any) -> Claim:
    pairs = claim.world.pairs
    rates = (*pairs.rates[:-1], pairs.rates[-1] ** 5)
    return claim.replace(world=claim.world.replace(pairs=JacobiDiffusion(rates, pairs.a, pairs.b)))


def _gaussian(claim: Any) -> Claim:
    pairs = OrnsteinUhlenbeck(claim.world.pairs.rates)
    return claim.replace(world=World(RealSpace(claim.dim), Gaussian(), pairs))


ASSUMPTIONS = (
    Assumption(
        "jacobi_pairs",
        "the pairs are two points in time of a Jacobi diffusion",
        Role.SUFFICIENT,
        "Gaussian latents with Ornstein–Uhlenbeck pairs of the same ρ",
        _gaussian,
    ),
    Assumption(
        "isotropic",
        r"$\rho$ is the same for all coordinates",
        Role.NECESSARY,
        "the last coordinate has ρ⁵ in place of ρ",
        _one_slow,
    ),
    Assumption(
        "zero_mean",
        r"$\mathbb E\,h=0$",
        Role.NECESSARY,
        "E hhᵀ = I alone, for which a constant output is optimal",
        lambda claim: claim.replace(objective=AlignmentWhitening(centred=False)),
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, rho: Any, a: Any) -> Claim:
    z = latents(dim)
    pairs = JacobiDiffusion((rho,) * dim, a, a)
    return Claim(
        name="klindt_2026_converse",
        world=World(Box(dim), Uniform() if a == 0 else LogDensity(pairs.stationary(z), z), pairs),
        objective=AlignmentWhitening(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="klindt_2026_converse",
    title="Uniform latents are identified up to a rotation when the noise depends on the state",
    statement=r"For uniform $z\in(0,1)^d$ and pairs of the Jacobi diffusion $x(1-x)\partial^2+(1-2x)"
    r"\partial$ every minimiser of alignment with whitening is $h(z)=Q\sqrt{12}\,(z-\tfrac12)$ with "
    r"$Q\in O(d)$: Gaussian latents are not needed.",
    source=Source(
        key="klindt_2026",
        authors="Klindt, LeCun, Balestriero",
        year=2026,
        title="When Does LeJEPA Learn a World Model?",
        statement="the reach of the converse, Theorem 5.2",
        evidence=Evidence.DERIVED,
        version="arXiv 2605.26379",
        url="https://arxiv.org/abs/2605.26379",
    ),
    special="Jacobi diffusions, outside the class of Theorem 5.2",
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("rho", sp.Rational(9, 10), "contraction ρ, rational in (0, 1)"),
        Parameter("a", sp.Integer(0), "exponent of the law (z(1−z))^a, 2a a whole number ≥ −1"),
    ),
    points=(
        {"dim": 2, "rho": sp.Rational(9, 10)},
        {"dim": 3, "rho": sp.Rational(1, 2), "a": 1},
        {"dim": 3, "rho": sp.Rational(99, 100)},
        {"dim": 2, "rho": sp.Rational(3, 4), "a": sp.Rational(-1, 2)},
    ),
)
