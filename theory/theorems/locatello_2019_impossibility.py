"""Latents with a factorised law are not disentangled by the law of single observations.

Setting: independent latents with a known factorised law p(z) = Π p(z_i), d ≥ 2, x = g(z) with g any
invertible smooth map, one view.
Assumptions: no inductive bias: any smooth invertible mixing and encoder; no pairs and no auxiliary
variable.
Objective: likelihood with the true prior, which no other objective of the law of x can exceed.
Claim: the maps at the optimum are in **equality** with the measure-preserving maps of p, which hold
an infinite family of entangled ones: every output depends on every coordinate.
Proof idea: with F the componentwise distribution function and Φ that of N(0, 1), the map
f = F⁻¹∘Φ∘R∘Φ⁻¹∘F keeps p for every rotation R, and so does R turning by an angle of the norm; to
first order ∇log p·ξ + div ξ = 0 has solutions of every degree.
Source: locatello_2019; known through a restatement; the group is computed here.
Scope: normal marginals and marginals exp(−z⁴/4) on R^d. The maps f are not polynomial for the
latter, and the computed fields are other members of the same group.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("locatello_2019_impossibility"))
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('not identified', {1: 1, 2: 3, 3: 6})
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
from sith.theory.objectives import Likelihood
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
        name="locatello_2019_impossibility",
        world=World(RealSpace(dim), prior),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=MeasurePreserving(dim, prior.log_density(latents(dim))),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="locatello_2019_impossibility",
    title="A factorised prior alone does not disentangle",
    statement=r"For $d\ge2$ and $p(z)=\prod_ip(z_i)$ there are infinitely many bijections $f$ that "
    r"keep $p$ and have $\partial f_i/\partial z_j\ne0$ almost everywhere for all $i,j$; the optimum "
    r"of every objective of the law of $x$ leaves them free.",
    source=Source(
        key="locatello_2019",
        authors="Locatello, Bauer, Lucic, Rätsch, Gelly, Schölkopf, Bachem",
        year=2019,
        title="Challenging Common Assumptions in the Unsupervised Learning of Disentangled "
        "Representations",
        statement="the impossibility theorem",
        evidence=Evidence.SECONDARY,
        version="ICML 2019, as restated in reading notes",
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
        {"dim": 3, "marginal": "quartic"},
    ),
)
