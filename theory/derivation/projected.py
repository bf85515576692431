"""Losses after a projector that has no inverse on its class: what of f is left open, and shown so."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions import confined_coordinates, unstated_coordinates
from sith.theory.claim import Claim
from sith.theory.derivation.bounds.attainable import Attainability, Fit
from sith.theory.derivation.bounds.projected import (
    bounds_after_projector,
    bounds_of_inner,
    inner_fit,
)
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import BudgetExceeded, InputError, SithError, UnsupportedCondition
from sith.theory.groups import AbstractGroup, BlockwiseDiffeomorphisms, Map, contained
from sith.theory.notation import latents
from sith.theory.objectives import Projected
from sith.theory.verdict import (
    Agreement,
    Extent,
    Kind,
    Lemma,
    Lower,
    Outcome,
    Relation,
    Scope,
    Upper,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class _Free:
    """Maps of the representation that the projector undoes, in words, with one that was composed.

    `f` is one optimal map of the latents and `p` the projector that takes it to the base map.
    """

    words: str
    f: tuple[sp.Expr, ...]
    p: str
    group: str
    reason: str


def projected_verdict(claim: Claim, start: float) -> tuple[Verdict, ...]:
    """Return the verdict of a claim with a projector, () where its condition on f is solved instead.

    A square linear projector has a condition on f, which is solved where all optimal p∘f are shown
    to be affine: only then are the optimal f a group. Others give *not identified*, with the maps
    that p undoes, or *undecided*.
    """
    objective: Projected = claim.objective  # type: ignore[assignment]
    projector, outputs = objective.projector, claim.encoder.output.dim
    try:
        fit = inner_fit(claim)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return (undecided(claim, f"for p∘f: {error}", start),)
    except InputError as error:
        if projector.output.dim == claim.dim:
            raise
        return (undecided(claim, f"for p∘f: {error}", start),)
    if fit.fit is Fit.RULED_OUT:
        return (_ruled_out(claim, fit, start),)
    bounds = bounds_of_inner(claim, fit)
    if not bounds:
        why = fit.reason if fit.fit is not Fit.ATTAINED else "no bound over all maps is known"
        reason = f"p∘f is not shown to be an affine function of the latents, and all others: {why}"
        return (undecided(claim, reason, start),)
    linear = projector.coefficients(outputs)
    if linear and projector.output.dim == outputs:
        if bounds_after_projector(claim):
            return ()
        return (undecided(claim, "the optimal f are no group, or not shown to be one", start),)
    if getattr(projector, "invertible", False) and projector.output.dim != outputs:
        reason = f"no map of R^{outputs} to R^{projector.output.dim} is invertible"
        return (undecided(claim, reason, start),)
    if projector.output.dim > outputs:
        reason = (
            f"p∘f has to fill {projector.output.dim} dimensions, and f has {outputs} coordinates"
        )
        return (undecided(claim, reason, start),)
    output = claim.encoder.output
    confined = bool(confined_coordinates(output) or unstated_coordinates(output))
    if confined or output.constraints(latents(outputs)) or fit.condition.linear_only:
        reason = f"{projector} of representations in the {claim.encoder.output}, or linear ones"
        return (undecided(claim, reason, start),)
    free = _kernel(claim, fit.condition) if linear else _undone(claim, fit.condition)
    return (_not_identified(claim, fit, free, bounds[0].lemmas, start),)


def _kernel(claim: Claim, condition: Condition) -> _Free:
    """A linear projector onto fewer coordinates: f may hold anything in its kernel."""
    k, m = len(condition.image), claim.encoder.output.dim
    extra = (condition.z[0] ** 2,) * (m - k)
    names = ", ".join(f"r{i + 1}(z)" for i in range(m - k))
    return _Free(
        f"f = A(h₀(z), {names}) for all functions r and A ∈ GL({m})",
        (*condition.base, *extra),
        f"W = (I 0)A⁻¹ keeps the first {k} coordinates of A⁻¹f",
        "",
        f"the latents are a linear function W f of the representation, whose {m - k} further "
        "dimensions, the kernel of W, may hold any function of them",
    )


def _undone(claim: Claim, condition: Condition) -> _Free:
    """A universal projector: every invertible map of the representation is undone by its inverse."""
    k, m = len(condition.image), claim.encoder.output.dim
    base = (*condition.base, *(sp.Integer(0),) * (m - k))
    bent = (base[0], *(b + base[0] ** 2 for b in base[1:])) if m > 1 else (sp.sinh(base[0]),)
    everything = f"diffeomorphisms of R^{m}"
    return _Free(
        f"f = ψ(h₀(z)) for every invertible ψ of R^{m}",
        bent,
        "p = ψ⁻¹",
        everything if m == k else "",
        "the projector undoes any invertible map of the representation, so f is injective and no "
        "more is determined",
    )


def _composed(claim: Claim, condition: Condition, free: _Free) -> bool:
    """Whether the projector of the example takes its f to the base map: p∘f is computed."""
    objective: Projected = claim.objective  # type: ignore[assignment]
    k = len(condition.image)
    if objective.projector.coefficients(claim.encoder.output.dim):
        back = free.f[:k]
    elif len(free.f) == 1:
        back = (sp.asinh(free.f[0]),)
    else:
        back = (free.f[0], *(x - free.f[0] ** 2 for x in free.f[1:k]))
    return all(sp.expand(a - b) == 0 for a, b in zip(back, condition.base, strict=True))


def _not_identified(
    claim: Claim, fit: Attainability, free: _Free, lemmas: tuple[Lemma, ...], start: float
) -> Verdict:
    """Return the verdict; the base map of p∘f was substituted into the loss's condition before."""
    condition, k, m = fit.condition, len(fit.condition.image), claim.encoder.output.dim
    if not _composed(claim, condition, free):
        raise UnsupportedCondition(f"{free.p} was not shown to undo {free.f}")
    example = f"({', '.join(map(str, free.f))})"
    shown = (
        f"{free.p} gives h₀ = ({', '.join(map(str, condition.base))}), which solves the condition"
    )
    agreement, reason = _compared(claim, condition, free)
    linear = bool(_matrix(claim))
    above = f"W f is in {_bound(claim, fit)}" if linear else f"injective maps into R^{m}"
    by = f"{', '.join(x.name for x in lemmas)}, for p∘f"
    return Verdict(
        claim=claim.name,
        outcome=Outcome.NOT_IDENTIFIED,
        agreement=agreement,
        group=free.group or "not determined",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=Scope(
            dimension=claim.dim,
            degrees=(),
            fields="no field computed: the optimal maps of p∘f are known",
            components="all maps, by the bound of p∘f",
        ),
        base=f"({', '.join(map(str, (*condition.base, *(0,) * (m - k))))})",
        lower=(
            Lower(Kind.FAMILY, free.words, shown),
            Lower(Kind.MAP, f"f = {example}", f"p∘f was computed; {shown}"),
        ),
        upper=(Upper(above, Extent.ALL_MAPS, by),),
        missing=()
        if agreement is not Agreement.UNDECIDED
        else ("the inclusion with the stated group",),
        trusted=tuple(dict.fromkeys((*condition.lemmas, *lemmas))),
        escape=f"f = {example}" if agreement is Agreement.DISAGREES else "",
        reason=f"{reason}; {free.reason}" if reason else free.reason,
        condition_latex=condition.latex,
        seconds=time.perf_counter() - start,
    )


