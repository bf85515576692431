"""The optimum of a loss that is pointwise in the critic, by differentiation."""

from __future__ import annotations

from functools import cache

import sympy as sp

from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import BinaryPointwiseObjective, PointwiseObjective

SOLVED = 3
"""Up to this many slots the stationarity equations are solved."""


@cache
def optimal_scores(objective: PointwiseObjective, slots: int = 3) -> tuple[sp.Expr, ...]:
    """Return the critic's optimal values on the slots, by differentiation of the pointwise loss.

    The slot weights a_j and scores s_j are symbols; s_1 is free (the loss is invariant under a common
    constant) and is set to log a_1. Raises `UnsupportedCondition` when the stationarity equations
    do not have exactly this solution, or when the loss is not convex there. Above `SOLVED` slots the
    solution for `SOLVED` slots is confirmed for more, in a loss that treats all slots alike.
    """
    if slots > SOLVED:
        return _confirmed(objective, slots)
    a = sp.symbols(f"a1:{slots + 1}", positive=True)
    s = sp.symbols(f"s1:{slots + 1}", real=True)
    loss = objective.pointwise(a, s)
    e = sp.symbols(f"e1:{slots + 1}", positive=True)
    to_e = {sp.exp(x): y for x, y in zip(s, e, strict=True)}
    gradient = [sp.together(sp.diff(loss, x).subs(to_e)) for x in s]
    pinned = [g.subs(e[0], a[0]) for g in gradient]
    solution = sp.solve(pinned, e[1:], dict=True)
    if len(solution) != 1:
        raise UnsupportedCondition(f"the pointwise loss of '{objective}' has no unique optimum")
    best = (a[0], *(sp.simplify(solution[0][x]) for x in e[1:]))
    point = {x: sp.log(b) for x, b in zip(s, best, strict=True)}
    hessian = sp.hessian(loss, s[1:]).subs(point)
    minors = [sp.simplify(hessian[:k, :k].det()) for k in range(1, slots)]
    if not all(m.is_positive for m in minors):
        raise UnsupportedCondition(
            f"the pointwise loss of '{objective}' is not convex at its optimum"
        )
    return tuple(sp.log(b) for b in best)


def _confirmed(objective: PointwiseObjective, slots: int) -> tuple[sp.Expr, ...]:
    """Extend the solution for few slots: stationary, and the only one up to a common constant.

    The loss must not change when slots are exchanged or a constant is added to all scores. Its
    Hessian then has row sums 0, and negative entries off the diagonal make it positive on all other
    directions, at every point.
    """
    a = sp.symbols(f"a1:{slots + 1}", positive=True)
    s = sp.symbols(f"s1:{slots + 1}", real=True)
    e = sp.symbols(f"e1:{slots + 1}", positive=True)
    few: tuple[sp.Expr, ...] = optimal_scores(objective, SOLVED)  # type: ignore[arg-type]
    best = tuple(few[0].xreplace({a[0]: x}) for x in a)
    fault = UnsupportedCondition(f"no optimum of '{objective}' is confirmed for {slots} slots")
    loss = objective.pointwise(a, s)
    cycle = (*range(1, slots), 0)
    for order in ((1, 0, *range(2, slots)), cycle):
        moved = {x[i]: x[j] for x in (a, s) for i, j in enumerate(order)}
        if loss.xreplace(moved) != loss or few != best[:SOLVED]:
            raise fault
    to_e = {sp.exp(x): y for x, y in zip(s, e, strict=True)}
    slope = sp.diff(loss, s[0])
    mixed = sp.diff(slope, s[1]).xreplace(to_e)
    slope = slope.xreplace(to_e)
    slopes = []
    for j in range(slots):
        swap = {x[0]: x[j] for x in (a, e)} | {x[j]: x[0] for x in (a, e)}
        slopes.append(slope.xreplace(swap))
    at_best = slope.xreplace({x: sp.exp(b) for x, b in zip(e, best, strict=True)})
    if not (_zero(at_best) and _zero(sp.Add(*slopes)) and sp.expand(mixed).is_negative):
        raise fault
    return best


def _zero(value: sp.Expr) -> bool:
    """Say whether a rational function is zero; one common denominator is cleared term by term."""
    inverse = [p for p in value.atoms(sp.Pow) if p.exp.is_negative]
    if len(inverse) == 1 and inverse[0].exp == -1:
        plain = value.xreplace({inverse[0]: sp.Integer(0)})
        over = value.xreplace({inverse[0]: sp.Integer(1)}) - plain
        return bool(sp.expand(plain * inverse[0].base + over) == 0)
    return bool(sp.expand(sp.fraction(sp.together(value))[0]) == 0)


@cache
def optimal_score(objective: BinaryPointwiseObjective) -> sp.Expr:
    """Return the critic's optimal value on a pair, by differentiation of the pointwise loss.

    `a` is the density of true pairs there and `b` that of independent ones; the result is an
    expression in them. Raises `UnsupportedCondition` where the optimum is not unique.
    """
    a, b, e = sp.symbols("a b e", positive=True)
    s = sp.Symbol("s", real=True)
    loss = objective.pointwise_binary(a, b, s)
    slope = sp.together(sp.diff(loss, s).xreplace({s: sp.log(e)}))
    solutions = sp.solve(slope, e, dict=True)
    curvature = sp.factor(sp.diff(loss, s, 2).xreplace({s: sp.log(e)}))
    if len(solutions) != 1 or not curvature.is_positive:
        raise UnsupportedCondition(f"the pointwise loss of '{objective}' has no unique optimum")
    return sp.log(sp.simplify(solutions[0][e]))
