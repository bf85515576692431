"""Is an expression in z and z̃ identically zero? Exact answers, for the independent checker.

Powers, exp and log become symbols: exp(Σ c m) = Π X_m^(D c) over the monomials m of the exponent,
w^b = f for a root, log f = Σ k log q over factors. What vanishes in independent symbols vanishes as
a function, with no lemma. What does not is refuted by a ball of real numbers that excludes zero at
a rational point; where neither is found, `UnsupportedCondition` is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

import sympy as sp

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.ball import Point, ball
from sith.theory.derivation.fields.independent_symbols import IndependentSymbols, require_size
from sith.theory.derivation.fields.normal_form import (
    first_term,
    fresh_partner,
    fresh_symbols,
    normal_form,
    require_all,
)
from sith.theory.derivation.fields.sign_patterns import BALLS, sign_patterns, support_points
from sith.theory.errors import UnsupportedCondition
from sith.theory.verdict import Membership

REGION_DRAWS = 8
"""Pairs of partners that are compared across the regions of absolute values."""


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
        swap = fresh_partner(condition)
        numerator = numerator * denominator.xreplace(swap) - numerator.xreplace(swap) * denominator
        up_to = UpTo.NOTHING
    left = normal_form(condition, numerator)
    if up_to is UpTo.FUNCTION_OF_Z:
        d = len(condition.z)
        left = {k: c for k, c in left.items() if any(k[d:])}
    if left:
        require_all(condition, left, numerator)
        return Membership(
            False, f"{len(left)} terms remain, among them {first_term(condition, left)}"
        )
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
        value = value - value.xreplace(fresh_partner(condition))
    unknown = value.free_symbols - {*condition.z, *condition.zt} - fresh_symbols(condition)
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
            fresh = fresh_partner(condition)
            if len(fresh) < len(condition.zt):
                raise UnsupportedCondition("a function of z that is no polynomial, in kept pairs")
            yield {**point, **{fresh[x]: other[x] for x in condition.zt}}
        else:
            yield point


def _short(value: sp.Expr) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _zero_in_symbols(condition: Condition, value: sp.Expr) -> bool:
    """Whether the value vanishes with exp, log and roots replaced by independent symbols."""
    value = value.rewrite(sp.exp) if value.has(sp.cosh, sp.sinh, sp.tanh) else value
    require_size(value)
    coordinates = [*dict.fromkeys((*condition.z, *condition.zt))]
    coordinates += [s for s in fresh_partner(condition).values() if value.has(s)]
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
