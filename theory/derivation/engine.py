"""The verb `derive`: from a claim to the group that its optimum leaves free, and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sith.theory.claim import Claim, Statement, Theorem, require_statement
from sith.theory.derivation.apart import verdict_apart
from sith.theory.derivation.bounds.assemble import findings
from sith.theory.derivation.bounds.attainable import Attainability, Fit, attainable
from sith.theory.derivation.bounds.check import check_field
from sith.theory.derivation.bounds.compare import compare
from sith.theory.derivation.bounds.count import check_count, check_independent
from sith.theory.derivation.bounds.findings import Findings
from sith.theory.derivation.bounds.on_space import is_curved, map_outside
from sith.theory.derivation.bounds.words import (
    components_of,
    fields_text,
    named_by,
    unseen_fields,
    upper_of,
)
from sith.theory.derivation.certificates import evidence
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields import spans
from sith.theory.derivation.fields.infinitesimal import (
    MAX_UNKNOWNS,
    Solution,
    require_budget,
    solve,
)
from sith.theory.derivation.spectral import derive_gaussian, derive_spectral
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import BudgetExceeded, InputError, UnsupportedCondition
from sith.theory.groups import Map
from sith.theory.objectives import GaussianAlignment, SpectralObjective
from sith.theory.verdict import Agreement, Kind, Lower, Outcome, Relation, Scope, Verdict

MAX_DEGREE = 8
"""Largest degree that may be asked for."""


def derive(
    statement: Statement,
    dim: int | None = None,
    degree: int | None = None,
    *,
    max_unknowns: int = MAX_UNKNOWNS,
    announce: Callable[[str], None] = lambda _: None,
    **parameters: Any,
) -> Verdict:
    """Compute the indeterminacy group of a claim and compare it with the stated one.

    `dim` and `parameters` choose the point of a theorem; `degree` is the largest degree of the
    polynomial fields (default: the theorem's, else 3). `announce` receives the size of each linear
    system before it is solved. Raises `InputError` for a claim that is not well formed; what the
    engine cannot treat, or what exceeds `max_unknowns`, gives the outcome *undecided*.
    """
    start = time.perf_counter()
    require_statement(statement)
    claim = statement.at(dim, **parameters)
    top = _degree(statement, degree)
    if isinstance(claim.objective, SpectralObjective):
        return derive_spectral(claim)
    if isinstance(claim.objective, GaussianAlignment):
        return derive_gaussian(claim)
    if claim.base:
        return undecided(
            claim,
            "stated functions are for the spectral objectives",
            start,
            f"nothing was computed up to degree {top}",
        )
    for verdict in verdict_apart(claim, start):
        return verdict
    try:
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
        require_budget(condition, top, max_unknowns)
        fit = attainable(claim.world, claim.objective, claim.encoder, condition)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, error, start, f"nothing was computed up to degree {top}")
    condition = fit.condition
    if fit.fit is Fit.UNKNOWN:
        return undecided(claim, fit.reason, start, f"nothing was computed up to degree {top}")
    if fit.fit is Fit.RULED_OUT:
        return _unattained(claim, fit, start)
    if fit.fit in (Fit.COLLAPSED, Fit.ANOTHER):
        return _another(claim, fit, start)
    try:
        require_budget(condition, top, max_unknowns)
        solutions = [
            _solve(condition, k, max_unknowns=max_unknowns, announce=announce)
            for k in range(1, top + 1)
        ]
        return conclude(claim, findings(claim, condition, solutions), start)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, error, start, f"nothing was computed up to degree {top}")


def _degree(statement: Statement, degree: int | None) -> int:
    if degree is None:
        return statement.default_degree if isinstance(statement, Theorem) else 3
    require_degree(degree)
    return degree


def require_degree(degree: int | None) -> None:
    """Raise `InputError` for a degree that is not None and not an integer in the range."""
    if degree is not None and (type(degree) is not int or not 1 <= degree <= MAX_DEGREE):
        raise InputError(f"degree = {degree}", allowed=f"an integer from 1 to {MAX_DEGREE}")


def _solve(
    condition: Condition, degree: int, *, max_unknowns: int, announce: Callable[[str], None]
) -> Solution:
    solution = solve(
        condition,
        degree,
        accept=lambda field, change: check_field(condition, field, change).holds,
        max_unknowns=max_unknowns,
        announce=announce,
    )
    for answer in (
        check_independent(condition, solution.fields),
        check_count(condition, solution.monomials, solution.draws, solution.rank),
    ):
        if not answer.holds:
            raise UnsupportedCondition(f"the independent checker disagrees: {answer.reason}")
    return solution


def _unattained(claim: Claim, fit: Attainability, start: float) -> Verdict:
    """Return the verdict that no map attains the optimum condition."""
    condition = fit.condition
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
        trusted=condition.lemmas,
        reason=fit.reason,
        condition_latex=condition.latex,
        seconds=time.perf_counter() - start,
        certificate=evidence(claim, condition, (), (), (), fit.obstruction),
    )


def _another(claim: Claim, fit: Attainability, start: float) -> Verdict:
    """Return the verdict where a map of lower rank than the outputs is optimal.

    That map is not invertible, so it lies in no group of transformations of the latents.
    """
    functions = fit.condition.over
    shown = f"h₀ = ({', '.join(map(str, functions))})"
    collapsed = fit.fit is Fit.COLLAPSED
    # Where the latents are confined to a hyperplane, a latent may be a function of the others.
    tied = is_curved(fit.condition) and not spans(fit.condition.space)
    lost = [x for x in fit.condition.z if not tied and not any(f.has(x) for f in functions)]
    outside = map_outside(fit.condition, claim.group, Map(fit.condition.z, functions)).witness
    contains = claim.relation is Relation.CONTAINS
    said = Agreement.DISAGREES if outside and not contains else Agreement.UNDECIDED
    reason = f"too small a group is stated: {shown} is optimal and outside it" if outside else ""
    return Verdict(
        claim=claim.name,
        outcome=Outcome.NOT_IDENTIFIED if collapsed or lost else Outcome.UNDECIDED,
        agreement=said,
        group="constant maps" if collapsed else "",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=Scope(dimension=claim.dim, degrees=(), fields="no field computed", components="none"),
        base=f"({', '.join(map(str, functions))})",
        lower=(Lower(Kind.MAP, shown, "substituted into the condition, an identity"),),
        missing=("an upper bound: the optimal maps besides h₀",),
        trusted=fit.condition.lemmas,
        escape=shown if said is Agreement.DISAGREES else "",
        reason=reason if said is Agreement.DISAGREES else fit.reason,
        condition_latex=fit.condition.latex,
        seconds=time.perf_counter() - start,
    )


def conclude(claim: Claim, found: Findings, start: float) -> Verdict:
    """Return the verdict that the bounds give, and the comparison with the stated group."""
    condition, solutions = found.condition, found.solutions
    top = solutions[-1]
    dims = {s.degree: s.dimension for s in solutions}
    compared = compare(claim, found)
    settled = components_of(found)
    lower_only = claim.relation is Relation.CONTAINS
    return Verdict(
        claim=claim.name,
        outcome=found.outcome,
        agreement=compared.agreement,
        group=named_by(claim, found, compared.agreement),
        group_latex=found.groups[-1].latex if found.groups else "",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree=dims,
        scope=Scope(
            dimension=claim.dim,
            degrees=tuple(dims),
            fields=fields_text(found),
            components=settled.text,
            component_count=settled.count,
            primes=top.primes,
            equations=top.equations,
            unknowns=top.unknowns,
            not_shown=(
                *([condition.relaxed] if condition.relaxed else []),
                *([condition.incomplete] if condition.incomplete and lower_only else []),
                *unseen_fields(found),
                *settled.not_shown,
            ),
            complete=found.complete,
        ),
        base=base_text(condition),
        lower=found.lower,
        upper=tuple(dict.fromkeys((*upper_of(found), *compared.upper))),
        missing=tuple(dict.fromkeys((*compared.missing, *found.missing))),
        trusted=tuple(dict.fromkeys((*condition.lemmas, *settled.lemmas, *compared.lemmas))),
        escape=compared.escape,
        reason=compared.reason,
        condition_latex=condition.latex,
        seconds=time.perf_counter() - start,
        certificate=evidence(claim, condition, solutions, found.named, found.bounds, ()),
    )


def base_text(condition: Condition) -> str:
    """Return the map that the group acts on, in words: z where it is the identity."""
    base = condition.over or condition.base
    if condition.base_words:
        return condition.base_words
    if tuple(base) == tuple(condition.z):
        return "z"
    return f"({', '.join(map(str, base))})"
