"""Attainability: is the true law inside the model family, so that the condition has a solution?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import sympy as sp

from sith.theory.assumptions import Classes, Encoder, Property, World, properties
from sith.theory.derivation.bounds.base_kept import base_kept
from sith.theory.derivation.bounds.check import check_base
from sith.theory.derivation.bounds.factor import factored, rescaled_outputs, standard_condition
from sith.theory.derivation.conditions import rank_fault, said_misfit
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.finite import linear_solutions
from sith.theory.derivation.fields.kernel import kernel_test
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import (
    AbstractObjective,
    BinaryNCE,
    CrossEntropy,
    InfoNCE,
    standard_objective,
)
from sith.theory.obstruction import Obstruction

SEARCH_DIM = 2
"""Linear solutions are ruled out by Gröbner bases up to this many outputs."""


class Fit(Enum):
    """Whether a solution of the condition is known, ruled out, or neither."""

    ATTAINED = "a solution is known"
    COLLAPSED = "every constant map is a solution"
    ANOTHER = "a solution of lower rank is known"
    RULED_OUT = "no map whatever is a solution"
    UNKNOWN = "no solution was found and none was ruled out"


@dataclass(frozen=True, slots=True)
class Attainability:
    """A condition around a base map that solves it, or the reason why there is none.

    `obstruction` holds the points that rule every map out, () where another argument does.
    """

    fit: Fit
    condition: Condition
    reason: str
    obstruction: tuple[Obstruction, ...] = ()


def attainable(
    world: World, objective: AbstractObjective, encoder: Encoder, condition: Condition
) -> Attainability:
    """Look for an obstruction, then for a base solution: the identity, or a rescaled one.

    The kernel test rules every map out at rational points. Where it shows nothing and neither
    identity solves the condition, for labels whose classes make all solutions linear, a Gröbner
    basis decides over linear maps for up to two outputs; otherwise the answer is *unknown*.
    """
    fault = rank_fault(world, objective, encoder)
    if fault:
        return Attainability(Fit.RULED_OUT, condition, fault)
    found = _fitted(world, objective, encoder, condition)
    if found.fit not in (Fit.ATTAINED, Fit.COLLAPSED, Fit.ANOTHER):
        return found
    kept = base_kept(found.condition)
    if kept.holds:
        return found
    reason = (
        f"{found.reason}, and is not shown to be a map into the {encoder.output}: {kept.reason}"
    )
    return Attainability(Fit.UNKNOWN, condition, reason)


def _fitted(
    world: World, stated: AbstractObjective, encoder: Encoder, condition: Condition
) -> Attainability:
    objective = standard_objective(stated, encoder.output.dim)
    found, silent = _obstruction(world, objective, encoder)
    if found:
        reason = said_misfit(world, stated, condition)
        return Attainability(
            Fit.RULED_OUT,
            condition,
            f"no map h whatever attains it: {found[0]}; {reason}",
            found,
        )
    if check_base(condition).holds:
        return Attainability(Fit.ATTAINED, condition, "the identity solves the condition")
    scaled = _rescaled(condition)
    if isinstance(scaled, sp.Expr):
        around = rescaled_outputs(condition, scaled)
        if check_base(around).holds:
            reason = f"h = {around.base_words} solves the condition"
            return Attainability(Fit.ATTAINED, around, reason)
    if scaled:
        return Attainability(Fit.ATTAINED, scaled[0], f"h = {scaled[0].base} solves the condition")
    for other in factored(objective, condition):
        if other.rank == 0:
            reason = "every constant map attains the optimum: pairs are independent for the critic"
            return Attainability(Fit.COLLAPSED, replace(condition, over=other.functions), reason)
        for around in standard_condition(condition, other):
            reason = f"h = {other.functions} solves the condition"
            return Attainability(Fit.ATTAINED, around, reason)
        reason = f"h = {other.functions} solves the condition"
        return Attainability(Fit.ANOTHER, replace(condition, over=other.functions), reason)
    reason = said_misfit(world, stated, condition)
    if _only_linear(world, objective, condition) and linear_solutions(condition).impossible():
        reason = (
            "no map h whatever attains it: the classes make every solution linear, and a Gröbner "
            f"basis excludes linear ones; {reason}"
        )
        return Attainability(Fit.RULED_OUT, condition, reason)
    return Attainability(
        Fit.UNKNOWN,
        condition,
        f"the identity and its multiples do not solve the condition, other maps may{silent}: {reason}",
    )


def _rescaled(condition: Condition) -> tuple[Condition, ...] | sp.Expr:
    """Return the condition around h = s z for the rational s > 0 that solves it, () if there is none.

    A scale that is not rational is returned by itself.
    """
    if condition.output.constraints(condition.image) or condition.base != condition.z:
        return ()
    if len(condition.equations) > 1 or condition.equations[0].volume:
        return ()  # the other equations, or the volume, fix the scale
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


def _obstruction(
    world: World, objective: AbstractObjective, encoder: Encoder
) -> tuple[tuple[Obstruction, ...], str]:
    """Return what the kernel test found, and why it did not run where it did not."""
    if not isinstance(objective, InfoNCE | BinaryNCE):
        return (), ""
    if Property.FULL_SUPPORT not in properties(world):
        return (), " (the condition does not hold at every pair of points)"
    try:
        return kernel_test(world, objective, encoder), ""
    except UnsupportedCondition as error:
        return (), f" ({error.fault})"


def _only_linear(world: World, objective: AbstractObjective, condition: Condition) -> bool:
    """Whether spanning classes make every solution h = κ U⁺V z, for few enough outputs."""
    few = len(condition.image) <= SEARCH_DIM
    spanning = isinstance(world.pairs, Classes) and world.pairs.affine_rank == world.dim
    return isinstance(objective, CrossEntropy) and few and spanning
