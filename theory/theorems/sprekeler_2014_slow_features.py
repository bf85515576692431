"""The slowest features of independent sources are the slowest source, then its square or the next one.

Setting: z ~ N(0, I), z̃_i = ρ_i z_i + √(1−ρ_i²)η_i with ρ_1 > … > ρ_d evenly spaced between `rho_max`
and `rho_min`, x = g(z), g injective; k outputs, fewer than d.
Assumptions: the k-th eigenvalue is above the next one; mean 0 and covariance I; injective mixing;
universal encoder.
Objective: slow feature analysis, min E‖h(z) − h(z̃)‖² subject to E h = 0 and Cov h = I.
Claim: **equality** with {Qh₀ : Q ∈ O(k)}, where h₀ holds the k products of Hermite polynomials with the
largest Π ρ_i^{α_i}. For k = 1 it is h = ±z_1; for k = 2 it is (z_1, z_2) where ρ_1² < ρ_2, and
(z_1, (z_1²−1)/√2), the slowest source twice, where ρ_1² > ρ_2.
Proof idea: Ky Fan and Mehler: the eigenfunctions of the pairs are products of functions of single
sources, with the product of their eigenvalues; the first one depends on the slowest source alone.
Source: sprekeler_2014, who treat any stationary independent sources in continuous time.
Scope: partial identification: other sources are lost, and the method of the paper removes the slowest
one before it looks for the next. Here sources are Gaussian, where the function of the slowest source is
linear; in general it is monotonic.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("sprekeler_2014_slow_features")
    >>> verdict = derive(entry)
    >>> verdict.group, verdict.base, verdict.agrees
    ('O(1)', '(z1)', True)
    >>> derive(entry, dim=3, outputs=2).base
    '(z1, sqrt(2)*z1**2/2 - sqrt(2)/2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    OrnsteinUhlenbeck,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import AlignmentWhitening
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _equally_slow(claim: Any) -> Claim:
    first = claim.world.pairs.rates[0]
    pairs = OrnsteinUhlenbeck((first,) * claim.dim)
    return claim.replace(world=claim.world.replace(pairs=pairs))


ASSUMPTIONS = (
    Assumption(
        "slowest_apart",
        "the k-th largest eigenvalue of the pairs is larger than the next one",
        Role.NECESSARY,
        "all sources are equally slow",
        _equally_slow,
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


def _slowest(rates: tuple[sp.Rational, ...], count: int) -> tuple[sp.Expr, ...]:
    """Return the two slowest functions at most: z_1, and z_2 or the second Hermite function of z_1."""
    z = latents(len(rates))
    square = (z[0] ** 2 - 1) / sp.sqrt(2)
    if count == 2 and rates[0] ** 2 == rates[1]:
        raise InputError(
            f"ρ_1² = ρ_2 = {rates[1]}: two functions are equally slow",
            cure="take other correlations",
        )
    return (z[0], z[1] if rates[0] ** 2 < rates[1] else square)[:count]


def _claim(dim: int, outputs: Any, rho_max: Any, rho_min: Any) -> Claim:
    count = integer(outputs, "outputs", least=1)
    if count > min(2, dim - 1):
        raise InputError(f"outputs = {count} in d = {dim}", allowed="1, or 2 for d ≥ 3")
    first, last = sp.Rational(rho_max), sp.Rational(rho_min)
    if first <= last:
        raise InputError(f"rho_max = {first}, rho_min = {last}", allowed="rho_max > rho_min")
    step = (first - last) / (dim - 1)
    rates = tuple(first - i * step for i in range(dim))
    return Claim(
        name="sprekeler_2014_slow_features",
        world=World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck(rates)),
        objective=AlignmentWhitening(),
        encoder=Encoder(RealSpace(count)),
        group=Orthogonal(count),
        assumptions=ASSUMPTIONS,
        base=_slowest(rates, count),
    )


THEOREM = Theorem(
    slug="sprekeler_2014_slow_features",
    title="Slow feature analysis finds the slowest Gaussian source, and then it or the next one",
    statement=r"For independent Gaussian sources with correlations $\rho_1>\dots>\rho_d$ the optimum of "
    r"slow feature analysis with one output is $h=\pm z_1$; with two outputs it is $Q\,(z_1,z_2)$ if "
    r"$\rho_1^2<\rho_2$ and $Q\,(z_1,(z_1^2-1)/\sqrt2)$ if $\rho_1^2>\rho_2$, $Q\in O(2)$.",
    source=Source(
        key="sprekeler_2014",
        authors="Sprekeler, Zito, Wiskott",
        year=2014,
        title="An Extension of Slow Feature Analysis for Nonlinear Blind Source Separation",
        statement="the first output is a monotonic function of the slowest source, and outputs are "
        "products of functions of single sources",
        evidence=Evidence.SECONDARY,
        version="JMLR 15, abstract and introduction; here for Gaussian sources",
        url="https://jmlr.org/papers/v15/sprekeler14a.html",
    ),
    special="Gaussian sources, two outputs at most",
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("outputs", sp.Integer(1), "number of outputs, 1, or 2 for d ≥ 3"),
        Parameter("rho_max", sp.Rational(9, 10), "largest correlation, rational in (0, 1)"),
        Parameter("rho_min", sp.Rational(1, 2), "smallest correlation, rational in (0, 1)"),
    ),
    points=(
        {"dim": 2, "outputs": 1},
        {"dim": 3, "outputs": 2},
        {"dim": 3, "outputs": 2, "rho_max": sp.Rational(1, 2), "rho_min": sp.Rational(3, 10)},
        {"dim": 4, "outputs": 1, "rho_max": sp.Rational(19, 20), "rho_min": sp.Rational(1, 5)},
    ),
)
