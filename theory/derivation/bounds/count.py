"""The independent checker's count: ranks at stored points, recomputed modulo another prime.

It shares no code with the solver: coefficients are derived along ε and evaluated as polynomials,
and rows are eliminated on 64-bit integers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from math import perm, prod
from typing import Any

import numpy as np
import sympy as sp

from sith.theory.derivation.bounds.functionals import (
    CHECK_PRIME,
    Functional,
    functionals_of,
    residue,
)
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.groups import Field
from sith.theory.verdict import Membership


def check_count(
    condition: Condition,
    monomials: Sequence[tuple[int, ...]],
    draws: Sequence[Sequence[Sequence[sp.Rational]]],
    rank: int,
) -> Membership:
    """Recompute the rank of the linear system at the stored points, modulo another prime.

    The rank modulo a prime is at most the rank over the rationals, so a rank of `rank` proves that
    no more than unknowns − rank independent solutions exist.
    """
    functionals = functionals_of(condition)
    rows = [row for draw in draws for row in _rows(condition, functionals, monomials, draw)]
    found = _rank(np.array(rows, dtype=np.int64), CHECK_PRIME)
    if found < rank:
        return Membership(False, f"the rank at the stored points is {found}, not {rank}")
    return Membership(True, f"rank {found} at the stored points, modulo {CHECK_PRIME}")


def check_independent(condition: Condition, fields: Sequence[Field]) -> Membership:
    """Say whether fields are linearly independent as functions on the latent space."""
    if not fields:
        return Membership(True, "nothing to compare")
    rng = random.Random(1)
    columns: list[list[int]] = [[] for _ in fields]
    for _ in range(len(fields) + 4):
        point = condition.space.rational_point(rng)
        table = dict(zip(condition.z, point, strict=True))
        for column, field in zip(columns, fields, strict=True):
            for e in field.expressions:
                value = sp.Rational(e.xreplace(table))
                column.append(value.p * pow(int(value.q), -1, CHECK_PRIME) % CHECK_PRIME)
    rank = _rank(np.array(columns, dtype=np.int64), CHECK_PRIME)
    if rank < len(fields):
        return Membership(False, f"{len(fields)} fields span only {rank} dimensions")
    return Membership(True, f"{rank} independent fields")


def _rows(
    condition: Condition,
    functionals: Sequence[Functional],
    monomials: Sequence[tuple[int, ...]],
    draw: Sequence[Sequence[sp.Rational]],
) -> list[list[int]]:
    z, zt, other, corner = draw
    rows = []
    for functional in functionals:
        up_to = functional[0].up_to
        if up_to is UpTo.NOTHING:
            both = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
            own = [e.xreplace(both) for e in functional[0].partner]
            rows.append(_row(condition, monomials, functional, z, own or zt))
        elif up_to is UpTo.FUNCTION_OF_Z:
            one = _row(condition, monomials, functional, z, zt)
            two = _row(condition, monomials, functional, z, other)
            rows.append([(a - b) % CHECK_PRIME for a, b in zip(one, two, strict=True)])
        else:
            first, second = (z, z), (corner, corner)
            if up_to is UpTo.PAIR_SEPARABLE:
                first, second = (z, zt), (corner, other)
            for i, j in combinations(range(len(z)), 2):
                total = [0] * len(_unknown_names(condition, monomials))
                for at, weight in (((), 1), ((i,), -1), ((j,), -1), ((i, j), 1)):
                    point, partner = (
                        tuple(b[k] if k in at else a[k] for k in range(len(z)))
                        for a, b in zip(first, second, strict=True)
                    )
                    part = _row(condition, monomials, functional, point, partner)
                    total = [
                        (t + weight * p) % CHECK_PRIME for t, p in zip(total, part, strict=True)
                    ]
                rows.append(total)
    return rows


def _unknown_names(condition: Condition, monomials: Sequence[tuple[int, ...]]) -> list[Any]:
    return [
        *((i, m) for i in range(len(condition.image)) for m in monomials),
        *condition.parameters,
    ]


def _row(
    condition: Condition,
    monomials: Sequence[tuple[int, ...]],
    functional: Functional,
    z: Sequence[sp.Rational],
    zt: Sequence[sp.Rational],
) -> list[int]:
    equation, coefficients, jet = functional
    point = (*z, *zt)
    residues = [residue(x) for x in point]
    d, outputs = len(z), len(condition.image)
    values = [[_monomial(residues[k * d : (k + 1) * d], m) for m in monomials] for k in range(2)]
    row = [0] * (outputs * len(monomials))
    for side in range(2):
        for i in range(outputs):
            coefficient = coefficients[side * outputs + i]
            if coefficient.zero:
                continue
            weight = coefficient.at(residues, point)
            for k, v in enumerate(values[side]):
                row[i * len(monomials) + k] += weight * v
    derivatives = [(a, b, 1) for a, b in equation.volume]
    for i, j, factor in equation.gram:
        # ∂_i h · ∂_j h − δ_ij around h = z changes by ∂_i ξ_j + ∂_j ξ_i.
        derivatives += [(j, i, factor), (i, j, factor)]
    for output, latent, factor in derivatives:
        for k, m in enumerate(monomials):
            if m[latent]:
                lower = tuple(e - (i == latent) for i, e in enumerate(m))
                slope = m[latent] * _monomial(residues[:d], lower)
                row[output * len(monomials) + k] += factor * slope
    for output, powers, coefficient in jet:
        weight = coefficient.at(residues, point)
        for k, m in enumerate(monomials):
            lower = tuple(e - s for e, s in zip(m, powers, strict=True))
            if min(lower) >= 0:
                factor = prod(perm(e, s) for e, s in zip(m, powers, strict=True))
                value = factor * _monomial(residues[:d], lower) % CHECK_PRIME
                row[output * len(monomials) + k] += weight * value
    row += [c.at(residues, point) for c in coefficients[2 * outputs :]]
    return [x % CHECK_PRIME for x in row]


def _monomial(residues: Sequence[int], powers: Sequence[int]) -> int:
    value = 1
    for x, k in zip(residues, powers, strict=True):
        if k:
            value = value * pow(x, k, CHECK_PRIME) % CHECK_PRIME
    return value


def _rank(table: np.ndarray[Any, Any], prime: int) -> int:
    """Rank modulo a prime below 2^31 by row elimination on 64-bit integers."""
    table = table % prime
    rank = 0
    for column in range(table.shape[1]):
        nonzero = np.flatnonzero(table[rank:, column])
        if nonzero.size == 0:
            continue
        pivot = rank + int(nonzero[0])
        if pivot != rank:
            table[[rank, pivot]] = table[[pivot, rank]]
        inverse = pow(int(table[rank, column]), -1, prime)
        table[rank] = table[rank] * inverse % prime
        below = table[rank + 1 :, column].copy()
        hit = np.flatnonzero(below)
        if hit.size:
            table[rank + 1 + hit] = (table[rank + 1 + hit] - below[hit, None] * table[rank]) % prime
        rank += 1
        if rank == table.shape[0]:
            break
    return rank
