"""The minimum of a loss on slots: s_j = σ log a_j up to a common constant, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives.integrand import (
    is_positive,
    kinked,
    require_bounded,
    require_integrand,
    zero,
)

OPEN = (2, 3, 4)
"""Numbers of slots for which a loss is minimised that leaves its number of negatives open."""


def slot_symbols(slots: int) -> tuple[tuple[sp.Symbol, ...], ...]:
    """Return weights a_j, scores s_j and the variables e_j = exp(s_j)."""
    return (
        sp.symbols(f"a1:{slots + 1}", positive=True),
        sp.symbols(f"s1:{slots + 1}", real=True),
        sp.symbols(f"e1:{slots + 1}", positive=True),
    )


def slot_minimum(objective: Any, slots: int) -> sp.Rational:
    """Return σ, where the minimum for these slots is s_j = σ log a_j up to a common constant.

    Shown are: exchanging slots changes nothing, nor does adding a constant to all scores; the
    scores above are stationary; and the loss is strictly convex, in the scores or in the
    probabilities p = softmax(s), so that no other scores are minimal. Raises `InputError` for an
    integrand that is no loss, and `UnsupportedCondition` where one of these is not shown.
    """
    a, s, e = slot_symbols(slots)
    loss = require_integrand(objective.pointwise(a, s), str(objective), a, s)
    if kinked(loss):
        raise UnsupportedCondition(kink_reason(objective))
    in_e = _in_exponentials(loss, s, e)
    _require_symmetric(objective, in_e, a, e)
    two = _two_slots(objective)
    require_bounded(two[0], str(objective), *two[1:])
    power = _power(objective)
    slopes = [sp.diff(in_e, x) for x in e]
    best = {x: y**power for x, y in zip(e, a, strict=True)}
    if not all(zero(slope.xreplace(best)) for slope in slopes):
        raise UnsupportedCondition(
            f"on {slots} slots the optimal scores of '{objective}' are no functions of each slot's "
            "own weight, so no critic of pairs attains them",
            cure="" if slots == 2 else "state the limit of many negatives, pointwise_partition",
        )
    if not (_convex_in_scores(in_e, e) or _convex_in_probabilities(in_e, e)):
        raise UnsupportedCondition(
            f"that '{objective}' is strictly convex on {slots} slots is not shown, so that it may "
            "have other minima"
        )
    return power


def _in_exponentials(loss: sp.Expr, s: Sequence[sp.Symbol], e: Sequence[sp.Symbol]) -> sp.Expr:
    return loss.xreplace({x: sp.log(y) for x, y in zip(s, e, strict=True)}).doit()


def _require_symmetric(
    objective: Any, loss: sp.Expr, a: Sequence[sp.Symbol], e: Sequence[sp.Symbol]
) -> None:
    """Refuse a loss that tells slots apart, or sees a constant that is added to all scores."""
    count = len(a)
    for order in ((1, 0, *range(2, count)), (*range(1, count), 0)):
        moved = {x[i]: x[j] for x in (a, e) for i, j in enumerate(order)}
        if not zero(loss.xreplace(moved) - loss):
            raise UnsupportedCondition(f"'{objective}' does not treat all slots alike")
    factor = sp.Dummy("factor", positive=True)
    shifted = loss.xreplace({x: factor * x for x in e})
    change = sp.diff(shifted, factor)
    if not zero(change):
        raise UnsupportedCondition(
            f"'{objective}' changes when a constant is added to all scores",
            cure="a loss of single scores is stated as pointwise_binary(true, independent, score)",
        )


def _two_slots(objective: Any) -> tuple[sp.Expr, sp.Symbol, tuple[sp.Symbol, ...]]:
    """Return the loss on two slots as a function of t = s_2 − s_1, with t and the weights."""
    a, s, _ = slot_symbols(2)
    t = sp.Symbol("t", real=True)
    loss = require_integrand(objective.pointwise(a, s), str(objective), a, s)
    return loss.xreplace({s[0]: sp.Integer(0), s[1]: t}), t, a


def _power(objective: Any) -> sp.Rational:
    """Return d log(e_2/e_1) / d log(a_2/a_1) at equal weights, on two slots."""
    loss, t, a = _two_slots(objective)
    even = {a[0]: sp.Integer(1), a[1]: sp.Integer(1), t: sp.Integer(0)}
    slope = sp.diff(loss, t)
    curve, mixed = (sp.simplify(sp.diff(slope, x).subs(even)) for x in (t, a[1]))
    if sp.simplify(slope.subs(even)) != 0 or not curve.is_positive:
        raise UnsupportedCondition(
            f"'{objective}' is not minimal at equal scores where all weights are equal"
        )
    power = sp.nsimplify(-mixed / curve)
    if not power.is_Rational or not power.is_positive:
        raise UnsupportedCondition(
            f"the optimal scores of '{objective}' do not rise with the weights by a rational power"
        )
    return power


def _convex_in_scores(loss: sp.Expr, e: Sequence[sp.Symbol]) -> bool:
    """Whether the Hessian in s = log e has negative entries off the diagonal everywhere.

    Its rows sum to 0, as a common constant changes nothing: it is then a graph's Laplacian, which
    is positive in every other direction.
    """
    slope = e[0] * sp.diff(loss, e[0])
    return is_positive(-e[1] * sp.diff(slope, e[1]))


def _convex_in_probabilities(loss: sp.Expr, e: Sequence[sp.Symbol]) -> bool:
    """Whether the loss on the simplex is a sum of strictly convex functions of single p_j."""
    on_simplex = loss.xreplace({sp.Add(*e): sp.Integer(1)})
    if zero(on_simplex - loss):
        return False
    for i, x in enumerate(e):
        slope = sp.diff(on_simplex, x)
        if any(not zero(sp.diff(slope, y)) for y in e[i + 1 :]):
            return False
        if not is_positive(sp.diff(slope, x)):
            return False
    return True


def kink_reason(objective: Any) -> str:
    """Say what the minimum of a loss with kinks on two slots depends on."""
    loss, t, a = _two_slots(objective)
    cure = "a smooth surrogate is log(1 + exp(x)) for Max(0, x)"
    kinks = _kinks(loss, t)
    lowest = []
    for sample in ((sp.Rational(1, 3), sp.Rational(2, 3)), (sp.Rational(1, 4), sp.Rational(3, 4))):
        at = loss.xreplace(dict(zip(a, sample, strict=True)))
        values = {k: at.xreplace({t: k}) for k in kinks}
        if not values or not all(v.is_Rational for v in values.values()):
            break
        lowest.append(min(values, key=lambda k: values[k]))
    if len(lowest) == 2 and lowest[0] == lowest[1]:
        return (
            f"'{objective}' is not strictly proper: of its kinks on two slots the lowest is at a "
            f"score difference of {lowest[0]} for weights 1 : 2 and for 1 : 3 alike, so that its "
            f"optima need not determine the ratio of the densities; {cure}"
        )
    return f"'{objective}' has kinks, and that its minimum is unique is not shown; {cure}"


def _kinks(loss: sp.Expr, t: sp.Symbol) -> list[sp.Rational]:
    """Return the rational t at which a Max, Min or Abs of two arguments changes its branch."""
    found: set[sp.Rational] = set()
    for node in loss.atoms(sp.Max, sp.Min, sp.Abs):
        inside = node.args[0] - (node.args[1] if len(node.args) > 1 else 0)
        if not inside.is_polynomial(t):
            continue
        found |= (
            {x for x in sp.roots(sp.Poly(inside, t)) if x.is_Rational} if inside.has(t) else set()
        )
    return sorted(found)
