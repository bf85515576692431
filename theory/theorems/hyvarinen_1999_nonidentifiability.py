"""Nonlinear ICA from single observations is not identifiable.

Setting: independent latents with a known law, x = g(z) with g any invertible smooth map, one view.
Assumptions: independence; no pairs and no auxiliary variable; no restriction on the mixing.
Objective: likelihood with the true prior (the strongest objective that sees only the law of x), or
independence of the outputs.
Claim: the maps at the optimum are in **equality** with the measure-preserving maps of the prior
(likelihood); for independence alone the group **contains** them.
Proof idea: the optimum fixes the law of h(z) and nothing else; ∇log p·ξ + div ξ = 0 has solutions
of every degree, such as rotations by an angle that depends on the norm.
Source: hyvarinen_1999.
Scope: shown as a dimension that grows with the degree, for polynomial fields on R^d with a
Gaussian prior; other priors reduce to it by componentwise maps.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("hyvarinen_1999_nonidentifiability"))
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('not identified', {1: 1, 2: 3, 3: 6})
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Family,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import MeasurePreserving
from sith.theory.notation import latents
from sith.theory.objectives import Independence, Likelihood
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Relation

ASSUMPTIONS = (
    Assumption(
        "unrestricted_mixing",
        r"$g$ is any invertible smooth map",
        Role.NECESSARY,
        "a linear mixing with a linear encoder, which leaves only rotations of the Gaussian",
        lambda claim: claim.replace(
            world=claim.world.replace(mixing=Mixing.LINEAR),
            encoder=Encoder(claim.encoder.output, Family.LINEAR),
        ),
    ),
)


def _claim(dim: int, objective: Any) -> Claim:
    prior = Gaussian()
    likelihood = objective == "likelihood"
    return Claim(
        name="hyvarinen_1999_nonidentifiability",
        world=World(RealSpace(dim), prior),
        objective=Likelihood() if likelihood else Independence(),
        encoder=Encoder(RealSpace(dim)),
        group=MeasurePreserving(dim, prior.log_density(latents(dim))),
        relation=Relation.EQUALITY if likelihood else Relation.CONTAINS,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="hyvarinen_1999_nonidentifiability",
    title="Independence of single observations leaves infinitely many free maps",
    statement=r"For independent latents and unrestricted invertible mixing, every "
    r"measure-preserving map of the prior solves the likelihood; the solutions form an "
    r"infinite-dimensional group that keeps no coordinate.",
    source=Source(
        key="hyvarinen_1999",
        authors="Hyvärinen, Pajunen",
        year=1999,
        title="Nonlinear independent component analysis: Existence and uniqueness results",
        statement="nonlinear ICA has infinitely many solutions",
        evidence=Evidence.SECONDARY,
        version="Neural Networks 12(3), as restated in Zheng, Ng, Zhang (2022)",
        url="https://arxiv.org/abs/2206.07751",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter(
            "objective", "likelihood", "what the optimum fixes", ("likelihood", "independence")
        ),
    ),
    points=(
        {"dim": 2, "objective": "likelihood"},
        {"dim": 3, "objective": "likelihood"},
        {"dim": 2, "objective": "independence"},
    ),
)
