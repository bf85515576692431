"""The spectral engine: top eigenspace, gap, and the comparison with the stated claim."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.spectral import spectral_lemmas
from sith.theory.derivation.spectral.describe import (
    components,
    eigenvalues,
    features,
    function_class,
    name_of,
    not_shown,
)
from sith.theory.derivation.spectral.evidence import spectral_evidence
from sith.theory.derivation.spectral.modes import Cut, Mode
from sith.theory.derivation.spectral.operator import spectral_objective, spectrum
from sith.theory.derivation.spectral.stated import is_optimum, missing, stated_functions
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.groups import AbstractGroup, Euclidean, Orthogonal, contained
from sith.theory.notation import latents
from sith.theory.verdict import (
    Agreement,
    Extent,
    Kind,
    Lower,
    Membership,
    Outcome,
    Relation,
    Scope,
    Upper,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Derived in stated (`forth`), stated in derived (`back`), and whether latents are lost."""

    forth: Membership
    back: Membership
    lost: str


def derive_spectral(claim: Claim) -> Verdict:
    """Derive the optima of a spectral objective and compare them with the stated claim.

    The derived set is {Q h₀ + b : Q ∈ O(k)}, with b = 0 where the loss sees shifts. Raises
    `InputError` for parts that do not fit; what the engine cannot treat is *undecided*.
    """
    start = time.perf_counter()
    try:
        top = spectrum(claim)
        compared = _compare(claim, top)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, error, start)
    needed = {
        Relation.EQUALITY: (compared.forth, compared.back),
        Relation.CONTAINED: (compared.forth,),
        Relation.CONTAINS: (compared.back,),
    }[claim.relation]
    failed = [m for m in needed if not m.holds]
    group = derived_group(claim)
    loose = bool(not top.unique or compared.lost)
    said = failed[0] if failed else compared.forth
    reason = said.reason if not said.holds else ""
    if not failed and compared.lost:
        reason = compared.lost
    return Verdict(
        claim=claim.name,
        outcome=Outcome.NOT_IDENTIFIED if loose else Outcome.IDENTIFIED,
        agreement=Agreement.DISAGREES if failed else Agreement.AGREES,
        base=features(claim, top),
        lower=_lower(claim, top, group),
        upper=_upper(claim, top, group),
        group=str(group),
        group_latex=group.latex,
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={_degree(claim, top): free_dimension(claim, top)},
        scope=Scope(
            dimension=claim.dim,
            degrees=(_degree(claim, top),),
            fields=f"{function_class(claim)}; {eigenvalues(top)}",
            components=components(claim, top),
            not_shown=not_shown(claim),
        ),
        trusted=spectral_lemmas(claim),
        escape=(_escape(claim, top) or said.witness) if failed or loose else "",
        reason=_worded(claim, compared, reason) if failed else reason,
        condition_latex=spectral_objective(claim).optimum_latex,
        seconds=time.perf_counter() - start,
        certificate=spectral_evidence(claim, top, group),
    )


def _lower(claim: Claim, top: Cut, group: AbstractGroup) -> tuple[Lower, ...]:
    """Return the optima as the lower bound: the group acting on the top eigenfunctions."""
    shown = f"h = Q h₀ for Q in {group}, h₀ = {features(claim, top)}"
    return (
        Lower(
            Kind.FAMILY, shown, "eigenfunctions of the exact operator, and the value of the loss"
        ),
    )


def _upper(claim: Claim, top: Cut, group: AbstractGroup) -> tuple[Upper, ...]:
    """Return the group as the upper bound; without a gap no single h₀ gives every optimal map."""
    if not top.unique:
        return ()
    return (Upper(str(group), Extent.ALL_MAPS, spectral_lemmas(claim)[0].name),)


def _worded(claim: Claim, compared: _Compared, reason: str) -> str:
    """Say whether too small or too large a group is stated."""
    if not compared.forth.holds and not compared.back.holds:
        return f"another set of maps is stated: {reason}"
    if not compared.forth.holds:
        return f"too small a group is stated: {reason}"
    holds = f"; the optimal maps are contained in {claim.group}, a stronger result than stated"
    return f"too large a group is stated: {reason}{holds}"


