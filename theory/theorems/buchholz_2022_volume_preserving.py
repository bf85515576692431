"""A mixing that keeps volumes is not restricted enough, and infinitely many maps stay free.

Setting: independent latents with a known law, x = g(z) with |det J_g| = 1, one view.
Assumptions: volume-preserving mixing; independence; no pairs and no auxiliary variable; the encoder
is the inverse of a volume-preserving map.
Objective: likelihood with the true prior, or reconstruction, which asks nothing of the law.
Claim: under reconstruction the maps at the optimum are in **equality** with the volume-preserving
maps; under the likelihood they are **contained in** the measure-preserving maps of the prior, and
still of infinite dimension.
Proof idea: the field (∂log p/∂z_2, −∂log p/∂z_1, 0, …) times any function of p has no divergence and
keeps p, so its flow keeps volume and law; a reconstruction leaves every field without divergence.
Source: buchholz_2022.
Scope: a standard Gaussian on R^d, or the uniform law of the box, whose boundary is not imposed on
fields. The group is not named for the Gaussian: its maps keep both the volume and the density.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("buchholz_2022_volume_preserving"))
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('not identified', {1: 5, 2: 9, 3: 14})
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import MeasurePreserving
from sith.theory.notation import latents
from sith.theory.objectives import Likelihood, Reconstruction
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Relation

ASSUMPTIONS = (
    Assumption(
        "volume_preserving",
        r"$\lvert\det J_g\rvert=1$",
        Role.SUFFICIENT,
        "any injective mixing, which leaves no less",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE)),
    ),
)


def _claim(dim: int, law: Any) -> Claim:
    uniform, known = law == "uniform", law != "free"
    space = Box(dim) if uniform else RealSpace(dim)
    prior = Uniform() if uniform else Gaussian()
    kept = prior if known else Uniform()
    return Claim(
        name="buchholz_2022_volume_preserving",
        world=World(space, prior, mixing=Mixing.VOLUME_PRESERVING),
        objective=Likelihood() if known else Reconstruction(),
        encoder=Encoder(space),
        group=MeasurePreserving(dim, kept.log_density(latents(dim))),
        relation=Relation.CONTAINED if known else Relation.EQUALITY,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="buchholz_2022_volume_preserving",
    title="Volume-preserving mixings leave infinitely many free maps",
    statement=r"For a mixing that only keeps volumes, the optimum leaves an infinite-dimensional family "
    r"of maps free that mix the coordinates, whether or not the law of independent latents is known.",
    source=Source(
        key="buchholz_2022",
        authors="Buchholz, Besserve, Schölkopf",
        year=2022,
        title="Function Classes for Identifiable Nonlinear Independent Component Analysis",
        statement="volume-preserving ICA is not identifiable, not even locally",
        evidence=Evidence.RECALLED,
        version="NeurIPS 2022",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter(
            "law", "uniform", "known law of the latents, or none", ("uniform", "gaussian", "free")
        ),
    ),
    points=(
        {"dim": 2, "law": "uniform"},
        {"dim": 2, "law": "gaussian"},
        {"dim": 3, "law": "gaussian"},
        {"dim": 2, "law": "free"},
        {"dim": 3, "law": "free"},
    ),
)
