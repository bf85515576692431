"""The minimum of a loss of single scores: which ratio of the densities a score stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives.integrand import (
    is_positive,
    kinked,
    require_bounded,
    require_integrand,
)

TRUE, INDEPENDENT = sp.symbols("a b", positive=True)
SCORE = sp.Symbol("s", real=True)
RATIO = sp.Symbol("r", positive=True)
_E = sp.Symbol("e", positive=True)


@dataclass(frozen=True, slots=True)
class BinaryMinimum:
    """The loss a ℓ₁(s) + b ℓ₀(s), minimal exactly where R(s) = a/b.

    Fields:
        loss: in `TRUE`, `INDEPENDENT` and `SCORE`.
        ratio: R(s) = −ℓ₀'(s)/ℓ₁'(s), in `SCORE`.
        best: the score that is minimal for a/b = r, in `RATIO`.
    """

    loss: sp.Expr
    ratio: sp.Expr
    best: sp.Expr


def binary_minimum(objective: Any) -> BinaryMinimum:
    """Return the minimum of a pointwise loss of single scores, shown to be the only one.

    The derivative in s is b|ℓ₁'|(R − a/b): it changes sign once, from − to +, where ℓ₁' < 0 and R
    increases; or the loss is strictly convex. In both cases a root for every a/b > 0 is given in
    closed form. Raises `InputError` for an integrand that is no loss, and `UnsupportedCondition`
    where that is not shown.
    """
    value = objective.pointwise_binary(TRUE, INDEPENDENT, SCORE)
    weights = (TRUE, INDEPENDENT)
    loss = require_integrand(value, str(objective), weights, (SCORE,))
    if kinked(loss):
        raise UnsupportedCondition(
            f"'{objective}' has kinks, and that its minimum determines a/b is not shown",
            cure="a smooth surrogate is log(1 + exp(x)) for Max(0, x)",
        )
    require_bounded(loss, str(objective), SCORE, weights)
    slope_true, slope_other = (sp.diff(loss, w, SCORE) for w in weights)
    ratio = sp.simplify(-slope_other / slope_true)
    convex = _positive(sp.diff(loss, SCORE, 2))
    rising = _positive(-slope_true) and _positive(sp.diff(ratio, SCORE))
    if not (convex or rising):
        raise UnsupportedCondition(
            f"that the derivative of '{objective}' in the score changes sign once is not shown: it "
            "is neither strictly convex in the score, nor has a ratio of slopes that increases"
        )
    return BinaryMinimum(loss, ratio, _root(objective, slope_true, slope_other))


def _positive(value: sp.Expr) -> bool:
    """Whether an expression in the score is positive at every real score."""
    return is_positive(value.xreplace({SCORE: sp.log(_E)}).doit()) or is_positive(value)


def _root(objective: Any, slope_true: sp.Expr, slope_other: sp.Expr) -> sp.Expr:
    """Return the one real score at which the slope vanishes for a/b = r, in closed form."""
    slope = RATIO * slope_true + slope_other
    exponential = slope.has(sp.exp)
    unknown = _E if exponential else SCORE
    equation = slope.xreplace({SCORE: sp.log(_E)}).doit() if exponential else slope
    fault = UnsupportedCondition(
        f"no closed form of the score that minimises '{objective}' is found for every a/b > 0"
    )
    try:
        found = sp.solve(sp.fraction(sp.together(equation))[0], unknown)
    except NotImplementedError as error:
        raise fault from error
    found = [x for x in found if (x.is_positive if exponential else x.is_real)]
    if len(found) != 1:
        raise fault
    best = sp.expand_log(sp.log(found[0])) if exponential else found[0]
    if sp.simplify(slope.xreplace({SCORE: best})) != 0:
        raise fault
    return sp.simplify(best)
