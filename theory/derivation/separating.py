"""The verdict on a likelihood with a wrong source density: does its optimum still separate?"""

from __future__ import annotations

import time

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.stability import (
    STABILITY,
    Stability,
    scale_of,
    sources,
    stability,
)
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import SithError
from sith.theory.groups import (
    AbstractGroup,
    GeneralisedPermutations,
    SignedPermutations,
    contained,
)
from sith.theory.objectives import ModelLikelihood
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

LOCAL = "local optimum: matrices near the separating ones; no polynomial field was computed"
NOT_GLOBAL = "that the separating matrices are the global optimum, and local optima elsewhere"


def separating_verdict(claim: Claim, start: float) -> tuple[Verdict, ...]:
    """Return *identified locally* where separating matrices are strict local maxima, and nothing global.

    Where they are no local maxima, every stated group that consists of them is wrong. Where the
    moments do not decide, the verdict is *undecided*.
    """
    problem = Problem(claim.world, claim.objective, claim.encoder)
    failing = STABILITY.failing(problem)
    if failing:
        why = stability(problem)[2] if failing[0].witness == "computed" else failing[0].reason
        return (undecided(claim, f"the stability of separation is open: {why}", start),)
    lemma, (answer, pair, why) = STABILITY.cite(problem), stability(problem)
    if answer is Stability.STABLE:
        return (_stable(claim, lemma, why, start),)
    return (_unstable(claim, lemma, pair, why, start),)


def _scope(claim: Claim) -> Scope:
    return Scope(
        dimension=claim.dim,
        degrees=(),
        fields=LOCAL,
        components="signed permutations of the outputs, which leave the likelihood as it is",
        not_shown=(NOT_GLOBAL,),
    )


def _base(claim: Claim) -> str:
    objective: ModelLikelihood = claim.objective  # type: ignore[assignment]
    scales = [scale_of(s, objective)[0] for s in sources(claim.world)]
    return f"({', '.join(f'{sp.simplify(c)}*z{i + 1}' for i, c in enumerate(scales))})"


def _stable(claim: Claim, lemma: Lemma, why: str, start: float) -> Verdict:
    derived, base = SignedPermutations(claim.dim), _base(claim)
    agreement, escape, reason = _compared(claim, derived)
    return Verdict(
        claim=claim.name,
        outcome=Outcome.LOCALLY,
        agreement=agreement,
        group=str(derived),
        group_latex=derived.latex,
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=_scope(claim),
        base=base,
        lower=(
            Lower(
                Kind.MAP,
                f"h = P h₀ for the signed permutations P, h₀ = {base}",
                f"stationary, as E[φ(y_i)y_j] = δ_ij, and a strict local maximum: {why}",
            ),
        ),
        upper=(Upper(str(derived), Extent.SMOOTH, f"{lemma.name}, near each separating matrix"),),
        missing=(NOT_GLOBAL,),
        trusted=(lemma,),
        escape=escape,
        reason=reason or f"a local optimum, not shown to be the global one; {why}",
        condition_latex=rf"\max_B\;-{claim.objective.latex}\ \text{{(locally)}}",
        seconds=time.perf_counter() - start,
    )


def _compared(claim: Claim, derived: AbstractGroup) -> tuple[Agreement, str, str]:
    """Compare the signed permutations, which are the local optima found, with the stated group."""
    forth, back = _inside(derived, claim.group), _inside(claim.group, derived)
    if claim.relation is not Relation.CONTAINS and forth is Agreement.DISAGREES:
        reason = (
            "too small a group is stated: signed permutations of the outputs keep the likelihood"
        )
        return Agreement.DISAGREES, f"a member of {derived}", reason
    if claim.relation is not Relation.CONTAINED and back is Agreement.DISAGREES:
        return Agreement.UNDECIDED, "", "members of the stated group far from the identity are open"
    needed = {
        Relation.EQUALITY: (forth, back),
        Relation.CONTAINED: (forth,),
        Relation.CONTAINS: (back,),
    }[claim.relation]
    holds = all(a is Agreement.AGREES for a in needed)
    return (Agreement.LOCALLY if holds else Agreement.UNDECIDED), "", ""


def _inside(small: AbstractGroup, large: AbstractGroup) -> Agreement:
    try:
        return Agreement.AGREES if contained(small, large).holds else Agreement.DISAGREES
    except (SithError, sp.PolynomialError):
        return Agreement.UNDECIDED


def _unstable(claim: Claim, lemma: Lemma, pair: tuple[int, int], why: str, start: float) -> Verdict:
    """No separating matrix is optimal, at any scale; the likelihood attains its maximum elsewhere.

    E|b·s|^p ≥ const ‖b‖^p, so that the likelihood is −∞ at infinity and at singular matrices.
    """
    whole = GeneralisedPermutations(claim.dim)
    wrong = _inside(claim.group, whole) is Agreement.AGREES
    i, j = (k + 1 for k in pair)
    escape = f"a change of y{i} by y{j} and of y{j} by y{i} raises the likelihood"
    reason = f"the separating matrices are no local maxima: {why}"
    return Verdict(
        claim=claim.name,
        outcome=Outcome.UNDECIDED,
        agreement=Agreement.DISAGREES if wrong else Agreement.UNDECIDED,
        group="",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=_scope(claim),
        missing=("which matrices are optimal: the optimum does not separate",),
        trusted=(lemma,),
        escape=escape if wrong else "",
        reason=f"no member of the stated group is optimal; {reason}" if wrong else reason,
        seconds=time.perf_counter() - start,
    )
