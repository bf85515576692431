"""Attainability: is the true law inside the model family, so that the condition has a solution?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import sympy as sp

from theory.assumptions import Sphere, VonMisesFisher, World
from theory.derive.check import check_base
from theory.derive.conditions import misfit
from theory.derive.equation import Condition
from theory.derive.finite import linear_solutions
from theory.objectives import AbstractObjective, InfoNCE, InnerProduct

SEARCH_DIM = 2
"""Linear solutions are ruled out by Gröbner bases up to this many outputs."""


class Fit(Enum):
    """Whether a solution of the condition is known, ruled out, or neither."""

    ATTAINED = "a solution is known"
    RULED_OUT = "no solution exists in the searched family"
    UNKNOWN = "no solution was found and none was ruled out"


@dataclass(frozen=True, slots=True)
class Attainability:
    """A condition around a base map that solves it, or the reason why there is none."""

    fit: Fit
    condition: Condition
    reason: str


def attainable(world: World, objective: AbstractObjective, condition: Condition) -> Attainability:
    """Look for a base solution: the identity, then a rescaled identity where outputs are free.

    Where neither solves the condition, it is ruled out by an exact argument (inner products on the
    sphere), or by a Gröbner basis over all linear maps for up to two outputs; otherwise the answer
    is *unknown*.
    """
    if check_base(condition).holds:
        return Attainability(Fit.ATTAINED, condition, "the identity solves the condition")
    scaled = _rescaled(condition)
    if isinstance(scaled, sp.Expr):
        return Attainability(
            Fit.UNKNOWN,
            condition,
            f"the solution h = s z has the irrational scale s = {scaled}; choose the temperature so "
            "that the scale is rational",
        )
    if scaled:
        return Attainability(Fit.ATTAINED, scaled[0], f"h = {scaled[0].base} solves the condition")
    reason = misfit(world, objective, condition)
    if _spherical_inner_product(world, objective, condition):
        return Attainability(Fit.RULED_OUT, condition, reason)
    if len(condition.image) <= SEARCH_DIM and linear_solutions(condition).impossible():
        return Attainability(Fit.RULED_OUT, condition, reason)
    return Attainability(
        Fit.UNKNOWN,
        condition,
        f"the identity and its multiples do not solve the condition, other maps may: {reason}",
    )


def _rescaled(condition: Condition) -> tuple[Condition, ...] | sp.Expr:
    """Return the condition around h = s z for the rational s > 0 that solves it, () if there is none.

    A scale that is not rational is returned by itself.
    """
    if condition.output.constraints(condition.image) or condition.base != condition.z:
        return ()
    s = sp.Symbol("s", positive=True)
    table = {
        **dict(zip(condition.image, (s * x for x in condition.z), strict=True)),
        **dict(zip(condition.image_t, (s * x for x in condition.zt), strict=True)),
        **condition.parameters,
    }
    residual = sp.expand(condition.equations[0].residual.xreplace(table))
    if not residual.is_polynomial(*condition.z, *condition.zt):
        return ()
    points = tuple(dict.fromkeys((*condition.z, *condition.zt)))
    for coefficient in sp.Poly(residual, *points).coeffs():
        if not coefficient.has(s) or not coefficient.is_polynomial(s):
            continue
        for value in sp.roots(sp.Poly(coefficient, s)):
            if value.is_positive and sp.expand(residual.subs(s, value)) == 0:
                if not value.is_Rational:
                    return value
                scaled = replace(condition, base=tuple(value * x for x in condition.z))
                # The other equations must hold at this scale too.
                return (scaled,) if check_base(scaled).holds else ()
    return ()


def _spherical_inner_product(
    world: World, objective: AbstractObjective, condition: Condition
) -> bool:
    """Whether h(z)·h(z̃) = κτ z·z̃ + c(z) on the unit sphere, which forces κτ = 1.

    z̃ = z gives c = 1 − κτ. For κτ > 1, z̃ = −z asks for an inner product 1 − 2κτ < −1. For κτ < 1
    the kernel κτ z·z̃ + 1 − κτ has rank d + 1, and outputs have d coordinates.
    """
    return (
        isinstance(objective, InfoNCE)
        and isinstance(objective.critic, InnerProduct)
        and isinstance(world.pairs, VonMisesFisher)
        and isinstance(condition.output, Sphere)
        and not world.prior.log_density(condition.z).free_symbols
    )
