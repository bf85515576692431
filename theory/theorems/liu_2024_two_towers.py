"""Two encoders, one for each modality, recover coupled latents on the sphere up to one rotation.

Setting: z uniform on S^{d−1}, the coupled latents z̃ of the other modality von Mises–Fisher around z
with concentration κ; x = g_1(z) and y = g_2(z̃) with mixings of their own, injective and continuous.
Assumptions: uniform marginal; von Mises–Fisher conditional; κτ = 1; full support; injective mixing;
two universal encoders into the sphere.
Objective: InfoNCE with the score F(x)·f(y), as in CLIP; h = f∘g_2, and F is free.
Claim: the maps h at the optimum are in **equality** with O(d), and F(g_1(z)) = Qz with the same Q.
Proof idea: F(x)·h(z̃)/τ = κ z·z̃ + c(z); differences between anchors give Wh(z̃) = z̃ with a constant W,
so h is linear; a linear map of the sphere into itself is orthogonal, and F follows.
Source: liu_2024; read in its abstract; the condition is derived and the group computed here.
Scope: the special case of the sphere; the paper also treats convex bodies, where coordinates are
identified up to order, and latents of one modality alone, which are not modelled here. The loss that
adds the other direction, as CLIP's does, has the same minimisers.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("liu_2024_two_towers"), dim=2, degree=2)
    >>> verdict.group, verdict.outcome.value
    ('O(2)', 'identified')
"""

from __future__ import annotations

from dataclasses import replace
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
from sith.theory.objectives import InfoNCE, SecondTower
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal


def _quadratic_pairs(claim: Any) -> Claim:
    z, zt = pair(claim.dim)
    inner = sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))
    return claim.replace(world=claim.world.replace(pairs=PairLogDensity(inner + inner**2, z, zt)))


ASSUMPTIONS = (
    replace(uniform_marginal(r"$S^{d-1}$"), role=Role.SUFFICIENT),
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
        Role.SUFFICIENT,
        "half the temperature",
        lambda claim: claim.replace(
            objective=InfoNCE(SecondTower(), claim.objective.temperature / 2)
        ),
    ),
    replace(full_support("sphere"), role=Role.SUFFICIENT),
    INJECTIVE_MIXING,
)


def _claim(dim: int, kappa: Any) -> Claim:
    return Claim(
        name="liu_2024_two_towers",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(SecondTower(), 1 / sp.Rational(kappa)),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="liu_2024_two_towers",
    title="Two encoders trained as in CLIP recover coupled latents of the sphere up to a rotation",
    statement=r"If $z$ is uniform on $S^{d-1}$, the other modality's latents have "
    r"$p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}$ and $\kappa\tau=1$, every minimiser of "
    r"InfoNCE with score $F(x)^\top f(y)$ has $f(g_2(\tilde z))=Q\tilde z$ and $F(g_1(z))=Qz$ with one "
    r"$Q\in O(d)$.",
    source=Source(
        key="liu_2024",
        authors="Liu, Zhang, Gong, Gao, Huang, Gong, van den Hengel, Zhang, Shi",
        year=2024,
        title="Beyond DAGs: A Latent Partial Causal Model for Multimodal Learning",
        statement="coupled latents on the hypersphere, up to a linear orthogonal map",
        evidence=Evidence.SECONDARY,
        version="arXiv 2402.06223, abstract and a summary of the theorems",
        url="https://arxiv.org/abs/2402.06223",
    ),
    special="the sphere, one modality's latents",
    claim_at=_claim,
    parameters=(Parameter("kappa", sp.Integer(3), "concentration κ of the pairs, rational > 0"),),
    points=({"dim": 2, "kappa": 1}, {"dim": 3, "kappa": 3}, {"dim": 4, "kappa": 5}),
)
