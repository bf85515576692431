"""Perfect interventions identify a linear Gaussian causal model through any nonlinear mixing, locally.

Setting: z follows a linear structural equation model with Gaussian noise, B_0 z ~ N(0, I), x = g(z) with
any injective g; in environment k the equation of node k is cut from its parents and its noise changes.
Assumptions: an intervention on every node; perfect interventions; injective mixing; the causal order
and the targets are known, the graph is not.
Objective: maximum likelihood of a linear structural model in all environments, with shared equations.
Claim: **equality** with the invertible diagonal matrices (the commutant of distinct scales): every
latent up to sign and scale, although the mixing is nonlinear.
Proof idea: the Jacobian of h cancels in the differences of the log-laws, which leaves quadratic
equations on h(z) itself; they fix h up to one shear for each node with parents, and the law of the
observational environment excludes these.
Source: buchholz_2023; read in its abstract; the condition and the group are computed here.
Scope: a special case: targets and causal order are known, where the paper finds them; maps far from
the identity that are not linear are not excluded here. Soft interventions leave every child up to its
parents.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("buchholz_2023_interventions")
    >>> verdict = derive(entry, dim=2, degree=2)
    >>> verdict.agreement.value, dict(verdict.dimension_by_degree)
    ('agrees locally', {1: 2, 2: 2})
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, RealSpace, World
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Commutant
from sith.theory.objectives import InterventionalLikelihood
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING
from sith.theory.theorems.structural import EVERY_NODE, GRAPHS, PERFECT, one_for_each_node

ASSUMPTIONS = (EVERY_NODE, PERFECT, INJECTIVE_MIXING)


def _claim(dim: int, graph: Any) -> Claim:
    pairs = one_for_each_node(dim, graph)
    return Claim(
        name="buchholz_2023_interventions",
        world=World(RealSpace(dim), pairs.prior(), pairs),
        objective=InterventionalLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=Commutant((sp.diag(*range(1, dim + 1)),)),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="buchholz_2023_interventions",
    title="Perfect interventions identify a linear causal model through nonlinear mixing",
    statement=r"If $x=g(z)$ with $g$ injective, $z$ follows a linear Gaussian structural model and every "
    r"node is the target of one perfect intervention, all models of the same law near the true one have "
    r"$h(z)=Dz$ with $D$ diagonal and invertible, for known causal order and targets.",
    source=Source(
        key="buchholz_2023",
        authors="Buchholz, Rajendran, Rosenfeld, Aragam, Schölkopf, Ravikumar",
        year=2023,
        title="Learning Linear Causal Representations from Interventions under General Nonlinear Mixing",
        statement="identification from unknown single-node interventions for Gaussian latents and general "
        "mixing",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2023, abstract; here with known targets and causal order",
        url="https://arxiv.org/abs/2306.02235",
    ),
    special="known targets and order",
    claim_at=_claim,
    default_dim=2,
    default_degree=2,
    parameters=(Parameter("graph", "chain", "the true graph", GRAPHS),),
    points=(
        {"dim": 2, "graph": "chain"},
        {"dim": 2, "graph": "empty"},
        {"dim": 3, "graph": "chain"},
    ),
)
