"""Points of the support of a pair, and the patterns of signs that occur there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import sympy as sp

from sith.theory.assumptions import Classes
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ball import Point
from sith.theory.errors import UnsupportedCondition

MAX_SIGNS = 10
"""More absolute values than this have too many sign patterns."""

PATTERN_DRAWS = 200
"""Sign patterns of absolute values are collected from this many rational points."""

BALLS = 3
"""A value is tried to be refuted at this many points."""

Pattern = tuple[dict[sp.Expr, sp.Expr], tuple[Point, ...]]


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
