"""Alignment with whitening recovers isotropic Ornstein–Uhlenbeck latents up to a rotation.

Setting: z ~ N(0, I), z̃ = ρz + √(1−ρ²)η with one ρ for all coordinates, x = g(z), g injective.
Assumptions: Ornstein–Uhlenbeck pairs; one correlation 0 < ρ < 1; mean 0 and covariance I of the
features; as many outputs as latents; injective mixing; universal encoder.
Objective: min E‖h(z) − h(z̃)‖² subject to E h = 0 and Cov h = I.
Claim: the maps h = f∘g at the optimum are in **equality** with O(d).
Proof idea: the loss is 2d − 2 Σ E[h_i(z)h_i(z̃)], and by Ky Fan its minimum is the top-d eigenspace
of the conditional expectation. By Mehler the eigenvalues are ρ^n with the Hermite polynomials of
degree n; degree 1 has exactly d of them, and ρ² < ρ is the gap.
Source: klindt_2026.
Scope: all square-integrable maps, no injectivity of h asked for. Finite samples, training and
Gaussianity penalties in place of the constraint are not covered.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("klindt_2026_lejepa"), dim=4)
    >>> verdict.group, verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('O(4)', 'identified', {1: 6})
    >>> print(verdict.scope.fields.split("; ", 1)[1])
    eigenvalues kept 19/20 (×4); next 361/400 (×10); gap σ_k − σ_{k+1} = 19/400
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
    OrnsteinUhlenbeck,
    RealSpace,
    Role,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Orthogonal
from sith.theory.objectives import AlignmentWhitening
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _one_slow(claim: Any) -> Claim:
    rates = claim.world.pairs.rates
    pairs = OrnsteinUhlenbeck((*rates[:-1], rates[-1] ** 3))
    return claim.replace(world=claim.world.replace(pairs=pairs))


def _bounded(claim: Any) -> Claim:
    pairs = JacobiDiffusion(claim.world.pairs.rates)
    return claim.replace(world=World(Box(claim.dim), Uniform(), pairs))


ASSUMPTIONS = (
    Assumption(
        "ornstein_uhlenbeck",
        r"$z\sim N(0,I)$ and $\tilde z=\rho z+\sqrt{1-\rho^2}\,\eta$",
        Role.SUFFICIENT,
        "uniform latents on the box with a Jacobi diffusion of the same contraction",
        _bounded,
    ),
    Assumption(
        "isotropic",
        r"$\rho$ is the same for all coordinates",
        Role.NECESSARY,
        "the last coordinate has ρ³ in place of ρ",
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


def _claim(dim: int, rho: Any) -> Claim:
    return Claim(
        name="klindt_2026_lejepa",
        world=World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck((rho,) * dim)),
        objective=AlignmentWhitening(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="klindt_2026_lejepa",
    title="Alignment with whitening recovers Ornstein–Uhlenbeck latents up to a rotation",
    statement=r"If $z\sim N(0,I)$ and $\tilde z=\rho z+\sqrt{1-\rho^2}\,\eta$ with $0<\rho<1$, every "
    r"minimiser of $\mathbb E\lVert h-\tilde h\rVert^2$ with $\mathbb E\,h=0$ and "
    r"$\operatorname{Cov}h=I$ satisfies $h(z)=Qz$ with $Q\in O(d)$.",
    source=Source(
        key="klindt_2026",
        authors="Klindt, LeCun, Balestriero",
        year=2026,
        title="When Does LeJEPA Learn a World Model?",
        statement="Theorem 5.1",
        evidence=Evidence.SECONDARY,
        version="arXiv 2605.26379",
        url="https://arxiv.org/abs/2605.26379",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("rho", sp.Rational(19, 20), "correlation ρ of the pairs, rational in (0, 1)"),
    ),
    points=(
        {"dim": 2, "rho": sp.Rational(1, 2)},
        {"dim": 3, "rho": sp.Rational(19, 20)},
        {"dim": 5, "rho": sp.Rational(99, 100)},
    ),
)
