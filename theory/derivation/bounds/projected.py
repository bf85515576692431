"""The bound of a loss after a linear projector, from a bound of the loss itself."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from sith.theory.assumptions import Family
from sith.theory.claim import Claim
from sith.theory.derivation.bounds.attainable import Attainability, Fit, attainable
from sith.theory.derivation.bounds.upper import Bounded, bounds_by_kernel
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.lemmas.difference_kernel import kernels_of
from sith.theory.derivation.lemmas.projection import PROJECTOR, Projection
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.trusted import settling_lemmas
from sith.theory.errors import SithError
from sith.theory.objectives import Projected
from sith.theory.verdict import Extent, Membership


def inner_claim(claim: Claim) -> Claim:
    """Return the claim about p∘f under the loss itself; its group, GL(k), stands for none."""
    objective: Projected = claim.objective  # type: ignore[assignment]
    inner: Claim = objective.before(claim)
    return inner


def inner_fit(claim: Claim) -> Attainability:
    """Return whether p∘f can attain the optimum of the loss, and the condition around a map that does.

    Raises what `optimum_condition` raises.
    """
    inner = inner_claim(claim)
    condition = optimum_condition(inner.world, inner.objective, inner.encoder)
    return attainable(inner.world, inner.objective, inner.encoder, condition)


def bounds_of_inner(claim: Claim, fit: Attainability) -> tuple[Bounded, ...]:
    """Return bounds over all maps p∘f, whatever f can realise: a larger class has more optima."""
    if fit.fit is not Fit.ATTAINED or fit.condition.over:
        return ()
    free = replace(claim.encoder, family=Family.UNIVERSAL)
    inner = inner_claim(claim.replace(encoder=free))
    condition = replace(fit.condition, linear_only=False)
    found = [
        Bounded(s.group, s.extent, s.lemma.name, (s.lemma,))
        for s in settling_lemmas(inner, condition)
    ]
    found += bounds_by_kernel(inner, condition, kernels_of(condition))
    return tuple(b for b in found if b.extent is Extent.ALL_MAPS and b.group.linear_part())


def _shifts_free(condition: Condition) -> Membership:
    """Say whether every shift of the optimal maps is optimal: a shift by unknown numbers is put in."""
    numbers = sp.symbols(f"t1:{len(condition.z) + 1}", real=True)
    table = {
        x: x + t
        for symbols in (condition.image, condition.image_t)
        for x, t in zip(symbols, numbers, strict=True)
    }
    for equation in condition.equations:
        change = sp.expand(equation.residual.xreplace(table) - equation.residual)
        kept = set() if equation.up_to is UpTo.NOTHING else set(condition.z)
        if change.free_symbols - kept:
            return Membership(False, f"shifts change {equation.residual} by {change}")
        if change != 0 and equation.up_to is UpTo.NOTHING:
            return Membership(False, f"shifts change {equation.residual}")
    return Membership(True, "shifts by any numbers leave every equation as it is")


def bounds_after_projector(claim: Claim) -> tuple[Bounded, ...]:
    """Return the bounds of f that bounds of p∘f give; () for a loss without a projector."""
    if not hasattr(claim.objective, "projector"):
        return ()
    try:
        fit = inner_fit(claim)
        bounds = bounds_of_inner(claim, fit)
    except SithError:
        return ()
    problem = Problem(claim.world, claim.objective, claim.encoder)
    found = []
    for bound in bounds:
        moved = _shifts_free(fit.condition)
        case = Projection(problem, fit.condition, bound.group, bound.extent, moved)
        found += [
            Bounded(
                case.concluded,
                Extent.ALL_MAPS,
                f"{bound.by} and {lemma.name}",
                (*bound.lemmas, lemma),
            )
            for lemma in PROJECTOR.cited(case)
        ]
    return tuple(found)
