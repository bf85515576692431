"""Spectral losses on Ornstein–Uhlenbeck pairs, with rates above, at and below the crossing.

The eigenfunctions are products of Hermite polynomials, of eigenvalue Π ρ_i^{α_i}. With two outputs the
latents are the top ones iff ρ_2 > ρ_1²; at ρ_2 = ρ_1² they are one choice of several, and below
He_2(z_1) takes the place of z_2, so that no linear map of the latents is an optimum.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import mpmath
import sympy as sp

from sith import (
    AlignmentWhitening,
    BarlowTwins,
    Claim,
    Encoder,
    Gaussian,
    OrnsteinUhlenbeck,
    RealSpace,
    SpectralContrastive,
    Trivial,
    World,
    latents,
)
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.conditions import MISSED, Gap
from tests.quality.constructed.moves import Move, flips, number, turn
from tests.quality.constructed.stated import parts
from tests.quality.constructed.truth import Truth

R = sp.Rational
ROUND = tuple(m.move() for m in (*turn(2, 0, 1), *flips(2)))
RATES = {
    "above": (
        (R(1, 2), R(1, 3)),
        (R(1, 2), R(1, 2)),
        (R(9, 10), R(41, 50)),
        (R(1, 2), R(251, 1000)),
    ),
    "at": ((R(1, 2), R(1, 4)),),
    "below": ((R(9, 10), R(1, 2)), (R(1, 2), R(249, 1000))),
}
SECOND_MODE = Move(
    "(z1, He_2(z1)/√2)", lambda p: [p[0], (p[0] ** 2 - 1) / mpmath.sqrt(2)], True, False
)
OTHER = Move(
    "(z1, (z2 + He_2(z1)/√2)/√2)",
    lambda p: [p[0], (p[1] + (p[0] ** 2 - 1) / mpmath.sqrt(2)) / mpmath.sqrt(2)],
    True,
)


def whitened_gap(rates: Sequence[sp.Rational]) -> Gap:
    """Return the gap of an affine map: zero mean, covariance I, and E h·h̃ as large as any map's."""

    def gap(move: Move) -> mpmath.mpf:
        found = parts(move, 2)
        if move in (SECOND_MODE, OTHER) or not found:
            return mpmath.mpf(0) if move in (SECOND_MODE, OTHER) else MISSED
        matrix, shift = mpmath.matrix(found[0]), found[1]
        own = [number(r) for r in rates]
        first, second = sorted(own, reverse=True)
        white = mpmath.mnorm(matrix * matrix.T - mpmath.eye(2))
        kept = mpmath.fsum(matrix[i, j] ** 2 * own[j] for i in range(2) for j in range(2))
        best = first + max(second, first**2)
        return max(white, abs(kept - best), *(abs(b) for b in shift))

    return gap


def whitened(
    loss: AlignmentWhitening | BarlowTwins, side: str, rates: Sequence[sp.Rational]
) -> Problem:
    """Return a loss with covariance I, two outputs; the stated group acts on the latents."""
    claim = Claim(
        f"{side} the crossing, {loss}",
        World(RealSpace(2), Gaussian(), OrnsteinUhlenbeck(tuple(rates))),
        loss,
        Encoder(RealSpace(2)),
        Trivial(2),
    )
    moves = {"above": ROUND, "at": (*ROUND, OTHER), "below": (*ROUND, SECOND_MODE)}[side]
    why = f"Ky Fan: the optima are Q(φ_1, φ_2) over the top eigenspace; {side} the crossing"
    return Problem(
        claim, Truth(moves, whitened_gap(rates), why, 0, side == "above", rebased=side != "above")
    )


def contrastive_gap(rates: Sequence[sp.Rational], weight: sp.Expr) -> Gap:
    """Return the gap of an affine map of (1, w z_1): with h = C(1, z_1), CᵀC = diag(1, max ρ)."""

    def gap(move: Move) -> mpmath.mpf:
        found = parts(move, 2)
        if not found:
            return MISSED
        size = number(weight)
        c = mpmath.matrix([[row[0] + b, row[1] * size] for row, b in zip(*found, strict=True)])
        top = max(number(r) for r in rates)
        return mpmath.mnorm(c.T * c - mpmath.matrix([[1, 0], [0, top]]))

    return gap


def contrastive(rates: Sequence[sp.Rational], weight: sp.Rational) -> Problem:
    """Return the spectral contrastive loss with the functions (1, w z_1), optimal for w² = ρ_1 > ρ_2."""
    claim = Claim(
        f"(1, {weight} z1), ρ = {tuple(rates)}",
        World(RealSpace(2), Gaussian(), OrnsteinUhlenbeck(tuple(rates))),
        SpectralContrastive(),
        Encoder(RealSpace(2)),
        Trivial(2),
        base=(sp.Integer(1), weight * latents(2)[0]),
    )
    moves = ROUND
    unique = rates[0] > rates[1]
    if weight**2 != rates[0]:
        ratio = sp.sqrt(rates[0]) / weight
        scale = Move("scale of the second function", lambda p: [p[0], p[1] * number(ratio)])
        moves = (*ROUND, scale)
    elif not unique:
        other = Move("(1, w z2) in place of (1, w z1)", lambda p: [p[0], p[1] ** 2], True, False)
        moves = (*ROUND, other)
    why = "Eckart–Young: h = Q(1, √ρ z_1) for the largest rate; equal rates leave a choice within the eigenspace"
    return Problem(
        claim,
        Truth(
            moves,
            contrastive_gap(rates, weight),
            why,
            0,
            unique and weight**2 == rates[0],
            rebased=True,
        ),
    )


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return the whitened losses on both sides of the crossing, and the contrastive one."""
    for side, choices in RATES.items():
        for rates in choices:
            loss = rng.choice((AlignmentWhitening(), BarlowTwins()))
            yield Plan("spectral", lambda a=(loss, side, rates): whitened(*a), 4, RELATIONS, (2,))
    for rates, weight in (
        ((R(1, 4), R(1, 9)), R(1, 2)),
        ((R(1, 4), R(1, 4)), R(1, 2)),
        ((R(1, 4), R(1, 9)), R(1, 3)),
        ((R(4, 9), R(1, 9)), R(2, 3)),
    ):
        yield Plan("spectral", lambda a=(rates, weight): contrastive(*a), 3, RELATIONS, (2,))
