"""Binary NCE and InfoNCE identify the same: the rotations and reflections of the sphere.

Setting: z uniform on S^{d−1}, positives von Mises–Fisher around z with concentration κ,
observations x = g(z) with g injective and continuous.
Assumptions: uniform marginal; von Mises–Fisher conditional; κτ = 1; for binary NCE a learned
offset; full support; injective mixing; universal encoder into the sphere.
Objective: InfoNCE, or logistic regression of positive against independent pairs (binary NCE), with
the inner product and temperature τ.
Claim: for both losses the maps h = f∘g at the optimum are in **equality** with O(d).
Proof idea: the optimal score of binary NCE is log p(z̃|z)/p(z̃) with its constant, that of InfoNCE
the same up to c(z). On the unit sphere z̃ = z fixes c(z), or the offset, to the same value, and both
conditions are h(z)·h(z̃) = z·z̃.
Source: matthes_2023; the claim on the sphere is derived here.
Scope: binary NCE is derived for von Mises–Fisher pairs, whose normaliser does not depend on z.
Without an offset the critic cannot hold the normaliser, and no map attains the optimum.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("matthes_2023_unified"), dim=2, degree=1, objective="nce").group
    'O(2)'
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Role,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Orthogonal
from sith.theory.objectives import BinaryNCE, InfoNCE, InnerProduct
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal

ASSUMPTIONS = (
    uniform_marginal(r"$S^{d-1}$"),
    Assumption(
        "matched_temperature",
        r"$\kappa\tau=1$ at unit radius",
        Role.NECESSARY,
        "half the temperature",
        lambda claim: claim.replace(
            objective=replace(claim.objective, temperature=claim.objective.temperature / 2)
        ),
    ),
    full_support("sphere"),
    INJECTIVE_MIXING,
)
OFFSET = Assumption(
    "learned_offset",
    r"the score $\tfrac1\tau h^\top\tilde h+b$ has a learned offset $b$",
    Role.NECESSARY,
    "no offset",
    lambda claim: claim.replace(objective=replace(claim.objective, offset=False)),
)


def _claim(dim: int, objective: Any, kappa: Any) -> Claim:
    binary = objective == "nce"
    loss = BinaryNCE if binary else InfoNCE
    return Claim(
        name="matthes_2023_unified",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=loss(InnerProduct(), 1 / sp.Rational(kappa)),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        assumptions=(*ASSUMPTIONS, OFFSET) if binary else ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="matthes_2023_unified",
    title="Binary NCE identifies spherical latents up to the same group as InfoNCE",
    statement=r"If $z$ is uniform on $S^{d-1}$, $p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}$ "
    r"and $\kappa\tau=1$, every minimiser of InfoNCE, and of binary NCE with a learned offset, "
    r"satisfies $h(z)=Qz$ with $Q\in O(d)$.",
    source=Source(
        key="matthes_2023",
        authors="Matthes, Han, Shen",
        year=2023,
        title="Towards a Unified Framework of Contrastive Learning for Disentangled Representations",
        statement="identifiability for several contrastive losses",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2023, arXiv 2311.04774",
    ),
    special="two of four losses, one conditional",
    claim_at=_claim,
    parameters=(
        Parameter("objective", "nce", "which contrastive loss", ("nce", "infonce")),
        Parameter("kappa", sp.Integer(10), "concentration κ of the pairs, rational > 0"),
    ),
    points=(
        {"dim": 2, "objective": "nce", "kappa": 1},
        {"dim": 3, "objective": "nce"},
        {"dim": 3, "objective": "infonce"},
        {"dim": 4, "objective": "nce", "kappa": 5},
    ),
)
