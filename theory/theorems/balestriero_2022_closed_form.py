"""VICReg and whitened Barlow Twins have the same optimum: the top eigenfunctions that are not constant.

Setting: n nodes on a path with loops as the graph of positive pairs, or Ornstein–Uhlenbeck latents
of R^{n} with ρ = 9/10; x = g(z), g injective.
Assumptions: exact variance and covariance constraints; a gap after the k-th non-constant
eigenvalue; injective mixing; universal encoder.
Objective: `loss` = "vicreg", E‖h − h̃‖² with variances 1 and covariances 0; or "barlow",
‖E h h̃ᵀ − I‖²_F with mean 0 and covariance I.
Claim: the features at the optimum are in **equality** with {Qh₀ + b}, h₀ the top k non-constant
eigenfunctions and Q ∈ O(k); b is free for VICReg and 0 for Barlow Twins.
Proof idea: VICReg is Ky Fan on the functions of mean 0. For Barlow Twins C is a compression of S,
its eigenvalues are at most those of S one by one, and (1 − σ)² decreases.
Source: balestriero_2022.
Scope: the idealised losses. The published Barlow Twins standardises every output alone: then the
eigenfunctions are in general not its optimum (see `BarlowTwins`). The hinge of VICReg is not covered.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("balestriero_2022_closed_form")).group
    'E(2)'
    >>> derive(theorem("balestriero_2022_closed_form"), loss="barlow").group
    'O(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    AugmentationGraph,
    Encoder,
    FiniteSpace,
    Gaussian,
    OrnsteinUhlenbeck,
    RealSpace,
    Role,
    Stationary,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import Euclidean, Orthogonal
from sith.theory.objectives import BarlowTwins, SpectralContrastive, VICReg
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, cut_in_half, no_gap


def _connected(claim: Any) -> Claim:
    if not isinstance(claim.world.pairs, AugmentationGraph):
        raise InputError("the world is not a graph", cure='use world="path"')
    return cut_in_half(claim)


ASSUMPTIONS = (
    no_gap(),
    Assumption(
        "connected",
        "the graph of positive pairs is connected",
        Role.SUFFICIENT,
        "no edge between the first half of the nodes and the others",
        _connected,
    ),
    Assumption(
        "centred_constraints",
        "the constraints are on variances and covariances",
        Role.NECESSARY,
        "a penalty on second moments that are not centred, with β = 2",
        lambda claim: claim.replace(
            objective=SpectralContrastive(2), group=Euclidean(claim.group.dim)
        ),
    ),
    INJECTIVE_MIXING,
)


def _world(dim: int, world: Any) -> World:
    if world == "gaussian":
        pairs = OrnsteinUhlenbeck((sp.Rational(9, 10),) * dim)
        return World(RealSpace(dim), Gaussian(), pairs)
    joint = tuple(tuple(max(0, 2 - abs(i - j)) for j in range(dim)) for i in range(dim))
    return World(FiniteSpace(dim), Stationary(), AugmentationGraph(joint))


def _claim(dim: int, loss: Any, world: Any) -> Claim:
    k = dim if world == "gaussian" else 2
    vicreg = loss == "vicreg"
    return Claim(
        name="balestriero_2022_closed_form",
        world=_world(dim, world),
        objective=VICReg() if vicreg else BarlowTwins(),
        encoder=Encoder(RealSpace(k)),
        group=Euclidean(k) if vicreg else Orthogonal(k),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="balestriero_2022_closed_form",
    title="VICReg and whitened Barlow Twins find the top non-constant eigenfunctions",
    statement=r"With exact constraints and $\sigma_k>\sigma_{k+1}$ the minimisers of VICReg are "
    r"$h=Q(\varphi_1,\dots,\varphi_k)+b$, and those of whitened Barlow Twins the same with $b=0$; "
    r"$\varphi_i$ are the top non-constant eigenfunctions and $Q\in O(k)$.",
    source=Source(
        key="balestriero_2022",
        authors="Balestriero, LeCun",
        year=2022,
        title="Contrastive and Non-Contrastive Self-Supervised Learning Recover Global and Local "
        "Spectral Embedding Methods",
        statement="the closed-form optima on the graph of positive pairs",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2022, arXiv 2205.11508",
        url="https://arxiv.org/abs/2205.11508",
    ),
    claim_at=_claim,
    default_dim=6,
    parameters=(
        Parameter("loss", "vicreg", "the loss", ("vicreg", "barlow")),
        Parameter("world", "path", "the pairs", ("path", "gaussian")),
    ),
    points=(
        {"dim": 6, "loss": "vicreg", "world": "path"},
        {"dim": 5, "loss": "barlow", "world": "path"},
        {"dim": 3, "loss": "vicreg", "world": "gaussian"},
        {"dim": 2, "loss": "barlow", "world": "gaussian"},
    ),
)
