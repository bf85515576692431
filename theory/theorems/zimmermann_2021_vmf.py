"""InfoNCE inverts the generative process on the sphere up to an orthogonal map.

Setting: z uniform on S^{d−1}, positives von Mises–Fisher around z with concentration κ,
observations x = g(z) with g injective and continuous.
Assumptions: uniform marginal; von Mises–Fisher conditional; κτ = 1; full support; injective
mixing; universal encoder into the sphere.
Objective: InfoNCE with the inner product and temperature τ, any number of negatives.
Claim: the maps h = f∘g at the optimum are in **equality** with O(d).
Proof idea: the optimal critic is log p(z̃|z)/p(z̃) + c(z), so h(z)·h(z̃)/τ = κ z·z̃ + c(z);
z̃ = z and κτ = 1 give c = 0; a map of the sphere that keeps inner products is orthogonal.
Source: zimmermann_2021.
Scope: the engine shows the identity component for polynomial fields and all linear maps in d = 2;
for d ≥ 3 the other components rest on the lemma L-sphere-iso. Finite samples and training are not
covered.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("zimmermann_2021_vmf"), dim=3, degree=2)
    >>> verdict.group, dict(verdict.dimension_by_degree), verdict.agrees
    ('O(3)', {1: 3, 2: 3}, True)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    PairLogDensity,
    Role,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Orthogonal
from sith.theory.notation import pair
from sith.theory.objectives import InfoNCE, InnerProduct
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal


def _quadratic_pairs(claim: Any) -> Claim:
    z, zt = pair(claim.dim)
    inner = sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))
    return claim.replace(world=claim.world.replace(pairs=PairLogDensity(inner + inner**2, z, zt)))


ASSUMPTIONS = (
    uniform_marginal(r"$S^{d-1}$"),
    Assumption(
        "vmf_conditional",
        r"$p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}$",
        Role.SUFFICIENT,
        "log p(z̃|z) = z·z̃ + (z·z̃)²",
        _quadratic_pairs,
    ),
    Assumption(
        "matched_temperature",
        r"$\kappa\tau=1$ at unit radius",
        Role.NECESSARY,
        "half the temperature",
        lambda claim: claim.replace(
            objective=InfoNCE(InnerProduct(), claim.objective.temperature / 2)
        ),
    ),
    full_support("sphere"),
    INJECTIVE_MIXING,
)


def _claim(dim: int, kappa: Any) -> Claim:
    return Claim(
        name="zimmermann_2021_vmf",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(InnerProduct(), 1 / sp.Rational(kappa)),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="zimmermann_2021_vmf",
    title="InfoNCE recovers spherical latents up to a rotation or reflection",
    statement=r"If $z$ is uniform on $S^{d-1}$, $p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}$ "
    r"and $\kappa\tau=1$, every minimiser of InfoNCE satisfies $h(z)=Qz$ with $Q\in O(d)$.",
    source=Source(
        key="zimmermann_2021",
        authors="Zimmermann, Sharma, Schneider, Bethge, Brendel",
        year=2021,
        title="Contrastive Learning Inverts the Data Generating Process",
        statement="the result for the hypersphere",
        evidence=Evidence.SECONDARY,
        version="ICML 2021",
    ),
    claim_at=_claim,
    parameters=(Parameter("kappa", sp.Integer(10), "concentration κ of the pairs, rational > 0"),),
    points=({"dim": 2, "kappa": 1}, {"dim": 3, "kappa": 10}, {"dim": 4, "kappa": 5}),
)
