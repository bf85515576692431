"""The weight β of the alignment changes the scale of the modes, and can drop them, not their order.

Setting: z ~ N(0, I), z̃ = ρz + √(1−ρ²)η, x = g(z), g injective; k = d + 1 outputs.
Assumptions: one correlation ρ; injective mixing; universal encoder without regularisation.
Objective: β E‖h − h̃‖² + ‖E hhᵀ − I‖²_F, β > 0.
Claim: the features at the optimum are in **equality** with {Qh₀ : Q ∈ O(d+1)}, where
h₀ = (1, √μ z) with μ = 1 − β + βρ > 0. For μ ≤ 0 every latent is dropped and h₀ = (1, 0, …, 0).
Proof idea: the loss is ‖HH* − T_β‖² up to a constant, T_β = (1 − β)I + βS. By Eckart and Young HH* is
the part of T_β of its largest positive eigenvalues; T_β has the eigenfunctions of S in their order.
Source: cabannes_2023.
Scope: without the regularisation λ‖Θ‖² of the paper, which changes the order of the modes.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("cabannes_2023_interplay"), dim=2, beta=5)
    >>> verdict.group, verdict.outcome.value
    ('O(3)', 'identified')
    >>> dropped = derive(theorem("cabannes_2023_interplay"), dim=2, beta=20)
    >>> dropped.outcome.value, dropped.agrees, dropped.reason
    ('not identified', True, 'z1, z2 are no affine functions of the features')
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    OrnsteinUhlenbeck,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import SpectralContrastive
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _require_kept(claim: Any) -> None:
    if claim.objective.squared_scale(claim.world.pairs.rates[0]) <= 0:
        raise InputError("every latent is dropped already", cure="use a smaller β")


def _one_slow(claim: Any) -> Claim:
    _require_kept(claim)
    rates = claim.world.pairs.rates
    pairs = OrnsteinUhlenbeck((*rates[:-1], rates[-1] ** 3))
    return claim.replace(world=claim.world.replace(pairs=pairs))


def _fewer(claim: Any) -> Claim:
    _require_kept(claim)
    k = claim.group.dim - 1
    return claim.replace(encoder=Encoder(RealSpace(k)), group=Orthogonal(k), base=claim.base[:-1])


ASSUMPTIONS = (
    Assumption(
        "isotropic",
        r"$\rho$ is the same for all coordinates",
        Role.NECESSARY,
        "the last coordinate has ρ³ in place of ρ",
        _one_slow,
    ),
    Assumption(
        "enough_outputs",
        r"$k=d+1$: one output for the constant function",
        Role.NECESSARY,
        "d outputs, of which the constant takes one",
        _fewer,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, beta: Any, rho: Any) -> Claim:
    scale = 1 - beta + beta * rho
    kept = [sp.sqrt(scale) * x if scale > 0 else sp.Integer(0) for x in latents(dim)]
    return Claim(
        name="cabannes_2023_interplay",
        world=World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck((rho,) * dim)),
        objective=SpectralContrastive(beta),
        encoder=Encoder(RealSpace(dim + 1)),
        group=Orthogonal(dim + 1),
        assumptions=ASSUMPTIONS,
        base=(sp.Integer(1), *kept),
    )


THEOREM = Theorem(
    slug="cabannes_2023_interplay",
    title="The weight of the alignment changes the scale of the modes, not their space",
    statement=r"The minimisers of $\beta\,\mathbb E\lVert h-\tilde h\rVert^2+"
    r"\lVert\mathbb E\,hh^\top-I\rVert_F^2$ keep the top eigenfunctions of the pairs with squared "
    r"scale $\mu=1-\beta+\beta\sigma$, up to $O(k)$; a mode with $\mu\le0$ is dropped.",
    source=Source(
        key="cabannes_2023",
        authors="Cabannes, Kiani, Balestriero, LeCun, Bietti",
        year=2023,
        title="The SSL Interplay: Augmentations, Inductive Bias, and Generalization",
        statement="the closed form without regularisation",
        evidence=Evidence.SECONDARY,
        version="ICML 2023",
    ),
    special="no weight decay",
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("beta", sp.Integer(1), "weight β of the alignment, rational > 0"),
        Parameter("rho", sp.Rational(9, 10), "correlation ρ of the pairs, rational in (0, 1)"),
    ),
    points=(
        {"dim": 2, "beta": sp.Rational(1, 2)},
        {"dim": 2, "beta": 1},
        {"dim": 3, "beta": 5},
        {"dim": 2, "beta": 20},
    ),
)
