r"""Which slopes ∂_j ξ_i vanish for every smooth free field, where the fields form a function space.

The linearised equations and their derivatives, at all pairs among a few random points, are linear in
the derivatives of ξ at these points. Where the functional "∂_j ξ_i at the first point" lies in the
span of the equations, it vanishes on every smooth free field. Ranks are taken at random points
modulo a prime of 61 bits: the span at generic points is the same but for a chance below
(number of unknowns) · degree / 2^61. By continuity ∂_j ξ_i then vanishes everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from math import comb

import sympy as sp
from flint import fmpq, nmod_mat

from sith.theory.derivation.bounds.elimination import FULL_SUPPORT
from sith.theory.derivation.bounds.learned import undetermined
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.evaluate import modulo
from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.fields.linearise import LinearEquation, linearise

ORDERS = (1, 2, 3)
"""Equations are differentiated so that derivatives of the field up to this order occur."""

POINTS = 3
"""Points of one system, for equations that couple a point with its partner."""

MAX_UNKNOWNS = 400
"""Larger systems are not tried."""

Powers = tuple[int, ...]
_PRIME = PRIMES[0]


def vanishing_slopes(condition: Condition) -> frozenset[tuple[int, int]]:
    """Return the pairs (i, j) for which ∂_j ξ_i is shown to vanish; empty where none is."""
    if condition.space.constraints(condition.z) or condition.incomplete:
        return frozenset()
    if undetermined(condition):
        return frozenset()
    equations = [e for e in linearise(condition) if _usable(condition, e)]
    best: frozenset[tuple[int, int]] = frozenset()
    for order in ORDERS:
        found = _at_order(condition, equations, order)
        if len(found) > len(best):
            best = found
    return best


def _usable(condition: Condition, equation: LinearEquation) -> bool:
    if equation.partner:
        return False
    coupled = equation.uses_partner or equation.up_to is UpTo.PAIR_SEPARABLE
    if coupled and not isinstance(condition.pairs, FULL_SUPPORT):
        return False
    both = (*condition.z, *condition.zt)
    return all(c.is_rational_function(*both) and _rational(c) for c in equation.coefficients)


def _rational(coefficient: sp.Expr) -> bool:
    """Whether the numbers of a rational function are rational: no roots, no powers of e."""
    roots = (p for p in coefficient.atoms(sp.Pow) if not p.exp.is_Integer)
    return not coefficient.atoms(sp.Function, sp.NumberSymbol) and not any(roots)


def _at_order(
    condition: Condition, equations: Sequence[LinearEquation], order: int
) -> frozenset[tuple[int, int]]:
    d, outputs = len(condition.z), len(condition.image)
    coupled = any(e.uses_partner or e.up_to is UpTo.PAIR_SEPARABLE for e in equations)
    count = POINTS if coupled else 1
    size = outputs * comb(d + order, order)
    if not equations or count * size > MAX_UNKNOWNS:
        return frozenset()
    rng = random.Random(17)
    points = [condition.space.rational_point(rng) for _ in range(count)]
    jets = [(i, a) for i in range(outputs) for a in _powers(d, order)]
    column = {jet: n for n, jet in enumerate(jets)}
    unknowns = count * size + len(condition.parameters)
    rows: list[list[int]] = []
    for equation in equations:
        rows += _rows(condition, equation, points, column, order, unknowns)
    rows = [row for row in rows if any(row)]
    if not rows:
        return frozenset()
    reduced, rank = nmod_mat(rows, _PRIME).rref()
    kept = [[int(reduced[r, c]) for c in range(unknowns)] for r in range(rank)]
    found = set()
    for i, j in product(range(outputs), range(d)):
        unit = tuple(int(k == j) for k in range(d))
        target = [0] * unknowns
        target[column[i, unit]] = 1
        if int(nmod_mat([*kept, target], _PRIME).rank()) == rank:
            found.add((i, j))
    return frozenset(found)


def _powers(d: int, order: int) -> list[Powers]:
    return [p for p in product(range(order + 1), repeat=d) if sum(p) <= order]


def _rows(
    condition: Condition,
    equation: LinearEquation,
    points: Sequence[Sequence[sp.Rational]],
    column: dict[tuple[int, Powers], int],
    order: int,
    unknowns: int,
) -> Iterator[list[int]]:
    d = len(condition.z)
    coupled = equation.uses_partner or equation.up_to is UpTo.PAIR_SEPARABLE
    pairs = [(a, b) for a in range(len(points)) for b in range(len(points)) if a != b]
    if not coupled:
        pairs = [(a, a) for a in range(len(points))]
    size = len(column)
    cache: dict[tuple[sp.Expr, Powers, Powers], sp.Expr] = {}
    for beta in _powers(d, order):
        for gamma in _powers(d, order if coupled else 0):
            if sum(beta) + sum(gamma) > order or not _allowed(equation.up_to, beta, gamma):
                continue
            for a, b in pairs:
                row = [0] * unknowns
                at = dict(zip((*condition.z, *condition.zt), (*points[a], *points[b]), strict=True))

                def add(
                    coefficient: sp.Expr,
                    i: int,
                    own: Powers,
                    other: Powers,
                    start: int,
                    lift: Powers,
                    *,
                    anchor: bool,
                    row: list[int] = row,
                    at: dict[sp.Symbol, sp.Rational] = at,
                ) -> bool:
                    for lower in product(*(range(k + 1) for k in own)):
                        rest = tuple(k - s for k, s in zip(own, lower, strict=True))
                        pair = (rest, other) if anchor else (other, rest)
                        value = _derivative(condition, coefficient, *pair, cache)
                        if value == 0:
                            continue
                        jet = tuple(s + t for s, t in zip(lower, lift, strict=True))
                        if (i, jet) not in column:
                            return False
                        weight = 1
                        for k, s in zip(own, lower, strict=True):
                            weight *= comb(k, s)
                        number = sp.Rational(value.xreplace(at))
                        position = start + column[i, jet]
                        row[position] = (row[position] + weight * _residue(number)) % _PRIME
                    return True

                none = (0,) * d
                fits = all(
                    add(c, i, beta, gamma, a * size, none, anchor=True)
                    for i, c in enumerate(equation.at_z)
                    if c != 0
                )
                fits = fits and all(
                    add(c, i, gamma, beta, b * size, none, anchor=False)
                    for i, c in enumerate(equation.at_zt)
                    if c != 0
                )
                fits = fits and all(
                    add(t.coefficient, t.output, beta, gamma, a * size, t.powers, anchor=True)
                    for t in equation.jet
                )
                if not fits:
                    continue
                for n, c in enumerate(equation.at_parameter.values()):
                    value = _derivative(condition, c, beta, gamma, cache)
                    row[unknowns - len(equation.at_parameter) + n] = _residue(
                        sp.Rational(value.xreplace(at))
                    )
                yield row


def _allowed(up_to: UpTo, beta: Powers, gamma: Powers) -> bool:
    """Whether a derivative removes what the equation holds up to."""
    if up_to is UpTo.NOTHING:
        return True
    if up_to is UpTo.FUNCTION_OF_Z:
        return any(gamma)
    return sum(1 for x, y in zip(beta, gamma, strict=True) if x or y) >= 2


def _derivative(
    condition: Condition,
    value: sp.Expr,
    beta: Powers,
    gamma: Powers,
    cache: dict[tuple[sp.Expr, Powers, Powers], sp.Expr],
) -> sp.Expr:
    key = (value, beta, gamma)
    if key not in cache:
        result = value
        for x, k in zip((*condition.z, *condition.zt), (*beta, *gamma), strict=True):
            if k:
                result = sp.diff(result, x, k)
        cache[key] = sp.Add(result)
    return cache[key]


def _residue(number: sp.Rational) -> int:
    return modulo(fmpq(int(number.p), int(number.q)), _PRIME)
