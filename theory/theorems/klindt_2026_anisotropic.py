"""With unequal correlations the linear map is optimal exactly where max ρ² < min ρ.

Setting: z ~ N(0, I), z̃_i = ρ_i z_i + √(1−ρ_i²)η_i with ρ_1 > … > ρ_d evenly spaced between
`rho_max` and `rho_min`, x = g(z), g injective.
Assumptions: the stated order of ρ_1² and ρ_d; mean 0 and covariance I; injective mixing; universal
encoder.
Objective: min E‖h(z) − h(z̃)‖² subject to E h = 0 and Cov h = I.
Claim: for ρ_1² < ρ_d the maps at the optimum are in **equality** with O(d), h = Qz. For
ρ_1² > ρ_d they are in **equality** with {Qh₀ : Q ∈ O(d)}, h₀ = (z_1, …, z_{d−1}, (z_1²−1)/√2): z_d is
lost. For ρ_1² = ρ_d the optimum **contains** {Qz} and rotations of z_d into (z_1²−1)/√2.
Proof idea: Ky Fan and Mehler, as in the isotropic case: the eigenvalues are Π ρ_i^{α_i}. The largest
one that belongs to no linear function is ρ_1², of He_2(z_1); it is compared with the smallest ρ_d.
Source: klindt_2026.
Scope: a negative result on reading Theorem 5.1 beyond equal correlations. For ρ_1² > ρ_d the stated
h₀ holds while ρ_1² is below ρ_{d−1} and no second non-linear function is in the top d. An injective
encoder does not save the linear map: (z_1, √(1−ε²)(z_1²−1)/√2 + εz_2) is a diffeomorphism with mean 0
and covariance I, and for d = 2 its loss is below the linear one for every 0 < ε < 1.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("klindt_2026_anisotropic"))
    >>> verdict.outcome.value, verdict.agrees
    ('not identified', True)
    >>> print(verdict.escape)
    the output sqrt(2)*(z1**2 - 1)/2, of eigenvalue 361/400, no affine function of the latents
    >>> print(verdict.reason)
    z2 is no affine function of the features
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
from sith.theory.groups import Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import AlignmentWhitening
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING
from sith.theory.verdict import Relation


def _other_order(claim: Any) -> Claim:
    rates = claim.world.pairs.rates
    first = max(rates)
    last = first if first**2 > min(rates) else first**3
    return claim.replace(world=claim.world.replace(pairs=_spaced(claim.dim, first, last)))


ASSUMPTIONS = (
    Assumption(
        "order",
        r"the order of $\rho_1^2$ and $\rho_d$ is the stated one",
        Role.NECESSARY,
        "equal correlations where ρ_1² > ρ_d, and ρ_d = ρ_1³ otherwise",
        _other_order,
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


def _spaced(dim: int, first: sp.Rational, last: sp.Rational) -> OrnsteinUhlenbeck:
    step = (first - last) / (dim - 1)
    return OrnsteinUhlenbeck(tuple(first - i * step for i in range(dim)))


def _claim(dim: int, rho_max: Any, rho_min: Any) -> Claim:
    z = latents(dim)
    first, last = sp.Rational(rho_max), sp.Rational(rho_min)
    square = (z[0] ** 2 - 1) / sp.sqrt(2)
    return Claim(
        name="klindt_2026_anisotropic",
        world=World(RealSpace(dim), Gaussian(), _spaced(dim, first, last)),
        objective=AlignmentWhitening(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINS if first**2 == last else Relation.EQUALITY,
        assumptions=ASSUMPTIONS,
        base=(*z[:-1], square) if first**2 > last else z,
    )


THEOREM = Theorem(
    slug="klindt_2026_anisotropic",
    title="With unequal correlations a quadratic function can displace a latent coordinate",
    statement=r"For $\tilde z_i=\rho_i z_i+\sqrt{1-\rho_i^2}\,\eta_i$ the minimisers of alignment with "
    r"whitening are $h=Qz$ if and only if $\max_i\rho_i^2<\min_j\rho_j$; for "
    r"$\rho=(\tfrac{19}{20},\tfrac9{10})$ they are $h=Q\,(z_1,(z_1^2-1)/\sqrt2)$.",
    source=Source(
        key="klindt_2026",
        authors="Klindt, LeCun, Balestriero",
        year=2026,
        title="When Does LeJEPA Learn a World Model?",
        statement="the need of one common ρ in Theorem 5.1",
        evidence=Evidence.DERIVED,
        version="arXiv 2605.26379",
        url="https://arxiv.org/abs/2605.26379",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("rho_max", sp.Rational(19, 20), "largest correlation, rational in (0, 1)"),
        Parameter("rho_min", sp.Rational(9, 10), "smallest correlation, rational in (0, 1)"),
    ),
    points=(
        {"dim": 2, "rho_max": sp.Rational(19, 20), "rho_min": sp.Rational(9, 10)},
        {"dim": 3, "rho_max": sp.Rational(19, 20), "rho_min": sp.Rational(9, 10)},
        {"dim": 2, "rho_max": sp.Rational(9, 10), "rho_min": sp.Rational(17, 20)},
        {"dim": 2, "rho_max": sp.Rational(9, 10), "rho_min": sp.Rational(81, 100)},
    ),
)
