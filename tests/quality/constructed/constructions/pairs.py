"""Pair-likelihood worlds: maps that keep p(z) and, applied to both views, p(z̃|z)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import sympy as sp

from sith import (
    AbstractPairs,
    AbstractPrior,
    Claim,
    Encoder,
    ExponentialNorm,
    Gaussian,
    Marginal,
    OrnsteinUhlenbeck,
    PairLikelihood,
    Product,
    RealSpace,
    Trivial,
    World,
    pair,
)
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.moves import Affine, flips, swap, turn
from tests.quality.constructed.truth import Truth

R = sp.Rational
SQUARE = (*flips(2), *swap(2, 0, 1))
ROUND = (*turn(2, 0, 1), *flips(2))
MIXED = "the mixed derivatives of log p(z, z̃) give J(z)ᵀ D J(z̃) = D, so h is affine; the laws then select"
NORM = (
    "at z̃ = z, det J = ±1; then h is an isometry of the norm, hence affine; the prior then selects"
)
M = Marginal
WORLDS = (
    (Gaussian(), OrnsteinUhlenbeck((R(1, 2), R(1, 2))), ROUND, 2, MIXED),
    (Gaussian(), OrnsteinUhlenbeck((R(1, 2), R(1, 3))), tuple(flips(2)), 4, MIXED),
    (Gaussian(), OrnsteinUhlenbeck((R(1, 2), R(1, 4))), tuple(flips(2)), 4, MIXED),
    (Gaussian(), ExponentialNorm(2, 2), ROUND, 2, NORM),
    (Gaussian(), ExponentialNorm(2, 4), SQUARE, 8, NORM),
    (Product((M.QUARTIC, M.QUARTIC)), ExponentialNorm(1, 2), SQUARE, 8, NORM),
    (Product((M.NORMAL, M.QUARTIC)), ExponentialNorm(1, 2), tuple(flips(2)), 4, NORM),
    (Product((M.NORMAL, M.QUARTIC)), ExponentialNorm(1, 4), tuple(flips(2)), 4, NORM),
    (Product((M.LOGISTIC, M.LOGISTIC)), ExponentialNorm(1, 2), SQUARE, 8, NORM),
)


def problem(
    prior: AbstractPrior, pairs: AbstractPairs, moves: Sequence[Affine], count: int, why: str
) -> Problem:
    """Return a world whose conditional has the same normaliser at every z."""
    z, zt = pair(2)
    world = World(RealSpace(2), prior, pairs)
    claim = Claim(f"{prior}; {pairs}", world, PairLikelihood(), Encoder(RealSpace(2)), Trivial(2))
    gap = conditions.pair_likelihood(claim, prior.log_density(z), pairs.log_conditional(z, zt))
    return Problem(claim, Truth(tuple(m.move() for m in moves), gap, why, count))


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return Gaussian autoregressions, and norms with several priors."""
    for world in WORLDS:
        yield Plan("pair-likelihood", lambda w=world: problem(*w), 3, RELATIONS, (2,))
