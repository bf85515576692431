"""Telling consecutive from shuffled observations separates sources that are not Gaussian in time.

Setting: independent stationary sources z_i(t), Markov and reversible; x = g(z) with g injective.
Assumptions: consecutive values depend on each other; the sources are not quasi-Gaussian, or are
Gaussian with different autocorrelations; injective mixing; universal encoder.
Objective: logistic regression of (x_t, x_{t−1}) against shuffled pairs with r = Σ_i B_i(h_i, h̃_i).
Claim: for *student* sources, and for *gaussian-distinct* ones, the maps at the optimum are in
**equality** with the componentwise diffeomorphisms and permutations. For *gaussian* sources with
one autocorrelation the optimal maps are more: their set **contains** O(d).
Proof idea: the optimal r is Σ_i [log p(z̃_i|z_i) − log p(z̃_i)]; it is a sum over pairs of outputs,
so the mixed derivatives along different outputs vanish. Gaussian sources of equal ρ give
c Σ z_i z̃_i up to functions of single values, and rotations keep it.
Source: hyvarinen_2017, Theorem 1; the condition is derived here.
Scope: *student*: the bivariate Student law with ν degrees of freedom and correlation ρ;
*gaussian-distinct*: ρ_i = 1/(i + 1). Both are outside Theorem 1, which excludes quasi-Gaussian
sources and asks that ∂²log p(z_i, z̃_i)/∂z_i∂z̃_i vanish nowhere (uniform dependence): for the
Student law it vanishes on a curve. The theorem asks for neither Markov nor reversible sources, which
the condition here uses. With equal ρ the free maps are componentwise maps after rotations: no group,
so O(d) is stated as a part. Polynomial fields; the B_i are free functions.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("hyvarinen_2017_pcl"), dim=2, degree=2).group
    'componentwise diffeomorphisms (2)'
    >>> gaussian = derive(theorem("hyvarinen_2017_pcl"), dim=2, degree=2, sources="gaussian")
    >>> gaussian.outcome.value, gaussian.agrees
    ('not identified', True)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    AnyMarginal,
    Assumption,
    Encoder,
    Marginal,
    PairLogDensity,
    Product,
    RealSpace,
    Role,
    Student,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import rational
from sith.theory.groups import AbstractGroup, ComponentwiseDiffeomorphisms, Orthogonal
from sith.theory.notation import pair
from sith.theory.objectives import PermutationContrast
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING
from sith.theory.verdict import Relation

FREEDOM = sp.Integer(3)
"""Degrees of freedom ν of the Student sources."""


def _student_world(dim: int, rho: sp.Rational) -> World:
    """Return sources whose consecutive values have the bivariate Student law."""
    law, n = Student(FREEDOM), FREEDOM
    z, zt = pair(dim)

    def conditional(a: sp.Expr, b: sp.Expr) -> sp.Expr:
        form = (a**2 - 2 * rho * a * b + b**2) / (n * (1 - rho**2))
        return -(n + 2) / 2 * sp.log(1 + form) - law.log_density(a)

    return _world(law, [conditional(a, b) for a, b in zip(z, zt, strict=True)])


def _gaussian_world(rhos: Sequence[sp.Rational]) -> World:
    """Return Gaussian autoregressive sources z̃_i = ρ_i z_i + noise of unit variance."""
    z, zt = pair(len(rhos))
    terms = [-((b - r * a) ** 2) / (2 * (1 - r**2)) for a, b, r in zip(z, zt, rhos, strict=True)]
    return _world(Marginal.NORMAL, terms)


def _world(marginal: AnyMarginal, conditionals: Sequence[sp.Expr]) -> World:
    dim = len(conditionals)
    pairs = PairLogDensity(sp.Add(*conditionals), *pair(dim))
    return World(RealSpace(dim), Product((marginal,) * dim), pairs)


def _distinct(dim: int) -> list[sp.Rational]:
    return [sp.Rational(1, i + 2) for i in range(dim)]


def _independent_in_time(claim: Any) -> Claim:
    _, zt = pair(claim.dim)
    fresh = PairLogDensity(claim.world.prior.log_density(zt), *pair(claim.dim))
    return claim.replace(world=claim.world.replace(pairs=fresh))


DEPENDENT = Assumption(
    "temporal_dependence",
    r"$\partial^2\log p(z_i,\tilde z_i)/\partial z_i\partial\tilde z_i\ne0$ almost everywhere",
    Role.NECESSARY,
    "consecutive values are independent",
    _independent_in_time,
)
NOT_QUASI_GAUSSIAN = Assumption(
    "not_quasi_gaussian",
    r"$\partial^2\log p(z_i,\tilde z_i)/\partial z_i\partial\tilde z_i$ is not "
    r"$c\,\alpha(z_i)\alpha(\tilde z_i)$, or the sources are Gaussian with different "
    r"autocorrelations",
    Role.NECESSARY,
    "Gaussian sources with the same autocorrelation 1/2",
    lambda claim: claim.replace(world=_gaussian_world([sp.Rational(1, 2)] * claim.dim)),
)
ONE_AUTOCORRELATION = Assumption(
    "equal_autocorrelations",
    r"all sources are Gaussian with the same autocorrelation",
    Role.NECESSARY,
    "different autocorrelations 1/2, 1/3, …",
    lambda claim: claim.replace(world=_gaussian_world(_distinct(claim.dim))),
)


def _claim(dim: int, sources: Any, rho: Any) -> Claim:
    rho = rational(rho, "autocorrelation ρ")
    if not 0 < abs(rho) < 1:
        raise InputError(f"autocorrelation ρ = {rho}", allowed="0 < |ρ| < 1")
    equal = sources == "gaussian"
    world = _student_world(dim, rho) if sources == "student" else _gaussian_world([rho] * dim)
    if sources == "gaussian-distinct":
        world = _gaussian_world(_distinct(dim))
    group: AbstractGroup = Orthogonal(dim) if equal else ComponentwiseDiffeomorphisms(dim)
    separated = (NOT_QUASI_GAUSSIAN, DEPENDENT, INJECTIVE_MIXING)
    return Claim(
        name="hyvarinen_2017_pcl",
        world=world,
        objective=PermutationContrast(),
        encoder=Encoder(RealSpace(dim)),
        group=group,
        relation=Relation.CONTAINS if equal else Relation.EQUALITY,
        assumptions=(ONE_AUTOCORRELATION, INJECTIVE_MIXING) if equal else separated,
    )


THEOREM = Theorem(
    slug="hyvarinen_2017_pcl",
    title="Permutation-contrastive learning separates sources that are not quasi-Gaussian",
    statement=r"If the sources are independent, stationary and uniformly dependent in time, and none "
    r"is quasi-Gaussian, every minimiser is $h_i(z)=\phi_i(z_{\pi(i)})$ with $\phi_i$ invertible; "
    r"derived here for Student sources, whose dependence is not uniform. For Gaussian sources of "
    r"equal autocorrelation every rotation is optimal as well.",
    source=Source(
        key="hyvarinen_2017",
        authors="Hyvärinen, Morioka",
        year=2017,
        title="Nonlinear ICA of Temporally Dependent Stationary Sources",
        statement="Theorem 1, and Theorem 2 for quasi-Gaussian sources",
        evidence=Evidence.READ,
        version="AISTATS 2017, PMLR 54",
        url="https://proceedings.mlr.press/v54/hyvarinen17a.html",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter(
            "sources",
            "student",
            "law of consecutive values",
            ("student", "gaussian", "gaussian-distinct"),
        ),
        Parameter("rho", sp.Rational(1, 2), "autocorrelation ρ, rational, 0 < |ρ| < 1"),
    ),
    points=(
        {"dim": 2, "sources": "student"},
        {"dim": 3, "sources": "student", "rho": sp.Rational(-1, 3)},
        {"dim": 2, "sources": "gaussian"},
        {"dim": 3, "sources": "gaussian", "rho": sp.Rational(2, 3)},
        {"dim": 3, "sources": "gaussian-distinct"},
    ),
)
