"""Sparse transitions of a known law recover box latents up to signed permutations.

Setting: z uniform on the unit box, p(z̃|z) ∝ exp(−λ‖z̃ − z‖_p^p) (Laplace transitions for p = 1),
x = g(z) with g injective.
Assumptions: p ≠ 2; the model's transition is the true one; full support; injective mixing; the
encoder reaches every law on the box (an exact posterior).
Objective: likelihood of pairs under p(z) p(z̃|z).
Claim: the maps at the optimum are **contained in** the signed permutations with shifts for p ≠ 2,
and in the Euclidean group for p = 2.
Proof idea: the likelihood is maximal where (h(z), h(z̃)) has the model's law; dividing by the law
of h(z̃) removes one volume term, and z̃ = z the normalisers, so ‖h(z) − h(z̃)‖_p = ‖z − z̃‖_p;
isometries of ‖·‖_p are affine, and for p ≠ 2 signed permutations.
Source: klindt_2021; read in its abstract; the condition is derived here.
Scope: a bounded box, since the random walk has no stationary law on R^d, and the law of z̃ near the
faces is taken as given. The faces rule out shifts that do not map the box to itself. The variational bound of the paper is replaced by the likelihood.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("klindt_2021_slowvae"), dim=2, degree=2)
    >>> verdict.group, verdict.agrees
    ('symmetries of the unit box (2)', True)
    >>> derive(theorem("klindt_2021_slowvae"), dim=2, degree=2, p=2).upper[1].group
    'E(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    ExponentialNorm,
    Role,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Euclidean, Shifted, SignedPermutations
from sith.theory.objectives import PairLikelihood
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support
from sith.theory.verdict import Relation


def _gaussian_transition(claim: Any) -> Claim:
    pairs = ExponentialNorm(claim.world.pairs.rate, sp.Integer(2))
    return claim.replace(world=claim.world.replace(pairs=pairs))


def _other_model(claim: Any) -> Claim:
    truth = claim.world.pairs
    other = ExponentialNorm(truth.rate, sp.Integer(4 if truth.p == 2 else 2))
    return claim.replace(objective=PairLikelihood(other))


MATCHED = Assumption(
    "matched_transition",
    r"the model's transition is the true one",
    Role.NECESSARY,
    "a model whose transition has another exponent",
    _other_model,
)
SPARSE = Assumption(
    "sparse_transition",
    r"$p\ne2$",
    Role.SUFFICIENT,
    "Gaussian transitions, p = 2, in world and model",
    _gaussian_transition,
)


def _claim(dim: int, p: Any, rate: Any) -> Claim:
    rest = (MATCHED, full_support("box"), INJECTIVE_MIXING)
    return Claim(
        name="klindt_2021_slowvae",
        world=World(Box(dim), Uniform(), ExponentialNorm(rate, p)),
        objective=PairLikelihood(),
        encoder=Encoder(Box(dim)),
        group=Euclidean(dim) if p == 2 else Shifted(SignedPermutations(dim)),
        relation=Relation.CONTAINED,
        assumptions=rest if p == 2 else (SPARSE, *rest),
    )


THEOREM = Theorem(
    slug="klindt_2021_slowvae",
    title="Sparse transitions of a known law recover box latents up to signed permutations",
    statement=r"If $z$ is uniform on a box and "
    r"$p(\tilde z\mid z)\propto e^{-\lambda\lVert\tilde z-z\rVert_p^p}$, every maximiser of the "
    r"likelihood of pairs is $h(z)=Mz+b$ with $M$ a signed permutation for $p\ne2$ and $M\in O(d)$ "
    r"for $p=2$.",
    source=Source(
        key="klindt_2021",
        authors="Klindt, Schott, Sharma, Ustyuzhaninov, Brendel, Bethge, Paiton",
        year=2021,
        title="Towards Nonlinear Disentanglement in Natural Data with Temporal Sparse Coding",
        statement="a sparse prior on transitions gives the latents up to permutations and sign flips",
        evidence=Evidence.SECONDARY,
        version="ICLR 2021, abstract",
        url="https://arxiv.org/abs/2007.10930",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("p", sp.Integer(1), "exponent of the transition, rational ≥ 1"),
        Parameter("rate", sp.Integer(2), "rate λ, rational > 0"),
    ),
    points=(
        {"dim": 2, "p": 1, "rate": 2},
        {"dim": 3, "p": 1, "rate": 5},
        {"dim": 2, "p": sp.Rational(3, 2), "rate": 1},
        {"dim": 3, "p": 2, "rate": 2},
    ),
)
