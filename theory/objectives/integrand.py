"""What an integrand of the user's own must be before its minimum is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact

SMOOTH = (sp.exp, sp.log, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.sin, sp.cos, sp.erf)
"""Functions that an integrand may use beside sums, products and powers."""
KINKED = (sp.Max, sp.Min, sp.Abs)
"""Continuous functions without a derivative at some point."""
SAMPLES = ((1, 1), (3, 1), (1, 3))
"""Weights at which an integrand is followed to infinite scores."""


def require_integrand(
    value: Any, of: str, weights: Sequence[sp.Symbol], scores: Sequence[sp.Symbol]
) -> sp.Expr:
    """Return an integrand that is exact, uses its arguments alone, and is an expectation.

    An expectation is linear in the weights, without a constant term. Raises `InputError` for
    another symbol, a loss that does not depend on a score, one that is not linear in the weights,
    and a function that is not continuous.
    """
    loss = exact(value, f"the integrand of '{of}'")
    stray = loss.free_symbols - {*weights, *scores}
    if stray:
        raise InputError(
            f"the integrand of '{of}' contains {min(stray, key=str)}",
            allowed="weights, scores and exact numbers",
            cure="make other quantities exact fields of the class",
        )
    if not loss.free_symbols & set(scores):
        raise InputError(
            f"the integrand of '{of}' does not depend on the score",
            cure="use the scores that `pointwise` is called with",
        )
    for node in sp.preorder_traversal(loss):
        if isinstance(node, sp.Function) and not isinstance(node, (*SMOOTH, *KINKED)):
            raise InputError(
                f"the integrand of '{of}' uses {node}, which is not differentiable in the score",
                allowed="sums, products, powers, exp, log, tanh, …",
                cure="use a smooth surrogate, such as log(1 + exp(s)) for a step or for Max(0, s)",
            )
    if weights and not linear(loss, weights):
        raise InputError(
            f"the integrand of '{of}' is not linear in {', '.join(map(str, weights))}",
            allowed="an expectation: a sum of weights times functions of the scores",
        )
    return loss


def kinked(loss: sp.Expr) -> bool:
    """Whether a loss has kinks."""
    return bool(loss.atoms(*KINKED))


def linear(loss: sp.Expr, weights: Sequence[sp.Symbol]) -> bool:
    """Whether a loss is Σ_j a_j times functions without weights."""
    parts = [sp.diff(loss, a) for a in weights]
    if any(p.free_symbols & set(weights) for p in parts):
        parts = [sp.simplify(p) for p in parts]
    if any(p.free_symbols & set(weights) for p in parts):
        return False
    rest = loss - sp.Add(*(a * p for a, p in zip(weights, parts, strict=True)))
    return zero(rest)


def zero(value: sp.Expr) -> bool:
    """Whether an expression is shown to vanish identically."""
    if sp.expand(value) == 0:
        return True
    return bool(sp.simplify(sp.expand_log(sp.together(value), force=False)) == 0)


def is_positive(value: sp.Expr) -> bool:
    """Whether an expression in positive symbols (or real ones, in even powers) is shown positive."""
    if value.is_positive:
        return True
    top, bottom = sp.fraction(sp.together(value))
    signs = []
    for part in (top, bottom):
        own = sp.factor(part)
        if not (own.is_positive or own.is_negative):
            own = sp.expand(part)
        signs.append(1 if own.is_positive else -1 if own.is_negative else 0)
    return signs[0] * signs[1] > 0


def require_bounded(loss: sp.Expr, of: str, along: sp.Symbol, weights: Sequence[sp.Symbol]) -> None:
    """Raise `InputError` where a loss tends to −∞ as one score does to ±∞, at sample weights."""
    for sample in SAMPLES:
        at = dict(zip(weights, map(sp.Integer, sample), strict=True))
        for end in (sp.oo, -sp.oo):
            try:
                value = sp.limit(loss.xreplace(at), along, end)
            except (NotImplementedError, ValueError):
                continue
            if value == -sp.oo:
                shown = " : ".join(map(str, sample))
                raise InputError(
                    f"the integrand of '{of}' is not bounded below: it tends to −∞ with the score "
                    f"where the weights are {shown}",
                    cure="add a term that grows with the scores of independent pairs; the limit "
                    "of many negatives is stated as `pointwise_partition(score, partition)`",
                )
