"""Generalised contrastive learning recovers modulated latents up to a map of each coordinate.

Setting: log p(z|u) = Σ_i q_i(z_i, u) on R^d with polynomials q_i that differ between environments u,
x = g(z) with g injective.
Assumptions: variability: the differences over u of (∂_i q_i, ∂_i² q_i) span R^{2d}; statistics of
order two at least; injective mixing.
Objective: logistic regression of true pairs (x, u) against pairs with a random environment, with
the score Σ_i ψ_i(h_i(x), u) + a(h(x)), ψ_i and a free.
Claim: **equality** with the componentwise diffeomorphisms (and their order).
Proof idea: differences of environments make Σ_i q_i(z_i, u) − Σ_i q_i(z_i, u₀) separable in h; the
mixed derivative in h_j, h_k is Σ_i (∂_i q_i ∂_jk z_i + ∂_i² q_i ∂_j z_i ∂_k z_i), and by variability
∂_j z_i ∂_k z_i = 0.
Source: hyvarinen_2019; known through a later abstract; the condition is derived here.
Scope: the term a(h) is not in the paper's score; it makes the optimum attainable, and differences
remove it. Variability is computed as a generic rank. The free maps are a group only under
variability: with statistics of order one, fields Σ_j f_ij(z_j) are free, which is no Lie algebra.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("hyvarinen_2019_gcl")
    >>> derive(entry, dim=2, degree=2).group
    'componentwise diffeomorphisms (2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    ExponentialFamily,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import ComponentwiseDiffeomorphisms
from sith.theory.notation import latents
from sith.theory.objectives import GeneralisedContrastive
from sith.theory.source import Evidence, Source

POWERS = {"gaussian": (1, 2), "quartic": (1, 2, 4)}


def _two_environments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "variability",
        r"the differences over $u$ of $(\partial_iq_i(z_i,u),\partial_i^2q_i(z_i,u))_i$ span "
        r"$\mathbb R^{2d}$",
        Role.NECESSARY,
        "only two environments, so that the differences have rank 1",
        _two_environments,
    ),
    Assumption(
        "second_order",
        r"$\partial_i^2q_i$ changes with $u$",
        Role.NECESSARY,
        "only the mean changes, q_i(z_i, u) = λ_i(u) z_i",
        lambda claim: claim.replace(world=claim.world.replace(pairs=_family(claim.dim, (1,), 0))),
    ),
    Assumption(
        "injective_mixing",
        r"$g$ is a diffeomorphism onto its image",
        Role.NECESSARY,
        "any continuous mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
    ),
)


def _family(dim: int, powers: tuple[int, ...], environments: int) -> ExponentialFamily:
    table = tuple(tuple(x**k for k in powers) for x in latents(dim))
    count = environments or 2 * dim + 1
    return ExponentialFamily(table, natural_parameters(count, dim * len(powers)))


def _claim(dim: int, family: Any, environments: Any) -> Claim:
    count = integer(environments, "environments", least=0)
    return Claim(
        name="hyvarinen_2019_gcl",
        world=World(RealSpace(dim), Gaussian(), _family(dim, POWERS[family], count)),
        objective=GeneralisedContrastive(),
        encoder=Encoder(RealSpace(dim), invertible=True),
        group=ComponentwiseDiffeomorphisms(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="hyvarinen_2019_gcl",
    title="Generalised contrastive learning recovers each latent up to a map of its own",
    statement=r"If $\log p(z\mid u)=\sum_iq_i(z_i,u)$ and the differences over $u$ of "
    r"$(\partial_iq_i,\partial_i^2q_i)_i$ span $\mathbb R^{2d}$, every minimiser of the logistic "
    r"regression with score $\sum_i\psi_i(h_i,u)+a(h)$ is a permutation of the latents, each mapped "
    r"by a diffeomorphism of the line.",
    source=Source(
        key="hyvarinen_2019",
        authors="Hyvärinen, Sasaki, Turner",
        year=2019,
        title="Nonlinear ICA Using Auxiliary Variables and Generalized Contrastive Learning",
        statement="identifiability given conditional independence; the rank condition was not read",
        evidence=Evidence.SECONDARY,
        version="AISTATS 2019, as restated in the abstract of arXiv 2206.06593",
        url="https://arxiv.org/abs/2206.06593",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter(
            "family",
            "gaussian",
            "the powers in q_i: 1 and 2, or 1, 2 and 4",
            ("gaussian", "quartic"),
        ),
        Parameter("environments", sp.Integer(0), "number of environments; 0 stands for 2d + 1"),
    ),
    points=(
        {"dim": 2, "family": "gaussian"},
        {"dim": 2, "family": "quartic"},
        {"dim": 3, "family": "gaussian"},
        {"dim": 3, "family": "quartic", "environments": 9},
    ),
)
