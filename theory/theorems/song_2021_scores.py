"""Diffusion models that learn every score exactly leave the latents as free as a likelihood does.

Setting: latents with a positive density p on R^d, x = g(z) with g any invertible smooth map; a model
with the same law of latents and a decoder of its own.
Assumptions: no inductive bias: any smooth invertible mixing and encoder; no pairs and no auxiliary
variable; the law of the latents known to the model.
Objective: score matching, at every noise level or without noise.
Claim: the maps at the optimum are in **equality** with the measure-preserving maps of p, an infinite
family of which are entangled: no coordinate and no block of coordinates is identified.
Proof idea: equal scores mean equal laws of x, and h = ĝ⁻¹∘g then has log p(h) + log|det J_h| = log p;
to first order ∇log p·ξ + div ξ = 0 has solutions of every degree.
Source: song_2021; score matching determines the law (Hyvärinen, 2005); the group is computed here.
Scope: a negative result on what the data's scores say of latents; the noise levels of a diffusion are
functions of the law of x and add nothing. Representations inside the network that predicts the score,
and latents of a restricted decoder, are not covered.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("song_2021_scores"), degree=2)
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('not identified', {1: 1, 2: 3})
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Family,
    Marginal,
    Mixing,
    Product,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import MeasurePreserving
from sith.theory.notation import latents
from sith.theory.objectives import ScoreMatching
from sith.theory.source import Evidence, Source

MARGINALS = {"normal": Marginal.NORMAL, "quartic": Marginal.QUARTIC}

ASSUMPTIONS = (
    Assumption(
        "no_inductive_bias",
        r"$g$ is any invertible smooth map, and so is the encoder's inverse",
        Role.NECESSARY,
        "a linear mixing with a linear encoder, which leaves linear maps only",
        lambda claim: claim.replace(
            world=claim.world.replace(mixing=Mixing.LINEAR),
            encoder=Encoder(claim.encoder.output, Family.LINEAR),
        ),
    ),
)


def _claim(dim: int, marginal: Any) -> Claim:
    prior = Product((MARGINALS[marginal],) * dim)
    return Claim(
        name="song_2021_scores",
        world=World(RealSpace(dim), prior),
        objective=ScoreMatching(),
        encoder=Encoder(RealSpace(dim)),
        group=MeasurePreserving(dim, prior.log_density(latents(dim))),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="song_2021_scores",
    title="Exact scores of a diffusion model identify the law of the data and no latent",
    statement=r"If the scores of a model with latents $z\sim p$ and an invertible decoder equal those of "
    r"the data, at every noise level, then $h=\hat g^{-1}\circ g$ keeps $p$, and every $h$ that keeps "
    r"$p$ gives such a model; for $d\ge2$ infinitely many of them mix all coordinates.",
    source=Source(
        key="song_2021",
        authors="Song, Sohl-Dickstein, Kingma, Kumar, Ermon, Poole",
        year=2021,
        title="Score-Based Generative Modeling through Stochastic Differential Equations",
        statement="the objective, and that its scores determine the law of the data",
        evidence=Evidence.SECONDARY,
        version="ICLR 2021, abstract; the statement on latents is derived here",
        url="https://arxiv.org/abs/2011.13456",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("marginal", "normal", "the law of each coordinate", ("normal", "quartic")),
    ),
    points=(
        {"dim": 2, "marginal": "normal"},
        {"dim": 2, "marginal": "quartic"},
        {"dim": 3, "marginal": "normal"},
    ),
)
