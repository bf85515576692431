"""Are the polynomial fields all smooth fields? Two exact ways to bound the dimension of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sympy as sp

from sith.theory.derivation.bounds.check import check_field
from sith.theory.derivation.bounds.elimination import FULL_SUPPORT, eliminate
from sith.theory.derivation.bounds.prolongation import prolong
from sith.theory.derivation.certificates.completeness import Bound, NotShown
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ball import ball
from sith.theory.derivation.fields.infinitesimal import solve
from sith.theory.derivation.fields.linearise import LinearEquation, linearise
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.verdict import Completeness, Method

WAYS: tuple[Callable[[Condition, tuple[LinearEquation, ...], int, int], Bound], ...] = (
    eliminate,
    prolong,
)
"""Tried in this order; the first that reaches the dimension of the polynomial fields is kept."""


PART_DEGREES = (1, 2)
"""Degrees at which the solutions of a part of the equations are sought."""


def completeness(
    condition: Condition, dimension: int, gauge: int
) -> tuple[Completeness, tuple[Bound, ...]]:
    """Say whether `dimension` polynomial fields are all free fields, with the bound that shows it.

    `dimension` counts independent polynomial fields that are free, `gauge` the changes of learned
    parameters that move no field. Polynomial fields are free fields, so their number is a lower
    bound; where an upper bound on the dimension of all continuous (or smooth) free fields equals
    it, there is no other field. The second part is empty where nothing was shown.
    """
    if condition.linear_only:
        reason = "the linear class of mixing and encoder"
        return Completeness(True, Method.LINEAR, dimension, reason), ()
    reasons = []
    for found in _bounds(condition, dimension, gauge):
        if isinstance(found, NotShown):
            reasons.append(str(found))
        elif found.dimension == dimension:
            return Completeness(True, found.method, dimension, found.words()), (found,)
        else:
            reasons.append(
                f"{found.words()} leaves room for {found.dimension} dimensions, "
                f"and {dimension} are known"
            )
    if _flat_metric(condition):
        reason = (
            "the metric −∇²K(0) of the kernel K(z − z̃): free fields are its Killing fields, which are "
            "affine"
        )
        return Completeness(True, Method.METRIC, dimension, reason), ()
    part = _by_part(condition)
    if part:
        return Completeness(True, Method.PART, dimension, part), ()
    return Completeness(False, Method.NONE, dimension, "; ".join(reasons)), ()


def _flat_metric(condition: Condition) -> bool:
    """Whether the condition is one smooth kernel of differences, of second order at 0.

    With z̃ = z − s, ∇K(s)·(ξ(z) − ξ(z̃)) = c(z) is sᵀS J_ξ s = c(z) up to terms of third order, for
    ∇K(0) = 0 and S = ∇²K(0): then c = 0 and S J_ξ is skew, so that ξ is a Killing field of S.
    """
    if len(condition.equations) != 1 or condition.base != condition.z or condition.parameters:
        return False
    if condition.space.constraints(condition.z) or condition.output.constraints(condition.image):
        return False
    equation = condition.equations[0]
    if equation.volume or equation.gram or equation.decoder or equation.partner:
        return False
    if not isinstance(condition.pairs, FULL_SUPPORT) or set(condition.z) & set(condition.zt):
        return False
    residual = equation.residual
    if residual.atoms(sp.Abs, sp.log, sp.sign) or any(
        not p.exp.is_Integer or p.exp.is_negative for p in residual.atoms(sp.Pow) if p.base != sp.E
    ):
        return False
    moved = zip((*condition.image, *condition.z), (*condition.image_t, *condition.zt), strict=True)
    if any(sp.expand(sp.diff(residual, a) + sp.diff(residual, b)) != 0 for a, b in moved):
        return False
    same = dict(zip(condition.image_t, condition.image, strict=True))
    slopes = [sp.expand(sp.diff(residual, a).xreplace(same)) for a in condition.image]
    metric = sp.hessian(residual, condition.image).xreplace(same).applyfunc(sp.simplify)
    if any(s != 0 for s in slopes) or metric.free_symbols:
        return False
    return not ball(metric.det(), {}).contains(0)


def _by_part(condition: Condition) -> str:
    """Say how the equations without derivatives alone leave only polynomial fields; "" if not shown.

    If all continuous fields that solve a part of the equations are polynomial of degree ≤ k, so are
    those that solve all of them, and the linear system of degree k counts them.
    """
    plain = tuple(e for e in condition.equations if not (e.volume or e.gram or e.decoder))
    if not plain or len(plain) == len(condition.equations):
        return ""
    part = replace(condition, equations=plain)
    try:
        equations = linearise(part)
        for degree in PART_DEGREES:
            solution = solve(part, degree, accept=lambda f, c: check_field(part, f, c).holds)
            bound = eliminate(part, equations, solution.dimension, solution.gauge)
            if bound.dimension == solution.dimension:
                return (
                    f"{bound.words()} of the equations without derivatives, whose solutions are "
                    f"{solution.dimension} polynomial fields of degree ≤ {degree}"
                )
    except (NotShown, UnsupportedCondition, BudgetExceeded):
        return ""
    return ""


def _bounds(condition: Condition, dimension: int, gauge: int) -> Iterator[Bound | NotShown]:
    equations = linearise(condition)
    for way in WAYS:
        try:
            yield way(condition, equations, dimension, gauge)
        except NotShown as reason:
            yield reason
        except UnsupportedCondition as error:
            yield NotShown(str(error))
