"""With negatives from the support of the pair every rotation is optimal, and far more is.

Setting: z = (u, v) uniform on S^{d−1}; the pair keeps u and redraws v on its sphere with density
∝ exp(κ z·z̃), so that the support K(z) of the conditional is not the whole sphere; x = g(z).
Assumptions: κτ = 1; negatives drawn from K(z); the marginal is uniform on K(z); injective mixing;
universal encoder into the sphere.
Objective: InfoNCE with the inner product, temperature τ and negatives from K(z).
Claim: the group of maps at the optimum **contains** O(d), and is larger: every z ↦ Q(u)z with an
arbitrary function Q into O(d) is optimal, so the latents are not identified.
Proof idea: the optimum is h(z)·h(z̃) = z·z̃ for pairs that share u, and asks for nothing between
different values of u. On K(z) h is the restriction of an orthogonal map, which may depend on u.
Source: zaliaduonis_2026, Thm 4.6 for O(d); the larger set is derived here.
Scope: a negative result for universal encoders; an encoder that is restricted to few maps may select
rotations. With negatives from the whole sphere the condition does not apply, and it is refused.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("zaliaduonis_2026_diversity"), dim=3, degree=2)
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('undecided', {1: 3, 2: 6})
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    LogDensity,
    PartlyKeptSphere,
    Role,
    Sphere,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import InfoNCE, InnerProduct
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING
from sith.theory.verdict import Relation


def _tilted_within(claim: Any) -> Claim:
    z = latents(claim.dim)
    return claim.replace(world=claim.world.replace(prior=LogDensity(z[-1], z)))


ASSUMPTIONS = (
    Assumption(
        "negatives_within_support",
        r"the negatives of $z$ are drawn from $K(z)$",
        Role.NECESSARY,
        "negatives from the whole sphere",
        lambda claim: claim.replace(objective=replace(claim.objective, within_support=False)),
    ),
    Assumption(
        "uniform_within_support",
        r"the marginal is uniform on every $K(z)$",
        Role.NECESSARY,
        "a marginal tilted along the last coordinate of v",
        _tilted_within,
    ),
    Assumption(
        "matched_temperature",
        r"$\kappa\tau=1$ at unit radius",
        Role.SUFFICIENT,
        "half the temperature",
        lambda claim: claim.replace(
            objective=replace(claim.objective, temperature=claim.objective.temperature / 2)
        ),
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, kept: Any, kappa: Any) -> Claim:
    count = integer(kept, "kept", least=1)
    if dim - count < 2:
        raise InputError(f"kept = {count} for d = {dim}", allowed="1 to d − 2")
    return Claim(
        name="zaliaduonis_2026_diversity",
        world=World(Sphere(dim), Uniform(), PartlyKeptSphere(kappa, tuple(range(count)))),
        objective=InfoNCE(InnerProduct(), 1 / sp.Rational(kappa), within_support=True),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINS,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="zaliaduonis_2026_diversity",
    title="With negatives from the support of the pair the optimum contains O(d) and much more",
    statement=r"If $z=(u,v)$ is uniform on $S^{d-1}$, the pair keeps $u$ and "
    r"$p(\tilde v\mid z)\propto e^{\kappa z^\top\tilde z}$, $\kappa\tau=1$, and negatives are drawn from "
    r"the support of the pair, every $h(z)=Q(u)z$ with a function $Q$ into $O(d)$ minimises InfoNCE, "
    r"so that $z$ is not identified.",
    source=Source(
        key="zaliaduonis_2026",
        authors="Zaliaduonis, Putzky, Richter, Gatidis",
        year=2026,
        title="The Loss Is Not Enough: Sampling Conditions and Inductive Bias in Contrastive "
        "Representation Learning",
        statement="Thm 4.6",
        evidence=Evidence.READ,
        version="arXiv 2606.04280",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("kept", sp.Integer(1), "number of coordinates that the pair keeps, 1 to d − 2"),
        Parameter("kappa", sp.Integer(3), "concentration κ of the pairs, rational > 0"),
    ),
    points=(
        {"dim": 3, "kept": 1},
        {"dim": 4, "kept": 1, "kappa": 1},
        {"dim": 4, "kept": 2},
    ),
)
