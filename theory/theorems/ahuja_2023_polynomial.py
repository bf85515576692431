"""Polynomial decoders of a known degree are inverted up to an affine map.

Setting: x = g(z) with g a polynomial of degree p; the support of z has interior points; one view;
nothing else is required of the law of z.
Assumptions: g is injective, and its coordinates combine to every z_i and every z_i^p; the learned
decoder is a polynomial of degree at most p.
Objective: reconstruction.
Claim: the maps at the optimum are in **equality** with the affine group Aff(d).
Proof idea: ĝ = g∘k with k = h^{−1}; as z_i and z_i^p are combinations of coordinates of g, k_i and
k_i^p are polynomials of degree at most p, so k_i has degree at most 1.
Source: ahuja_2023.
Scope: the given g, with coordinates z_i and z_i^p observed through an invertible matrix. The lemma
L-polynomial-decoder settles all maps, smooth or not, for every g whose coordinates combine as above.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("ahuja_2023_polynomial"), degree=3)
    >>> verdict.group, dict(verdict.dimension_by_degree)
    ('Aff(2)', {1: 6, 2: 6, 3: 6})
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Mixing,
    PolynomialDegree,
    RealSpace,
    Role,
    StructuredMixing,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import Affine
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import observed_together


def _mixing(dim: int, degree: int, *, power: int) -> StructuredMixing:
    z = latents(dim)
    features = (*z, *(x**power for x in z if power > 1))
    return StructuredMixing(observed_together(features), z, PolynomialDegree(degree))


def _linear(claim: Any) -> Claim:
    degree = claim.world.mixing.structure.degree
    return claim.replace(world=claim.world.replace(mixing=_mixing(claim.dim, degree, power=1)))


ASSUMPTIONS = (
    Assumption(
        "polynomial",
        r"$\hat g$ is a polynomial of degree at most $p$",
        Role.NECESSARY,
        "any injective decoder",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE)),
    ),
    Assumption(
        "full_degree",
        r"coordinates of $g$ and constants combine to every $z_i$ and every $z_i^p$",
        Role.NECESSARY,
        "a linear g, while the learned decoder may have degree p",
        _linear,
    ),
)


def _claim(dim: int, p: Any) -> Claim:
    degree = integer(p, "p", least=2)
    return Claim(
        name="ahuja_2023_polynomial",
        world=World(RealSpace(dim), Gaussian(), mixing=_mixing(dim, degree, power=degree)),
        objective=Reconstruction(),
        encoder=Encoder(RealSpace(dim)),
        group=Affine(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="ahuja_2023_polynomial",
    title="Polynomial decoders of known degree are inverted up to an affine map",
    statement=r"If $g$ is an injective polynomial of degree $p$ whose coordinates combine to every $z_i$ "
    r"and $z_i^p$, every decoder of degree at most $p$ that reconstructs gives $h(z)=Mz+b$.",
    source=Source(
        key="ahuja_2023",
        authors="Ahuja, Mahajan, Wang, Bengio",
        year=2023,
        title="Interventional Causal Representation Learning",
        statement="affine identification of polynomial decoders",
        evidence=Evidence.RECALLED,
        version="ICML 2023",
    ),
    special="the decoder part, no interventions",
    claim_at=_claim,
    default_dim=2,
    parameters=(Parameter("p", sp.Integer(2), "degree of the decoder, an integer ≥ 2"),),
    points=({"dim": 2, "p": 2}, {"dim": 3, "p": 2}, {"dim": 2, "p": 3}),
)
