"""One perfect intervention on each node identifies the latents of a linear causal model up to scale.

Setting: z follows a linear structural equation model with Gaussian noise, B_0 z ~ N(0, I), x = G z; in
environment k the equation of node k is cut from its parents and its noise variance changes.
Assumptions: an intervention on every node; perfect interventions; linear mixing and encoder; the
causal order and the targets are known, the graph is not.
Objective: maximum likelihood of a linear structural model in all environments, with shared equations.
Claim: **equality** with the invertible diagonal matrices (the commutant of distinct scales): every
latent up to sign and scale.
Proof idea: the model's precisions B̂_kᵀB̂_k become B_kᵀB_k under M; differences of precisions have
rank at most two and lie in the span of row k before and after, which fixes the rows of M one by one.
Source: squires_2023; read in its abstract; the condition and the group are computed here.
Scope: the order and the pairing of environments with nodes are known here, so no relabelling is
left; the paper learns them. Soft interventions leave all lower triangular matrices for this model,
which may have any graph with the order; the paper's result for soft interventions is up to the
transitive closure of the true graph. Above d = 2 single maps far from the identity are not shown.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("squires_2023_linear_crl")
    >>> verdict = derive(entry, dim=2, degree=1)
    >>> verdict.agrees, dict(verdict.dimension_by_degree)
    (True, {1: 2})
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Encoder,
    Family,
    Mixing,
    RealSpace,
    World,
)
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
        name="squires_2023_linear_crl",
        world=World(RealSpace(dim), pairs.prior(), pairs, Mixing.LINEAR),
        objective=InterventionalLikelihood(),
        encoder=Encoder(RealSpace(dim), Family.LINEAR),
        group=Commutant((sp.diag(*range(1, dim + 1)),)),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="squires_2023_linear_crl",
    title="One perfect intervention on each node identifies a linear causal model",
    statement=r"If $x=Gz$, $z$ follows a linear structural model and every node is the target of one "
    r"perfect intervention, all models of the same law have $h(z)=Dz$ with $D$ diagonal and "
    r"invertible, for known causal order and targets.",
    source=Source(
        key="squires_2023",
        authors="Squires, Seigal, Bhate, Uhler",
        year=2023,
        title="Linear Causal Disentanglement via Interventions",
        statement="one intervention on each latent node suffices; with one missing, distinct models remain",
        evidence=Evidence.SECONDARY,
        version="ICML 2023, abstract",
        url="https://arxiv.org/abs/2211.16467",
    ),
    special="known targets and order",
    claim_at=_claim,
    default_dim=2,
    default_degree=1,
    parameters=(Parameter("graph", "chain", "the true graph", GRAPHS),),
    points=(
        {"dim": 2, "graph": "chain"},
        {"dim": 2, "graph": "empty"},
        {"dim": 3, "graph": "chain"},
        {"dim": 3, "graph": "complete"},
    ),
)
