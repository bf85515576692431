"""Is an expression in z and z̃ identically zero? Exact answers, for the independent checker.

Powers, exp and log become symbols: exp(Σ c m) = Π X_m^(D c) over the monomials m of the exponent,
w^b = f for a root, log f = Σ k log q over factors. What vanishes in independent symbols vanishes as
a function, with no lemma. What does not is refuted by a ball of real numbers that excludes zero at
a rational point; where neither is found, `UnsupportedCondition` is raised.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from sith.theory.assumptions import Classes
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.ball import Point, ball
from sith.theory.derivation.fields.independent_symbols import IndependentSymbols, require_size
from sith.theory.errors import UnsupportedCondition
from sith.theory.verdict import Membership

MAX_SIGNS = 10
"""More absolute values than this have too many sign patterns."""

PATTERN_DRAWS = 200
"""Sign patterns of absolute values are collected from this many rational points."""

BALLS = 3
"""A value is tried to be refuted at this many points."""

REGION_DRAWS = 8
"""Pairs of partners that are compared across the regions of absolute values."""

_PARTNER = "w"

Pattern = tuple[dict[sp.Expr, sp.Expr], tuple[Point, ...]]


def vanishes(condition: Condition, value: sp.Expr, up_to: UpTo = UpTo.NOTHING) -> Membership:
    """Say whether an expression in z and z̃ is identically `up_to` on the latent space.

    Absolute values are resolved by signs: every pattern that was met at a rational point must give
    an identity. A pattern that was not met and gives none may or may not occur, so
    `UnsupportedCondition` is raised.
    """
    for signs, points in sign_patterns(condition, value):
        resolved = value.xreplace(signs)
        if not points and signs:
            try:
                answer = _identity(condition, resolved, up_to, points)
            except UnsupportedCondition:
                answer = Membership(False, "not decided")
        else:
            answer = _identity(condition, resolved, up_to, points)
        if answer.holds:
            continue
        if points or not signs:
            return answer
        raise UnsupportedCondition(
            f"the signs {sorted(map(str, signs.values()))} of absolute values in {value} may or may "
            "not occur on the latent space",
            cure="write the condition without absolute values, or of differences z_i − z̃_i only",
        )
    if up_to is UpTo.FUNCTION_OF_Z and value.atoms(sp.Abs, sp.sign):
        return _same_across_regions(condition, value)
    return Membership(True, "identically zero on the latent space")


def _same_across_regions(condition: Condition, value: sp.Expr) -> Membership:
    """Compare two partners of one point: the function of z may not change with their signs."""
    draws = list(support_points(condition, 2 * REGION_DRAWS))
    if value.free_symbols - {*condition.z, *condition.zt}:
        return Membership(True, "a function of z in every region")
    for point, other in zip(draws[::2], draws[1::2], strict=True):
        moved = {**point, **{x: other[x] for x in condition.zt}}
        if not (ball(value, point) - ball(value, moved)).contains(0):
            return Membership(False, "the function of z changes with the signs of z̃ − z")
    return Membership(True, "a function of z")


def vanishes_at(condition: Condition, value: sp.Expr, points: Sequence[Point]) -> Membership:
    """Say whether an expression without absolute values is zero on the region of the points."""
    return _identity(condition, value, UpTo.NOTHING, points)


def _identity(
    condition: Condition, value: sp.Expr, up_to: UpTo, points: Sequence[Point]
) -> Membership:
    if up_to is UpTo.SEPARABLE:
        for a, b in combinations(condition.z, 2):
            if not _identity(condition, sp.diff(value, a, b), UpTo.NOTHING, points).holds:
                return Membership(False, f"the mixed derivative in {a} and {b} is not zero")
        return Membership(True, "a sum of functions of single coordinates")
    if up_to is UpTo.PAIR_SEPARABLE:
        both = list(zip(condition.z, condition.zt, strict=True))
        for one, two in combinations(both, 2):
            for a, b in product(one, two):
                if not _identity(condition, sp.diff(value, a, b), UpTo.NOTHING, points).holds:
                    return Membership(False, f"the mixed derivative in {a} and {b} is not zero")
        return Membership(True, "a sum of functions of single coordinate pairs")
    if transcendental(value):
        return _atomic_identity(condition, value, up_to, points)
    require_size(value)
    numerator, denominator = sp.fraction(sp.together(value))
    if denominator.free_symbols and up_to is UpTo.FUNCTION_OF_Z:
        swap = _fresh_partner(condition)
        numerator = numerator * denominator.xreplace(swap) - numerator.xreplace(swap) * denominator
        up_to = UpTo.NOTHING
    left = normal_form(condition, numerator)
    if up_to is UpTo.FUNCTION_OF_Z:
        d = len(condition.z)
        left = {k: c for k, c in left.items() if any(k[d:])}
    if left:
        return Membership(False, f"{len(left)} terms remain, among them {_term(condition, left)}")
    return Membership(True, "identically zero on the latent space")


def transcendental(value: sp.Expr) -> bool:
    """Whether an expression holds exp, log, hyperbolic functions or roots."""
    if value.has(sp.exp, sp.log, sp.E) or value.atoms(
        sp.functions.elementary.hyperbolic.HyperbolicFunction
    ):
        return True
    return any(p.exp.is_Rational and not p.exp.is_Integer for p in value.atoms(sp.Pow))


def _atomic_identity(
    condition: Condition, value: sp.Expr, up_to: UpTo, points: Sequence[Point]
) -> Membership:
    if up_to is UpTo.FUNCTION_OF_Z and not condition.space.constraints(condition.z):
        for x in condition.zt:
            if not _identity(condition, sp.diff(value, x), UpTo.NOTHING, points).holds:
                return Membership(False, f"the derivative in {x} is not zero")
        return Membership(True, "a function of z")
    if up_to is UpTo.FUNCTION_OF_Z:
        value = value - value.xreplace(_fresh_partner(condition))
    unknown = value.free_symbols - {*condition.z, *condition.zt} - _fresh_symbols(condition)
    if unknown:
        raise UnsupportedCondition(f"learned parameters {sorted(map(str, unknown))} in {value}")
    for point in _with_fresh(condition, points[:BALLS], up_to):
        enclosure = ball(value, point)
        if not enclosure.contains(0):
            where = ", ".join(f"{s} = {x}" for s, x in point.items() if value.has(s))
            return Membership(False, f"its value at {where} is {enclosure.str(6)}")
    if _zero_in_symbols(condition, value):
        return Membership(True, "identically zero on the latent space")
    raise UnsupportedCondition(
        f"whether {_short(value)} is identically zero is not decided: it is small at all points that "
        "were tried, and not zero in independent symbols",
        cure="write the log-density with exp and log of polynomials",
    )


def _with_fresh(condition: Condition, points: Sequence[Point], up_to: UpTo) -> Iterator[Point]:
    """Return points, with the partner of another point as the second partner."""
    for k, point in enumerate(points):
        if up_to is UpTo.FUNCTION_OF_Z:
            other = points[k - 1]
            fresh = _fresh_partner(condition)
            yield {**point, **{fresh[x]: other[x] for x in condition.zt}}
        else:
            yield point


def _fresh_partner(condition: Condition) -> dict[sp.Symbol, sp.Symbol]:
    return {x: sp.Symbol(f"{_PARTNER}{i}", real=True) for i, x in enumerate(condition.zt)}


def _fresh_symbols(condition: Condition) -> set[sp.Symbol]:
    return set(_fresh_partner(condition).values())


def _short(value: sp.Expr) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _zero_in_symbols(condition: Condition, value: sp.Expr) -> bool:
    """Whether the value vanishes with exp, log and roots replaced by independent symbols."""
    value = value.rewrite(sp.exp) if value.has(sp.cosh, sp.sinh, sp.tanh) else value
    require_size(value)
    coordinates = [*dict.fromkeys((*condition.z, *condition.zt))]
    coordinates += [s for s in _fresh_partner(condition).values() if value.has(s)]
    symbols = IndependentSymbols(value, coordinates)
    replaced = symbols.replace(value)
    numerator, _ = sp.fraction(sp.together(replaced))
    require_size(numerator)
    for root, (order, base) in symbols.relations.items():
        terms = sp.Poly(numerator, root).terms()
        lowered = [c * base ** (k // order) * root ** (k % order) for (k,), c in terms]
        numerator, _ = sp.fraction(sp.together(sp.Add(*lowered)))
    return not normal_form(condition, numerator)


def is_zero_with_symbols(
    condition: Condition, value: sp.Expr, symbols: Iterable[sp.Symbol]
) -> bool:
    """Say whether a value without absolute values vanishes with further symbols left independent.

    True is a proof; False says that it does not vanish in independent symbols.
    """
    require_size(value)
    if transcendental(value):
        value = value.rewrite(sp.exp) if value.has(sp.cosh, sp.sinh, sp.tanh) else value
        known = IndependentSymbols(value, [*dict.fromkeys((*condition.z, *condition.zt)), *symbols])
        value = known.replace(value)
        if known.relations:
            raise UnsupportedCondition(f"roots beside arbitrary functions in {_short(value)}")
    numerator, _ = sp.fraction(sp.together(value))
    return not normal_form(condition, numerator)


# Polynomials.


def _term(condition: Condition, left: Mapping[tuple[int, ...], Any]) -> str:
    powers, coefficient = next(iter(left.items()))
    symbols = (*condition.z, *condition.zt)
    return str(sp.Mul(coefficient, *(s**k for s, k in zip(symbols, powers, strict=False))))


def normal_form(condition: Condition, value: sp.Expr) -> dict[tuple[int, ...], Any]:
    """Expand into monomials, the last coordinate's square replaced through the space's equation.

    Monomials are powers of z, z̃ (shared symbols once), a second partner if there is one, and then
    the remaining symbols in the order of their names.
    """
    points = [condition.z, condition.zt]
    extra = value.free_symbols & _fresh_symbols(condition)
    if extra:
        points.append(tuple(_fresh_partner(condition).values()))
    symbols = list(dict.fromkeys(s for point in points for s in point))
    parameters = sorted(value.free_symbols - set(symbols), key=str)
    try:
        poly = sp.Poly(value, *symbols, *parameters, domain=sp.QQ)
    except (sp.PolynomialError, CoercionFailed) as error:
        raise UnsupportedCondition(
            f"{value} is not a polynomial with rational coefficients"
        ) from error
    for point in points:
        for constraint in condition.space.constraints(point):
            last = point[-1]
            rest = sp.Poly(last**2 - constraint, *symbols, *parameters, domain=sp.QQ)
            if rest.degree(last) > 0:
                raise UnsupportedCondition(f"the constraint {constraint} is not monic in {last}²")
            poly = _replace_square(poly, last, rest)
    return {k: c for k, c in poly.as_dict().items() if c != 0}


def _replace_square(poly: sp.Poly, last: sp.Symbol, rest: sp.Poly) -> sp.Poly:
    position = poly.gens.index(last)
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in poly.as_dict().items():
        half = powers[position] // 2
        lower = tuple(k - 2 * half * (i == position) for i, k in enumerate(powers))
        bucket = by_power.setdefault(half, {})
        bucket[lower] = bucket.get(lower, 0) + coefficient
    result = sp.Poly(0, *poly.gens, domain=sp.QQ)
    for half, terms in by_power.items():
        result += sp.Poly.from_dict(terms, *poly.gens, domain=sp.QQ) * rest**half
    return result


# Signs.


def support_points(condition: Condition, count: int, seed: int = 2) -> Iterator[Point]:
    """Return rational points of the support of (z, z̃)."""
    rng = random.Random(seed)
    for _ in range(count):
        z = condition.space.rational_point(rng)
        zt = (
            z
            if isinstance(condition.pairs, Classes)
            else condition.pairs.rational_partner(condition.space, z, rng)
        )
        yield dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))


def sign_patterns(condition: Condition, value: sp.Expr) -> list[Pattern]:
    """Return replacements of |a| and sign(a) for every sign pattern, with points that have it.

    Points are random rational points of the support; patterns with points come first.
    """
    inner = sorted({a.args[0] for a in value.atoms(sp.Abs, sp.sign)}, key=str)
    if not inner:
        return [({}, tuple(support_points(condition, BALLS)))]
    if len(inner) > MAX_SIGNS:
        raise UnsupportedCondition(
            f"{len(inner)} absolute values have too many sign patterns",
            allowed=f"at most {MAX_SIGNS}",
        )
    met: dict[tuple[int, ...], list[Point]] = {}
    for table in support_points(condition, PATTERN_DRAWS):
        signs = tuple(int(sp.sign(a.xreplace(table))) for a in inner)
        met.setdefault(signs, []).append(table)
    return [
        (
            {
                **{sp.Abs(a): s * a for a, s in zip(inner, pattern, strict=True)},
                **{sp.sign(a): sp.Integer(s) for a, s in zip(inner, pattern, strict=True)},
            },
            tuple(met.get(pattern, ())),
        )
        for pattern in sorted(product((-1, 1), repeat=len(inner)), key=lambda p: p not in met)
    ]