def derived_group(claim: Claim) -> AbstractGroup:
    """Return the group that the loss leaves free on the features: O(k), or with shifts E(k)."""
    k = claim.encoder.output.dim
    return Euclidean(k) if spectral_objective(claim).shifts else Orthogonal(k)


def free_dimension(claim: Claim, top: Cut) -> int:
    """Return the dimension of the set of optima: dim so(k), shifts, and the choice in a tie.

    With r modes kept it is that of {Q h₀}, k(k−1)/2 − (k−r)(k−r−1)/2, and a choice of t modes
    among m of one eigenvalue adds t(m−t).
    """
    k = claim.encoder.output.dim
    shifts = k if spectral_objective(claim).shifts else 0
    tie = top.taken * (top.at.multiplicity - top.taken) if top.at else 0
    return k * (k - 1) // 2 - top.dropped * (top.dropped - 1) // 2 + shifts + tie


def _compare(claim: Claim, top: Cut) -> _Compared:
    functions = stated_functions(claim)
    if claim.base_of and not functions:
        raise UnsupportedCondition(
            f"the stated group acts on the optimum of '{claim.base_of[0]}', and not of the claim's "
            "objective",
            cure="state the functions that it acts on",
        )
    derived, stated = derived_group(claim), claim.group
    if derived == stated:
        forth = back = Membership(True, f"both are {stated}")
    else:
        forth, back = contained(derived, stated), contained(stated, derived)
    lost = missing(claim, top) if top.exact else ""
    if functions and not top.exact:
        raise UnsupportedCondition(
            "the top eigenfunctions belong to irrational eigenvalues, and are not written out",
            cure="state the group O(k) without functions",
        )
    if functions:
        optimal = is_optimum(claim, top, functions)
        if not optimal.holds:
            said = ", ".join(map(str, functions[:4])) + (", …" if len(functions) > 4 else "")
            reason = f"h = ({said}) is no optimum: {optimal.reason}"
            forth, back = Membership(False, reason), Membership(False, reason)
    if not top.unique and forth.holds:
        forth = Membership(
            False, "σ_k = σ_{k+1}: the top eigenspace, and with it the optimum, is not unique"
        )
    return _Compared(forth, back, lost)


def _escape(claim: Claim, top: Cut) -> str:
    """Return a function of the optimum that the linear maps, or one choice of optimum, lack."""
    if not top.exact or top.at is None:
        return ""
    functions = stated_functions(claim)
    outside = _outside(claim, top, functions)
    if outside:
        mode, level = outside
        return (
            f"the output {name_of(mode)}, of eigenvalue {level}, no affine function of the latents"
        )
    if top.unique:
        return ""
    a, b = top.at.modes[top.taken - 1], top.at.modes[top.taken]
    return (
        f"the rotation cos t·({name_of(a)}) + sin t·({name_of(b)}) of two functions of "
        f"eigenvalue {top.at.low}, of which the outputs hold one"
    )


def _outside(
    claim: Claim, top: Cut, functions: tuple[sp.Expr, ...]
) -> tuple[Mode, sp.Rational] | None:
    """Return a mode that every optimum holds and that is no affine function of the latents."""
    z = latents(claim.dim)
    if not functions:
        return None
    levels = top.kept if top.unique else top.above
    for level in levels:
        for mode in level.modes:
            linear = sp.Poly(mode.function, *z).total_degree() <= 1
            if not linear:
                return mode, level.low
    return None


def _degree(claim: Claim, top: Cut) -> int:
    """Return the largest degree of the features; functions of a node are linear."""
    z = latents(claim.dim)
    degrees = [
        sp.Poly(mode.function, *z).total_degree() for level in top.kept for mode in level.modes
    ]
    return max([1, *map(int, degrees)])
