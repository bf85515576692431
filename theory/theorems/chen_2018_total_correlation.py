"""A penalty on total correlation beside the likelihood leaves the latents as free as the likelihood.

Setting: independent latents with a known factorised law p(z) = Π p(z_i), x = g(z) with g any invertible
smooth map, one view.
Assumptions: no inductive bias: any smooth invertible mixing and encoder; no pairs and no auxiliary
variable.
Objective: minus the likelihood with the true prior, plus β times the total correlation of the outputs.
Claim: the maps at the optimum are in **equality** with the measure-preserving maps of p, whatever β > 0.
Proof idea: a map that keeps p has independent outputs, so both terms are minimal at once there, and the
minimisers of the sum are those of both terms; p is kept by an infinite family of entangled maps.
Source: chen_2018; read in its abstract, which proposes the penalty; the group is computed here.
Scope: a negative result on the population optimum of the noise-free loss with matching prior. With the
posterior noise of a variational autoencoder the decoder's local geometry enters, and alignment with
coordinates can come from there; that is not covered, and neither is a finite network.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("chen_2018_total_correlation"), degree=2)
    >>> verdict.outcome.value, dict(verdict.dimension_by_degree)
    ('not identified', {1: 1, 2: 3})
"""

from __future__ import annotations

from typing import Any

import sympy as sp

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
from sith.theory.objectives import Independence, Likelihood, Sum, Term
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


def _claim(dim: int, marginal: Any, beta: Any) -> Claim:
    prior = Product((MARGINALS[marginal],) * dim)
    return Claim(
        name="chen_2018_total_correlation",
        world=World(RealSpace(dim), prior),
        objective=Sum((Likelihood(), Term(Independence(), beta))),
        encoder=Encoder(RealSpace(dim)),
        group=MeasurePreserving(dim, prior.log_density(latents(dim))),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="chen_2018_total_correlation",
    title="A penalty on total correlation does not disentangle at the population optimum",
    statement=r"For every $\beta>0$ the minimisers of $-\mathbb{E}\log\hat p(x)+\beta\,"
    r"\mathrm{TC}(h(z))$ with the true factorised prior are the maps $h$ that keep it; for $d\ge2$ "
    r"infinitely many of them mix all coordinates.",
    source=Source(
        key="chen_2018",
        authors="Chen, Li, Grosse, Duvenaud",
        year=2018,
        title="Isolating Sources of Disentanglement in Variational Autoencoders",
        statement="the penalty on total correlation",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2018, abstract; the negative statement is derived here, and is an instance of "
        "Locatello et al. (2019)",
        url="https://arxiv.org/abs/1802.04942",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("marginal", "normal", "the law of each coordinate", ("normal", "quartic")),
        Parameter("beta", sp.Integer(5), "weight β of the total correlation, rational > 0"),
    ),
    points=(
        {"dim": 2, "marginal": "normal"},
        {"dim": 2, "marginal": "quartic", "beta": sp.Integer(1)},
        {"dim": 3, "marginal": "normal", "beta": sp.Integer(10)},
    ),
)
