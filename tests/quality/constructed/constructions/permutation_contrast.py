"""Permutation contrast at low degree: componentwise diffeomorphisms are free, whatever is derived."""

from __future__ import annotations

import random
from collections.abc import Iterator

import mpmath
import sympy as sp

from sith import (
    Claim,
    Encoder,
    Marginal,
    PairLogDensity,
    PermutationContrast,
    Product,
    RealSpace,
    Student,
    Trivial,
    World,
    pair,
)
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.moves import Move, turn
from tests.quality.constructed.stated import componentwise
from tests.quality.constructed.truth import Truth

R = sp.Rational


def student_pairs(rho: sp.Rational) -> tuple[Product, sp.Expr]:
    """Return Student sources whose consecutive values have the bivariate Student law, ν = 3."""
    law, (z, zt) = Student(3), pair(2)
    terms = [
        -R(5, 2) * sp.log(1 + (a**2 - 2 * rho * a * b + b**2) / (3 * (1 - rho**2)))
        - law.log_density(a)
        for a, b in zip(z, zt, strict=True)
    ]
    return Product((law, law)), sp.Add(*terms)


def gaussian_pairs(*rhos: sp.Rational) -> tuple[Product, sp.Expr]:
    """Return Gaussian autoregressions z̃ = ρz + noise."""
    z, zt = pair(2)
    terms = [-((b - r * a) ** 2) / (2 * (1 - r**2)) for a, b, r in zip(z, zt, rhos, strict=True)]
    return Product((Marginal.NORMAL,) * 2), sp.Add(*terms)


def contrast_problem(name: str, prior: Product, log_pair: sp.Expr, *, rotations: bool) -> Problem:
    """Return permutation contrast: the maps compose a componentwise one with what keeps the law's sum."""
    z, zt = pair(2)
    claim = Claim(
        name,
        World(RealSpace(2), prior, PairLogDensity(log_pair, z, zt)),
        PermutationContrast(),
        Encoder(RealSpace(2)),
        Trivial(2),
    )
    affine = conditions.permutation_contrast(claim, log_pair - prior.log_density(zt))
    each = componentwise(2)

    def gap(move: Move) -> mpmath.mpf:
        return mpmath.mpf(0) if each.contains(move) else affine(move)

    moves = (*each.moves, *((turn(2, 0, 1)[0].move(),) if rotations else ()))
    why = (
        "c·Σ z_i z̃_i is kept by rotations, then by any functions of single outputs: no group"
        if rotations
        else "Hyvärinen and Morioka (2017): not quasi-Gaussian, or different autocorrelations"
    )
    return Problem(claim, Truth(moves, gap, why, 0, not rotations))


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return three kinds of sources at low degree."""
    worlds = (
        ("Student sources", *student_pairs(R(1, 2)), False),
        ("Gaussian sources, equal", *gaussian_pairs(R(1, 2), R(1, 2)), True),
        ("Gaussian sources, different", *gaussian_pairs(R(1, 2), R(1, 3)), False),
    )
    for name, prior, log_pair, rotations in worlds:
        build = lambda a=(name, prior, log_pair), r=rotations: contrast_problem(*a, rotations=r)
        yield Plan("permutation-contrast", build, 4, RELATIONS, (1, 2))