def _matrix(claim: Claim) -> tuple[tuple[sp.Symbol, ...], ...]:
    objective: Projected = claim.objective  # type: ignore[assignment]
    return objective.projector.coefficients(claim.encoder.output.dim)


def _bound(claim: Claim, fit: Attainability) -> str:
    return str(bounds_of_inner(claim, fit)[0].group)


def _compared(claim: Claim, condition: Condition, free: _Free) -> tuple[Agreement, str]:
    """Compare with the stated group: the example is outside it, or it is the group of all maps."""
    m, k = claim.encoder.output.dim, len(condition.image)
    whole = BlockwiseDiffeomorphisms((tuple(range(m)),))
    if free.group and _inside(claim.group, whole):
        if claim.relation is Relation.CONTAINS:
            return Agreement.AGREES, ""
        if _inside(whole, claim.group):
            # An injective map need not extend to one of all R^m, unless the inverse of p does.
            whole_space = getattr(claim.objective.projector, "invertible", False)  # type: ignore[attr-defined]
            return Agreement.AGREES if whole_space else Agreement.LOCALLY, ""
    if claim.relation is Relation.CONTAINS:
        return Agreement.UNDECIDED, ""
    if m == claim.dim and _excludes(claim.group, condition, free.f):
        return Agreement.DISAGREES, "too small a group is stated: f is optimal and outside it"
    if m > k and claim.group.linear_part():
        # Affine functions of (h₀, 0) are affine in the latents, and f is not.
        return Agreement.DISAGREES, "too small a group is stated: f is optimal and not affine in h₀"
    return Agreement.UNDECIDED, ""


def _inside(small: AbstractGroup, large: AbstractGroup) -> bool:
    try:
        return contained(small, large).holds
    except (SithError, sp.PolynomialError):
        return False


def _excludes(group: AbstractGroup, condition: Condition, f: tuple[sp.Expr, ...]) -> bool:
    """Whether the stated group is shown not to hold a map."""
    try:
        return not group.contains(Map(condition.z, f)).holds
    except (SithError, sp.PolynomialError, ValueError, NotImplementedError):
        return False


def _ruled_out(claim: Claim, fit: Attainability, start: float) -> Verdict:
    """No p∘f attains the optimum of the loss, so no f does."""
    return Verdict(
        claim=claim.name,
        outcome=Outcome.MIS_SPECIFIED,
        agreement=Agreement.UNDECIDED,
        group="",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=Scope(dimension=claim.dim, degrees=(), fields="no field computed", components="none"),
        trusted=fit.condition.lemmas,
        reason=f"for p∘f: {fit.reason}",
        condition_latex=fit.condition.latex,
        seconds=time.perf_counter() - start,
    )
