"""The optimum of a loss that is pointwise in the critic, by differentiation."""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.errors import UnsupportedCondition
from theory.objectives import PointwiseObjective


@cache
def optimal_scores(objective: PointwiseObjective, slots: int = 3) -> tuple[sp.Expr, ...]:
    """Return the critic's optimal values on the slots, by differentiation of the pointwise loss.

    The slot weights a_j and scores s_j are symbols; s_1 is free (the loss does not see a common
    constant) and is set to log a_1. Raises `UnsupportedCondition` when the stationarity equations
    do not have exactly this solution, or when the loss is not convex there.
    """
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
