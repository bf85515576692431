"""Linear ICA with named marginals: by their likelihood, and by independence of the outputs alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sith import (
    Claim,
    Encoder,
    Family,
    Independence,
    Likelihood,
    Marginal,
    Mixing,
    NormalMixture,
    Product,
    RealSpace,
    Student,
    Trivial,
    World,
    latents,
)
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.constructions.laws import ROUND, SQUARE
from tests.quality.constructed.moves import Affine, flips, linear, swap
from tests.quality.constructed.truth import Truth

M = Marginal
NAMED = (
    ((M.LAPLACE, M.LAPLACE), SQUARE, 8, "equal laws of ‖·‖₁: signed permutations"),
    (
        (M.LAPLACE, M.NORMAL),
        tuple(flips(2)),
        4,
        "Darmois–Skitovich: one normal coordinate does not mix; the laws differ",
    ),
    ((M.LOGISTIC, M.LOGISTIC), SQUARE, 8, "Darmois–Skitovich, and equal symmetric laws"),
    (
        (M.LOGISTIC, M.HYPERBOLIC_SECANT),
        tuple(flips(2)),
        4,
        "Darmois–Skitovich; a scaled logistic law is no hyperbolic secant law",
    ),
    ((M.NORMAL, M.NORMAL), ROUND, 2, "the standard normal law is that of rotations"),
    ((M.NORMAL, M.QUARTIC), tuple(flips(2)), 4, "M keeps the quadratic and the quartic part"),
    ((Student(3), Student(3)), SQUARE, 8, "Darmois–Skitovich, and equal symmetric laws"),
    (
        (Student(3), Student(5)),
        tuple(flips(2)),
        4,
        "Darmois–Skitovich; the tails of the laws differ",
    ),
    (
        (NormalMixture((-1, 1)), NormalMixture((-1, 1))),
        SQUARE,
        8,
        "Darmois–Skitovich, and equal symmetric laws",
    ),
    (
        (NormalMixture((0, 2)), NormalMixture((0, 2))),
        tuple(swap(2, 0, 1)),
        2,
        "Darmois–Skitovich; the law is symmetric about 1 and not about 0",
    ),
)


def named_problem(marginals: Sequence, moves: Sequence[Affine], count: int, why: str) -> Problem:
    """Return linear ICA with named marginals."""
    prior = Product(tuple(marginals))
    claim = Claim(
        " × ".join(m.value for m in marginals),
        World(RealSpace(2), prior, mixing=Mixing.LINEAR),
        Likelihood(),
        Encoder(RealSpace(2), Family.LINEAR),
        Trivial(2),
    )
    gap = conditions.law(claim, prior.log_density(latents(2)), only="linear")
    return Problem(claim, Truth(tuple(m.move() for m in moves), gap, why, count))


def named(rng: random.Random) -> Iterator[Plan]:
    """Return linear ICA with named marginals."""
    for entry in NAMED:
        yield Plan("named-marginals", lambda e=entry: named_problem(*e), 2, RELATIONS, (2,))


def independent_problem(
    marginals: Sequence, moves: Sequence[Affine], why: str, *, group: bool = True
) -> Problem:
    """Return independence of the outputs under a linear encoder."""
    base = named_problem(marginals, moves, 0, why)
    claim = replace(base.claim, objective=Independence())
    log_density = claim.world.prior.log_density(latents(2))
    gap = conditions.independence(claim, log_density, linear_only=True)
    return Problem(claim, Truth(base.truth.moves, gap, why, 0, group))


SCALES = (linear([[2, 0], [0, 1]], connected=True), linear([[1, 0], [0, 2]], connected=True))
DARMOIS = "Darmois–Skitovich: at most one output's worth of normal coordinates, so no mixing; scales are free"
INDEPENDENT = (
    ((M.QUARTIC, M.QUARTIC), (*SCALES, *SQUARE), DARMOIS, True),
    ((M.QUARTIC, M.NORMAL), (*SCALES, *SQUARE), DARMOIS, True),
    ((M.LOGISTIC, M.HYPERBOLIC_SECANT), (*SCALES, *SQUARE), DARMOIS, True),
    (
        (M.NORMAL, M.NORMAL),
        (*SCALES, *ROUND),
        "M Mᵀ diagonal: a rotation, then scales; no group, and it generates GL(2)",
        False,
    ),
)


def independent(rng: random.Random) -> Iterator[Plan]:
    """Return linear ICA by independence alone."""
    for marginals, moves, why, group in INDEPENDENT:
        build = lambda m=marginals, v=moves, w=why, g=group: independent_problem(m, v, w, group=g)
        yield Plan("independence", build, 3, RELATIONS, (2,))
